"""What the printer is told gives the picture back, dot for dot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.printing.escpos import BAND_LINES, Bitmap, raster, receipt_bytes
from tests.unit.printing.escpos_reader import read


@given(st.integers(1, 80), st.integers(1, 3 * BAND_LINES), st.randoms(use_true_random=False))
def test_the_printer_burns_the_picture(line_bytes: int, height: int, chance: object) -> None:
    data = getattr(chance, "randbytes")(line_bytes * height)  # noqa: B009  # hypothesis types its Random as object
    picture = Bitmap(line_bytes * 8, height, data)
    printed = read(receipt_bytes(picture, open_drawer=False))
    assert printed.picture == picture
    assert max(printed.bands) <= BAND_LINES


def test_order_of_what_the_machine_does() -> None:
    picture = Bitmap(8, 1, b"\xff")
    assert read(receipt_bytes(picture, open_drawer=True)).acts == ["initialise", "drawer", "picture", "feed 24", "cut"]
    assert read(receipt_bytes(picture, open_drawer=False)).acts == ["initialise", "picture", "feed 24", "cut"]


def test_bytes_of_a_small_picture() -> None:
    assert raster(Bitmap(10, 2, b"\xff\xc0\x80\x40")) == b"\x1dv0\x00\x02\x00\x02\x00\xff\xc0\x80\x40"


@pytest.mark.parametrize(("width", "height", "data"), [(8, 2, b"\x00"), (9, 1, b"\x00"), (0, 0, b""), (8, -1, b"")])
def test_a_picture_of_another_size_than_it_says_is_none(width: int, height: int, data: bytes) -> None:
    with pytest.raises(ValueError, match="no bitmap"):
        Bitmap(width, height, data)
