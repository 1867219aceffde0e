"""A small directory for tests: people and shops of a few places, as a file of listings and as an index."""

from collections.abc import Collection
from pathlib import Path

from ccbs_desk.directory.build import build
from ccbs_desk.directory.query import Answer, Hit, Query, Why
from ccbs_desk.services.listings import Listings

COLUMNS = "id name kind governorate town area street number category listed"
ROWS = """
1|محمد أحمد الخطيب|person|حلب|حلب|العزيزية|شارع فارس الخوري|0212114501||yes
2|محمد خالد الخطيب|person|دمشق|دمشق|المزة|شارع الجلاء|0116114502||yes
3|سامر محمد الخطيب|person|حمص|حمص|الإنشاءات|شارع الحضارة|0312114503||yes
4|عبد الرحمن ياسر الحلبي|person|دمشق|دمشق|المالكي|شارع أبو تمام|0113334504||yes
5|فاطمة حسن الأتاسي|person|حمص|حمص|الوعر|شارع خالد بن الوليد|0312224505||yes
6|صيدلية النور|business|دمشق|دمشق|المزة|شارع بغداد|0116624506|صيدلية|yes
7|صيدلية الشفاء|business|حلب|حلب|الفرقان|شارع النيل|0212624507|صيدلية|yes
8|مشفى المواساة|government|دمشق|دمشق|المزة|شارع المواساة|0112133000|مشفى|yes
9|نور الدين بسام العظمة|person|دمشق|دمشق|المهاجرين|شارع ناظم باشا|0113724509||yes
10|ماهر علي السباعي|person|حمص|حمص|الغوطة|شارع الغوطة|0312474510||no
11|محمود أحمد الخطاب|person|حلب|حلب|الفرقان|شارع النيل|0212664511||yes
12|محمد أحمد الخطيب|person|دمشق|دوما|دوما|شارع الكورنيش|0115734512||yes
"""
MANY = 60


def write_listings(path: Path) -> Path:
    """Write the file: the rows above, and many people of one family."""
    rows = [line.split("|") for line in ROWS.split("\n") if line]
    for n in range(MANY):
        place = ["ريف دمشق", "دوما", "دوما", f"شارع {n}"]
        rows.append(
            [str(100 + n), f"{'ليلى' if n % 2 else 'سعاد'} كامل الشيخ", "person", *place, f"011570{n:04}", "", "yes"]
        )
    path.write_text("\n".join("\t".join(row) for row in (COLUMNS.split(), *rows)) + "\n", encoding="utf-8")
    return path


def small_index(folder: Path) -> Path:
    """Return an index of them."""
    index = folder / "directory.index"
    build(write_listings(folder / "listings.tsv"), index, workers=1)
    return index


class Canned(Listings):
    """A directory that always gives the same answer: what a picture shows does not follow the engine's ranking."""

    @property
    def is_there(self) -> bool:
        """Whether this desk has a directory."""
        return True

    async def search(self, query: Query) -> Answer:
        """Return the first of the rows above."""
        return Answer((_hit(0, ("exact", "exact", "place"), ((0, 4), (10, 16))),))

    async def similar(self, query: Query, known: Collection[str]) -> tuple[Hit, ...]:
        """Return three more."""
        return (
            _hit(10, ("exact", "sound"), ((0, 5), (11, 17))),
            _hit(1, ("exact", "exact"), ((0, 4), (10, 16))),
            _hit(2, ("exact", "exact"), ((5, 9), (10, 16))),
        )


def _hit(row: int, why: tuple[Why, ...], spans: tuple[tuple[int, int], ...]) -> Hit:
    line = [line for line in ROWS.split("\n") if line][row]
    number, name, kind, governorate, town, area, street, phone, category, _ = line.split("|")
    return Hit(number, name, 1.0, why, spans, kind, phone, governorate, town, area, street, category)
