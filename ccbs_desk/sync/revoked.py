"""What becomes of a desk that was shut out: the subscribers' data goes at once, what it has not sent stays.

Receipts, ledger and cards are the centre's, and the centre has them. The outbox is this desk's alone: a person books it
by hand, or the device that it becomes brings it home. The drawer can still be counted, so the money in it stays known.
"""

import asyncio
import logging

from sqlalchemy import Connection, delete, select

from ccbs_desk.directory import index
from ccbs_desk.domain.errors import Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox, Undo
from ccbs_desk.models.money import LedgerRow, TillJournal, TillSession
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.store import Store
from ccbs_desk.sync.swap import forget_others

_log = logging.getLogger(__name__)

KEPT = frozenset(model.__tablename__ for model in (TillSession, TillJournal, LedgerRow))
"""What a count of the drawer needs; it names no person."""
_LEDGER = table_of(LedgerRow)


async def shut_out(store: Store) -> bool:
    """Let the subscribers' data go, and take no more money here, also after a restart without the link.

    Returns whether there was anything to go; what could not be done now is done at the next no.
    """
    try:
        had = await asyncio.wrap_future(store.write(drop_replica))
    except Unavailable as gone:
        _log.warning("that this desk was revoked could not be kept: %s", gone)
        return False
    if had:
        await asyncio.to_thread(forget_others, store.folder)
    return had


def drop_replica(connection: Connection) -> bool:
    """Remove what this desk holds of subscribers, and keep that it was shut out; return whether there was anything.

    Doing it again changes nothing.
    """
    known = desk_state.device(connection)
    had = known is not None and not known.revoked
    desk_state.note_revoked(connection)
    # What is removed is overwritten, not only given free.
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    for table in SYNCED.values():
        if table.info["sync"] == "area" and table.name not in KEPT:
            had = bool(connection.execute(delete(table)).rowcount) or had
    own = select(Outbox.command_id)
    connection.execute(delete(_LEDGER).where(_LEDGER.c.till_id.is_(None) | _LEDGER.c.command_id.not_in(own)))
    connection.execute(delete(table_of(Undo)))
    index.rebuild(connection)
    return had
