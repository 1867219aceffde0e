"""Arabic and Latin text as people type it: clean of marks, with one spelling for what means the same.

Controls that only steer the drawing (bidi isolates, zero-width joiners) come in with copied text and are never part of
a number, an amount or a name. Names are searched by tokens: compounds become one word whichever way they are spaced,
and the parts عبد and أبو stay what they are, so that one is never found for the other (domain.md, Directory).
"""

import re
import unicodedata
from collections.abc import Iterable

_DIGITS = {ord(digit): str(value) for family in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(family)}
_CONTROLS = dict.fromkeys(
    [
        0x00AD,  # soft hyphen
        0x061C,  # Arabic letter mark
        *range(0x200B, 0x2010),  # zero-width space, joiners, left-to-right and right-to-left mark
        *range(0x202A, 0x202F),  # embeddings and overrides
        0x2060,  # word joiner
        *range(0x2066, 0x206A),  # isolates
        0xFEFF,  # byte order mark
    ]
)
# Decomposition has already taken the hamza and the madda off their carriers; here is what does not decompose.
_LETTERS = str.maketrans(
    {
        "ٱ": "ا",  # alef wasla
        "ى": "ي",  # alef maqsura
        "ی": "ي",  # Persian yeh
        "ک": "ك",  # Persian kaf
        "ة": "ه",  # ta marbuta
        "ۃ": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ە": "ه",
        "ء": "",  # a hamza of its own: written and left out at will (علاء، علا)
        "ـ": "",  # tatweel
    }
)
_WORD = re.compile(r"[^\W_]+")

_ARTICLE = "ال"
_JOINS_NEXT = frozenset({"عبد", "ابو", "ابن", "ام", _ARTICLE})
_JOINS_BEFORE = frozenset({"الدين", "الله"})
_INNER_ARTICLE = re.compile(rf"((?:عبد|ابو|ابن|ام)+){_ARTICLE}(\w{{3,}})")
_SHORTEST_WITH_ARTICLE = 5


def fold_digits(text: str) -> str:
    """Return the text with Arabic-Indic and Persian digits as Latin ones."""
    return text.translate(_DIGITS)


def strip_controls(text: str) -> str:
    """Return the text without bidi marks, embeddings, isolates and zero-width characters."""
    return text.translate(_CONTROLS)


def fold(text: str) -> str:
    """Return the one spelling of a text, for comparing and searching; never for showing.

    Without marks, tatweel and controls; the alef family as ا, alef maqsura as ي, ta marbuta as ه, a hamza gone from its
    carrier; Latin without accents and case; digits Latin; single blanks. Presentation forms, as PDFs have them, become
    plain letters. Folding twice changes nothing.
    """
    if _COMMON.fullmatch(text):
        return " ".join(text.translate(_FOLDED).split())
    return _fold_any(text)


def _fold_any(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", strip_controls(text)).casefold())
    bare = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Mn", "Me"))
    return unicodedata.normalize("NFC", " ".join(fold_digits(bare.translate(_LETTERS)).split()))


# Nearly every name is made of these alone, and each of them folds by itself: one look-up a letter, four times as fast.
_COMMON = re.compile("[ -~\u0600-\u06ff]*")
_FOLDED = {code: _fold_any(chr(code)) for code in (*range(0x21, 0x7F), *range(0x600, 0x700))}


def tokens(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, compounds as one word: عبد الرحمن and عبدالرحمن give the same.

    عبد, أبو, ابن, أم and an article (or آل) standing alone join the word after them, الدين and الله the one before.
    """
    joined: list[str] = []
    for word in reversed(_WORD.findall(fold(text))):
        if joined and (word in _JOINS_NEXT or joined[-1] in _JOINS_BEFORE):
            joined[-1] = word + joined[-1]
        else:
            joined.append(word)
    return tuple(reversed(joined))


def index_tokens(text: str) -> tuple[str, ...]:
    """Return all keys under which a text is found: its tokens, and behind them those that differ without article.

    Contains `search_tokens(text)`. The spelling with the article serves words that are still being typed ("الد").
    """
    words = tokens(text)
    return _distinct([*words, *map(without_article, words)])


def search_tokens(text: str) -> tuple[str, ...]:
    """Return the keys that a query asks for, all of them: one a word, without the article of a longer word.

    What was indexed by `index_tokens`, or by this function, is found by every spelling of itself.
    """
    return _distinct(map(without_article, tokens(text)))


def without_article(token: str) -> str:
    """Return a folded word without its article, inside a compound too; a word too short to have one stays."""
    if token.startswith(_ARTICLE):
        return token.removeprefix(_ARTICLE) if len(token) >= _SHORTEST_WITH_ARTICLE else token
    inner = _INNER_ARTICLE.fullmatch(token)
    return inner[1] + inner[2] if inner else token


def _distinct(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))
