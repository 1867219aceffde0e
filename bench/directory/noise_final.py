"""Noise for the figures that we claim: by other code, other tables and another seed than the noise for building.

Nobody who works on the engine reads the queries that come out of it; it is run, and its figure is told.
"""

from collections.abc import Callable, Iterable, Sequence
from math import hypot
from random import Random
from unicodedata import normalize

from bench.directory import wanted
from bench.directory.wanted import HAMZA, Wanted

SEED = 90_210
ALPHABET = [chr(code) for code in (*range(0x627, 0x63B), *range(0x641, 0x64B)) if chr(code) not in "ةى"]
# An Arabic keyboard as it lies on the desk: each row begins further to the right, by quarters of a key.
_ROWS = ((0.0, "ضصثقفغعهخحجد"), (0.25, "شسيبلاتنمكط"), (0.75, "ئءؤر\0ىةوزظ"))
_KEYS = {letter: (x + shift, float(y)) for y, (shift, row) in enumerate(_ROWS) for x, letter in enumerate(row)}
_US_ROWS = ("qwertyuiop[]", "asdfghjkl;'", "zxcv\0nm,./")
_US = {
    letter: key
    for (_, row), keys in zip(_ROWS, _US_ROWS, strict=True)
    for letter, key in zip(row, keys, strict=False)
    if letter != "\0"
} | {"أ": "H", "إ": "Y", "آ": "N", "ذ": "`", " ": " "}
# What the ear takes for what, with how often.
_EAR = {
    "س": "صصث", "ص": "سسز", "ض": "ددظ", "د": "ضضت", "ظ": "ضزذ", "ط": "ت", "ت": "طط", "ق": "كءغ", "ك": "قق", "ح": "هه",
    "ه": "حح", "غ": "خ", "خ": "غح", "ث": "ستس", "ذ": "زد", "ز": "ذس", "ع": "حا",
}  # fmt: skip
_FAMILIAR = {
    "محمد": ("Mohamad", "Muhammed", "Mohammed", "Mhmd"),
    "أحمد": ("Ahmed", "Ahmad"),
    "محمود": ("Mahmood", "Mahmoud"),
    "حسن": ("Hassan", "Hasan"),
    "حسين": ("Hussain", "Hosein", "Hussein"),
    "خالد": ("Khalid", "Khaled"),
    "علي": ("Ali",),
    "مصطفى": ("Mostafa", "Mustapha"),
    "عمر": ("Omar", "Omer"),
    "يوسف": ("Yousif", "Youssef", "Josef"),
    "إبراهيم": ("Ibrahim", "Ebraheem"),
    "عبد الله": ("Abdulla", "Abd Allah", "Abdullah"),
    "سمير": ("Samir", "Sameer"),
    "عبد الرحمن": ("Abdel Rahman", "Abdurrahman", "Abdul Rahman"),
    "نبيل": ("Nabil", "Nabeel"),
    "وليد": ("Waleed",),
    "طارق": ("Tariq", "Tarek"),
    "عبد القادر": ("Abdel Kader", "Abdulkader"),
    "فراس": ("Firas",),
    "إياد": ("Iyad", "Eyad"),
    "صلاح الدين": ("Salah al-Din", "Salahaddin"),
    "نور الدين": ("Noureddine", "Nur Aldin"),
    "هدى": ("Huda", "Hoda"),
    "فاطمة": ("Fatema", "Fatima"),
    "عائشة": ("Aisha", "Aysha"),
    "خديجة": ("Khadija",),
    "زينب": ("Zainab", "Zeinab"),
}
_SOUNDS = (
    "ب:b ت:t ث:th ج:j ح:h خ:kh د:d ذ:dh ر:r ز:z س:s ش:sh ص:s ض:d ط:t ظ:z ع: غ:gh "
    "ف:f ق:k ك:k ل:l م:m ن:n ه:h و:w ي:y أ: إ: ا: آ:a ء: ئ: ؤ: ى: ة:"
)
_SOUND = dict(pair.split(":") for pair in _SOUNDS.split(" "))
_CHAT = {"ح": "7", "ع": "3", "ء": "2", "ئ": "2", "خ": "5", "ط": "6"}
_STEADY = frozenset("بتثجحخدذرزسشصضطظعغفقكلمنهء")


def _flat(words: Iterable[str]) -> str:
    return " ".join(words)


def say(asked: Wanted, _rng: Random) -> str:
    """Return what was asked for, as it is."""
    return _flat(asked.name + asked.place)


def place_before(asked: Wanted, rng: Random) -> str:
    """Return the place before the name, with the little word for "in" now and then."""
    return _flat((*asked.place, *asked.name)) if rng.random() < 0.8 else f"في {_flat(asked.place)} {_flat(asked.name)}"


