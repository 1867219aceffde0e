"""The bytes of each kind of act as a desk of its version wrote them, and the shape that each version has.

`python -m tests.unit.wire.recording` adds what is missing: a kind or version that is new. What was recorded is never
written over, since desks of that version are out there.
"""

import dataclasses
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import Command, Envelope, Stamps, TillStamp, all_commands
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.services.bus import act_hash
from ccbs_desk.services.handlers import HANDLERS
from ccbs_desk.wire.codec import body_hash, encode_envelope

FOLDER = Path(__file__).parent / "recorded"
SHAPES = FOLDER / "shapes.json"
AROUND: tuple[type[Any], ...] = (Stamps, TillStamp, Approval)
"""What travels around a body. It has no version of its own: every shape that it ever had is read."""
MOMENT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
assert HANDLERS
# A moment, a day, a number: what stands in an act that nobody did.
PLAIN: dict[Any, Any] = {
    UUID: UUID(int=7),
    str: "نص text",
    int: 3,
    bool: True,
    bytes: bytes(range(32)),
    date: date(2026, 11, 20),
    datetime: MOMENT,
    Money: Money(125_000, SYP),
}


def example(kind: Any) -> Any:
    """Return a value of a type, whole: what may be there is there."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple:
        return (example(inner[0]),)
    if origin in (UnionType, Union):
        return example(next(one for one in inner if one is not NoneType))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{field.name: example(hints[field.name]) for field in dataclasses.fields(kind)})
    raise TypeError(f"no example for {kind}")


def act(command_type: type[Command]) -> Envelope:
    """Return an act of a kind, stamped and approved."""
    command: Command = example(command_type)
    command_id = UUID("01900000-0000-7000-8000-000000000001")
    till = TillStamp(till_id=UUID(int=6), letter="B", seq=12, prev_hash=bytes(32), receipt_number="0001-B-000009")
    return Envelope(
        command_id=command_id,
        command=command,
        stamps=Stamps(
            occurred_at=MOMENT,
            staff_id=UUID(int=4),
            device_id=UUID(int=5),
            device_seq=7,
            audit_prev=bytes(32),
            policy_version=1,
            till=till if command.at_till() else None,
            decided={"copy": 2},
            call_id=UUID(int=8),
        ),
        approvals=(Approval(UUID(int=9), MOMENT, body_hash(command, command_id), "till.approve_difference"),),
        amends=UUID(int=10),
    )


def shape(of: type[Any]) -> str:
    """Return what tells one shape of a body from another: its fields, their types, their defaults."""
    schema = msgspec.json.schema(of)
    told = json.dumps({"$ref": schema["$ref"], "$defs": _bare(schema["$defs"])}, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _bare(value: Any) -> Any:
    """Return a schema without what is only said about it."""
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if key != "description"}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def shapes_of_today() -> dict[str, str]:
    """Return the shape of each kind of act in its version, and of what travels around it."""
    kinds = {f"{kind.KIND} {kind.VERSION}": shape(kind) for kind in all_commands()}
    return kinds | {f"around {of.__name__}": shape(of) for of in AROUND}


def recorded_shapes() -> dict[str, str]:
    """Return the shapes that were recorded."""
    found: dict[str, str] = json.loads(SHAPES.read_bytes()) if SHAPES.exists() else {}
    return found


def recorded(kind: str, version: int) -> Path:
    """Return where the bytes of a kind in a version lie; the first line is the act, the second what it was bound to."""
    return FOLDER / f"{kind}.{version}.txt"


def main() -> None:
    """Record what is missing."""
    FOLDER.mkdir(exist_ok=True)
    for kind in all_commands():
        path = recorded(kind.KIND, kind.VERSION)
        if not path.exists():
            made = act(kind)
            path.write_bytes(encode_envelope(made) + b"\n" + act_hash(made).hex().encode() + b"\n")
    shapes = {**shapes_of_today(), **recorded_shapes()}
    SHAPES.write_text(json.dumps(shapes, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
