"""Refusals of card payments. Reasons as in `errors`; none of them ever repeats what was typed."""

from dataclasses import dataclass
from typing import ClassVar

from ccbs_desk.domain.errors import Reason


@dataclass(frozen=True, slots=True)
class CardNumberTyped(Reason):
    """As many digits as a card number has were typed somewhere. They are kept nowhere."""

    code: ClassVar[str] = "card.number_typed"


@dataclass(frozen=True, slots=True)
class CardSlipAmiss(Reason):
    """A part of the terminal's slip is missing or is none: approval, reference or masked."""

    code: ClassVar[str] = "card.slip_amiss"
    part: str


@dataclass(frozen=True, slots=True)
class CardNotCash(Reason):
    """Cash was named in a card payment, or a slip in a payment by another method."""

    code: ClassVar[str] = "card.not_cash"
