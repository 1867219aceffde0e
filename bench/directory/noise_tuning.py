"""Noise to build the engine against: how callers and operators bend what they ask for. Never used for the figures."""

import re
from collections.abc import Callable, Sequence
from random import Random

from bench.directory import wanted
from bench.directory.wanted import HAMZA, Chooser, Wanted

SEED = 11
Noise = Callable[[Wanted, Random], str | None]
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_KEYBOARD = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤر ىةوزظ")
_LATIN_KEYS = dict(zip("ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظأإآذ", "qwertyuiop[]asdfghjkl;'zxcvnm,./HYN`", strict=True))
_MISHEARD = ("صس", "ضدظ", "طت", "قك", "حه", "غخ", "ثتس", "ذدز", "ظز", "عا", "جش")
_NAMED = {
    "محمد": "mohammad mohamed muhammad mohamad", "أحمد": "ahmad ahmed", "علي": "ali aly", "حسن": "hasan hassan",
    "محمود": "mahmoud mahmud", "خالد": "khaled khalid", "حسين": "hussein hossein husain", "مصطفى": "mustafa moustafa",
    "عمر": "omar umar", "يوسف": "youssef yusuf yousef", "إبراهيم": "ibrahim ebrahim", "ياسر": "yasser yaser",
    "سامر": "samer", "فادي": "fadi fady", "بسام": "bassam", "ماهر": "maher", "باسل": "basel bassel", "رامي": "rami",
    "غسان": "ghassan", "نزار": "nizar", "طارق": "tarek tareq", "وليد": "walid waleed", "هيثم": "haitham",
    "أيمن": "ayman", "عماد": "imad emad", "زياد": "ziad ziyad", "جورج": "george", "إلياس": "elias", "سمير": "samir",
    "مازن": "mazen", "عدنان": "adnan", "نبيل": "nabil nabeel", "فراس": "firas feras", "أنس": "anas", "بلال": "bilal",
    "حسام": "hussam", "وائل": "wael", "رياض": "riad riyad", "كمال": "kamal", "جمال": "jamal", "سليمان": "suleiman",
    "عيسى": "issa", "عبد الله": "abdullah abdallah", "عبد الرحمن": "abdulrahman abdelrahman",
    "صلاح الدين": "salah eddin", "فاطمة": "fatima fatmeh", "مريم": "mariam maryam", "ليلى": "layla leila",
}  # fmt: skip
_CONSONANTS = {
    "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "z", "ر": "r", "ز": "z", "س": "s",
    "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ل": "l",
    "م": "m", "ن": "n", "ه": "h", "أ": "a", "إ": "i", "آ": "a", "ء": "", "ئ": "e", "ؤ": "o",
}  # fmt: skip
_LONG = {"ا": "a", "و": "ou", "ي": "i", "ى": "a", "ة": "a"}
_DIGITS = {"ح": "7", "ع": "3", "ء": "2", "أ": "2"}
_MARKS = "\u064e\u064f\u0650\u0652\u0651"


def _said(asked: Wanted, _rng: Random) -> str:
    return " ".join((*asked.name, *asked.place))


def _place_first(asked: Wanted, _rng: Random) -> str:
    return " ".join((*asked.place, *asked.name))


def _hamza(asked: Wanted, rng: Random) -> str | None:
    text = " ".join(asked.name)
    places = [n for n, letter in enumerate(text) if letter in HAMZA]
    at = rng.choice(places)
    other = {"أ": "اإ", "إ": "اأ", "آ": "اأ", "ؤ": "و", "ئ": "ي", "ء": [""]}[text[at]]
    return text[:at] + rng.choice(list(other)) + text[at + 1 :]


def _ta_marbuta(asked: Wanted, _rng: Random) -> str:
    return re.sub(r"ة\b", "ه", " ".join(asked.name))


def _diacritics(asked: Wanted, rng: Random) -> str:
    return "".join(
        letter + (rng.choice(_MARKS) if letter != " " and rng.random() < 0.4 else "") for letter in " ".join(asked.name)
    )


def _compound(asked: Wanted, _rng: Random) -> str | None:
    text = " ".join(asked.name)
    turned = re.sub(r"\b(عبد|أبو|ابو|ابن|أم) ?(?=\w{3})", lambda m: m[1] if m[0].endswith(" ") else f"{m[1]} ", text)
    turned = turned if turned != text else text.replace(" الدين", "الدين")
    return turned if turned != text else None


def _article(asked: Wanted, _rng: Random) -> str:
    family = asked.name[-1]
    other = family[2:] if family.startswith("ال") else f"ال{family}"
    return " ".join((*asked.name[:-1], other))


def _in_a_word(bend: Callable[[str, Random], str | None]) -> Noise:
    """Return noise that bends one word of four letters or more."""

    def noise(asked: Wanted, rng: Random) -> str | None:
        said = " ".join((*asked.name, *asked.place)).split()
        long = [n for n, word in enumerate(said) if len(word.removeprefix("ال")) >= 4]
        if not long:
            return None
        at = rng.choice(long)
        article = "ال" if said[at].startswith("ال") else ""
        bent = bend(said[at].removeprefix(article), rng)
        if bent is None:
            return None
        said[at] = article + bent
        return " ".join(said)

    return noise


