"""The receipt as a picture on the screen, drawn beside the event loop: it takes longer than a frame."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from ccbs_desk.config.language import Language
from ccbs_desk.printing.receipt_model import ReceiptPaper
from ccbs_desk.printing.receipts import render_image
from ccbs_desk.ui.kit.tokens import Space

SCALE = 0.58
EDGE = Space.M
_ARTIST = ThreadPoolExecutor(1, "receipt")


def drawn(paper: ReceiptPaper, language: Language) -> QImage:
    """Return the receipt a little smaller than the printer burns it, with the white edge that paper has."""
    dots = render_image(paper, language)
    ink = dots.scaledToWidth(round(dots.width() * SCALE), Qt.TransformationMode.SmoothTransformation)
    sheet = QImage(ink.width() + 2 * EDGE, ink.height() + 2 * EDGE, QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    painter = QPainter(sheet)
    painter.drawImage(EDGE, EDGE, ink)
    painter.end()
    return sheet


async def draw(paper: ReceiptPaper, language: Language) -> QImage:
    """Return the picture; meanwhile the loop is free."""
    return await asyncio.wrap_future(_ARTIST.submit(drawn, paper, language))
