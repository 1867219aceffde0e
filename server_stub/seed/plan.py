"""How the country is laid out before a row is written: areas, how many people live in each, which numbers they get.

Everything follows from the three figures of the seed, so that each area can be filled on its own, in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

from ccbs_desk.domain.numbers import AREAS as AREA_CODES
from ccbs_desk.domain.numbers import COUNTRY
from server_stub.seed.ids import row_id
from server_stub.seed.shape import Batch
from server_stub.seed.shapes import accounts_in, numbers_in
from server_stub.seed.vocabulary import table

AREAS = 300
RANGE_USED = 9_000
"""How many numbers of a range are given out; the rest is free or in quarantine."""
RANGES_PER_EXCHANGE = 2
_NORTH = frozenset({"ALE", "LAT", "IDL", "HAM", "DEI", "HAS", "RAQ"})
"""Governorates billed in Aleppo; the others in Damascus."""
_ALEPPO_TOWNS_FROM = 38
"""From this area of the governorate on, Aleppo's numbers have six digits."""
_DEMO_SHARE = 4
_DEMO_MOST = 400
"""The demo area is never empty: at least a quarter of a small country, up to this many."""
_FIRST_PREFIX = {7: 221, 6: 50}
_PREFIXES = {7: range(200, 900), 6: range(20, 90)}
"""The digits before the last four. 0, 1 and 9 begin trunk, short and mobile numbers."""


@dataclass(frozen=True, slots=True)
class Governorate:
    """A governorate and where it stands in the list."""

    id: bytes
    code: str
    name_ar: str
    name_en: str
    area_code: str


@dataclass(frozen=True, slots=True)
class Range:
    """Ten thousand numbers of an exchange: `stem` is everything before the last four digits, with the country code."""

    stem: str
    exchange_id: bytes


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """One home area: where it is, how many subscribers live there, its number ranges and its place in billing."""

    number: int
    governorate: Governorate
    city: str
    name_ar: str
    name_en: str
    subscribers: int
    ranges: tuple[Range, ...]
    billing: str
    first_bill: int
    """How many accounts the billing centre has in the areas before this one."""

    @property
    def exchanges(self) -> int:
        """How many exchanges serve the area."""
        return -(-len(self.ranges) // RANGES_PER_EXCHANGE)


@dataclass(frozen=True, slots=True)
class Country:
    """The plan of the whole country."""

    subscribers: int
    cycles: int
    seed: int
    today: date
    governorates: tuple[Governorate, ...]
    areas: tuple[AreaPlan, ...]
    billed_accounts: dict[str, int]
    """How many accounts each billing centre bills in a cycle."""


def plan_country(subscribers: int, cycles: int, seed: int, today: date) -> Country:
    """Return the plan for so many subscribers and cycles. Raises ValueError for figures that make no country."""
    if subscribers < 1 or cycles < 0:
        raise ValueError(f"no country has {subscribers} subscribers and {cycles} cycles of bills")
    governorates = {
        code: Governorate(row_id("governorate", 0, n), code, ar, en, area_code)
        for n, (code, ar, en, area_code) in enumerate(table("governorates.tsv"), 1)
    }
    places = [(governorates[code], city, ar, en) for code, city, ar, en in table("areas.tsv")]
    shares = _shares(subscribers, [place[0].code for place in places])
    prefixes = {key: _prefixes(key[1]) for key in ((g.area_code, n) for g in governorates.values() for n in (6, 7))}
    billed = {"B1": 0, "B2": 0}
    within = dict.fromkeys(governorates, 0)
    areas = []
    for number, ((governorate, city, ar, en), people) in enumerate(zip(places, shares, strict=True), 1):
        within[governorate.code] += 1
        digits = _digits(governorate, within[governorate.code])
        ranges = tuple(_ranges(number, people, governorate.area_code, prefixes[governorate.area_code, digits]))
        billing = "B2" if governorate.code in _NORTH else "B1"
        areas.append(AreaPlan(number, governorate, city, ar, en, people, ranges, billing, billed[billing]))
        billed[billing] += accounts_in(people)
    return Country(subscribers, cycles, seed, today, tuple(governorates.values()), tuple(areas), billed)


def _shares(subscribers: int, codes: list[str]) -> list[int]:
    """Split the subscribers over the areas: towns listed first are larger; the demo area has its least."""
    demo = min(subscribers // _DEMO_SHARE + 1, _DEMO_MOST)
    sizes = {code: codes.count(code) for code in codes}
    seen = dict.fromkeys(sizes, 0)
    weights = []
    for code in codes:
        weights.append(1300 - 600 * seen[code] // sizes[code])
        seen[code] += 1
    rest, whole, reached, given = subscribers - demo, sum(weights), 0, 0
    shares = []
    for weight in weights:
        reached += weight
        shares.append(rest * reached // whole - given)
        given += shares[-1]
    shares[0] += demo
    return shares


def _digits(governorate: Governorate, nth: int) -> int:
    lengths = AREA_CODES[governorate.area_code].lengths
    if len(lengths) == 1:
        return lengths[0]
    return 6 if nth > _ALEPPO_TOWNS_FROM else 7


def _prefixes(digits: int) -> Iterator[int]:
    """Return the prefixes of an area code in the order in which they are given out, each once."""
    first, allowed = _FIRST_PREFIX[digits], _PREFIXES[digits]
    yield from range(first, allowed.stop)
    yield from range(allowed.start, first)


def _ranges(area: int, people: int, area_code: str, prefixes: Iterator[int]) -> Iterator[Range]:
    """Give the area as many ranges as its people need, at least one. Raises ValueError when the plan is exhausted."""
    for n in range(max(1, -(-numbers_in(people) // RANGE_USED))):
        prefix = next(prefixes, None)
        if prefix is None:
            raise ValueError(f"the numbers of area code {area_code} do not suffice for so many subscribers")
        yield Range(f"{COUNTRY}{area_code}{prefix}", row_id("exchange", area, n // RANGES_PER_EXCHANGE + 1))


def write_places(country: Country, batch: Batch) -> None:
    """Add governorates, areas, exchanges and their ranges."""
    governorates, areas = batch.of("governorate"), batch.of("area")
    exchanges, ranges = batch.of("exchange"), batch.of("number_range")
    for g in country.governorates:
        governorates.append((g.id, g.code, g.name_ar, g.name_en, g.area_code))
    for area in country.areas:
        n, g = area.number, area.governorate
        areas.append((row_id("area", 0, n), n, g.id, area.name_ar, area.name_en))
        for k in range(area.exchanges):
            suffix = f" {k + 1}" if area.exchanges > 1 else ""
            code = f"X{n:03}{k + 1}"
            name_ar, name_en = f"مركز هاتف {area.name_ar}{suffix}", f"{area.name_en} exchange{suffix}"
            exchanges.append((row_id("exchange", n, k + 1), code, n, g.id, name_ar, name_en))
        for numbers, k in zip(area.ranges, count(1), strict=False):
            first, last = f"{numbers.stem}0000", f"{numbers.stem}9999"
            ranges.append((row_id("number_range", n, k), numbers.exchange_id, g.area_code, first, last))
