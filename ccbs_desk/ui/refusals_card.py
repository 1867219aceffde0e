"""The words for the refusals of card payments."""

from ccbs_desk.config.language import Message, message
from ccbs_desk.domain import card_errors
from ccbs_desk.domain.errors import Reason

_NOT_KEPT = message("Nothing was recorded, and those digits are kept nowhere.")
_NOTHING = message("Nothing was recorded.")

TABLE: dict[type[Reason], tuple[Message, Message, Message]] = {
    card_errors.CardNumberTyped: (
        message("A card number must not be typed here."),
        _NOT_KEPT,
        message("Delete it. The payer's card goes through the terminal alone; its slip has all that is needed."),
    ),
    card_errors.CardSlipAmiss: (
        message("On the terminal's slip, look at {part}."),
        _NOTHING,
        message("Type it as the terminal shows it."),
    ),
    card_errors.CardNotCash: (
        message("A payment is by card or in cash, not both."),
        _NOTHING,
        message("Take two payments, each with its own receipt."),
    ),
}
