"""A screen as the composition root holds it."""

from typing import Protocol
from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text


class Screen(Protocol):
    """View, presenter and tasks of one place, joined."""

    @property
    def widget(self) -> QWidget:
        """What the window shows."""

    def title(self) -> Text:
        """Return what the place is called."""

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed on these accounts; None means that anything may have."""

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""

    def close(self) -> None:
        """End what is still being asked."""
