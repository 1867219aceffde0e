"""A picture as the bytes that thermal receipt printers take (ESC/POS): raster bands, feed, cut, drawer.

Receipts go out as pictures because no printer shapes Arabic. `GS v 0` prints one band of raster lines; bands are kept
small, since cheap printers have small buffers.
"""

from dataclasses import dataclass

INITIALISE = b"\x1b@"
CUT = b"\x1dVB\x00"
"""Feed to the cutter and cut, leaving one point."""
KICK_DRAWER = b"\x1bp\x00\x19\xfa"
"""A pulse of 50 ms on pin 2, then 500 ms of rest."""
BAND_LINES = 128
FEED_DOTS = 24


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A picture of black and white. `data` holds the lines from the top, eight dots a byte, a set bit is black."""

    width: int
    height: int
    data: bytes

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 0 or len(self.data) != self.line_bytes * self.height:
            raise ValueError(f"no bitmap of {self.width} by {self.height}: {len(self.data)} bytes")

    @property
    def line_bytes(self) -> int:
        """How many bytes one line takes; the last may hold unused dots, which are white."""
        return (self.width + 7) // 8


def raster(bitmap: Bitmap) -> bytes:
    """Return the picture as `GS v 0` bands."""
    out = bytearray()
    for top in range(0, bitmap.height, BAND_LINES):
        lines = min(BAND_LINES, bitmap.height - top)
        out += b"\x1dv0\x00" + bitmap.line_bytes.to_bytes(2, "little") + lines.to_bytes(2, "little")
        out += bitmap.data[top * bitmap.line_bytes : (top + lines) * bitmap.line_bytes]
    return bytes(out)


def receipt_bytes(bitmap: Bitmap, *, open_drawer: bool) -> bytes:
    """Return all that one receipt sends. The drawer opens first, so that change is counted while the paper runs."""
    drawer = KICK_DRAWER if open_drawer else b""
    feed = b"\x1bJ" + bytes([FEED_DOTS])
    return INITIALISE + drawer + raster(bitmap) + feed + CUT
