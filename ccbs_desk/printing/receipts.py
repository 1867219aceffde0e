"""Draw a receipt: for the thermal printer as black and white dots, for the file as PDF. The one Qt module of printing.

One layout serves both, in dots of the printer (8 to the millimetre): 576 across, as high as its content. It may be used
from any thread once the application exists; it takes some milliseconds, the PDF some tens.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextLayout,
    QTextOption,
)
from PySide6.QtSvg import QSvgRenderer

from ccbs_desk.config.language import Language, speaking
from ccbs_desk.config.paths import resources
from ccbs_desk.printing import text
from ccbs_desk.printing.barcode import QUIET_ZONE, bars
from ccbs_desk.printing.content import (
    Banner,
    Bars,
    Block,
    Frame,
    Grid,
    Head,
    Pair,
    Rule,
    Size,
    Words,
    content,
)
from ccbs_desk.printing.escpos import Bitmap, receipt_bytes
from ccbs_desk.printing.port import PrintJob
from ccbs_desk.printing.receipt_model import ReceiptPaper

WIDTH = 576
DOTS_PER_MM = 8
ROLL_MM = 80
FAMILY = "CCBS Sans"

_PDF_DPI = 1200
_POINTS_PER_INCH = 72
_DOTS_PER_POINT = DOTS_PER_MM * 25.4 / _POINTS_PER_INCH
_PIXELS = {Size.SMALL: 22, Size.BODY: 25, Size.LARGE: 31, Size.FIGURE: 42}
_LEADING = 1.42
_MARK = 84
_GAP = 10
_BAR_HEIGHT = 84
_MAX_MODULE = 3
# Thermal paper hardly bleeds, and a thin stroke must not break: an edge dot burns when two fifths of it are ink.
_BLACK_BELOW = 155
_THRESHOLD = bytes(0 if grey < _BLACK_BELOW else 255 for grey in range(256))

_MARK_HELD = Lock()

Ink = Callable[[QPainter], None]


def render_image(paper: ReceiptPaper, language: Language) -> QImage:
    """Return the receipt as a one-bit picture, 576 dots wide."""
    sheet = _sheet(paper, language)
    grey = QImage(WIDTH, sheet.height, QImage.Format.Format_Grayscale8)
    grey.fill(Qt.GlobalColor.white)
    painter = QPainter(grey)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    sheet.paint(painter)
    painter.end()
    dots = bytes(grey.constBits()).translate(_THRESHOLD)
    sharp = QImage(dots, WIDTH, sheet.height, grey.bytesPerLine(), QImage.Format.Format_Grayscale8)
    return sharp.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.ThresholdDither)


def bitmap(paper: ReceiptPaper, language: Language) -> Bitmap:
    """Return the receipt as the dots that the printer burns."""
    image = render_image(paper, language)
    # Index 0 of Qt's one-bit pictures is their first colour, which is black here as often as white.
    if image.color(1) != QColor(Qt.GlobalColor.black).rgb():
        image.invertPixels()
    raw, stride, used = bytes(image.constBits()), image.bytesPerLine(), WIDTH // 8
    lines = (raw[top : top + used] for top in range(0, stride * image.height(), stride))
    return Bitmap(WIDTH, image.height(), b"".join(lines))


def pdf_bytes(paper: ReceiptPaper, language: Language) -> bytes:
    """Return the receipt as a PDF, on a page as wide as the roll and as high as the receipt."""
    sheet = _sheet(paper, language)
    stored = QByteArray()
    buffer = QBuffer(stored)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    with speaking(language):
        writer.setTitle(f"{text.TITLE} {paper.facts.number}")
    writer.setCreator("CCBS Desk")
    writer.setResolution(_PDF_DPI)
    # Qt writes pages in whole points: round up, so that nothing is cut off.
    points = (math.ceil(dots / _DOTS_PER_POINT) for dots in (ROLL_MM * DOTS_PER_MM, sheet.height))
    size = QPageSize(QSizeF(*points), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(writer)
    scale = _PDF_DPI / _POINTS_PER_INCH / _DOTS_PER_POINT
    painter.scale(scale, scale)
    painter.translate((ROLL_MM * DOTS_PER_MM - WIDTH) / 2, 0)
    sheet.paint(painter)
    painter.end()
    buffer.close()
    return bytes(stored.data())


def print_job(paper: ReceiptPaper, language: Language) -> PrintJob:
    """Return all that any printer needs of this receipt."""
    return PrintJob(
        number=paper.facts.number,
        copy_number=paper.copy_number,
        escpos=receipt_bytes(bitmap(paper, language), open_drawer=paper.opens_drawer),
        pdf=pdf_bytes(paper, language),
    )


@cache
def _load_fonts() -> None:
    if FAMILY in QFontDatabase.families():
        return
    for path in sorted((resources() / "fonts").glob("CCBSSans-*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise RuntimeError(f"the font cannot be read: {path}")


@cache
def _mark() -> QSvgRenderer:
    return QSvgRenderer(str(resources() / "templates" / "receipt-mark.svg"))


def _paint_mark(painter: QPainter, box: QRectF) -> None:
    # The screen and the printer draw in threads of their own, and share the renderer.
    with _MARK_HELD:
        _mark().render(painter, box)


def _sheet(paper: ReceiptPaper, language: Language) -> "_Sheet":
    _load_fonts()
    with speaking(language):
        blocks = content(paper)
    sheet = _Sheet(rtl=language == "ar")
    sheet.add(blocks)
    return sheet


def _font(size: Size, bold: bool) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(_PIXELS[size])
    # Medium is the paper's ordinary weight: a thermal head loses the hairlines of Regular.
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Medium)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@dataclass(frozen=True, slots=True)
class _Laid:
    """Words in their place: lines broken, not yet drawn."""

    layout: QTextLayout
    width: float
    height: float
    baseline: float

    def ink(self, x: float, y: float, colour: Qt.GlobalColor = Qt.GlobalColor.black) -> Ink:
        """Return the stroke that draws the words with their top left corner there."""

        def draw(painter: QPainter) -> None:
            painter.setPen(QColor(colour))
            self.layout.draw(painter, QPointF(x, y))

        return draw


def _filled(*rects: QRectF) -> Ink:
    def draw(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.black)
        painter.drawRects(rects)

    return draw


@dataclass(slots=True)
class _Sheet:
    """Blocks laid out one under the other; what is drawn is kept as a list of strokes, for any painter."""

    rtl: bool
    left: float = 0.0
    right: float = float(WIDTH)
    y: float = 0.0
    inks: list[Ink] = field(default_factory=list)
    columns: tuple[float, float] = (0.0, 0.0)

    @property
    def height(self) -> int:
        """The dots that the paper is long."""
        return round(self.y)

    @property
    def across(self) -> float:
        """The dots between the margins."""
        return self.right - self.left

    def paint(self, painter: QPainter) -> None:
        """Draw all of it."""
        for ink in self.inks:
            ink(painter)

    def add(self, blocks: Sequence[Block]) -> None:
        """Lay the blocks out below what is there."""
        grids = [block for block in blocks if isinstance(block, Grid)]
        if grids:
            self.columns = (
                max(self._cell(grid.first, grid).width for grid in grids),
                max(self._cell(grid.second, grid).width for grid in grids),
            )
        for block in blocks:
            match block:
                case Words():
                    self._words(block)
                case Pair():
                    self._pair(block)
                case Grid():
                    self._grid(block)
                case Rule():
                    self._rule(block)
                case Banner():
                    self._banner(block)
                case Frame():
                    self._frame(block)
                case Head():
                    self._head(block)
                case Bars():
                    self._bars(block)

    def _lay(self, words: str, font: QFont, width: float, *, centred: bool = False) -> _Laid:
        layout = QTextLayout(words, font)
        start = Qt.AlignmentFlag.AlignRight if self.rtl else Qt.AlignmentFlag.AlignLeft
        option = QTextOption(Qt.AlignmentFlag.AlignHCenter if centred else start | Qt.AlignmentFlag.AlignAbsolute)
        option.setTextDirection(Qt.LayoutDirection.RightToLeft if self.rtl else Qt.LayoutDirection.LeftToRight)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        # Lines stand on a grid of our own: the font's leading would waste paper.
        step = round(font.pixelSize() * _LEADING)
        height = baseline = 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            inset = (step - line.height()) / 2
            line.setPosition(QPointF(0, height + inset))
            baseline = baseline or inset + line.ascent()
            height += step
        layout.endLayout()
        return _Laid(layout, width, height, baseline)

    def _one_line(self, words: str, font: QFont) -> _Laid:
        return self._lay(words, font, math.ceil(QFontMetricsF(font).horizontalAdvance(words)) + 1)

    def _from_start(self, offset: float, width: float) -> float:
        """Return the left edge of something that begins so far from where a line starts."""
        return self.right - offset - width if self.rtl else self.left + offset

    def _put(self, laid: _Laid, offset: float, y: float) -> None:
        self.inks.append(laid.ink(self._from_start(offset, laid.width), y))

    def _words(self, block: Words) -> None:
        laid = self._lay(block.text, _font(block.size, block.bold), self.across, centred=block.centred)
        self._put(laid, 0, self.y)
        self.y += laid.height

    def _pair(self, block: Pair) -> None:
        label = self._one_line(block.label, _font(Size.LARGE if block.size is Size.FIGURE else block.size, False))
        value = self._one_line(block.value, _font(block.size, block.bold))
        top = self.y
        if label.width + value.width + 2 * _GAP > self.across:
            label = self._lay(block.label, _font(block.size, False), self.across)
            self._put(label, 0, top)
            self.y = top = top + label.height
        elif block.label:
            self._put(label, 0, top + value.baseline - label.baseline)
        self._put(value, self.across - value.width, top)
        self.y = top + value.height

    def _cell(self, words: str, grid: Grid) -> _Laid:
        return self._one_line(words, _font(Size.SMALL if grid.heading else Size.BODY, False))

    def _grid(self, block: Grid) -> None:
        name = self._cell(block.name, block)
        self._put(name, 0, self.y)
        # Figures keep their last digits in line, in either direction of the paper.
        first, second = self.columns
        for words, width, offset in (
            (block.first, first, self.across - second - first - 4 * _GAP),
            (block.second, second, self.across - second),
        ):
            cell = self._cell(words, block)
            self.inks.append(cell.ink(self._from_start(offset, width) + width - cell.width, self.y))
        self.y += name.height

    def _rule(self, block: Rule) -> None:
        self.y += _GAP
        if block.light:
            count = int(self.across // 8)
            self.inks.append(_filled(*(QRectF(self.left + 8 * place, self.y, 3, 2) for place in range(count))))
        else:
            self.inks.append(_filled(QRectF(self.left, self.y, self.across, 3)))
        self.y += 3 + _GAP

    def _banner(self, block: Banner) -> None:
        self.y += _GAP
        laid = self._lay(block.text, _font(Size.LARGE, True), self.across, centred=True)
        self.inks.append(_filled(QRectF(self.left, self.y, self.across, laid.height)))
        self.inks.append(laid.ink(self.left, self.y, Qt.GlobalColor.white))
        self.y += laid.height

    def _frame(self, block: Frame) -> None:
        inset, line = 18, 3
        self.y += 2 * _GAP
        top, self.y = self.y, self.y + _GAP
        self.left, self.right = self.left + inset, self.right - inset
        self.add(block.blocks)
        self.left, self.right = self.left - inset, self.right + inset
        self.y += _GAP
        height = self.y - top
        self.inks.append(
            _filled(
                QRectF(self.left, top, self.across, line),
                QRectF(self.left, self.y - line, self.across, line),
                QRectF(self.left, top, line, height),
                QRectF(self.right - line, top, line, height),
            )
        )
        self.y += 2 * _GAP

    def _head(self, block: Head) -> None:
        offset = _MARK + 2 * _GAP
        operator = self._lay(block.operator, _font(Size.LARGE, True), self.across - offset)
        centre = self._lay(block.centre, _font(Size.BODY, False), self.across - offset)
        text_height = operator.height + centre.height
        height = max(float(_MARK), text_height)
        mark = QRectF(self._from_start(0, _MARK), self.y + (height - _MARK) / 2, _MARK, _MARK)
        self.inks.append(lambda painter: _paint_mark(painter, mark))
        top = self.y + (height - text_height) / 2
        self._put(operator, offset, top)
        self._put(centre, offset, top + operator.height)
        self.y += height

    def _bars(self, block: Bars) -> None:
        self.y += 2 * _GAP
        widths = bars(block.text)
        modules = sum(widths) + 2 * QUIET_ZONE
        module = max(1, min(_MAX_MODULE, int(self.across // modules)))
        x = self.left + (self.across - module * sum(widths)) // 2
        black = []
        for place, width in enumerate(widths):
            if place % 2 == 0:
                black.append(QRectF(x, self.y, module * width, _BAR_HEIGHT))
            x += module * width
        self.inks.append(_filled(*black))
        self.y += _BAR_HEIGHT + _GAP
