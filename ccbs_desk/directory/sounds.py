"""How words sound: skeletons of consonants that misheard, misspelt and Latin spellings of one name share.

A skeleton keeps consonants in classes (س ص ث are one sound to many, so are ق ك), without vowels, ع and a final ه. A
*trace* is finer and is compared by edit distance: two signs a consonant, its class and its letter, and one a vowel, so
that another consonant costs two, one of the same class one, a vowel one.
"""

import re
from functools import lru_cache
from itertools import islice, product
from typing import Final

_CLASSES: Final = {
    "b": "بپ", "s": "سصث", "t": "تط", "d": "دضذظز", "h": "حه", "x": "خغ", "k": "قكگ", "j": "جچ", "S": "ش",
    "f": "فڤ", "l": "ل", "r": "ر", "m": "م", "n": "ن",
}  # fmt: skip
_CLASS: Final = {letter: sign for sign, letters in _CLASSES.items() for letter in letters}
_VOWELS: Final = "اويع"
_SILENT: Final = dict.fromkeys(map(ord, _VOWELS))
_SKELETON: Final = str.maketrans({**_CLASS, **dict.fromkeys(_VOWELS, "")})
_TRACE: Final = str.maketrans({**{letter: sign + letter for letter, sign in _CLASS.items()}, "ع": "ا"})
_DOUBLED: Final = re.compile(r"([^h])\1+")
_LONG: Final = {"ou": "u", "oo": "u", "ow": "u", "ee": "i", "ei": "i", "ie": "i", "ey": "i", "ai": "i", "ay": "i"}
_LONG_VOWEL: Final = re.compile("(?<!^)(?:" + "|".join(_LONG) + ")")
_INITIAL: Final = {"ا": "A", "ع": "A", "و": "w", "ي": "y"}
_FINAL_H: Final = "ه"

# Latin spellings: longer ones first. Signs: a skeleton's class, then what the trace compares it with.
_LATIN: Final = {
    "sh": ("S",), "ch": ("S",), "kh": ("x",), "gh": ("x",), "th": ("s", "t", "d"), "dh": ("d",), "ph": ("f",),
    "ck": ("k",), "dj": ("j",), "b": ("b",), "p": ("b",), "c": ("k", "s"), "d": ("d",), "f": ("f",), "v": ("f",),
    "g": ("j", "x", "k"), "h": ("h",), "j": ("j",), "k": ("k",), "l": ("l",), "m": ("m",), "n": ("n",), "q": ("k",),
    "r": ("r",), "s": ("s",), "t": ("t",), "x": ("ks",), "z": ("d",), "7": ("h",), "5": ("x",), "6": ("t",),
    "9": ("s", "k"), "8": ("x", "k"), "4": ("d", "x"), "3": ("",), "2": ("", "k"),
}  # fmt: skip
_FINE: Final = {
    "sh": "ش", "ch": "ش", "kh": "خ", "gh": "غ", "th": "ث", "dh": "ز", "ph": "ف", "ck": "ك", "dj": "ج", "b": "ب",
    "p": "ب", "c": "ك", "d": "د", "f": "ف", "v": "ف", "g": "ج", "h": "ه", "j": "ج", "k": "ك", "l": "ل", "m": "م",
    "n": "ن", "q": "ق", "r": "ر", "s": "س", "t": "ت", "x": "كس", "z": "ز", "7": "ح", "5": "خ", "6": "ط", "9": "ص",
    "8": "ق", "4": "ذ", "3": "ا", "2": "ا", "a": "ا", "e": "ي", "i": "ي", "y": "ي", "o": "و", "u": "و", "w": "و",
}  # fmt: skip
_UNIT: Final = re.compile("|".join([*(key for key in _LATIN if len(key) == 2), "[a-z2-9]"]))
_APOSTROPHES: Final = re.compile("['’`ʿʾ-]")
_LATIN_WORD: Final = re.compile(r"[a-z2-9'’`ʿʾ-]*[a-z][a-z2-9'’`ʿʾ-]*")
_SERVANT: Final = re.compile(r"^(?:abd|3abd)(?:[uea]l(?=\w{3})|[uea](?=([^aeiou])\1))")
_FAITH: Final = re.compile(r"(?:[aeu]l|[aeu]d?)d[iea]+ne?$")
_MOST_SKELETONS: Final = 6
LATIN_ARTICLES: Final = ("al", "el", "ash", "as", "ar", "an", "at", "ad", "az", "es", "er", "ed", "esh")


