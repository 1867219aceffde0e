"""Bring a desk's database to this release's schema, with a way back to what it was.

The copy is taken before anything is changed and lies beside the database, encrypted like it. When the upgrade fails, it
takes the database's place, so that the release before can go on. It is kept until the next start has found all well.
"""

import logging
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import PoolProxiedConnection

from ccbs_desk.domain.errors import Unavailable
from ccbs_desk.domain.store_errors import StoreNewer, UpgradeFailed
from ccbs_desk.models import undo
from ccbs_desk.models.database import migrate, revisions, steps_of
from ccbs_desk.models.failures import explained
from ccbs_desk.models.store_files import copy_to, take_place

_log = logging.getLogger(__name__)

COPY = ".before"


def bring_up(engine: Engine, path: Path) -> None:
    """Bring the store at `path`, open in `engine`, to the newest schema; a failure leaves it as it was, and closed.

    Raises Unavailable: store.newer (a newer release has been here), store.upgrade_failed, and as the database does.
    """
    standing = frozenset(revisions(engine))
    steps = steps_of("desk")
    if not standing <= steps.known:
        raise Unavailable(StoreNewer())
    if standing == steps.newest or not standing:
        _migrated(engine)
        path.with_name(path.name + COPY).unlink(missing_ok=True)
        return
    copy = _copied(engine, path)
    try:
        _migrated(engine)
    except Exception as error:  # whatever a step of a migration raises
        _log.exception("the upgrade from %s failed; the database is as before", ", ".join(sorted(standing)))
        engine.dispose()
        take_place(copy, path)
        gone = explained(error) if isinstance(error, DatabaseError) else error
        raise gone if isinstance(gone, Unavailable) else Unavailable(UpgradeFailed()) from error


def _migrated(engine: Engine) -> None:
    migrate(engine, "desk")
    with engine.begin() as connection:
        undo.install(connection)


def fold_in(raw: PoolProxiedConnection) -> None:
    """Write what lies beside the database into it, so that the one file is all there is."""
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copied(engine: Engine, path: Path) -> Path:
    raw = engine.raw_connection()
    try:
        fold_in(raw)
    finally:
        raw.close()
    copy = path.with_name(path.name + COPY)
    copy_to(path, copy)
    return copy
