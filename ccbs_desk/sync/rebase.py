"""Lay the server's word over what this desk did in the meantime.

When an answer or a page of the feed touches key K: the provisional acts that share K (and those that share keys with
them, and so on) are taken back, newest first; the server's rows are written; those acts whose rows the server has not
sent run again with their stamps. Never the whole outbox. Everything happens in the caller's one transaction.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, func, select, true, update
from sqlalchemy.exc import OperationalError

from ccbs_desk.directory.index import reindex
from ccbs_desk.domain.care_errors import ActLeft
from ccbs_desk.domain.errors import Refused
from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox, Undo
from ccbs_desk.models.registry import SYNCED, order_keys_of
from ccbs_desk.models.rows import fetch, from_wire, remove, upsert
from ccbs_desk.services.bus import execute
from ccbs_desk.wire.codec import Malformed, ReasonForm, decode_envelope
from ccbs_desk.wire.messages import Answer, Change, FeedPage

_log = logging.getLogger(__name__)

T = TypeVar("T")

LIVE = ("pending", "applied", "parked", "frozen")
"""States in which an act's rows on this desk are its own word: the server's rows have not come."""
UNANSWERED = ("pending", "seen", "parked", "frozen")
"""States in which the server's last word on the act has not come."""
TAKEN_BACK = ("refused", "conflict")
"""Outcomes after which nothing of the act is left here but its permanent rows."""

AT_A_TIME = 1_000
"""How many keys or acts one question names."""

Row = tuple[Change, dict[str, Any] | None]
RowKey = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Applied:
    """What a page or an answer changed here: accounts to be shown anew, acts that came home or were refused.

    `everybody` is set when rows came that any screen may show (prices, names), or went, which tell no account.
    """

    accounts: frozenset[UUID] = frozenset()
    home: tuple[UUID, ...] = ()
    refused: tuple[UUID, ...] = ()
    everybody: bool = False

    def __or__(self, other: "Applied") -> "Applied":
        """Return both together."""
        return Applied(
            self.accounts | other.accounts,
            self.home + other.home,
            self.refused + other.refused,
            self.everybody or other.everybody,
        )

    def __bool__(self) -> bool:
        """Return whether anything changed."""
        return bool(self.accounts or self.home or self.refused or self.everybody)


@dataclass(frozen=True, slots=True)
class _Act:
    device_seq: int
    command_id: UUID
    order_keys: frozenset[str]
    rows: frozenset[RowKey]


def apply_page(connection: Connection, page: FeedPage) -> Applied:
    """Write one page of the feed and move the cursor. What was seen before changes nothing.

    Raises Malformed when the page does not follow on the cursor, msgspec.ValidationError when a row is not of its
    table: then nothing is written. An act whose rows come is home; if its answer was lost it is `seen`, and is sent
    once more for the answer, since a refused act leaves rows (its journal) as well.
    """
    cursor = desk_state.cursor(connection)
    _check(page, cursor)
    changes = [c for c in page.changes if c.position > cursor.position and c.table in SYNCED]
    rows = _without_own(connection, _rows_of(changes))
    here, home = _came_home(connection, {c.command_id for c in changes if c.command_id}, page.reached)
    shaken = _shaken(connection, *_keys_of(connection, rows), here)
    undo.take_back(connection, [a.command_id for a in shaken])
    _write(connection, rows)
    _settle(connection, home, "home", page.reached)
    _settle(connection, here - home, "seen", page.reached)
    run_again(connection, [a.command_id for a in shaken if a.command_id not in here])
    reindex(connection, _renamed(rows))
    reached = max(page.reached, cursor.position)
    desk_state.put(connection, desk_state.Cursor(reached, max(page.head, reached), page.epoch or cursor.epoch))
    return Applied(_accounts(rows) | _accounts_of(shaken), tuple(home), everybody=any(map(_is_shown_anywhere, rows)))