def careless_hamza(asked: Wanted, _rng: Random) -> str | None:
    """Return all carriers of a hamza bare, as most people type."""
    said = _flat(asked.name)
    bare = "".join(normalize("NFD", letter)[0] if letter in "أإآؤئ" else letter for letter in said).replace("ء", "")
    return bare if bare != said else None


def careless_endings(asked: Wanted, _rng: Random) -> str | None:
    """Return every ta marbuta without its dots."""
    return _flat(word[:-1] + "ه" if word.endswith("ة") else word for word in say(asked, _rng).split())


def vowelled(asked: Wanted, rng: Random) -> str:
    """Return the words with vowel signs over nearly all letters, and one of them drawn out."""
    signs = [chr(code) for code in range(0x64E, 0x653)]
    said = "".join(
        f"{each}{rng.choice(signs)}" if each in _STEADY and rng.random() < 0.8 else each for each in _flat(asked.name)
    )
    at = said.find("م")
    return said if at < 0 else f"{said[: at + 1]}ــ{said[at + 1 :]}"


def respaced(asked: Wanted, rng: Random) -> str | None:
    """Return one compound spaced the other way."""
    said = _flat(asked.name)
    ways = [(f"{head} ", head) for head in ("عبد", "أبو", "ابو", "ابن", "أم")] + [(" الدين", "الدين")]
    fits = [
        way
        for way in (*ways, *((b, a) for a, b in ways))
        if way[0] in said and (way[0] != " الدين" or " الدين" in said)
    ]
    fits = [(a, b) for a, b in fits if _only_spacing(said.replace(a, b, 1), said)]
    if not fits:
        return None
    apart, joined = rng.choice(fits)
    return said.replace(apart, joined, 1)


def _only_spacing(one: str, other: str) -> bool:
    return one != other and one.replace(" ", "") == other.replace(" ", "") and "  " not in one and one == one.strip()


def other_article(asked: Wanted, rng: Random) -> str:
    """Return the family with its article gone, or with one that is not its own, or with its l apart."""
    *before, family = asked.name
    if family.startswith("ال"):
        return _flat((*before, family[2:] if rng.random() < 0.85 else f"ال {family[2:]}"))
    return _flat((*before, f"ال{family}"))


def slip(kind: str) -> Callable[[Wanted, Random], str | None]:
    """Return noise of one slip of this kind in one of the longer words, more often in a later one."""

    def noise(asked: Wanted, rng: Random) -> str | None:
        said = say(asked, rng).split()
        able = [n for n, word in enumerate(said) if len(word) - 2 * word.startswith("ال") > 3]
        if not able:
            return None
        at = max(rng.choice(able), rng.choice(able))
        start = 2 if said[at].startswith("ال") else 0
        bent = _SLIPS[kind](list(said[at][start:]), rng)
        return None if bent is None else _flat((*said[:at], said[at][:start] + "".join(bent), *said[at + 1 :]))

    return noise


def _lose(word: list[str], rng: Random) -> list[str]:
    # The first letter is lost least.
    del word[min(rng.randrange(len(word)) + (rng.random() < 0.5), len(word) - 1)]
    return word


def _gain(word: list[str], rng: Random) -> list[str]:
    at = rng.randrange(1, len(word) + 1)
    return [*word[:at], word[at - 1] if rng.random() < 0.4 else rng.choice(ALPHABET), *word[at:]]


def _cross(word: list[str], rng: Random) -> list[str] | None:
    at = rng.randrange(len(word) - 1)
    if word[at] == word[at + 1]:
        return None
    word[at : at + 2] = word[at + 1], word[at]
    return word


def _mistake(word: list[str], rng: Random) -> list[str]:
    at = rng.randrange(len(word))
    word[at] = rng.choice([letter for letter in ALPHABET if letter != word[at]])
    return word


def _beside(word: list[str], rng: Random) -> list[str] | None:
    at = rng.randrange(len(word))
    here = _KEYS.get(word[at])
    if here is None:
        return None
    near = [each for each, key in _KEYS.items() if 0 < hypot(key[0] - here[0], key[1] - here[1]) < 1.3 and each != "\0"]
    word[at] = rng.choice(near)
    return word


def _mishear(word: list[str], rng: Random) -> list[str] | None:
    able = [n for n, letter in enumerate(word) if letter in _EAR]
    if not able:
        return None
    at = rng.choice(able)
    word[at] = rng.choice(_EAR[word[at]])
    return word


_SLIPS: dict[str, Callable[[list[str], Random], list[str] | None]] = {
    "lose": _lose, "gain": _gain, "cross": _cross, "mistake": _mistake, "beside": _beside, "mishear": _mishear,
}  # fmt: skip


