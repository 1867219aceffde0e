"""The query sets: so many queries of every noise class, each with the ids that are right; kept beside the listings."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from types import ModuleType

from bench.directory import noise_final, noise_tuning
from bench.directory.listings import Listing
from bench.directory.wanted import SPARE, Chooser, Wanted, sample, with_right_answers

EACH = 60
SETS: dict[str, ModuleType] = {"tuning": noise_tuning, "final": noise_final}
_TRIED = 40


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, the class of its noise, and the ids that answer it."""

    sort: str
    q: str
    right: tuple[str, ...]
    clean: str


def queries(listings: Path, which: str, each: int = EACH) -> list[Query]:
    """Return a query set for a file of listings, made once and then read back."""
    kept = listings.with_name(f"{listings.stem}-{which}-{each}.jsonl")
    if not kept.exists() or kept.stat().st_mtime < listings.stat().st_mtime:
        made = _make(listings, SETS[which], each)
        text = "".join(json.dumps(asdict(query), ensure_ascii=False) + "\n" for query in made)
        kept.write_text(text, encoding="utf-8")
    return [_read(line) for line in kept.read_text(encoding="utf-8").splitlines()]


def _read(line: str) -> Query:
    told = json.loads(line)
    return Query(told["sort"], told["q"], tuple(told["right"]), told["clean"])


def _make(listings: Path, noise: ModuleType, each: int) -> list[Query]:
    rng = Random(noise.SEED)
    drawn = sample(listings, len(noise.CLASSES) * each * SPARE * 2, rng)
    candidates: list[tuple[str, str, Wanted]] = []
    for sort, choose, bend in noise.CLASSES:
        candidates += _candidates(sort, choose, bend, drawn, each * SPARE, rng)
    right = {id(found) for found in with_right_answers(listings, [wanted for _, _, wanted in candidates])}
    made: list[Query] = []
    for sort, _, _ in noise.CLASSES:
        fit = [(q, wanted) for own, q, wanted in candidates if own == sort and id(wanted) in right][:each]
        made += [Query(sort, q, tuple(wanted.right), " ".join((*wanted.name, *wanted.place))) for q, wanted in fit]
    return made


def _candidates(
    sort: str,
    choose: Chooser,
    bend: Callable[[Wanted, Random], str | None],
    drawn: Sequence[Listing],
    count: int,
    rng: Random,
) -> list[tuple[str, str, Wanted]]:
    """Return clean and bent words for a class; a listing that has nothing to bend is passed over."""
    found: list[tuple[str, str, Wanted]] = []
    for _ in range(count * _TRIED):
        if len(found) == count:
            break
        wanted = choose(rng.choice(drawn), rng)
        q = wanted and bend(wanted, rng)
        if wanted and q:
            found.append((sort, q, wanted))
    return found
