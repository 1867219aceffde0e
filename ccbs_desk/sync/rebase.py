"""Lay the server's word over what this desk did in the meantime.

When an answer or a page of the feed touches key K: the provisional acts that share K (and those that share keys with
them, and so on) are taken back, newest first; the server's rows are written; those acts that the server has not yet
spoken on run again with their stamps. Never the whole outbox. Everything happens in the caller's one transaction.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, update

from ccbs_desk.directory.index import reindex
from ccbs_desk.domain.errors import Refused
from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.registry import SYNCED, order_keys_of
from ccbs_desk.models.rows import fetch, from_wire, remove, upsert
from ccbs_desk.services.bus import execute
from ccbs_desk.wire.codec import ReasonForm, decode_envelope, reason_form
from ccbs_desk.wire.messages import Answer, Change, FeedPage

_log = logging.getLogger(__name__)

LIVE = ("pending", "applied", "parked", "conflict", "frozen")
"""States in which an act's rows on this desk are still its own word, not the server's."""
WAITING = ("pending", "parked", "conflict", "frozen")
"""States in which the server has not recorded the act."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a page or an answer changed here: accounts to be shown anew, acts that came home or were refused."""

    accounts: frozenset[UUID] = frozenset()
    home: tuple[UUID, ...] = ()
    refused: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class _Act:
    command_id: UUID
    device_seq: int
    state: str
    position: int | None
    raw: bytes
    keys: frozenset[object]


def apply_page(connection: Connection, page: FeedPage) -> Applied:
    """Write one page of the feed and move the cursor. A page that was seen before changes nothing.

    Raises msgspec.ValidationError when a row is not of its table: then nothing is written.
    """
    cursor = desk_state.cursor(connection)
    changes = [c for c in page.changes if c.position > cursor.position and c.table in SYNCED]
    rows = [(c, None if c.row is None else from_wire(c.table, c.row)) for c in changes]
    live = _live_acts(connection)
    came = {c.command_id for c in changes if c.command_id is not None}
    home = {
        a.command_id for a in live if a.command_id in came or (a.position is not None and a.position <= page.reached)
    }
    shaken = _closure(live, _keys_of(connection, rows), home)
    undo.take_back(connection, [a.command_id for a in shaken])
    _write(connection, rows)
    _settle(connection, home, page.reached)
    _run_again(connection, [a for a in shaken if a.command_id not in home])
    accounts = _accounts(rows)
    reindex(connection, _renamed(rows))
    reached = max(page.reached, cursor.position)
    desk_state.put(connection, desk_state.Cursor(reached, max(page.head, reached)))
    return Applied(frozenset(accounts), tuple(home))


def apply_answers(connection: Connection, answers: Iterable[Answer]) -> Applied:
    """Write what the server said of acts that were pushed. An answer seen before changes nothing."""
    refused = []
    home: set[UUID] = set()
    position = desk_state.cursor(connection).position
    for answer in answers:
        state = connection.execute(
            select(Outbox.state).where(Outbox.command_id == answer.command_id)
        ).scalar_one_or_none()
        if state not in WAITING:
            continue
        if answer.outcome == "refused":
            refused.append(answer.command_id)
        elif answer.outcome == "applied" and (answer.position is None or answer.position <= position):
            home.add(answer.command_id)
        _note(connection, answer)
    undo.forget(connection, home)
    _settle(connection, home, position)
    accounts = _take_back_refused(connection, refused)
    return Applied(frozenset(accounts), tuple(home), tuple(refused))


def _note(connection: Connection, answer: Answer) -> None:
    reason = answer.reason or ReasonForm("")
    table = table_of(Outbox)
    connection.execute(
        update(table)
        .where(table.c.command_id == answer.command_id)
        .values(
            state=answer.outcome,
            position=answer.position,
            reason_code=reason.code or None,
            reason_values=reason.values,
            handled=answer.outcome == "applied",
        )
    )


