"""What the server asks of an exchange: one instruction an order, the same answer however often it is asked."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Instruction:
    """Put a feature on a line or take it off. `order_id` is the key: asked again, the exchange does nothing twice."""

    order_id: UUID
    adds: bool
    feature: str
    number: str
    exchange: str


@dataclass(frozen=True, slots=True)
class Done:
    """The exchange has done it, under its own reference."""

    reference: str


@dataclass(frozen=True, slots=True)
class Later:
    """The exchange has taken it, and has not done it yet."""


@dataclass(frozen=True, slots=True)
class CanNot:
    """The exchange will never do it; `code` says why."""

    code: str


Answer: TypeAlias = Done | Later | CanNot


class ExchangeGone(Exception):
    """The exchange does not answer. Nothing is known; it is asked again."""


class Exchange(Protocol):
    """The exchanges behind one interface."""

    def ask(self, instruction: Instruction) -> Answer:
        """Give the instruction, or ask what became of it. Raises ExchangeGone."""