def _dropped(word: str, rng: Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _added(word: str, rng: Random) -> str:
    at = rng.randrange(len(word) + 1)
    return word[:at] + rng.choice(LETTERS) + word[at:]


def _swapped(word: str, rng: Random) -> str | None:
    places = [n for n in range(len(word) - 1) if word[n] != word[n + 1]]
    at = rng.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _substituted(word: str, rng: Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + rng.choice(LETTERS.replace(word[at], "")) + word[at + 1 :]


def _neighbour(word: str, rng: Random) -> str | None:
    places = [n for n, letter in enumerate(word) if any(letter in row for row in _KEYBOARD)]
    if not places:
        return None
    at = rng.choice(places)
    row = next(row for row in _KEYBOARD if word[at] in row)
    n = row.index(word[at])
    beside = [letter for letter in (row[n - 1 : n] + row[n + 1 : n + 2]) if letter != " "]
    return word[:at] + rng.choice(beside) + word[at + 1 :] if beside else None


def _misheard(word: str, rng: Random) -> str | None:
    bendable = [(n, pair) for n, letter in enumerate(word) for pair in _MISHEARD if letter in pair]
    if not bendable:
        return None
    at, pair = rng.choice(bendable)
    return word[:at] + rng.choice(pair.replace(word[at], "")) + word[at + 1 :]


def _latin(asked: Wanted, rng: Random) -> str:
    return " ".join(_romanised(part, rng) for part in asked.name)


def _romanised(part: str, rng: Random) -> str:
    if part in _NAMED:
        return rng.choice(_NAMED[part].split())
    return " ".join(_by_rule(word) for word in part.split())


def _by_rule(word: str) -> str:
    if word.startswith("ال") and len(word) > 4:
        return f"al {_by_rule(word[2:])}"
    told, after_vowel = "", True
    for n, letter in enumerate(word):
        following = word[n + 1 : n + 2]
        if letter in _LONG and told:
            opens = letter in "وي" and following in _LONG and following
            told += {"و": "w", "ي": "y"}[letter] if opens else _LONG[letter]
            after_vowel = not opens
            continue
        told += _CONSONANTS.get(letter, {"و": "w", "ي": "y", "ا": "a"}.get(letter, ""))
        opened = word[n + 2 : n + 3] in _LONG and word[n + 2 : n + 3] != ""
        coda = after_vowel and opened and n > 0
        if following and following not in _LONG and not coda:
            told += "a"
        after_vowel = not coda
    return re.sub("a+", "a", told)


def _latin_digits(asked: Wanted, rng: Random) -> str | None:
    if not any(letter in "حع" for part in asked.name for letter in part):
        return None
    return " ".join(_chatted_part(part, rng) for part in asked.name)


def _chatted_part(part: str, rng: Random) -> str:
    if part in _NAMED:
        known = rng.choice(_NAMED[part].split())
        known = known.replace("h", "7") if "ح" in part else known
        return known.replace(known[0], "3", 1) if part[0] == "ع" else known
    return " ".join(map(_chatted, part.split()))


def _chatted(word: str) -> str:
    plain = _by_rule("".join(letter for letter in word if letter not in "حع"))
    if not any(letter in "حع" for letter in word):
        return plain
    kept = _CONSONANTS | _DIGITS
    told = ""
    for n, letter in enumerate(word.removeprefix("ال")):
        vowel = _LONG.get(letter) if n else None
        told += vowel or kept.get(letter, {"و": "w", "ي": "y", "ا": "a"}.get(letter, ""))
        following = word.removeprefix("ال")[n + 1 : n + 2]
        if following and not vowel and following not in _LONG:
            told += "a"
    return ("el " if word.startswith("ال") else "") + told


def _mixed(asked: Wanted, rng: Random) -> str | None:
    bends = [_in_a_word(bend) for bend in (_dropped, _swapped, _substituted, _misheard)]
    once = rng.choice(bends)(asked, rng)
    if once is None:
        return None
    said = once.replace("أ", "ا").replace("ة", "ه")
    return rng.choice((said.replace("عبد ", "عبد"), re.sub(r"\bال(?=\w{3,}$)", "", said), said))


def _layout(asked: Wanted, _rng: Random) -> str:
    return "".join(_LATIN_KEYS.get(letter, letter) for letter in " ".join(asked.name))


def _joined(asked: Wanted, rng: Random) -> str:
    at = rng.randrange(len(asked.name) - 1)
    return " ".join((*asked.name[:at], asked.name[at] + asked.name[at + 1], *asked.name[at + 2 :]))


CLASSES: Sequence[tuple[str, Chooser, Noise]] = (
    ("exact", wanted.full_name, _said),
    ("partial", wanted.two_of_three, _said),
    ("order", wanted.any_order, _said),
    ("hamza", wanted.having(HAMZA), _hamza),
    ("ta marbuta", wanted.having("ة"), _ta_marbuta),
    ("diacritics", wanted.full_name, _diacritics),
    ("compound", wanted.having(wanted.COMPOUND), _compound),
    ("article", wanted.with_article, _article),
    ("dropped letter", wanted.full_name, _in_a_word(_dropped)),
    ("added letter", wanted.full_name, _in_a_word(_added)),
    ("swapped letters", wanted.full_name, _in_a_word(_swapped)),
    ("substituted letter", wanted.full_name, _in_a_word(_substituted)),
    ("keyboard neighbour", wanted.full_name, _in_a_word(_neighbour)),
    ("misheard", wanted.full_name, _in_a_word(_misheard)),
    ("latin", wanted.full_name, _latin),
    ("latin with digits", wanted.full_name, _latin_digits),
    ("name, place", wanted.name_and_place, _said),
    ("place first", wanted.name_and_place, _place_first),
    ("business by category", wanted.business_by_category, _said),
    ("business in part", wanted.business_in_part, _said),
    ("mixed errors", wanted.full_name, _mixed),
    ("last word begun", wanted.last_begun, _said),
    ("wrong layout", wanted.full_name, _layout),
    ("words joined", wanted.full_name, _joined),
)
