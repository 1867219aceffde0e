"""Finding a command from a few letters, typed in whichever layout happens to be active."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ccbs_desk.config.language import Message, Text
from ccbs_desk.domain.layouts import in_arabic_layout, in_latin_layout
from ccbs_desk.domain.text import fold
from ccbs_desk.ui.kit.shortcuts import Keys

_KEYWORD_RANK = 3
_NO_MATCH = 4


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """A command that the palette offers. Keywords find it by other words, in either language."""

    id: str
    title: Text
    run: Callable[[], object]
    keywords: tuple[Text, ...] = ()
    shortcut: Keys | None = None


def matching(items: Sequence[PaletteItem], typed: str) -> list[PaletteItem]:
    """Return the items that fit what was typed, best first; everything while nothing is typed."""
    if not typed.strip():
        return list(items)
    wanted = {fold(typed), fold(in_latin_layout(typed)), fold(in_arabic_layout(typed.lower()))}
    ranks = {item.id: min(_rank(item, query) for query in wanted) for item in items}
    return sorted((item for item in items if ranks[item.id] < _NO_MATCH), key=lambda item: ranks[item.id])


def _rank(item: PaletteItem, query: str) -> int:
    title = fold(str(item.title))
    if title.startswith(query):
        return 0
    words = query.split()
    if all(any(part.startswith(word) for part in title.split()) for word in words):
        return 1
    if query in title:
        return 2
    # Who learned a command by its English name finds it under that name in the Arabic desk too.
    source = fold(item.title.msgid) if isinstance(item.title, Message) else ""
    everything = " ".join([title, source, *(fold(str(keyword)) for keyword in item.keywords)]).split()
    fits = all(any(part.startswith(word) for part in everything) for word in words)
    return _KEYWORD_RANK if fits else _NO_MATCH
