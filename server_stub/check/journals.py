"""The hash chains of the tills' journals and of the devices' audit rows hold; holes are known."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from sqlalchemy import Connection, select

from ccbs_desk.domain.journal import Entry, verify
from ccbs_desk.models.money import Audit, TillJournal
from server_stub.check.findings import AnyRow, Check, Finding, stream


def till_journals_are_whole(connection: Connection) -> Iterator[Finding]:
    """Each row of a till's journal carries the hash of the row before it; a missing row is pending."""
    columns = (TillJournal.command_id, TillJournal.body_hash, TillJournal.prev_hash, TillJournal.hash)
    statement = select(TillJournal.till_id.label("owner"), TillJournal.letter, TillJournal.seq, *columns)
    rows = stream(connection, statement.order_by(TillJournal.till_id, TillJournal.letter, TillJournal.seq))
    for (till_id, letter), chain in groupby(rows, key=lambda row: (row.owner, row.letter)):
        yield from _chain(f"till {till_id}, series {letter}", chain)


def audit_chains_are_whole(connection: Connection) -> Iterator[Finding]:
    """Each audit row of a device carries the hash of its act before; a missing one is pending.

    What a person booked beside the sequence (below zero) is no link of the chain.
    """
    columns = (Audit.command_id, Audit.body_hash, Audit.prev_hash, Audit.hash)
    statement = select(Audit.device_id.label("owner"), Audit.device_seq.label("seq"), *columns)
    chained = statement.where(Audit.device_seq > 0)
    rows = stream(connection, chained.order_by(Audit.device_id, Audit.device_seq))
    for device_id, chain in groupby(rows, key=lambda row: row.owner):
        yield from _chain(f"device {device_id}", chain)


def _chain(owner: str, rows: Iterable[AnyRow]) -> Iterator[Finding]:
    """Verify one chain pair by pair, so that it may be as long as it likes."""
    before: Entry | None = None
    for row in rows:
        entry = Entry(row.owner, row.seq, row.command_id, row.body_hash, row.prev_hash, row.hash)
        expected = before.seq + 1 if before else 1
        if entry.seq > expected:
            missing = str(expected) if entry.seq == expected + 1 else f"{expected} to {entry.seq - 1}"
            yield Finding("a journal's row is missing", f"{owner}: {missing}", pending=True)
        if verify([before, entry] if before else [entry]) == entry.seq:
            yield Finding("a journal's row was changed or is not chained", f"{owner}: {entry.seq}")
        before = entry


CHECKS: tuple[Check, ...] = (till_journals_are_whole, audit_chains_are_whole)
