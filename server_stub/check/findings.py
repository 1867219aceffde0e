"""What a check finds, and how a large table is read in pieces."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Executable, Row

T = TypeVar("T")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
PIECE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise that does not hold, or does not hold yet. `subject` names it by its ids."""

    what: str
    subject: str
    pending: bool = False


Check = Callable[[Connection], Iterator[Finding]]


def stream(connection: Connection, statement: Executable) -> Iterator[AnyRow]:
    """Return the rows one after the other; the whole never lies in memory."""
    yield from connection.execution_options(yield_per=PIECE).execute(statement)


def pieces(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut a stream into lists for look-ups of many at a time."""
    flow = iter(items)
    while piece := list(islice(flow, PIECE)):
        yield piece
