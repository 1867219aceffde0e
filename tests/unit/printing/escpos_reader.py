"""Reads printer bytes as a printer does, command by command; what it does not know is an error."""

from dataclasses import dataclass, field

from ccbs_desk.printing.escpos import Bitmap


@dataclass(slots=True)
class Printed:
    """What came out: the picture, and what the machine did, in order."""

    picture: Bitmap
    acts: list[str]
    bands: list[int] = field(default_factory=list)


def read(raw: bytes) -> Printed:
    """Carry out the commands."""
    at, width, rows, acts, bands = 0, 0, b"", list[str](), list[int]()
    while at < len(raw):
        if raw.startswith(b"\x1b@", at):
            acts.append("initialise")
            at += 2
        elif raw.startswith(b"\x1bp", at):
            acts.append("drawer")
            at += 5
        elif raw.startswith(b"\x1bJ", at):
            acts.append(f"feed {raw[at + 2]}")
            at += 3
        elif raw.startswith(b"\x1dVB", at):
            acts.append("cut")
            at += 4
        elif raw.startswith(b"\x1dv0\x00", at):
            line = int.from_bytes(raw[at + 4 : at + 6], "little")
            lines = int.from_bytes(raw[at + 6 : at + 8], "little")
            band = raw[at + 8 : at + 8 + line * lines]
            assert len(band) == line * lines, "the band is cut off"
            assert width in (0, line), "bands differ in width"
            width, rows, at = line, rows + band, at + 8 + line * lines
            bands.append(lines)
            acts += ["picture"] if acts[-1:] != ["picture"] else []
        else:
            raise AssertionError(f"unknown command at {at}: {raw[at : at + 8]!r}")
    return Printed(Bitmap(width * 8, len(rows) // width, rows), acts, bands)
