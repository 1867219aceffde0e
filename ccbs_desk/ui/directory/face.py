"""The directory's screen as its presenter sees it."""

from collections.abc import Sequence
from typing import Protocol

from ccbs_desk.config.language import Text
from ccbs_desk.ui.directory.shown import Row
from ccbs_desk.ui.directory.waiting import WaitingFace
from ccbs_desk.ui.kit.tokens import Tone


class DirectoryView(WaitingFace, Protocol):
    """What can be shown and asked."""

    def clear_fields(self) -> None:
        """Empty box and fields."""

    def focus_box(self) -> None:
        """Put the keyboard into the box, with its text selected."""

    def enter_results(self) -> None:
        """Put the keyboard on the listings, on the first where none is chosen."""

    def show_welcome(self) -> None:
        """Show what can be asked for, or how far the directory is."""

    def show_rows(self, rows: Sequence[Row], hint: object) -> None:
        """Show listings and how many they are; those that come later under them move nothing."""

    def show_advice(self, title: Text, todo: Text) -> None:
        """Say that there is nothing to show, and what to try."""

    def ask_reason(self) -> None:
        """Ask why somebody needs to know whose a number is."""

    def reason_missing(self) -> None:
        """Mark the reason as what is missing."""

    def show_read_back(self, row: Row | None) -> None:
        """Show a listing's number to be read out, or nothing."""

    def show_time(self, told: object, tone: Tone | None) -> None:
        """Show how long the look-up takes."""

    def may_attach(self, may: bool) -> None:
        """Offer to keep the listing with the call, or do not."""

    def copy(self, number: str) -> None:
        """Put a number on the clipboard."""

    def ask_mobile(self) -> None:
        """Ask for the mobile that the message goes to."""

    def mobile_taken(self) -> None:
        """The message is on its way: the field goes, the listings have the keyboard again."""

    def mobile_wrong(self) -> None:
        """Mark what was typed as no mobile's number."""

    async def ask_why(self) -> str | None:
        """Ask why nobody was found; None when the person turned away."""