def lay_over(connection: Connection, changes: Iterable[Change]) -> Applied:
    """Write rows as the server has them at the very position that this store has reached, under what is unsent here.

    A row that the server does not have goes.

    Raises msgspec.ValidationError when a row is not of its table: then nothing is written.
    """
    rows = _rows_of(c for c in changes if c.table in SYNCED)
    shaken = _shaken(connection, *_keys_of(connection, rows))
    undo.take_back(connection, [a.command_id for a in shaken])
    _write(connection, rows)
    run_again(connection, [a.command_id for a in shaken])
    reindex(connection, _renamed(rows))
    return Applied(_accounts(rows) | _accounts_of(shaken), everybody=any(map(_is_shown_anywhere, rows)))


def _rows_of(changes: Iterable[Change]) -> list[Row]:
    return [(c, None if c.row is None else from_wire(c.table, c.row)) for c in changes]


def apply_answers(connection: Connection, answers: Iterable[Answer]) -> Applied:
    """Write what the server said of acts that were pushed. An answer seen before changes nothing."""
    position = desk_state.cursor(connection).position
    home, gone, refused = set(), set(), []
    for answer in answers:
        state = connection.execute(
            select(Outbox.state).where(Outbox.command_id == answer.command_id)
        ).scalar_one_or_none()
        if state not in UNANSWERED:
            continue
        _note(connection, answer)
        if answer.outcome in TAKEN_BACK:
            refused.append(answer.command_id)
            gone.add(answer.command_id)
        elif answer.outcome == "applied" and state == "seen":
            home.add(answer.command_id)
        elif answer.outcome == "applied" and (answer.position is None or answer.position <= position):
            # Its rows, if the server has any for this desk, are here already: what it wrote itself goes.
            home.add(answer.command_id)
            gone.add(answer.command_id)
    accounts = _take_back(connection, gone)
    _settle(connection, home, "home", position)
    return Applied(accounts, tuple(home), tuple(refused))


def _without_own(connection: Connection, rows: list[Row]) -> list[Row]:
    """Leave out tombstones of what this desk did itself: an account that leaves the area takes no receipt with it."""
    kept: set[tuple[str, UUID]] = set()
    by_table: dict[str, set[UUID]] = {}
    for change, row in rows:
        if row is None and "command_id" in SYNCED[change.table].columns:
            by_table.setdefault(change.table, set()).add(change.id)
    for name, ids in by_table.items():
        table = SYNCED[name]
        own = select(table.c.id).where(table.c.id.in_(ids), table.c.command_id.in_(select(Outbox.command_id)))
        kept |= {(name, row_id) for row_id in connection.execute(own).scalars()}
    return [row for row in rows if (row[0].table, row[0].id) not in kept]


def _came_home(connection: Connection, came: Collection[UUID], reached: int) -> tuple[set[UUID], set[UUID]]:
    """Return which provisional acts have the server's rows here now, and which of them were answered before."""
    answered = select(Outbox.command_id).where(Outbox.state == "applied", Outbox.position <= reached)
    home = set(connection.execute(answered).scalars())
    here = set(home)
    for ids in _pieces(came):
        states = select(Outbox.command_id, Outbox.state).where(Outbox.command_id.in_(ids), Outbox.state.in_(LIVE))
        for command_id, state in connection.execute(states):
            here.add(command_id)
            if state == "applied":
                home.add(command_id)
    return here, home


def _check(page: FeedPage, cursor: desk_state.Cursor) -> None:
    """A page is whole and follows on what is here, or it is no page: a gap would never be noticed again."""
    position = cursor.position
    if page.epoch and cursor.epoch and page.epoch != cursor.epoch:
        raise Malformed("a page of another epoch does not follow on what is here")
    if page.after > position or page.reached < page.after:
        raise Malformed(f"a page after {page.after} up to {page.reached} does not follow on {position}")
    before = page.after
    for change in page.changes:
        if not max(before, page.after + 1) <= change.position <= page.reached:
            raise Malformed(f"position {change.position} is out of place in a page")
        before = change.position


