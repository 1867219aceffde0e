"""What a screen may ask of the window around it. Screens never know each other; the composition root joins them."""

from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import Text
from ccbs_desk.domain.errors import Reason
from ccbs_desk.ui.kit.tokens import Tone


class Navigator(Protocol):
    """Given to every presenter. Nothing here blocks; what was typed in the screen that is left stays as a draft."""

    def open_search(self, text: str = "") -> None:
        """Show the search, with this text asked for if there is any."""

    def open_card(self, account_id: UUID) -> None:
        """Show the subscriber's card."""

    def open_payment(self, account_id: UUID, draft_id: UUID | None = None) -> None:
        """Show the payment form of an account, from a draft if one is named."""

    def open_receipt(self, receipt_id: UUID) -> None:
        """Show a receipt as it stood on the paper."""

    def open_features(self, account_id: UUID) -> None:
        """Show the features of an account's lines."""

    def open_complaint(self, account_id: UUID) -> None:
        """Show the complaints of an account: those that are open, and a new one."""

    def may_dial(self) -> bool:
        """Tell whether a number can be called from here now."""

    def dial(self, number: str) -> None:
        """Call a number from the person's own telephone."""

    def open_till(self) -> None:
        """Show the till: open it, see its session, count it."""

    def open_outbox(self) -> None:
        """Show what waits for the link, and what a person must see to."""

    def back(self) -> None:
        """Go to where the person came from."""

    def say(self, text: Text, tone: Tone = Tone.NEUTRAL) -> None:
        """Tell something in passing, without taking the keyboard."""

    def explain(self, reason: Reason) -> None:
        """Show a refusal or a lack, with what was kept and what to do, when no field of the screen can show it."""
