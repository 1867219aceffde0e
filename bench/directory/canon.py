"""When two spellings mean the same word: what makes a listing right for a query, told without the engine's own code."""

import re
from functools import lru_cache

_MARKS = re.compile("[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ء": None})
_BEFORE = frozenset({"عبد", "ابو", "ابن", "ام", "ال"})
_AFTER = frozenset({"الدين", "الله"})
_INNER = re.compile(r"^(عبد|ابو|ابن|ام)ال(\w{3,})$")
_SPLIT = re.compile(r"\W+")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name, each as all its spellings have it: compounds whole, the article gone."""
    found: list[str] = []
    glue = False
    for word in _SPLIT.split(_MARKS.sub("", text)):
        plain = _plain(word)
        if not plain:
            continue
        if glue or (found and plain in _AFTER):
            found[-1] += plain
        else:
            found.append(plain)
        glue = plain in _BEFORE
    return tuple(map(_bare, found))


def light(text: str) -> str:
    """Return the text lightly normalised, as every engine's peers are fed: marks gone, letters folded, no more."""
    return " ".join(filter(None, map(_plain, _SPLIT.split(_MARKS.sub("", text)))))


@lru_cache(maxsize=1 << 18)
def _plain(word: str) -> str:
    return word.translate(_LETTERS).lower()


@lru_cache(maxsize=1 << 18)
def _bare(word: str) -> str:
    inner = _INNER.match(word)
    if inner:
        return inner[1] + inner[2]
    return word[2:] if word.startswith("ال") and len(word) >= 5 else word
