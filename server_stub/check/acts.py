"""Every recorded act is in the audit as it was sent, and where it changed something in the feed; none waits unseen."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, exists, select

from ccbs_desk.domain.errors import Refused
from ccbs_desk.domain.ids import derive
from ccbs_desk.models.central import AppliedCommand, FeedRow, ParkedCommand
from ccbs_desk.models.money import Audit
from ccbs_desk.services.bus import act_hash
from ccbs_desk.wire.codec import Malformed, decode_envelope, envelope_hash
from server_stub.check.findings import AnyRow, Check, Finding, pieces, stream

_ACT = select(AppliedCommand.command_id, AppliedCommand.body_hash, AppliedCommand.raw)


def every_act_is_in_the_audit(connection: Connection) -> Iterator[Finding]:
    """An act's bytes are what its hash says, and its audit row binds to what the bytes say."""
    for acts in pieces(stream(connection, _ACT.order_by(AppliedCommand.command_id))):
        ids = [derive(act.command_id, "audit", "audit") for act in acts]
        found = connection.execute(select(Audit.command_id, Audit.body_hash).where(Audit.id.in_(ids)))
        audited: dict[Any, bytes] = {row.command_id: row.body_hash for row in found}
        for act in acts:
            yield from _bound(act, audited.get(act.command_id))


def _bound(act: AnyRow, audited: bytes | None) -> Iterator[Finding]:
    subject = f"act {act.command_id}"
    if envelope_hash(act.raw) != act.body_hash:
        yield Finding("an act's bytes are not those that were recorded", subject)
    elif audited is None:
        yield Finding("an act has no audit row", subject)
    else:
        try:
            envelope = decode_envelope(act.raw)
        except (Malformed, Refused):
            yield Finding("an act can't be read any more", subject)
            return
        if act_hash(envelope) != audited:
            yield Finding("an act's audit row binds to something else", subject)


def every_act_is_in_the_feed(connection: Connection) -> Iterator[Finding]:
    """An act that was given a position has its rows there."""
    there = exists().where(FeedRow.position == AppliedCommand.position, FeedRow.command_id == AppliedCommand.command_id)
    statement = select(AppliedCommand.command_id, AppliedCommand.position)
    for row in stream(connection, statement.where(AppliedCommand.position.is_not(None), ~there)):
        yield Finding("an act has no rows at its position of the feed", f"act {row.command_id} at {row.position}")


def device_sequences_have_no_holes(connection: Connection) -> Iterator[Finding]:
    """Every act of a device has come; one that has not is on its way, or lost with the device."""
    statement = select(AppliedCommand.device_id, AppliedCommand.device_seq).where(AppliedCommand.device_seq > 0)
    rows = stream(connection, statement.order_by(AppliedCommand.device_id, AppliedCommand.device_seq))
    for device_id, acts in groupby(rows, key=lambda row: row.device_id):
        expected = 1
        for act in acts:
            if act.device_seq > expected:
                subject = f"device {device_id}: {expected} to {act.device_seq - 1}"
                yield Finding("acts of a device have not come", subject, pending=True)
            expected = act.device_seq + 1


def nothing_is_parked(connection: Connection) -> Iterator[Finding]:
    """No act waits for a person."""
    for row in stream(connection, select(ParkedCommand.command_id, ParkedCommand.error)):
        yield Finding("an act is parked", f"act {row.command_id}: {row.error}", pending=True)


CHECKS: tuple[Check, ...] = (
    every_act_is_in_the_audit,
    every_act_is_in_the_feed,
    device_sequences_have_no_holes,
    nothing_is_parked,
)
