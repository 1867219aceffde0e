"""What tests of care need to name: features and lines of the demo country, and what stands in the tables."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.domain.care_commands import AddFeature, OpenComplaint, RemoveFeature
from ccbs_desk.models.base import Base, table_of
from ccbs_desk.models.reference import Feature
from server_stub.seed import demo


def feature_id(connection: Connection, code: str, /) -> UUID:
    """Return the id of a feature of the catalogue."""
    return connection.execute(select(Feature.id).where(Feature.code == code)).scalar_one()


def rows_of(connection: Connection, model: type[Base], /, **where: Any) -> Sequence[Any]:
    """Return a table's rows with these values, by id."""
    table = table_of(model)
    return connection.execute(select(table).filter_by(**where).order_by(table.c.id)).all()


def add_feature(feature: UUID, on: date) -> AddFeature:
    """Return the order of a feature for the demo line."""
    return AddFeature(account_id=demo.ACCOUNT_ID, line_id=demo.LINE_ID, feature_id=feature, effective_on=on)


def remove_feature(feature: UUID, on: date) -> RemoveFeature:
    """Return the order of its end."""
    return RemoveFeature(account_id=demo.ACCOUNT_ID, line_id=demo.LINE_ID, feature_id=feature, effective_on=on)


def complaint(category: str = "noise", text: str = "تشويش على الخط", beside: UUID | None = None) -> OpenComplaint:
    """Return a complaint about the demo line."""
    return OpenComplaint(account_id=demo.ACCOUNT_ID, line_id=demo.LINE_ID, category=category, text=text, beside=beside)
