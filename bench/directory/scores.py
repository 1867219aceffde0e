"""What a query set says of an engine: found among the first ten, found first, and how long it took; by class."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.directory.asking import Told
from bench.directory.queries import Query
from bench.figures import percentile

ALL = "all classes"


@dataclass(slots=True)
class Score:
    """The sums of one class."""

    asked: int = 0
    first: int = 0
    in_ten: int = 0
    ms: list[float] = field(default_factory=list)

    @property
    def hit_at_1(self) -> float:
        """Return the share of queries of which the first row was right, in percent."""
        return 100 * self.first / max(self.asked, 1)

    @property
    def recall_at_10(self) -> float:
        """Return the share of queries with a right row among the first ten, in percent."""
        return 100 * self.in_ten / max(self.asked, 1)

    def add(self, query: Query, told: Told) -> None:
        """Count one answer."""
        right = set(query.right)
        self.asked += 1
        self.first += told.ids[:1] != () and told.ids[0] in right
        self.in_ten += not right.isdisjoint(told.ids[:10])
        self.ms.append(told.ms)


def score(queries: Sequence[Query], ask: Callable[[Query], Told]) -> dict[str, Score]:
    """Ask everything and return the scores by class, in the order of the classes, and over all."""
    found: dict[str, Score] = {query.sort: Score() for query in queries}
    found[ALL] = Score()
    for query in queries:
        told = ask(query)
        found[query.sort].add(query, told)
        found[ALL].add(query, told)
    return found


def table(found: dict[str, Score]) -> list[str]:
    """Return the scores as lines."""
    lines = [f"{'class':<22}{'n':>5}{'R@10':>7}{'hit@1':>7}{'p50':>8}{'p95':>8}{'p99':>8} ms"]
    for sort, one in found.items():
        p50, p95, p99 = (percentile(one.ms, share) for share in (0.5, 0.95, 0.99))
        shares = f"{one.recall_at_10:7.1f}{one.hit_at_1:7.1f}"
        lines.append(f"{sort:<22}{one.asked:>5}{shares}{p50:8.2f}{p95:8.1f}{p99:8.1f}")
    return lines
