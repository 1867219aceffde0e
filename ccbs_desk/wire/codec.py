"""Commands, reasons and results as bytes, one way only: JSON with sorted keys, so that equal acts have equal bytes.

The bytes that a desk writes into its outbox are the act for ever: they are what is sent, hashed and kept.
Money is `{"minor": 1250, "currency": "SYP"}`, ids are UUID text, instants RFC 3339 in UTC, bytes base64.
"""

import hashlib
from typing import Any
from uuid import UUID

import msgspec

from ccbs_desk.domain import (
    card_errors,
    care_commands,
    care_errors,
    directory_commands,
    directory_errors,
    phone_errors,
    store_errors,
)
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import Command, Envelope, Stamps, all_commands
from ccbs_desk.domain.errors import CommandUnknown, NewerServer, Reason, Refused, all_reasons
from ccbs_desk.wire.upcasters import upcast

ON_THE_WIRE = (
    card_errors,
    care_commands,
    care_errors,
    directory_commands,
    directory_errors,
    phone_errors,
    store_errors,
)
"""Modules whose commands and reasons cross the wire beside those of `commands` and `errors`."""
_ENCODER = msgspec.json.Encoder(order="sorted")
_COMMANDS: dict[str, type[Command]] = {command.KIND: command for command in all_commands()}
_REASONS: dict[str, type[Reason]] = {reason.code: reason for reason in all_reasons()}


class Malformed(Exception):
    """The bytes are no message of ours. The sender is at fault, or the line between."""


class _EnvelopeForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: UUID
    kind: str
    version: int
    body: dict[str, Any]
    stamps: Stamps
    approvals: tuple[Approval, ...] = ()
    amends: UUID | None = None


class ReasonForm(msgspec.Struct, frozen=True):
    """A reason on the wire: its stable code and its typed values."""

    code: str
    values: dict[str, Any] = {}


def encode(value: object) -> bytes:
    """Return the canonical bytes of any value made of our own types."""
    return _ENCODER.encode(value)


def body_hash(command: Command, command_id: UUID) -> bytes:
    """Return the 32 bytes that an approval binds to: this one act and what is meant by it, without the stamps."""
    return _bound(command_id, command.KIND, command.VERSION, command)


def _bound(command_id: UUID, kind: str, version: int, body: object) -> bytes:
    return hashlib.sha256(_ENCODER.encode([command_id, kind, version, body])).digest()


def envelope_hash(raw: bytes) -> bytes:
    """Return the 32 bytes that tell one act from another under the same id."""
    return hashlib.sha256(raw).digest()


def encode_envelope(envelope: Envelope) -> bytes:
    """Return the act as the outbox keeps it and the server receives it."""
    command = envelope.command
    return _ENCODER.encode(
        {
            "id": envelope.command_id,
            "kind": command.KIND,
            "version": command.VERSION,
            "body": command,
            "stamps": envelope.stamps,
            "approvals": envelope.approvals,
            "amends": envelope.amends,
        }
    )


def decode_envelope(raw: bytes) -> Envelope:
    """Return the act, brought to today's version; what binds to its body binds to the version in which it came.

    Raises Malformed; Refused with CommandUnknown.
    """
    try:
        form = msgspec.json.decode(raw, type=_EnvelopeForm)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error
    command_type = _COMMANDS.get(form.kind)
    if command_type is None or form.version > command_type.VERSION:
        raise Refused(CommandUnknown(form.kind, form.version))
    is_older = form.version != command_type.VERSION
    bound = _bound(form.id, form.kind, form.version, form.body) if is_older else b""
    try:
        body = upcast(form.kind, form.version, command_type.VERSION, form.body)
        command = msgspec.convert(body, command_type)
    except (msgspec.ValidationError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error
    return Envelope(
        command_id=form.id,
        command=command,
        stamps=form.stamps,
        approvals=form.approvals,
        amends=form.amends,
        bound=bound,
    )


def reason_form(reason: Reason) -> ReasonForm:
    """Return the reason as it crosses the wire."""
    return ReasonForm(reason.code, msgspec.json.decode(_ENCODER.encode(reason)))


def reason_of(form: ReasonForm) -> Reason:
    """Return the typed reason; one that this version does not know comes back as NewerServer, never as an error."""
    reason_type = _REASONS.get(form.code)
    if reason_type is None:
        return NewerServer(form.code)
    try:
        return msgspec.convert(form.values, reason_type)
    except (msgspec.ValidationError, ValueError):
        return NewerServer(form.code)
