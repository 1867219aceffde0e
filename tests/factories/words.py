"""What a person reads of a reason, in each language, checked on the way: words, no codes, no letters of the other."""

import re

from ccbs_desk.config.language import LANGUAGES, speaking, strip_isolates
from ccbs_desk.domain.errors import Reason
from ccbs_desk.ui.refusals import GENERAL, words_of

RAW = re.compile(r"\b[a-z]+(?:[._][a-z]+)+\b")
ARABIC = re.compile("[\u0621-\u064a]")


def told(reason: Reason, *, typed: str = "") -> dict[str, tuple[str, str, str]]:
    """Return title, what was kept and what to do, by language. `typed` may be quoted whatever is in it."""
    found: dict[str, tuple[str, str, str]] = {}
    for language in LANGUAGES:
        with speaking(language):
            words = words_of(reason)
            assert str(words.title) != str(GENERAL.title), f"{reason} has no words of its own"
            title, kept, todo = (strip_isolates(str(text)) for text in (words.title, words.kept, words.todo))
        for text in (title, kept, todo):
            own = text.replace(typed, "") if typed else text
            assert own.strip(), reason
            assert not RAW.search(own), own
            assert reason.code not in own, own
            assert bool(ARABIC.search(own)) is (language == "ar"), own
        found[language] = (title, kept, todo)
    return found
