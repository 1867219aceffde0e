"""The drawn receipt: equal to its picture, dot for dot in the printer's bytes, and readable in its PDF."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from ccbs_desk.config.language import Language
from ccbs_desk.domain.receipts import PrintedReceipt
from ccbs_desk.printing.port import FilePrinter
from ccbs_desk.printing.receipt_model import ReceiptPaper, paper_from
from ccbs_desk.printing.receipts import (
    DOTS_PER_MM,
    ROLL_MM,
    WIDTH,
    bitmap,
    pdf_bytes,
    print_job,
    render_image,
)
from tests.unit.printing import escpos_reader, pdf
from tests.unit.printing.sample import PLAIN, RECEIPT, kept

GOLDEN = Path(__file__).parent / "golden"
SEEN = Path(__file__).parents[3] / "build" / "golden"
POINTS_PER_MM = 72 / 25.4

pytestmark = pytest.mark.usefixtures("qapp")


def sheet(receipt: PrintedReceipt, copy: int = 0) -> ReceiptPaper:
    return paper_from(kept(receipt), copy)


def is_black(image: QImage, x: int, y: int) -> bool:
    return image.pixelColor(x, y) == QColor("black")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(("name", "receipt", "copy"), [("plain", PLAIN, 0), ("everything", RECEIPT, 2)])
def test_the_paper_looks_as_it_did(language: Language, name: str, receipt: PrintedReceipt, copy: int) -> None:
    """`CCBS_GOLDEN=write` takes new pictures, to be looked at before they are kept."""
    image = render_image(sheet(receipt, copy), language)
    path = GOLDEN / f"receipt-{name}-{language}.png"
    if os.environ.get("CCBS_GOLDEN") == "write":
        image.save(str(path))
    expected = QImage(str(path)).convertToFormat(image.format())
    if image != expected:
        SEEN.mkdir(parents=True, exist_ok=True)
        image.save(str(SEEN / path.name))
        pytest.fail(f"{path.name} looks different: compare {SEEN / path.name}")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_printer_burns_exactly_the_picture(language: Language) -> None:
    paper = sheet(PLAIN)
    image = render_image(paper, language)
    printed = escpos_reader.read(print_job(paper, language).escpos)
    assert (printed.picture.width, printed.picture.height) == (WIDTH, image.height())
    assert printed.acts[:2] == ["initialise", "drawer"]
    line = WIDTH // 8
    for y in range(image.height()):
        row = printed.picture.data[y * line : (y + 1) * line]
        dots = "".join(f"{byte:08b}" for byte in row)
        assert dots == "".join("1" if is_black(image, x, y) else "0" for x in range(WIDTH))


def test_the_picture_is_black_and_white_and_mostly_white() -> None:
    dots = bitmap(sheet(RECEIPT), "ar")
    burnt = sum(byte.bit_count() for byte in dots.data) / (dots.width * dots.height)
    assert 0.05 < burnt < 0.25


@pytest.mark.parametrize("copy", [0, 1])
def test_a_copy_is_banded_in_black(copy: int) -> None:
    dots = bitmap(sheet(PLAIN, copy), "ar")
    line = dots.line_bytes
    rows = [dots.data[top : top + line] for top in range(0, len(dots.data), line)]
    # A rule is three dots high; only the banner is black from edge to edge over more.
    full = [row == b"\xff" * line for row in rows]
    longest = max(len(run) for run in "".join("x" if black else " " for black in full).split())
    assert (longest > 3) == bool(copy)


def test_the_pdf_is_as_wide_as_the_roll_and_no_longer_than_the_receipt() -> None:
    paper = sheet(RECEIPT)
    width, height = pdf.read(pdf_bytes(paper, "ar")).page_points
    assert 0 <= width - ROLL_MM * POINTS_PER_MM < 1
    assert 0 <= height - bitmap(paper, "ar").height / DOTS_PER_MM * POINTS_PER_MM < 1


def test_the_pdf_brings_its_fonts_and_can_be_searched() -> None:
    paper = sheet(RECEIPT)
    english, arabic = (pdf.read(pdf_bytes(paper, language)) for language in ("en", "ar"))
    assert english.fonts == arabic.fonts == {"CCBSSans-Medium", "CCBSSans-Bold"}
    for words in ("0217-B-000148", "+963 11 2214567", "12,564.00 SYP", "The line stays on", "Huda al-Atassi"):
        assert words in english.text()
    for words in ("0217-B-000148", "+٩٦٣ ١١ ٢٢١٤٥٦٧", "هدى الأتاسي", "المقبوض"):
        assert words in arabic.text()


def test_the_pdf_names_itself() -> None:
    title = "إيصال دفع 0217-B-000148".encode("utf-16-be")
    assert title in pdf_bytes(sheet(RECEIPT), "ar").replace(b"\\(", b"(").replace(b"\\)", b")")


def test_files_and_printers_take_the_same_receipt(tmp_path: Path) -> None:
    paper = sheet(PLAIN)
    (tmp_path / "one.pdf").write_bytes(pdf_bytes(paper, "ar"))
    FilePrinter(tmp_path).send(print_job(paper, "ar"))
    texts = {pdf.read(path.read_bytes()).text() for path in tmp_path.glob("*.pdf")}
    assert len(texts) == 1


def test_long_names_take_more_lines_and_lose_nothing(qapp: QApplication) -> None:
    long = "شركة الاتحاد العربي لإعادة التأمين والتجارة العامة والمقاولات والنقل الدولي المحدودة المسؤولية"
    more = bitmap(sheet(replace(PLAIN, subscriber=long, account_number="43-" + "0118202-" * 6)), "ar")
    assert more.height > bitmap(sheet(PLAIN), "ar").height


def test_a_till_with_a_long_number_still_has_bars() -> None:
    number = "021799-ABC-000000000149"
    assert render_image(sheet(replace(PLAIN, number=number)), "en").width() == WIDTH


def test_it_can_be_drawn_away_from_the_window() -> None:
    paper = sheet(RECEIPT)
    here = bitmap(paper, "ar")
    with ThreadPoolExecutor(2) as pool:
        assert [*pool.map(lambda _: bitmap(paper, "ar"), range(8))] == [here] * 8
