"""Where a desk stands: its device, area, centre and till, read from its own store."""

from sqlalchemy import Connection, select

from ccbs_desk.domain.errors import DeviceNotEnrolled, Refused
from ccbs_desk.models import desk_state
from ccbs_desk.models.reference import Centre, Device, Governorate, Till
from ccbs_desk.services.session import Place


def read_place(connection: Connection) -> Place:
    """Return the place of this desk. Raises Refused(DeviceNotEnrolled) when the store belongs to no desk."""
    facts = desk_state.device(connection)
    if facts is None:
        raise Refused(DeviceNotEnrolled("unknown"))
    where = connection.execute(
        select(Centre.name_ar, Centre.name_en, Centre.area_id, Governorate.area_code)
        .join(Device, Device.centre_id == Centre.id)
        .outerjoin(Governorate, Governorate.id == Centre.governorate_id)
        .where(Device.id == facts.device_id)
    ).one_or_none()
    till = connection.execute(select(Till.id, Till.code).where(Till.device_id == facts.device_id)).first()
    return Place(
        device_id=facts.device_id,
        area_id=facts.area_id,
        home_area=where.area_code if where else None,
        centre_ar=where.name_ar if where else "",
        centre_en=where.name_en if where else "",
        till_id=till.id if till else None,
        till_code=till.code if till else "",
    )
