"""The screens behind one tab, joined: who opens what in it. A screen is built when it is first needed."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from ccbs_desk.config.language import Text, message
from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.permissions import COMPLAINT_OPEN, DIRECTORY_LOOK_UP, FEATURE_CHANGE
from ccbs_desk.services.listings import DIRECTORY_FILE, Listings
from ccbs_desk.services.session import Session
from ccbs_desk.services.sms import SmsFolder, SmsPort
from ccbs_desk.ui.asking import Approve, PrintReceipt
from ccbs_desk.ui.card import screen as card
from ccbs_desk.ui.card.presenter import Told, nobody_told
from ccbs_desk.ui.card.text import TITLE as CARD
from ccbs_desk.ui.complaint import screen as complaint
from ccbs_desk.ui.complaint.text import TITLE as COMPLAINTS
from ccbs_desk.ui.directory import screen as directory
from ccbs_desk.ui.directory.text import TITLE as DIRECTORY
from ccbs_desk.ui.features import screen as features
from ccbs_desk.ui.features.text import TITLE as FEATURES
from ccbs_desk.ui.kit.shortcuts import Keys, Shortcuts
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.outbox import screen as outbox
from ccbs_desk.ui.outbox.text import TITLE as OUTBOX
from ccbs_desk.ui.payment import screen as payment
from ccbs_desk.ui.receipt import screen as receipt
from ccbs_desk.ui.receipt.text import TITLE as RECEIPT
from ccbs_desk.ui.search import screen as search
from ccbs_desk.ui.search.text import TITLE as SEARCH
from ccbs_desk.ui.shell.lazy import Lazy, Places
from ccbs_desk.ui.shell.rooms import OWN
from ccbs_desk.ui.shell.screen import Screen
from ccbs_desk.ui.till import screen as till
from ccbs_desk.ui.till.text import TITLE as TILL

TRAIL = 20
RIGHTS = {"features": FEATURE_CHANGE, "complaint": COMPLAINT_OPEN, "directory": DIRECTORY_LOOK_UP}
"""The right without which a place is not offered."""
SELDOM = ("features", "complaint", "directory")
TITLES: dict[str, tuple[Text, str, Keys]] = {
    "search": (SEARCH, "search", Keys("F2")),
    "card": (CARD, "card", Keys("F3")),
    "payment": (message("Payment"), "money", Keys("F4")),
    "features": (FEATURES, "feature", Keys("F5")),
    "till": (TILL, "till", Keys("F6")),
    "outbox": (OUTBOX, "outbox", Keys("F7")),
    "receipt": (RECEIPT, "receipt", Keys("F8")),
    "complaint": (COMPLAINTS, "complaint", Keys("F11")),
    "directory": (DIRECTORY, "people", Keys("F", ctrl=True)),
}
"""Title, icon and key of each place, in their order at the side."""


class House(Protocol):
    """What all rooms have in common: the window, and what is there only once."""

    def show_place(self, room: str, place: str) -> None:
        """Show a place of a room."""

    def open_till(self) -> None:
        """Show the till."""

    def open_outbox(self) -> None:
        """Show the outbox."""

    def may_dial(self) -> bool:
        """Tell whether a number can be called from here now."""

    def dial(self, number: str) -> None:
        """Call a number from the person's own telephone."""

    def say(self, text: Text, tone: Tone = Tone.NEUTRAL) -> None:
        """Tell something in passing."""

    def explain(self, reason: Reason) -> None:
        """Show a refusal with what was kept and what to do."""


@dataclass(frozen=True, slots=True)
class Enquiries:
    """The directory on this desk, or that will come to it, and where messages go."""

    listings: Listings
    sms: SmsPort


def enquiries_at(profile: Path) -> Enquiries:
    """Return the directory of a desk; nothing is opened before somebody asks it."""
    return Enquiries(Listings(profile / DIRECTORY_FILE), SmsFolder(profile / "messages"))


@dataclass(frozen=True, slots=True)
class Tools:
    """What screens are built with."""

    keys: Shortcuts
    approve: Approve
    paper: PrintReceipt
    enquiries: Enquiries | None = None