def _note(connection: Connection, answer: Answer) -> None:
    reason = answer.reason or ReasonForm("")
    table = table_of(Outbox)
    if answer.outcome == "refused" and reason.code == ActLeft.code:
        # The first refusal says why, and whether a person has dealt with it.
        again = update(table).where(table.c.command_id == answer.command_id)
        connection.execute(again.values(state=answer.outcome, position=answer.position))
        return
    dealt_with = table.c.handled & (func.coalesce(table.c.reason_code, "") == reason.code)
    connection.execute(
        update(table)
        .where(table.c.command_id == answer.command_id)
        .values(
            state=answer.outcome,
            position=answer.position,
            reason_code=reason.code or None,
            reason_values=reason.values,
            handled=True if answer.outcome == "applied" else dealt_with,
        )
    )


def _take_back(connection: Connection, gone: Collection[UUID]) -> frozenset[UUID]:
    """These acts are gone; acts that stood on them stand again on what is left. Return the accounts of all."""
    if not gone:
        return frozenset()
    shaken = _shaken(connection, set(), set(), gone, also=gone)
    undo.take_back(connection, [a.command_id for a in shaken])
    again = [a for a in shaken if a.command_id not in gone]
    if desk_state.renewal(connection) is not None:
        # What was home before the server was put back has the server's rows; it is not done a second time on them.
        again = [a for a in again if a.rows]
    run_again(connection, [a.command_id for a in again])
    return _accounts_of(shaken)


def _keys_of(connection: Connection, rows: Iterable[Row]) -> tuple[set[str], set[RowKey]]:
    """Return the order keys that rows speak of, and the rows themselves."""
    keys: set[str] = set()
    places: set[RowKey] = set()
    for change, row in rows:
        places.add((change.table, change.id))
        gone = fetch(connection, SYNCED[change.table], change.id) if row is None else row
        keys.update(order_keys_of(gone or {}))
    return keys, places


def _shaken(
    connection: Connection,
    keys: set[str],
    places: set[RowKey],
    start: Collection[UUID] = (),
    also: Collection[UUID] = (),
) -> list[_Act]:
    """Return the provisional acts that share a key or a row with these, with the acts of `start`, or with any act so
    found, in the order in which they were done. Those of `also` count as provisional.

    Only what is touched is read: thousands of acts may wait.
    """
    found: dict[UUID, _Act] = {}
    looked: set[UUID] = set()
    known_keys, known_places, wanted = set(keys), set(places), set(start)
    while True:
        wanted |= _sharing(connection, keys, places)
        wanted -= looked
        if not wanted:
            return sorted(found.values(), key=lambda act: act.device_seq)
        looked |= wanted
        acts = _provisional(connection, wanted, also)
        found |= {act.command_id: act for act in acts}
        keys = {key for act in acts for key in act.order_keys} - known_keys
        places = {place for act in acts for place in act.rows} - known_places
        known_keys, known_places, wanted = known_keys | keys, known_places | places, set()


def _sharing(connection: Connection, keys: Collection[str], places: Collection[RowKey]) -> set[UUID]:
    """Return the acts that name one of these keys or have changed one of these rows."""
    found: set[UUID] = set()
    named = func.json_each(Outbox.order_keys).table_valued("value", name="named")
    for some in _pieces(keys):
        statement = select(Outbox.command_id).join(named, true()).where(Outbox.state.in_(LIVE), named.c.value.in_(some))
        found.update(connection.execute(statement).scalars())
    for ids in _pieces({row_id for _, row_id in places}):
        images = select(Undo.command_id, Undo.table_name, Undo.row_id).where(Undo.row_id.in_(ids)).distinct()
        found.update(act for act, table, row_id in connection.execute(images) if (table, row_id) in places)
    return found


def _provisional(connection: Connection, ids: Collection[UUID], also: Collection[UUID]) -> list[_Act]:
    """Return those of these acts that may have rows of their own here, with all that they touch."""
    acts = []
    for some in _pieces(ids):
        statement = select(Outbox.device_seq, Outbox.command_id, Outbox.state, Outbox.order_keys)
        rows = connection.execute(statement.where(Outbox.command_id.in_(some))).all()
        live = [row for row in rows if row.state in LIVE or row.command_id in also]
        touched = undo.touched(connection, [row.command_id for row in live])
        acts += [
            _Act(row.device_seq, row.command_id, frozenset(row.order_keys), frozenset(touched[row.command_id]))
            for row in live
        ]
    return acts