def in_latin(asked: Wanted, rng: Random) -> str:
    """Return the name as a passport or a friend abroad would have it."""
    return _flat(rng.choice(_FAMILIAR[part]) if part in _FAMILIAR else _spelt(part, _SOUND, rng) for part in asked.name)


def in_chat(asked: Wanted, rng: Random) -> str | None:
    """Return the name as people chat: digits for what Latin lacks."""
    told = _flat(_chatted(part, rng).lower() for part in asked.name)
    return told if any(digit in told for digit in "2357") else None


def _chatted(part: str, rng: Random) -> str:
    """Return a familiar name with its digits, any other by its sounds."""
    if part in _FAMILIAR and part[0] != "ع":
        told = rng.choice(_FAMILIAR[part])
        return "".join("7" if "ح" in part and letter in "hH" else letter for letter in told)
    return _spelt(part, _SOUND | _CHAT, rng)


def _spelt(part: str, sounds: dict[str, str], rng: Random) -> str:
    """Return a name by its syllables: long vowels where they stand, short ones where the tongue asks."""
    words = []
    for word in part.split():
        article = word.startswith("ال") and len(word) > 4
        stem = word[2:] if article else word
        told = _syllables(stem, sounds, rng)
        words.append(f"{rng.choice(('al-', 'Al ', 'el-'))}{told.capitalize()}" if article else told.capitalize())
    return _flat(words)


def _syllables(stem: str, sounds: dict[str, str], rng: Random) -> str:
    out: list[str] = []
    for n, letter in enumerate(stem):
        last = n == len(stem) - 1
        if letter in "اآى" or (letter == "ة" and last) or letter == "أ":
            out.append("a")
        elif letter == "إ":
            out.append("i")
        elif letter in "وي" and n and not _voiced(stem, n + 1):
            out.append(rng.choice({"و": ("ou", "oo", "u"), "ي": ("i", "ee")}[letter]))
        else:
            out.append(sounds[letter])
            if not last and not _voiced(stem, n + 1) and not (n and _open(out) and _voiced(stem, n + 2)):
                out.append("a")
    told = "".join(out)
    return told.replace("aa", "a").replace("aou", "aw").replace("aee", "ay")


def _voiced(stem: str, n: int) -> bool:
    return n < len(stem) and stem[n] in "اويىةآ"


def _open(out: Sequence[str]) -> bool:
    """Tell whether a vowel stands before the sound that was told last."""
    return len(out) > 1 and out[-2][-1:] in ("a", "e", "i", "o", "u")


def several(asked: Wanted, rng: Random) -> str | None:
    """Return two errors of different kinds in different words."""
    first = slip(rng.choice(("lose", "gain", "beside", "mishear")))(asked, rng)
    if first is None:
        return None
    words = first.split()
    own = asked.name[0].split()[0]
    clean = Wanted(tuple(words), ordered=False)
    second = rng.choice((careless_hamza, careless_endings, respaced, other_article))(clean, rng)
    return second if second and own else first


def keys_of_latin(asked: Wanted, _rng: Random) -> str | None:
    """Return what comes out when the keyboard was left in English."""
    return "".join(_US.get(letter, "") for letter in _flat(asked.name))


def run_together(asked: Wanted, rng: Random) -> str:
    """Return two neighbouring words without the blank between them."""
    words = _flat(asked.name).split()
    at = rng.randrange(1, len(words))
    return _flat((*words[: at - 1], words[at - 1] + words[at], *words[at + 1 :]))


CLASSES = (
    ("exact", wanted.full_name, say),
    ("partial", wanted.two_of_three, say),
    ("order", wanted.any_order, say),
    ("hamza", wanted.having(HAMZA), careless_hamza),
    ("ta marbuta", wanted.having("ة"), careless_endings),
    ("diacritics", wanted.full_name, vowelled),
    ("compound", wanted.having(wanted.COMPOUND), respaced),
    ("article", wanted.with_article, other_article),
    ("dropped letter", wanted.full_name, slip("lose")),
    ("added letter", wanted.full_name, slip("gain")),
    ("swapped letters", wanted.full_name, slip("cross")),
    ("substituted letter", wanted.full_name, slip("mistake")),
    ("keyboard neighbour", wanted.full_name, slip("beside")),
    ("misheard", wanted.full_name, slip("mishear")),
    ("latin", wanted.full_name, in_latin),
    ("latin with digits", wanted.full_name, in_chat),
    ("name, place", wanted.name_and_place, say),
    ("place first", wanted.name_and_place, place_before),
    ("business by category", wanted.business_by_category, say),
    ("business in part", wanted.business_in_part, say),
    ("mixed errors", wanted.full_name, several),
    ("last word begun", wanted.last_begun, say),
    ("wrong layout", wanted.full_name, keys_of_latin),
    ("words joined", wanted.full_name, run_together),
)
