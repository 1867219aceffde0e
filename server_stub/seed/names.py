"""What subscribers of an area are called."""

from dataclasses import dataclass
from random import Random

from server_stub.seed import demo
from server_stub.seed.plan import AreaPlan
from server_stub.seed.vocabulary import POOL_BITS, vocabulary

_WOMEN_OF_256 = 52
_TITLED_OF_256 = 18
_MEN_TITLES = ("الدكتور", "المهندس", "المحامي", "الأستاذ", "الحاج", "الدكتور", "المهندس", "الشيخ")
_WOMEN_TITLES = ("الدكتورة", "المهندسة", "المحامية", "الآنسة", "السيدة", "الحاجة", "الدكتورة", "السيدة")
_PROFESSION = {"الدكتور": "عيادة", "المهندس": "هندسة", "المحامي": "محاماة"}
_PRACTISING = 2
"""One in so many with such a title is listed under the profession."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom an account and a listing are named after. The parts are empty for organisations."""

    kind: str
    title: str
    given: str
    father: str
    family: str
    name: str
    category: str
    customer_class: str


class Names:
    """Draws names out of the pools, as frequent as they are."""

    def __init__(self, area: AreaPlan, rng: Random) -> None:
        self._bits = rng.getrandbits
        self._town = area.city or area.name_ar
        self._area = area.name_ar
        words = vocabulary()
        self._men, self._women, self._families = words.men_pool, words.women_pool, words.family_pool
        self._organisations, self._words, self._heroes = words.organisation_pool, words.words, words.heroes

    @staticmethod
    def demo() -> Holder:
        """Return the demo subscriber."""
        return Holder("person", "", demo.GIVEN, demo.FATHER, demo.FAMILY, demo.NAME, "", "residential")

    def person(self) -> Holder:
        """Return a person; one account in five is a woman's."""
        bits, chance = self._bits, self._bits(24)
        woman = chance & 0xFF < _WOMEN_OF_256
        given = (self._women if woman else self._men)[bits(POOL_BITS)]
        father, family = self._men[bits(POOL_BITS)], self._families[bits(POOL_BITS)]
        title = category = ""
        if chance >> 8 & 0xFF < _TITLED_OF_256:
            title = (_WOMEN_TITLES if woman else _MEN_TITLES)[chance >> 16 & 7]
            if chance >> 19 & _PRACTISING - 1:
                category = _PROFESSION.get(title, "")
        return Holder("person", title, given, father, family, f"{given} {father} {family}", category, "residential")

    def organisation(self) -> Holder:
        """Return a shop, firm, school or office."""
        kind = self._organisations[self._bits(POOL_BITS)]
        pattern = kind.pattern
        if "{family}" in pattern:
            name = pattern.replace("{family}", self._families[self._bits(POOL_BITS)])
        elif "{person}" in pattern:
            person = f"{self._men[self._bits(POOL_BITS)]} {self._families[self._bits(POOL_BITS)]}"
            name = pattern.replace("{person}", person)
        elif "{word}" in pattern:
            name = pattern.replace("{word}", self._words[self._bits(16) % len(self._words)])
        elif "{hero}" in pattern:
            name = pattern.replace("{hero}", self._heroes[self._bits(16) % len(self._heroes)])
        else:
            name = pattern.replace("{town}", f"{self._town} {self._area}" if self._area != self._town else self._town)
        return Holder("organisation", "", "", "", "", name, kind.category, kind.customer_class)
