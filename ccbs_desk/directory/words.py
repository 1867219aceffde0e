"""Words of names: a printed name in its parts, and the one form in which a part is looked for.

A *part* is what stands for one word of a name as printed: one written word, or several where they are one compound
(عبد الرحمن). A *term* is a part's folded form, with its article. Its *core* is the term without the article, outside
and inside a compound: what two spellings of one name share.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from ccbs_desk.domain.text import fold, tokens, without_article

ARTICLE: Final = "ال"
JOINS_NEXT: Final = frozenset({"عبد", "ابو", "ابن", "ام", ARTICLE})
COMPOUND_HEADS: Final = ("عبد", "ابو", "ابن", "ام")
JOINS_BEFORE: Final = frozenset({"الدين", "الله"})
_HOUSE: Final = "الال"
_SHORTEST_HOUSE: Final = 7

_TITLES: Final = (
    "دكتور الدكتور دكتوره الدكتوره د استاذ الاستاذ مهندس المهندس المهندسه محامي المحامي سيد السيد السيده شيخ الشيخ "
    "حاج الحاج الحاجه حجي انسه الانسه مرحوم المرحوم بن بنت ورثه"
)
_ASKING: Final = (
    "بدي اريد عايز رقم نمره هاتف تلفون موبايل لو سمحت سمحتي من في ب بيت دار منزل محل عند اسم اسمه اسمها يا استاذه"
)
TITLES: Final = frozenset(_TITLES.split())
"""Words before a name that a listing may lack."""
STREETS: Final = frozenset("شارع جاده حاره طريق ساحه زقاق دوار حي سوق مدخل ضاحيه منطقه".split())  # noqa: SIM905
"""Words that say what sort of place is named next."""
ASKING: Final = frozenset(_ASKING.split())
"""Words around a name in what a caller says."""


def core_of(term: str) -> str:
    """Return the term without its article, inside a compound too; آل X is X."""
    core = without_article(term)
    if core is not term and term.startswith(_HOUSE) and len(term) >= _SHORTEST_HOUSE:
        core = without_article(core)
    return core


@lru_cache(maxsize=1 << 12)
def terms_of(text: str) -> tuple[str, ...]:
    """Return the terms of a text, compounds joined, in their order."""
    return tokens(text)


class Splitter:
    """Splits printed names into parts, fast: what was found out of a written word is kept."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._special: set[str] = set()

    def parts(self, name: str) -> Sequence[str]:
        """Return the parts of a name as they are printed, compounds with their blank."""
        words = name.split()
        if not self._known.issuperset(words):
            self._learn(words)
        return words if self._special.isdisjoint(words) else _joined(words)

    def _learn(self, words: Iterable[str]) -> None:
        for word in words:
            self._known.add(word)
            folded = fold(word)
            if folded in JOINS_NEXT or folded in JOINS_BEFORE:
                self._special.add(word)


def _joined(words: Sequence[str]) -> list[str]:
    parts: list[str] = []
    before = ""
    for word in reversed(words):
        folded = fold(word)
        if parts and (folded in JOINS_NEXT or before in JOINS_BEFORE):
            parts[-1] = f"{word} {parts[-1]}"
        else:
            parts.append(word)
        before = folded
    return parts[::-1]
