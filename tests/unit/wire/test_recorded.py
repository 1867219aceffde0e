"""What any desk of the last year wrote is read today, and bound to as it was then; a new shape has a new version."""

from dataclasses import replace
from pathlib import Path

import pytest

from ccbs_desk.domain.care_commands import AddFeature, RemoveFeature
from ccbs_desk.domain.commands import Command, all_commands
from ccbs_desk.services.bus import act_hash
from ccbs_desk.wire.codec import decode_envelope, encode_envelope
from ccbs_desk.wire.upcasters import STEPS
from tests.unit.wire.recording import FOLDER, act, recorded, recorded_shapes, shapes_of_today

KINDS = {kind.KIND: kind for kind in all_commands()}
FILES = sorted(FOLDER.glob("*.txt"))
HOW = "Raise its VERSION, give wire.upcasters the step from the version before, run python -m tests.unit.wire.recording"


def read(path: Path) -> tuple[bytes, bytes]:
    """Return the bytes of an act, and what journals were bound to then."""
    raw, bound = path.read_bytes().splitlines()
    return raw, bytes.fromhex(bound.decode())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_act_of_any_version_is_read_and_bound_as_it_was(path: Path) -> None:
    raw, bound = read(path)
    kind, version = path.stem.split(".")
    envelope = decode_envelope(raw)
    assert type(envelope.command) is KINDS[kind]
    assert act_hash(envelope) == bound
    if int(version) == KINDS[kind].VERSION:
        assert envelope == act(KINDS[kind])
        assert encode_envelope(envelope) == raw


def test_an_order_of_a_desk_that_showed_no_price_is_an_order_without_one() -> None:
    for kind in (AddFeature, RemoveFeature):
        first, today = decode_envelope(read(recorded(kind.KIND, 1))[0]), act(kind)
        assert isinstance(today.command, kind)
        assert first.command == replace(today.command, shown=None)
        assert first.stamps == today.stamps


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.KIND)
def test_every_version_has_its_bytes_and_its_step(kind: type[Command]) -> None:
    for version in range(1, kind.VERSION + 1):
        assert recorded(kind.KIND, version).exists(), f"{kind.KIND} {version} was never recorded. {HOW}"
    for version in range(1, kind.VERSION):
        assert (kind.KIND, version) in STEPS, f"{kind.KIND} {version} has no step to the next version"


def test_no_shape_changes_without_a_version() -> None:
    known = recorded_shapes()
    for name, shape in shapes_of_today().items():
        if name.startswith("around"):
            assert known.get(name) == shape, (
                f"{name} changed: add fields with defaults alone, and record its shape anew"
            )
        else:
            assert known.get(name) == shape, f"{name} is not what desks out there send under this version. {HOW}"
