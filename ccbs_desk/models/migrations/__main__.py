"""Write the migrations that bring the schema to what the models say: `python -m ccbs_desk.models.migrations TOPIC`.

One file an area that changed, in the folder of the side that has its tables. Read what was written before keeping it:
a renamed column, for instance, looks like one gone and another come.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import UpgradeOps
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table

from ccbs_desk.models.base import Base, Id, Instant
from ccbs_desk.models.database import MIGRATIONS, migrate, migration_config, open_database, reading
from ccbs_desk.models.registry import METADATA

AREA_OF_TABLE = {
    mapper.local_table.name: mapper.class_.__module__.rpartition(".")[2]
    for mapper in Base.registry.mappers
    if isinstance(mapper.local_table, Table)
}
PLACES = {
    "both": ("reference", "subscribers", "money", "care", "calls", "enquiries"),
    "server": ("reference", "subscribers", "money", "care", "calls", "enquiries", "central"),
    "desk": ("reference", "subscribers", "money", "care", "calls", "enquiries", "desk"),
}
# What a table says of itself is the program's concern, not the schema's.
NOT_SCHEMA = re.compile(r"^ *(?:#.*|info=\{.*\},?)\n", re.MULTILINE)
HEAD = '''"""{title}."""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
'''


def main() -> None:
    """Write what is missing."""
    topic = sys.argv[1] if len(sys.argv) > 1 else "tables"
    for place, areas in PLACES.items():
        for area in areas:
            for path in write(place, area, topic):
                sys.stdout.write(f"{path}\n")


def write(place: str, area: str, topic: str) -> Iterator[Path]:
    """Write the migration of an area's tables in `place`, if there is anything to write."""
    side = "desk" if place == "desk" else "server"
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/schema.db")
        migrate(engine, side)
        with reading(engine) as connection:
            ops = missing(connection, place, area)
            head = _head(connection, side, place)
        engine.dispose()
    if ops.is_empty():
        return
    number = int(head.rpartition("_")[2]) + 1 if head else 1
    body = render_python_code(ops, render_item=_render_item)
    used = sorted(name for name in ("Id", "Instant") if f"{name}()" in body)
    text = HEAD.format(
        title=f"{area.capitalize()}: {topic}",
        imports=f"\nfrom ccbs_desk.models.base import {', '.join(used)}\n" if used else "",
        revision=f"{place}_{number:04}",
        down=f'"{head}"' if head else None,
    )
    path = MIGRATIONS / place / f"v{number:04}_{area}_{topic}.py"
    path.write_text(text + NOT_SCHEMA.sub("", f"    {body}\n"))
    yield path


def missing(connection: Connection, place: str, area: str) -> UpgradeOps:
    """Return what the database lacks of the tables that `place` keeps for an area."""
    options = {"include_object": _chooser(place, area)}
    script = produce_migrations(MigrationContext.configure(connection, opts=options), METADATA)
    if script.upgrade_ops is None:
        raise LookupError("Alembic compared nothing")
    return script.upgrade_ops


def _chooser(place: str, area: str) -> Callable[..., bool]:
    def chosen(item: Any, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
        if kind != "table":
            return True
        known = METADATA.tables.get(str(name))
        return known is not None and known.info["side"] == place and AREA_OF_TABLE[known.name] == area

    return chosen


def _head(connection: Connection, side: str, place: str) -> str:
    script = ScriptDirectory.from_config(migration_config(side, connection))
    return next((head for head in script.get_heads() if head.startswith(f"{place}_")), "")


def _render_item(_kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their bare names."""
    return f"{type(item).__name__}()" if isinstance(item, (Id, Instant)) else False


if __name__ == "__main__":
    main()
