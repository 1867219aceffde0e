"""The published directory of a server under test: listings put into it and taken out, and its first file awaited."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import delete, insert, select, update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading
from ccbs_desk.models.subscribers import Listing
from ccbs_desk.services.work import RowChange
from ccbs_desk.wire.directory import DirectoryInfo
from server_stub.feed import feeding
from server_stub.seed import demo
from tests.factories.server import RunningServer, SignedIn, until

NEW_NAME = "بهيجة زنوبيا القنواتي"
_LISTING = table_of(Listing)


def a_listing(server: RunningServer, area_id: int = demo.AREA) -> dict[str, Any]:
    """Return a published listing of an area."""
    with reading(server.engine) as connection:
        chosen = select(_LISTING).where(_LISTING.c.listed, _LISTING.c.area_id == area_id).order_by(_LISTING.c.id)
        return dict(connection.execute(chosen.limit(1)).mappings().one())


def add_listing(server: RunningServer, **facts: object) -> UUID:
    """Add a listing to that of another line; return its id."""
    row = a_listing(server) | {"id": uuid4(), "name": NEW_NAME} | facts
    with feeding(server.engine) as (connection, writer):
        connection.execute(insert(_LISTING), row)
        writer.publish([RowChange("listing", row["id"], row)])
    return UUID(str(row["id"]))


def change_listing(server: RunningServer, listing_id: UUID, **facts: object) -> None:
    """Change a listing."""
    with feeding(server.engine) as (connection, writer):
        chosen = _LISTING.c.id == listing_id
        before = dict(connection.execute(select(_LISTING).where(chosen)).mappings().one())
        connection.execute(update(_LISTING).where(chosen).values(**facts))
        writer.publish([RowChange("listing", listing_id, before | facts, before)])


def remove_listing(server: RunningServer, listing_id: UUID) -> None:
    """Take a listing away."""
    with feeding(server.engine) as (connection, writer):
        chosen = _LISTING.c.id == listing_id
        before = dict(connection.execute(select(_LISTING).where(chosen)).mappings().one())
        connection.execute(delete(_LISTING).where(chosen))
        writer.publish([RowChange("listing", listing_id, None, before)])


def directory_of(session: SignedIn) -> DirectoryInfo:
    """Ask for the file of a desk's listings."""
    response = session.http.get("/v1/directory")
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=DirectoryInfo)


def ready_directory(session: SignedIn) -> DirectoryInfo:
    """Ask until the file is there."""
    return until(lambda: info if (info := directory_of(session)).state == "ready" else None)
