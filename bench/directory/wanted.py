"""What is asked for, clean, before any noise: a few words of a listing, and every listing that they mean.

The words come from listings drawn at random; a second pass over the file finds all the listings that are right. What
fewer than one or more than ten listings answer is dropped, since nobody could say which of them is meant.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

from bench.directory import canon
from bench.directory.listings import COLUMNS, Listing

MOST_RIGHT = 10
SPARE = 5
"""So many candidates are drawn for each query that is wanted."""
_FREQUENCIES_FROM = 150_000
_TITLES = frozenset(
    canon.words(
        "الدكتور المهندس المحامي الأستاذ الحاج الشيخ الصيدلي المختار العميد الدكتورة المهندسة المحامية الآنسة السيدة "
        "الحاجة الصيدلانية"
    )
)
HAMZA, COMPOUND = "أإآؤئء", ("عبد", "أبو", "ابو", "الدين", "أم ", "ابن")


@dataclass(slots=True)
class Wanted:
    """Words as they are printed, and what a right listing must have: these words, in this order where it matters."""

    name: tuple[str, ...]
    place: tuple[str, ...] = ()
    ordered: bool = True
    begun: bool = False
    """The last word of the name is a beginning."""
    right: list[str] = field(default_factory=list)
    asked: tuple[str, ...] = ()
    at: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Work out what is compared."""
        self.asked = canon.words(" ".join(self.name))
        self.at = canon.words(" ".join(self.place))

    def answers(self, name: Sequence[str], place: Sequence[str]) -> bool:
        """Tell whether a listing with these words is right."""
        if self.at and not set(self.at) <= set(place):
            return False
        whole, last = (self.asked[:-1], self.asked[-1]) if self.begun else (self.asked, "")
        if not self.ordered:
            return not Counter(whole) - Counter(name)
        rest = iter(name)
        if not all(word in rest for word in whole):
            return False
        return not last or any(word.startswith(last) for word in rest)


Chooser = Callable[[Listing, Random], Wanted | None]


def sample(listings: Path, count: int, rng: Random) -> list[Listing]:
    """Return so many listings drawn from the whole file, published ones only."""
    with listings.open(encoding="utf-8") as file:
        next(file)
        kept: list[str] = []
        for n, line in enumerate(file):
            if n < count:
                kept.append(line)
            elif (at := int(rng.random() * (n + 1))) < count:
                kept[at] = line
    rng.shuffle(kept)
    rows = [Listing(*line.rstrip("\n").split("\t")) for line in kept]
    return [row for row in rows if row.listed == "yes" and row.kind != "emergency"]


