"""Other spellings of a word among a few thousand words: what the full-text index of a desk's own subscribers has.

The country's index finds such spellings by keys; a desk's subscribers are few enough to compare each word with all.
What a spelling costs is the same for both (`costs.py`).
"""

from collections.abc import Mapping
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from ccbs_desk.directory import costs
from ccbs_desk.directory.sounds import is_latin, latin_bare, latin_skeletons, latin_trace, skeletons
from ccbs_desk.directory.words import core_of

MOST: Final = 12
_FAR: Final = 1.3
_FAR_LATIN: Final = 0.7
_SHORTEST_LATIN: Final = 3
_LETTERS: Final = 2


def respelled(word: str, known: Mapping[str, int]) -> dict[str, float]:
    """Return the known words that a word may stand for, with what each costs; `known` says how often each stands."""
    found = _latin(word, known) if is_latin(word) else _arabic(word, known)
    if word in known:
        found[word] = 0.0
    cheapest = sorted(found.items(), key=lambda one: (one[1], one[0]))[:MOST]
    return dict(cheapest)


def _arabic(word: str, known: Mapping[str, int]) -> dict[str, float]:
    sounds = set(skeletons(core_of(word)))
    alike = [one for one in known if not sounds.isdisjoint(skeletons(core_of(one)))]
    alike += [one for one, *_ in extract(word, known.keys(), scorer=OSA.distance, score_cutoff=_LETTERS, limit=None)]
    priced = {one: costs.word_cost(word, one) + costs.rarity(known[one]) for one in alike}
    return {one: cost for one, cost in priced.items() if cost < _FAR}


def _latin(word: str, known: Mapping[str, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    if len(word) < _SHORTEST_LATIN:
        return found
    bare = latin_bare(word)
    for spelled in (word, bare) if bare else (word,):
        sounds, sound = set(latin_skeletons(spelled)), latin_trace(spelled)
        for one, count in known.items():
            if not sounds.isdisjoint(skeletons(core_of(one))):
                cost = costs.latin_cost(sound, one) + costs.rarity(count)
                if cost < found.get(one, _FAR_LATIN):
                    found[one] = cost
    return found
