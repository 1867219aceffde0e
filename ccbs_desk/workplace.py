"""The screens of one sign-in, joined: who opens what, what is refreshed when, what the status bar says."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from ccbs_desk.config.language import Text, current_language, message, nmessage
from ccbs_desk.domain.errors import Reason
from ccbs_desk.printing.port import ReceiptPrinter
from ccbs_desk.services.session import Person, Session
from ccbs_desk.services.tills import till_facts
from ccbs_desk.sync.facts import SyncFacts
from ccbs_desk.ui.approval.dialog import Approvals
from ccbs_desk.ui.asking import Approve, PaperPrinter, PrintReceipt
from ccbs_desk.ui.card import screen as card
from ccbs_desk.ui.card.screen import CardScreen
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.buttons import Kind
from ccbs_desk.ui.kit.dialogs import Answer, ask
from ccbs_desk.ui.kit.shortcuts import Keys, Shortcuts
from ccbs_desk.ui.kit.tokens import Scheme, Tone
from ccbs_desk.ui.outbox import screen as outbox
from ccbs_desk.ui.outbox.screen import OutboxScreen
from ccbs_desk.ui.payment import screen as payment
from ccbs_desk.ui.payment.screen import PaymentScreen
from ccbs_desk.ui.receipt import screen as receipt
from ccbs_desk.ui.receipt.screen import ReceiptScreen
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.search import screen as search
from ccbs_desk.ui.search.screen import SearchScreen
from ccbs_desk.ui.shell.matching import PaletteItem
from ccbs_desk.ui.shell.navigation import Place
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.screen import Screen
from ccbs_desk.ui.shell.statusbar import Link, StatusFacts, other_language
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.shell.window import LANGUAGE_KEYS, Window
from ccbs_desk.ui.till import screen as till
from ccbs_desk.ui.till.screen import TillScreen

T = TypeVar("T")
PAYMENT = message("Payment")
SIGN_OUT = message("Sign out")
OTHER_LANGUAGE = message("Change the language")
LIGHT, DARK, CONTRAST = message("Light colours"), message("Dark colours"), message("High contrast")
UNSENT_TITLE = message("Some work is not sent yet")
STAY, LEAVE = message("Stay"), message("Leave")
UNDERSTOOD = message("Understood")


def unsent_text(count: int) -> Text:
    """Say how much waits, and that leaving loses nothing."""
    return nmessage(
        "{n} act waits for the link. It is kept on this desk and goes out when the desk is next used.",
        "{n} acts wait for the link. They are kept on this desk and go out when the desk is next used.",
        count,
    )


@dataclass(frozen=True, slots=True)
class Screens:
    """The screens of one person."""

    search: SearchScreen
    card: CardScreen
    payment: PaymentScreen
    receipt: ReceiptScreen
    till: TillScreen
    outbox: OutboxScreen


async def a_turn() -> None:
    """Let the loop breathe: building everything in one go would hold it for a third of a second."""
    await asyncio.sleep(0)


async def built(session: Session, navigator: Navigator, look: Look, approve: Approve, paper: PrintReceipt) -> Screens:
    """Build the screens, one in a turn of the loop."""
    keys = look.shortcuts
    search_screen = await _apart(keys, lambda: search.build(session, navigator))
    card_screen = await _apart(keys, lambda: card.build(session, navigator, keys))
    payment_screen = await _apart(keys, lambda: payment.build(session, navigator, keys, approve, paper))
    receipt_screen = await _apart(keys, lambda: receipt.build(session, navigator, keys, paper))
    till_screen = await _apart(keys, lambda: till.build(session, navigator, keys, approve))
    outbox_screen = await _apart(keys, lambda: outbox.build(session, navigator, keys))
    return Screens(search_screen, card_screen, payment_screen, receipt_screen, till_screen, outbox_screen)


async def _apart(keys: Shortcuts, build: Callable[[], T]) -> T:
    """Build in a turn of its own, without the key filter, which sees every event of every widget."""
    with keys.asleep():
        screen = build()
    await a_turn()
    return screen


class Workplace:
    """One person's screens. It is the navigator of all of them."""

    def __init__(
        self,
        window: Window,
        look: Look,
        session: Session,
        *,
        verify: Callable[[str, str], Awaitable[Person]],
        printer: ReceiptPrinter,
        sign_out: Callable[[], object],
    ) -> None:
        self._window, self._look, self._session = window, look, session
        self._sign_out = sign_out
        self._tasks = Tasks(self.explain)
        self._sync, self._link = SyncFacts(), Link.CONNECTING
        self._account: UUID | None = None
        self._trail: list[str] = []
        self._approve = Approvals(window, session, verify).ask
        self._paper = PaperPrinter(printer)
        self._screens: Screens
        self._places: dict[str, tuple[Screen, str, str]] = {}
        bar = window.status_bar
        self._signals = (
            (window.went, self._went),
            (bar.unsent_pressed, self.open_outbox),
            (bar.till_pressed, self.open_till),
            (bar.link_pressed, self._explain_link),
            (window.language_changed, self._language_changed),
        )
        session.acted.append(lambda _done: self.refresh(None))

    async def open(self) -> None:
        """Put the screens into the window and show the search."""
        window = self._window
        self._screens = screens = await built(self._session, self, self._look, self._approve, self._paper)
        self._places = {
            "search": (screens.search, "search", "F2"),
            "card": (screens.card, "card", "F3"),
            "payment": (screens.payment, "money", "F4"),
            "till": (screens.till, "till", "F6"),
            "outbox": (screens.outbox, "outbox", "F7"),
            "receipt": (screens.receipt, "receipt", "F8"),
        }
        for name, (screen, icon, key) in self._places.items():
            title = PAYMENT if name == "payment" else screen.title()
            window.add_place(Place(name, title, icon, screen.widget, Keys(key)))
            await a_turn()
        window.add_commands(self._commands)
        for signal, heard in self._signals:
            signal.connect(heard)
        window.show_frame()
        self.open_search()
        await self._show_status()

    def close(self) -> None:
        """Take the screens away; drafts and outbox stay in the store."""
        for signal, heard in self._signals:
            signal.disconnect(heard)
        for screen, _, _ in self._places.values():
            screen.close()
        self._tasks.cancel()
        self._window.clear_places()

    async def may_leave(self) -> bool:
        """Warn a person who leaves while work waits for the link; nothing is lost either way."""
        if not self._sync.unsent:
            return True
        answers = (Answer("stay", STAY), Answer("leave", LEAVE, Kind.PRIMARY))
        chosen = await ask(self._window, UNSENT_TITLE, unsent_text(self._sync.unsent), answers, tone=Tone.WARN)
        return chosen == "leave"

    # What sync says

    def show_sync(self, facts: SyncFacts, link: Link) -> None:
        """Show the state of the link and of what waits."""
        self._sync, self._link = facts, link
        self._tasks.start(self._show_status(), latest="status")

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what an act or the feed has changed; None means that anything may have."""
        shown = self._places.get(self._window.place() or "")
        # The others read anew when they are shown.
        if shown is not None:
            shown[0].refresh(accounts)
        self._tasks.start(self._show_status(), latest="status")

    async def _show_status(self) -> None:
        place, person, known = self._session.place, self._session.person, self._sync
        drawer = await self._session.read(till_facts, place.till_id) if place.till_id else None
        arabic = current_language() == "ar"
        offset = known.offset_seconds
        self._window.status_bar.show_facts(
            StatusFacts(
                link=self._link,
                link_since=known.last_contact if self._link is Link.OFFLINE else None,
                unsent_count=known.unsent,
                unsent_sum=known.sum if known.sum.minor else None,
                parked_count=known.attention,
                till=drawer.code if drawer and drawer.session_id else None,
                clock_offset=timedelta(seconds=offset) if offset is not None else None,
                staff_name=person.name_ar if arabic else person.name_en,
                centre=place.centre_ar if arabic else place.centre_en,
            )
        )

    # Navigator

    def open_search(self, text: str = "") -> None:
        """Show the search."""
        self._show("search")
        self._screens.search.activate(text=text)

    def open_card(self, account_id: UUID) -> None:
        """Show the card."""
        self._account = account_id
        self._show("card")
        self._screens.card.activate(account_id=account_id)

    def open_payment(self, account_id: UUID, draft_id: UUID | None = None) -> None:
        """Show the payment form."""
        self._account = account_id
        self._show("payment")
        self._screens.payment.activate(account_id=account_id, draft_id=draft_id)

    def open_receipt(self, receipt_id: UUID) -> None:
        """Show a receipt."""
        self._show("receipt")
        self._screens.receipt.activate(receipt_id=receipt_id, account_id=self._account)

    def open_till(self) -> None:
        """Show the till."""
        self._show("till")
        self._screens.till.activate()

    def open_outbox(self) -> None:
        """Show the outbox."""
        self._show("outbox")
        self._screens.outbox.activate()

    def back(self) -> None:
        """Go to where the person came from."""
        if len(self._trail) > 1:
            self._trail.pop()
        self._window.go(self._trail[-1] if self._trail else "search")

    def say(self, text: Text, tone: Tone = Tone.NEUTRAL) -> None:
        """Tell something in passing."""
        self._window.say(text, tone)

    def explain(self, reason: Reason) -> None:
        """Show a refusal with what was kept and what to do."""
        words = words_of(reason)
        text = message("{kept} {todo}", kept=words.kept, todo=words.todo)
        answers = (Answer("understood", UNDERSTOOD, Kind.PRIMARY),)
        ask(self._window, words.title, text, answers, tone=Tone.WARN)

    # The window

    def _show(self, name: str) -> None:
        self._window.went.disconnect(self._went)
        try:
            self._window.go(name)
        finally:
            self._window.went.connect(self._went)
        self._follow(name)

    def _follow(self, name: str) -> None:
        if not self._trail or self._trail[-1] != name:
            self._trail = [*self._trail[-20:], name]

    def _went(self, name: str) -> None:
        """A place was chosen by key or in the navigation: what needs a subscriber takes the last one."""
        self._follow(name)
        match name:
            case "card":
                self._show_card_of(self._account or self._screens.payment.account_id)
            case "payment":
                # Without a subscriber it is the last draft, such as the one that a crash cut off.
                self._screens.payment.activate(account_id=self._account, draft_id=None)
            case "receipt":
                self._screens.receipt.activate(receipt_id=None, account_id=self._account)
            case "till":
                self._screens.till.activate()
            case "outbox":
                self._screens.outbox.activate()
            case _:
                self._screens.search.activate()

    def _show_card_of(self, account_id: UUID | None) -> None:
        if account_id is None:
            self.open_search()
        else:
            self._account = account_id
            self._screens.card.activate(account_id=account_id)

    def _commands(self) -> list[PaletteItem]:
        return [
            PaletteItem("language", OTHER_LANGUAGE, self._switch_language, shortcut=LANGUAGE_KEYS),
            PaletteItem("sign-out", SIGN_OUT, self._sign_out),
            PaletteItem("light", LIGHT, lambda: self._look.set_scheme(Scheme.LIGHT)),
            PaletteItem("dark", DARK, lambda: self._look.set_scheme(Scheme.DARK)),
            PaletteItem("contrast", CONTRAST, lambda: self._look.set_scheme(Scheme.CONTRAST)),
        ]

    def _explain_link(self) -> None:
        if self._sync.problem is not None:
            self.explain(self._sync.problem)

    def _switch_language(self) -> None:
        self._look.set_language(other_language())

    def _language_changed(self) -> None:
        self._tasks.start(self._show_status(), latest="status")