def _take_back_refused(connection: Connection, refused: Collection[UUID]) -> set[UUID]:
    """A refused act is gone; acts that stood on it stand again on what is left."""
    if not refused:
        return set()
    live = _live_acts(connection, also=refused)
    gone = set(refused)
    shaken = _closure(live, set(), gone)
    undo.take_back(connection, [a.command_id for a in shaken])
    _run_again(connection, [a for a in shaken if a.command_id not in gone])
    keys = {key for a in shaken for key in a.keys if isinstance(key, str) and key.startswith("account:")}
    return {UUID(key.removeprefix("account:")) for key in keys}


def _live_acts(connection: Connection, also: Collection[UUID] = ()) -> list[_Act]:
    rows = connection.execute(
        select(Outbox.command_id, Outbox.device_seq, Outbox.state, Outbox.position, Outbox.raw, Outbox.order_keys)
        .where(Outbox.state.in_(LIVE) | Outbox.command_id.in_(also))
        .order_by(Outbox.device_seq)
    ).all()
    touched = undo.touched(connection, [row.command_id for row in rows])
    return [
        _Act(r.command_id, r.device_seq, r.state, r.position, r.raw, frozenset([*r.order_keys, *touched[r.command_id]]))
        for r in rows
    ]


def _keys_of(connection: Connection, rows: Iterable[tuple[Change, dict[str, Any] | None]]) -> set[object]:
    keys: set[object] = set()
    for change, row in rows:
        keys.add((change.table, change.id))
        gone = fetch(connection, SYNCED[change.table], change.id) if row is None else row
        keys.update(order_keys_of(gone or {}))
    return keys


def _closure(live: list[_Act], keys: set[object], start: Collection[UUID]) -> list[_Act]:
    """Return the acts that share a key with `keys`, with the acts of `start`, or with any act so found."""
    keys = set(keys)
    found: dict[UUID, _Act] = {}
    grew = True
    while grew:
        grew = False
        for act in live:
            if act.command_id not in found and (act.command_id in start or not keys.isdisjoint(act.keys)):
                found[act.command_id] = act
                keys |= act.keys
                grew = True
    return sorted(found.values(), key=lambda act: act.device_seq)


def _write(connection: Connection, rows: list[tuple[Change, dict[str, Any] | None]]) -> None:
    """Write in feed order; runs of one table go in one statement."""
    batch: list[Mapping[str, Any]] = []
    table_name = ""
    for change, row in rows:
        if batch and (change.table != table_name or row is None):
            upsert(connection, SYNCED[table_name], batch)
            batch = []
        table_name = change.table
        if row is None:
            remove(connection, SYNCED[table_name], change.id)
        else:
            batch.append(row)
    if batch:
        upsert(connection, SYNCED[table_name], batch)


def _settle(connection: Connection, home: Collection[UUID], reached: int) -> None:
    table = table_of(Outbox)
    connection.execute(
        update(table).where(table.c.command_id.in_(home)).values(state="home", position=reached, handled=True)
    )


def _run_again(connection: Connection, acts: Iterable[_Act]) -> None:
    """Run acts with their stamps on top of the server's rows. One that no longer holds leaves no rows; the server will
    say so too, and then a person sees it."""
    for act in acts:
        envelope = decode_envelope(act.raw)
        point = connection.begin_nested()
        undo.begin(connection, act.command_id)
        try:
            execute(connection, envelope, deciding=False)
        except Refused as no:
            point.rollback()
            _log.info("act %s does not hold any more: %s", act.command_id, reason_form(no.reason).code)
        else:
            undo.end(connection)
            point.commit()


def _accounts(rows: Iterable[tuple[Change, dict[str, Any] | None]]) -> set[UUID]:
    found = {row["id"] if change.table == "account" else row.get("account_id") for change, row in rows if row}
    return {account for account in found if account is not None}


def _renamed(rows: Iterable[tuple[Change, dict[str, Any] | None]]) -> set[UUID]:
    """Return the accounts whose place in the name index may have changed."""
    named = {"account", "subscriber", "listing"}
    found = set()
    for change, row in rows:
        if change.table in named and row is not None:
            found.add(row["id"] if change.table != "listing" else row["account_id"])
    return found