def is_latin(word: str) -> bool:
    """Return whether a folded word is written in Latin letters, digits for Arabic letters among them."""
    return _LATIN_WORD.fullmatch(word) is not None


@lru_cache(maxsize=1 << 12)
def skeleton(core: str) -> str:
    """Return the skeleton of an Arabic core; a ث counts as س."""
    if not core:
        return ""
    body = core[:-1] if core.endswith(_FINAL_H) and len(core) > 1 else core
    first = _INITIAL.get(body[0], "")
    return first + _DOUBLED.sub(r"\1", body.translate(_SKELETON))


def skeletons(core: str) -> tuple[str, ...]:
    """Return all skeletons of an Arabic core: with each ث as س and as ت."""
    return (skeleton(core), skeleton(core.replace("ث", "ت"))) if "ث" in core else (skeleton(core),)


@lru_cache(maxsize=1 << 12)
def trace(core: str) -> str:
    """Return the trace of an Arabic core."""
    return core.translate(_TRACE)


def coarse_trace(core: str) -> str:
    """Return a trace without the letters that Latin spellings leave open, for comparing with `latin_trace`."""
    body = core[:-1] + "ا" if core.endswith(_FINAL_H) and len(core) > 1 else core
    return body.translate(_COARSE).translate(_HEAVY)


_COARSE: Final = str.maketrans({"ص": "س", "ط": "ت", "ح": "ه", "ض": "د", "ظ": "ز", "ذ": "ز"})
_HEAVY: Final = str.maketrans({**{letter: sign + letter * 2 for letter, sign in _CLASS.items()}, "ع": "ا"})


@lru_cache(maxsize=1 << 10)
def _latin_body(word: str) -> str:
    bare = _APOSTROPHES.sub("", word)
    bare = _FAITH.sub("aldin", bare) if len(bare) > len("din") + 2 else bare
    long = _LONG_VOWEL.sub(lambda found: _LONG[found[0]], _SERVANT.sub("abd", bare))
    return _DOUBLED.sub(r"\1", long)


def latin_skeletons(word: str) -> tuple[str, ...]:
    """Return the skeletons that a Latin spelling may stand for, most likely first."""
    body = _latin_body(word)
    units: list[str] = _UNIT.findall(body)
    signs = [_signs(unit, place, len(units)) for place, unit in enumerate(units)]
    found = ("".join(choice) for choice in islice(product(*signs), _MOST_SKELETONS))
    return tuple(dict.fromkeys(_DOUBLED.sub(r"\1", one) for one in found))


def _signs(unit: str, place: int, count: int) -> tuple[str, ...]:
    if place == 0 and unit in "aeiou32":
        return ("A",)
    if place == 0 and unit in "wy":
        return (unit,)
    if place == count - 1 and unit == "h" and count > 1:
        return ("", "h")
    return _LATIN.get(unit, ("",))


def latin_trace(word: str) -> str:
    """Return the trace of a Latin spelling, comparable with `coarse_trace`."""
    body = _latin_body(word)
    body = body[:-1] if body.endswith("ah") else body
    return "".join(_FINE.get(unit, "") for unit in _UNIT.findall(body)).translate(_COARSE).translate(_HEAVY)


def latin_bare(word: str) -> str | None:
    """Return a Latin word without an article that it begins with; None when it has none."""
    for article in LATIN_ARTICLES:
        rest = word.removeprefix(article).lstrip("-'")
        if (
            rest != word
            and len(rest) >= 3
            and (article in ("al", "el") or rest[0] == article[-1] or word[len(article)] == "-")
        ):
            return rest
    return None
