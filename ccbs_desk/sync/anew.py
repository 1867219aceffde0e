"""When the server was put back to an earlier day: bring home again what it has forgotten, then load the scope anew.

A database that comes from a backup lacks what came after it, and gives the same positions a second time. The desk hears
it from the epoch of a page, or because it has followed the feed further than its head. Then, in this order:

1. every act of the outbox counts as unsent again, the refused ones too, since the till's journal has their numbers;
2. all are sent; the server gives the first result of those that it knows, and judges the others as if they were new,
   but only journals what was refused once;
3. the scope is loaded anew beside this store and takes its place (`swap`), and the feed is followed from there.

When the device belongs to another area now, which the pages say, the second and the third step are enough: the new area
is loaded, and the one before goes with the old file. Until the third step is done nothing here is taken away: receipts,
drafts and what is on the screen stay. Each step may be cut at any moment and is gone on with at the next connection.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.wire.messages import FeedPage, area_of_scope, scope_name

ENDED = ("home", "applied", "seen", "refused", "withdrawn")
"""States that rest on a word of the server which it may have forgotten."""


@dataclass(frozen=True, slots=True)
class Known:
    """What this store was told of the feed: where it has followed it to, and the furthest position it has heard of."""

    cursor: desk_state.Cursor
    furthest: int
    scope: str = ""


def known(connection: Connection) -> Known:
    """Return what this store was told of the feed."""
    cursor = desk_state.cursor(connection)
    answered = connection.execute(select(func.max(Outbox.position)).where(Outbox.state == "applied")).scalar_one()
    device = desk_state.device(connection)
    scope = scope_name(device.area_id) if device else ""
    return Known(cursor, max(cursor.position, cursor.head, answered or 0), scope)


def is_put_back(page: FeedPage, told: Known) -> bool:
    """Return whether this page is of a feed that is not the one which was followed here."""
    epoch = told.cursor.epoch
    return (bool(page.epoch and epoch) and page.epoch != epoch) or page.head < told.furthest


def is_of_other_area(page: FeedPage, told: Known) -> bool:
    """Return whether this page is of an area that is not the one which is here."""
    return bool(page.scope and told.scope) and page.scope != told.scope


def note_scope(connection: Connection, scope: str) -> None:
    """Follow no feed until that area is loaded. A name that is none is our bug or another release's: ValueError."""
    desk_state.put(connection, desk_state.Rescope(area_of_scope(scope)))


def is_due(connection: Connection) -> bool:
    """Return whether the scope must be loaded anew before any feed is followed."""
    return desk_state.renewal(connection) is not None or desk_state.rescope(connection) is not None


def note(connection: Connection, epoch: str) -> None:
    """Count every act as unsent, and follow no feed until the scope is loaded anew.

    Of an act whose refusal a person has dealt with nobody is asked again, unless the server now says something else.
    """
    table = table_of(Outbox)
    connection.execute(update(table).where(table.c.state.in_(ENDED)).values(state="pending", position=None))
    connection.execute(
        update(table).where(table.c.state == "pending", table.c.reason_code.is_(None)).values(handled=False)
    )
    desk_state.put(connection, desk_state.Cursor(0, 0, epoch))
    desk_state.put(connection, desk_state.Renewal(epoch))
