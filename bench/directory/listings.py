"""A country's listings as `ccbs-directory build` takes them, written row by row; the same seed, the same file."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.directory.words import Place, families, men, places, pool, women
from server_stub.seed.vocabulary import vocabulary

COLUMNS = ("id", "name", "kind", "governorate", "town", "area", "street", "number", "category", "listed")
BATCH = 10_000
SEED = 4_200_000
BUSINESSES, UNLISTED, WOMEN, TITLED, SECOND_NAMED, SLOPPY = 0.12, 0.03, 0.2, 0.07, 0.04, 0.06
_TITLES = ["الدكتور", "المهندس", "المحامي", "الأستاذ", "الحاج", "الشيخ", "الصيدلي", "المختار", "العميد"]
_WOMENS_TITLES = ["الدكتورة", "المهندسة", "المحامية", "الآنسة", "السيدة", "الحاجة", "الصيدلانية"]
_CARELESS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي"})
_JOINED = (("عبد ال", "عبدال"), ("أبو ", "أبو"), (" الدين", "الدين"))
_SERVICES = (
    ("110", "الإسعاف"), ("112", "الشرطة"), ("113", "الإطفاء"), ("115", "شرطة المرور"), ("119", "طوارئ الكهرباء"),
    ("123", "طوارئ المياه"), ("100", "شكاوى الهاتف"), ("147", "دليل الهاتف"), ("108", "الأمن الجنائي"),
)  # fmt: skip


class Listing(NamedTuple):
    """One row, its columns as they are written."""

    id: str
    name: str
    kind: str
    governorate: str
    town: str
    area: str
    street: str
    number: str
    category: str
    listed: str


def write(path: Path, rows: int, seed: int = SEED) -> None:
    """Write so many listings; nothing stays in memory but a batch."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for row in listings(rows, seed):
            file.write("\t".join(row) + "\n")
    part.replace(path)


def listings(rows: int, seed: int = SEED) -> Iterator[Listing]:
    """Return the listings one by one: the services first, then people and businesses area by area at random."""
    for n, (number, name) in enumerate(_SERVICES[:rows], 1):
        yield Listing(str(n), name, "emergency", "", "", "", "", number, "طوارئ", "yes")
    drawing = _Drawing(Random(seed))
    made = len(_SERVICES)
    while made < rows:
        size = min(BATCH, rows - made)
        yield from drawing.batch(made + 1, size)
        made += size


class _Drawing:
    """Draws listings, a batch at a time, since drawing many at once is cheaper than one by one."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._men, self._women = pool(men(), 1.05), pool(women(), 1.0)
        self._families = pool(families(), 0.82)
        words = vocabulary()
        self._organisations, self._words, self._heroes = words.organisation_pool, words.words, words.heroes
        areas = places()
        self._areas, self._weights = areas, [1 / (n % 37 + 3) for n in range(len(areas))]

    def batch(self, first: int, size: int) -> Iterator[Listing]:
        """Return so many listings, numbered from `first`."""
        rng = self._rng
        given = self._men.draw(rng, size), self._women.draw(rng, size)
        fathers, names = self._men.draw(rng, size), self._families.draw(rng, size)
        areas = rng.choices(self._areas, self._weights, k=size)
        for n in range(size):
            place, chance = areas[n], rng.random()
            if chance < BUSINESSES:
                kind, name, category = self._business(names[n], f"{given[0][n]} {names[n]}", place)
            else:
                woman = rng.random() < WOMEN
                kind, category = "person", ""
                name = self._person(given[woman][n], fathers[n], names[n], woman=woman)
            yield self._listing(first + n, name, kind, place, category)

    def _listing(self, number: int, name: str, kind: str, place: Place, category: str) -> Listing:
        rng = self._rng
        phone = f"0{place.code}{2_000_000 + number}"
        listed = "no" if rng.random() < UNLISTED else "yes"
        street = place.streets[int(len(place.streets) * rng.random() ** 1.6)]
        name = self._spelt(name)
        return Listing(
            str(number), name, kind, place.governorate, place.town, place.area, street, phone, category, listed
        )

    def _person(self, given: str, father: str, family: str, *, woman: bool) -> str:
        chance = self._rng.random()
        name = f"{given} {father} {family}"
        if chance < TITLED:
            return f"{self._rng.choice(_WOMENS_TITLES if woman else _TITLES)} {name}"
        if chance < TITLED + SECOND_NAMED and not woman:
            return f"{name} أبو {self._men.draw(self._rng, 1)[0]}"
        return name

    def _business(self, family: str, person: str, place: Place) -> tuple[str, str, str]:
        rng = self._rng
        sort = rng.choice(self._organisations)
        town = place.town if place.town == place.area else f"{place.town} {place.area}"
        fills = {"family": family, "person": person, "town": town}
        name = sort.pattern.format(word=rng.choice(self._words), hero=rng.choice(self._heroes), **fills)
        kind = "government" if sort.customer_class == "government" else "business"
        return kind, name, sort.category

    def _spelt(self, name: str) -> str:
        """Return the name as its clerk typed it: compounds joined at will, hamza and dots left out by some."""
        chance = self._rng.random()
        if chance < SLOPPY:
            name = name.translate(_CARELESS)
        if chance > 0.7:
            for apart, joined in _JOINED:
                name = name.replace(apart, joined)
        return name
