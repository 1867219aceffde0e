"""Enough of PDF to read back what Qt wrote: page size, embedded fonts, and the text layer."""

import re
import unicodedata
import zlib
from dataclasses import dataclass

NO_LETTER = "\ufffd"
"""Stands for a shape of a letter that has no code of its own."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """One file, with its streams unpacked."""

    raw: bytes
    streams: dict[int, bytes]

    @property
    def page_points(self) -> tuple[float, float]:
        """Width and height of the one page."""
        (box,) = re.findall(rb"/MediaBox \[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]", self.raw)
        return float(box[0]), float(box[1])

    @property
    def fonts(self) -> set[str]:
        """The names of the fonts, as far as each is embedded."""
        described = re.findall(rb"/FontName /[A-Z]{6}\+(\S+).*?/FontFile2 ([0-9]+) 0 R", self.raw, re.DOTALL)
        return {name.decode() for name, stream in described if self.streams[int(stream)].startswith(b"\0\1\0\0")}

    def text(self) -> str:
        """Return the text layer in the order of drawing, presentation forms as plain letters, one space for any."""
        (page,) = (stream for stream in self.streams.values() if b" Tf " in stream)
        maps = {name: self._map(int(font)) for name, font in re.findall(rb"/(F[0-9]+) ([0-9]+) 0 R", self.raw)}
        letters: list[str] = []
        glyphs: dict[int, str] = {}
        for font, code in re.findall(rb"/(F[0-9]+) [0-9.]+ Tf|<([0-9A-F]{4})> Tj", page):
            if font:
                glyphs = maps[font]
            else:
                letters.append(glyphs.get(int(code, 16), NO_LETTER))
        return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", "".join(letters)))

    def _map(self, font: int) -> dict[int, str]:
        (form,) = re.findall(rb"\n%d 0 obj\n(.*?)endobj" % font, self.raw, re.DOTALL)
        (stream,) = re.findall(rb"/ToUnicode ([0-9]+) 0 R", form)
        cmap = self.streams[int(stream)]
        glyphs: dict[int, str] = {}
        for first, values in re.findall(rb"<([0-9A-F]+)> <[0-9A-F]+> \[(.*?)\]", cmap):
            for place, value in enumerate(re.findall(rb"<([0-9A-F]+)>", values)):
                glyphs[int(first, 16) + place] = chr(int(value, 16))
        return glyphs


def read(raw: bytes) -> Pdf:
    """Return the file's parts."""
    streams: dict[int, bytes] = {}
    for number, body in re.findall(rb"\n([0-9]+) 0 obj\n(.*?)\nendobj", raw, re.DOTALL):
        head, mark, packed = body.partition(b"stream\n")
        if mark:
            streams[int(number)] = zlib.decompressobj().decompress(packed) if b"/FlateDecode" in head else packed
    return Pdf(raw, streams)
