"""Bring a server's database to this release: the schema, and the codes that came with it.

A country that is older than the codes gets them here, in the feed, so that every desk hears of them. What the operator
has changed or taken away since is left alone: codes are added to a table only while it has none at all.
"""

from sqlalchemy import Connection, Engine, func, insert, select

from ccbs_desk.models.database import migrate
from ccbs_desk.models.reference import Governorate
from ccbs_desk.models.registry import METADATA
from ccbs_desk.services.work import RowChange
from server_stub.feed import feeding
from server_stub.seed.codes import CODES, values_of


def upgrade(engine: Engine) -> None:
    """Bring schema and codes to this release. Doing it again changes nothing."""
    migrate(engine, "server")
    with feeding(engine) as (connection, writer):
        if connection.execute(select(Governorate.id).limit(1)).first() is None:
            return
        writer.publish(_add_codes(connection))


def _add_codes(connection: Connection) -> list[RowChange]:
    added = []
    for name, rows in CODES.items():
        table = METADATA.tables[name]
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            continue
        values = [values_of(name, n) for n in range(1, len(rows) + 1)]
        connection.execute(insert(table), values)
        added += [RowChange(name, row["id"], row) for row in values]
    return added
