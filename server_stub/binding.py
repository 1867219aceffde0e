"""What an act says of its till holds together, and is its sender's to say; anything else waits for a person.

The stamp, the command, the words on the receipt and the session are decided apart and travel together. A desk of ours
never lets them differ, so an act in which they do is not booked: it could take a number, or empty a drawer, of another
counter.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from ccbs_desk.domain.commands import Command, Envelope, Stamps, TillStamp
from ccbs_desk.domain.errors import Reason, TillOfOtherDevice
from ccbs_desk.domain.till import BadTill, Series, parse_receipt_number, receipt_number
from ccbs_desk.models.central import AppliedCommand
from ccbs_desk.models.money import Receipt, TillJournal, TillSession
from ccbs_desk.services.bus import Reference, TillSeries
from ccbs_desk.wire.messages import Outcome

INCONSISTENT = "request.inconsistent"
NUMBER_TAKEN = "receipt.number_taken"

_NUMBER = select(Receipt.command_id).where(Receipt.number == bindparam("number"))
_SESSION = select(TillSession.till_id).where(TillSession.id == bindparam("session"))
_WROTE = (
    select(AppliedCommand.device_id)
    .join(TillJournal, TillJournal.command_id == AppliedCommand.command_id)
    .where(TillJournal.till_id == bindparam("till"), TillJournal.letter == bindparam("letter"))
    .order_by(TillJournal.seq)
    .limit(1)
)


class Parked(Exception):
    """The act can't be applied now; `error` begins with a stable code, `reason` is what the desk is told."""

    def __init__(self, error: str, reason: Reason | None = None, outcome: Outcome = "parked") -> None:
        super().__init__(error)
        self.error = error
        self.reason = reason
        self.outcome = outcome


def check_till(connection: Connection, envelope: Envelope, reference: Reference) -> None:
    """Raise Parked unless all that the act says of a till is of one till, in a series of this device."""
    command, stamps = envelope.command, envelope.stamps
    stamp = stamps.till
    if command.at_till() != (stamp.till_id if stamp else None):
        raise Parked(f"{INCONSISTENT}: till")
    if stamp is None:
        return
    till = reference.series(stamp.till_id)
    if till is not None:
        _check_series(connection, stamp, till, stamps.device_id)
    _check_number(command, stamps, stamp, till)
    for session in _sessions(command, stamps):
        held_by = connection.execute(_SESSION, {"session": session}).scalar_one_or_none()
        if held_by not in (None, stamp.till_id):
            raise Parked(f"{INCONSISTENT}: session")
    if stamp.receipt_number is not None:
        bearer = connection.execute(_NUMBER, {"number": stamp.receipt_number}).scalar_one_or_none()
        if bearer not in (None, envelope.command_id):
            raise Parked(NUMBER_TAKEN)


def _check_series(connection: Connection, stamp: TillStamp, till: TillSeries, device_id: UUID) -> None:
    """The running letter is the till's device's; an earlier one is whose acts began it; a later one is nobody's."""
    if stamp.letter == till.letter:
        if till.device_id != device_id:
            raise Parked("till.other_device", TillOfOtherDevice(till.code))
        return
    if (len(stamp.letter), stamp.letter) > (len(till.letter), till.letter):
        raise Parked(f"{INCONSISTENT}: letter")
    wrote = connection.execute(_WROTE, {"till": stamp.till_id, "letter": stamp.letter}).scalar_one_or_none()
    if wrote not in (None, device_id):
        raise Parked("till.other_device", TillOfOtherDevice(till.code))


def _check_number(command: Command, stamps: Stamps, stamp: TillStamp, till: TillSeries | None) -> None:
    """An act that gives a receipt bears one number of its till and letter, on the paper as in the stamp."""
    number = stamp.receipt_number
    if (number is not None) != command.GIVES_RECEIPT:
        raise Parked(f"{INCONSISTENT}: receipt number")
    if number is None:
        return
    try:
        series, seq = parse_receipt_number(number)
    except BadTill as bad:
        raise Parked(f"{INCONSISTENT}: receipt number") from bad
    own = Series(till.code if till else series.till_code, series.letter)
    if series.letter != stamp.letter or number != receipt_number(own, seq):
        raise Parked(f"{INCONSISTENT}: receipt number")
    printed = stamps.decided.get("printed")
    if printed is not None and (not isinstance(printed, dict) or printed.get("number") != number):
        raise Parked(f"{INCONSISTENT}: receipt number")


def _sessions(command: Command, stamps: Stamps) -> list[UUID]:
    """Return the sessions that the act names."""
    named: list[Any] = [getattr(command, "session_id", None), stamps.decided.get("session_id")]
    try:
        return [UUID(str(session)) for session in named if session is not None]
    except ValueError as error:
        raise Parked(f"{INCONSISTENT}: session") from error