def _pieces(of: Iterable[T]) -> Iterator[list[T]]:
    """Give what there is so many at a time."""
    rest = iter(of)
    while piece := list(islice(rest, AT_A_TIME)):
        yield piece


def _write(connection: Connection, rows: Iterable[Row]) -> None:
    """Write what each row came to in the end, one statement a table. Rows are whole, so nothing in between counts."""
    last: dict[tuple[str, UUID], dict[str, Any] | None] = {}
    for change, row in rows:
        # What changed last is written last: a name that went from one row to another is free by then.
        last.pop((change.table, change.id), None)
        last[change.table, change.id] = row
    batches: dict[str, list[Mapping[str, Any]]] = {}
    for (table_name, row_id), row in last.items():
        if row is None:
            remove(connection, SYNCED[table_name], row_id)
        else:
            batches.setdefault(table_name, []).append(row)
    for table_name, batch in batches.items():
        upsert(connection, SYNCED[table_name], batch)


def _settle(connection: Connection, ids: Collection[UUID], state: str, reached: int) -> None:
    table = table_of(Outbox)
    connection.execute(
        update(table).where(table.c.command_id.in_(ids)).values(state=state, position=reached, handled=True)
    )


def run_again(connection: Connection, ids: Sequence[UUID]) -> None:
    """Run acts with their stamps on top of the server's rows. One that no longer holds leaves no rows; the server will
    say so too, and then a person sees it."""
    found = connection.execute(
        select(Outbox.command_id, Outbox.raw, Outbox.reason_code, Outbox.state)
        .where(Outbox.command_id.in_(ids))
        .order_by(Outbox.device_seq)
    ).all()
    left = left_acts(connection, found)
    for command_id, raw, *_ in found:
        if command_id in left:
            continue
        try:
            with connection.begin_nested():
                undo.begin(connection, command_id)
                execute(connection, decode_envelope(raw), deciding=False)
                undo.end(connection)
        except Refused as no:
            _log.info("act %s does not hold any more: %s", command_id, no.reason.code)
        except OperationalError:
            # The disk or the file, not the act.
            raise
        except Exception:  # noqa: BLE001 - one act must not keep the server's rows out of this desk
            _log.exception("act %s can't be run again", command_id)


def left_acts(connection: Connection, acts: Sequence[Any]) -> frozenset[UUID]:
    """Return which of these acts (rows of the outbox) were refused once, and are not to be done after all.

    What is pending with a reason was refused before the server was put back (`anew.note`); where the server has failed
    on it since, the act by which a person has withdrawn or mended it still says so.
    """
    with_reason = [act for act in acts if act.reason_code is not None]
    if not with_reason:
        return frozenset()
    amended = select(Outbox.amends).where(Outbox.amends.in_([act.command_id for act in with_reason])).distinct()
    left = {act for act in connection.execute(amended).scalars() if act is not None}
    return frozenset(left | {act.command_id for act in with_reason if act.state == "pending"})


def _accounts(rows: Iterable[Row]) -> frozenset[UUID]:
    found = {row["id"] if change.table == "account" else row.get("account_id") for change, row in rows if row}
    return frozenset(account for account in found if account is not None)


def _is_shown_anywhere(row: Row) -> bool:
    return row[1] is None or bool(SYNCED[row[0].table].info["sync"] == "global")


def _accounts_of(acts: Iterable[_Act]) -> frozenset[UUID]:
    keys = (key for act in acts for key in act.order_keys)
    return frozenset(UUID(key.removeprefix("account:")) for key in keys if key.startswith("account:"))


def _renamed(rows: Iterable[Row]) -> set[UUID]:
    """Return the accounts and subscribers whose place in the name index may have changed."""
    found = set()
    for change, row in rows:
        if row is not None and change.table in ("listing", "line", "address"):
            found.add(row["account_id"])
        elif change.table == "account" or (row is not None and change.table == "subscriber"):
            found.add(change.id)
    return found