def with_right_answers(listings: Path, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Return those with one to ten right answers, each with its answers."""
    frequency = _frequencies(listings)
    watched: dict[str, list[Wanted]] = defaultdict(list)
    for each in wanted:
        certain = each.asked[:-1] if each.begun and len(each.asked) > 1 else each.asked
        watched[min((*certain, *each.at), key=lambda word: frequency[word])].append(each)
    for number, name, place in _rows(listings):
        for word in {*name, *place} & watched.keys():
            for each in watched[word]:
                if len(each.right) <= MOST_RIGHT and each.answers(name, place):
                    each.right.append(number)
    return [each for each in wanted if 1 <= len(each.right) <= MOST_RIGHT]


def _rows(listings: Path) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return of every published listing its id, the words of its name and category, and those of its place."""
    unlisted = COLUMNS.index("listed")
    with listings.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            cells = line.rstrip("\n").split("\t")
            if cells[unlisted] == "yes":
                name = f"{cells[1]} {cells[8]}" if cells[8] else cells[1]
                yield cells[0], canon.words(name), _place_words(" ".join(cells[3:7]))


@lru_cache(maxsize=1 << 16)
def _place_words(place: str) -> tuple[str, ...]:
    return canon.words(place)


def _frequencies(listings: Path) -> Counter[str]:
    counted: Counter[str] = Counter()
    for n, (_, name, place) in enumerate(_rows(listings)):
        if n == _FREQUENCIES_FROM:
            break
        counted.update({*name, *place})
    return counted


def parts(listing: Listing) -> list[str]:
    """Return the parts of a person's name as they are printed, compounds whole, title and by-name left out."""
    found: list[str] = []
    for word in listing.name.split():
        plain = canon.words(word)
        if found and (found[-1] in ("عبد", "أبو", "ابو", "ابن", "أم", "ام", "آل") or plain in (("الدين",), ("الله",))):
            found[-1] += f" {word}"
        elif plain and not (not found and plain[0] in _TITLES):
            found.append(word)
    return found[:3]


def full_name(listing: Listing, _rng: Random) -> Wanted | None:
    """Return a person's whole name, without title."""
    names = parts(listing)
    return Wanted(tuple(names)) if listing.kind == "person" and len(names) == 3 else None


def two_of_three(listing: Listing, rng: Random) -> Wanted | None:
    """Return two of the three parts: the family, and the father or the given name."""
    whole = full_name(listing, rng)
    return whole and Wanted((whole.name[rng.randrange(2)], whole.name[2]))


def any_order(listing: Listing, rng: Random) -> Wanted | None:
    """Return a whole name in an order of the caller's own."""
    whole = full_name(listing, rng)
    if whole is None:
        return None
    turned = list(whole.name)
    while tuple(turned) == whole.name and len(set(turned)) > 1:
        rng.shuffle(turned)
    return Wanted(tuple(turned), ordered=False)


def having(marks: Sequence[str]) -> Chooser:
    """Return a chooser of whole names in which one of these stands."""

    def choose(listing: Listing, rng: Random) -> Wanted | None:
        whole = full_name(listing, rng)
        return whole if whole and any(mark in part for part in whole.name for mark in marks) else None

    return choose


def with_article(listing: Listing, rng: Random) -> Wanted | None:
    """Return a whole name whose family could be said with the article as well as without."""
    whole = full_name(listing, rng)
    return whole if whole and " " not in whole.name[2] and len(whole.name[2]) >= 5 else None


def name_and_place(listing: Listing, rng: Random) -> Wanted | None:
    """Return two parts of a name and where it is: town, area or governorate."""
    two = two_of_three(listing, rng)
    if two is None:
        return None
    where = rng.choice([listing.town, listing.area, listing.governorate])
    return Wanted(two.name, tuple(where.split()))


def business_by_category(listing: Listing, rng: Random) -> Wanted | None:
    """Return a category and a place: a pharmacy in that street of that area."""
    if listing.kind == "person" or not listing.category:
        return None
    area = listing.area if rng.random() < 0.7 else listing.town
    return Wanted(tuple(listing.category.split()), (*area.split(), *listing.street.split()), ordered=False)


def business_in_part(listing: Listing, rng: Random) -> Wanted | None:
    """Return a part of what a business is called, with its area."""
    names = listing.name.split()
    if listing.kind == "person" or len(names) < 2:
        return None
    first = rng.randrange(len(names) - 1)
    chosen = tuple(names[first : first + 2]) if len(names) > 2 else tuple(names)
    return Wanted(chosen, tuple(listing.area.split()), ordered=False) if _sayable(chosen) else None


def _sayable(chosen: Sequence[str]) -> bool:
    return canon.words(chosen[-1])[:1] not in {("عبد",), ("ابو",), ("ال",)} and bool(canon.words(chosen[0]))


def last_begun(listing: Listing, rng: Random) -> Wanted | None:
    """Return a name whose last word is only begun."""
    whole = full_name(listing, rng)
    if whole is None or " " in whole.name[2] or len(whole.name[2]) < 6:
        return None
    last = whole.name[2]
    kept = last[: rng.randint(5 if last.startswith("ال") else 3, len(last) - 1)]
    return Wanted((*whole.name[:2], kept), begun=True)