class Room:
    """The screens of one tab. It is the navigator of all of them."""

    def __init__(self, name: str, session: Session, house: House, tools: Tools, told: Told = nobody_told) -> None:
        self.name, self.session, self.house = name, session, house
        self.account: UUID | None = None
        self._trail: list[str] = []
        keys, approve, paper = tools.keys, tools.approve, tools.paper
        self.search = Lazy(lambda: search.build(session, self))
        self.card = Lazy(lambda: card.build(session, self, keys, told))
        self.payment = Lazy(lambda: payment.build(session, self, keys, approve, paper))
        self.receipt = Lazy(lambda: receipt.build(session, self, keys, paper))
        # These are built when somebody goes there: many never do.
        self.features = Lazy(lambda: features.build(session, self, keys))
        self.complaint = Lazy(lambda: complaint.build(session, self, keys))
        self.screens: dict[str, Lazy[Any]] = {
            "search": self.search,
            "card": self.card,
            "payment": self.payment,
            "receipt": self.receipt,
            "features": self.features,
            "complaint": self.complaint,
        }
        enquiries = tools.enquiries
        if enquiries is not None:
            self.screens["directory"] = Lazy(
                lambda: directory.build(session, self, keys, enquiries.listings, enquiries.sms)
            )

    @property
    def places(self) -> Places:
        """Where its screens stand, or will."""
        return {name: lazy.place for name, lazy in self.screens.items()}

    async def build_early(self) -> None:
        """Build the screens, each in a turn of its own: all in one go would hold the loop for a third of a second."""
        for name, lazy in self.screens.items():
            if name not in SELDOM:
                lazy.get()
            await asyncio.sleep(0)

    def made(self) -> list[Screen]:
        """Return the screens that are there."""
        return [lazy.made for lazy in self.screens.values() if lazy.made is not None]

    def refresh(self, place: str, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed on the screen that is shown; the others read anew when they are."""
        lazy = self.screens.get(place)
        if lazy is not None and lazy.made is not None:
            lazy.made.refresh(accounts)

    def close(self) -> None:
        """End what its screens still wait for; what is typed is kept."""
        for screen in self.made():
            screen.close()

    # Navigator

    def open_search(self, text: str = "") -> None:
        """Show the search."""
        self.search.get()
        self.show("search")
        self.search.get().activate(text=text)

    def open_card(self, account_id: UUID) -> None:
        """Show the card."""
        self.account = account_id
        self.card.get()
        self.show("card")
        self.card.get().activate(account_id=account_id)

    def open_payment(self, account_id: UUID, draft_id: UUID | None = None) -> None:
        """Show the payment form."""
        self.account = account_id
        self.payment.get()
        self.show("payment")
        self.payment.get().activate(account_id=account_id, draft_id=draft_id)

    def open_receipt(self, receipt_id: UUID) -> None:
        """Show a receipt."""
        self.receipt.get()
        self.show("receipt")
        self.receipt.get().activate(receipt_id=receipt_id, account_id=self.account)

    def open_features(self, account_id: UUID) -> None:
        """Show the features of an account's lines."""
        self.account = account_id
        self.features.get()
        self.show("features")
        self.features.get().activate(account_id=account_id)

    def open_complaint(self, account_id: UUID) -> None:
        """Show the complaints of an account."""
        self.account = account_id
        self.complaint.get()
        self.show("complaint")
        self.complaint.get().activate(account_id=account_id)

    def may_dial(self) -> bool:
        """Tell whether a number can be called from here now."""
        return self.house.may_dial()

    def dial(self, number: str) -> None:
        """Call a number from the person's own telephone."""
        self.house.dial(number)

    def open_till(self) -> None:
        """Show the till, which is there once for all rooms."""
        self.house.open_till()

    def open_outbox(self) -> None:
        """Show the outbox, which is there once for all rooms."""
        self.house.open_outbox()

    def back(self) -> None:
        """Go to where the person came from."""
        if len(self._trail) > 1:
            self._trail.pop()
        place = self._trail[-1] if self._trail else "search"
        self.house.show_place(self.name, place)
        self.went(place)

    def say(self, text: Text, tone: Tone = Tone.NEUTRAL) -> None:
        """Tell something in passing."""
        self.house.say(text, tone)

    def explain(self, reason: Reason) -> None:
        """Show a refusal with what was kept and what to do."""
        self.house.explain(reason)

    # What the person chose by key or in the navigation

    def show(self, place: str) -> None:
        """Show a place, and remember the way to it."""
        self.house.show_place(self.name, place)
        self._follow(place)

    def went(self, place: str) -> None:
        """A place was chosen: what needs a subscriber takes the last one."""
        self._follow(place)
        match place:
            case "card":
                self._show_card_of(self.account or self._paying())
            case "payment":
                # Without a subscriber it is the last draft, such as the one that a crash cut off.
                self.payment.get().activate(account_id=self.account, draft_id=None)
            case "receipt":
                self.receipt.get().activate(receipt_id=None, account_id=self.account)
            case "search":
                self.search.get().activate()
            case "features" | "complaint":
                self.screens[place].get().activate(account_id=self.account)
            case _:
                self.screens[place].get().activate()

    def _paying(self) -> UUID | None:
        return self.payment.made.account_id if self.payment.made else None

    def _show_card_of(self, account_id: UUID | None) -> None:
        if account_id is None:
            self.open_search()
        else:
            self.account = account_id
            self.card.get().activate(account_id=account_id)

    def _follow(self, place: str) -> None:
        if not self._trail or self._trail[-1] != place:
            self._trail = [*self._trail[-TRAIL:], place]


class OwnRoom(Room):
    """The desk's own work, with till and outbox, of which there is one each."""

    def __init__(self, session: Session, house: House, tools: Tools) -> None:
        super().__init__(OWN, session, house, tools)
        self.till = Lazy(lambda: till.build(session, self, tools.keys, tools.approve))
        self.outbox = Lazy(lambda: outbox.build(session, self, tools.keys))
        self.screens |= {"till": self.till, "outbox": self.outbox}

    def open_till(self) -> None:
        """Show the till."""
        self.till.get()
        self.show("till")
        self.till.get().activate()

    def open_outbox(self) -> None:
        """Show the outbox."""
        self.outbox.get()
        self.show("outbox")
        self.outbox.get().activate()
