"""The screens of one sign-in, joined: who opens what, what is refreshed when, what the status bar says."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from ccbs_desk.calls import Calls
from ccbs_desk.config.language import Text, message, nmessage
from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.store_errors import DataTooOld
from ccbs_desk.printing.port import ReceiptPrinter
from ccbs_desk.rooms import RIGHTS, TITLES, Enquiries, OwnRoom, Room, Tools
from ccbs_desk.services.data_age import too_old_after
from ccbs_desk.services.place import read_place
from ccbs_desk.services.session import Person, Session
from ccbs_desk.services.till_notices import told_at_till
from ccbs_desk.services.tills import till_facts
from ccbs_desk.sync.facts import SyncFacts
from ccbs_desk.ui.approval.dialog import Approvals
from ccbs_desk.ui.asking import PaperPrinter
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.buttons import Kind
from ccbs_desk.ui.kit.dialogs import Answer, ask
from ccbs_desk.ui.kit.tokens import Scheme, Tone
from ccbs_desk.ui.phone import Phone
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.shell.matching import PaletteItem
from ccbs_desk.ui.shell.navigation import Place
from ccbs_desk.ui.shell.rooms import OWN
from ccbs_desk.ui.shell.statusbar import Link, StatusFacts, other_language
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.shell.window import LANGUAGE_KEYS, Window
from ccbs_desk.ui.values import Named

SIGN_OUT = message("Sign out")
OTHER_LANGUAGE = message("Change the language")
LIGHT, DARK, CONTRAST = message("Light colours"), message("Dark colours"), message("High contrast")
UNSENT_TITLE = message("Some work is not sent yet")
STAY, LEAVE = message("Stay"), message("Leave")
UNDERSTOOD = message("Understood")
OF_SUBSCRIBERS = frozenset({"search", "card", "payment", "features", "complaint", "receipt", "directory"})
"""Places that show subscribers' data, the published listings too: who went off them would still be shown."""


def unsent_text(count: int) -> Text:
    """Say how much waits, and that leaving loses nothing."""
    return nmessage(
        "{n} act waits for the link. It is kept on this desk and goes out when the desk is next used.",
        "{n} acts wait for the link. They are kept on this desk and go out when the desk is next used.",
        count,
    )


def mended_text(count: int) -> Text:
    """Say that rows of this desk were others than the centre's, and that they are right now."""
    return nmessage(
        "{n} row on this desk differed from the centre's. It was put right, and the centre was told.",
        "{n} rows on this desk differed from the centre's. They were put right, and the centre was told.",
        count,
    )


class Workplace:
    """One person's screens: the room of the desk's own work, and what all rooms have in common."""

    def __init__(
        self,
        window: Window,
        look: Look,
        session: Session,
        *,
        verify: Callable[[str, str], Awaitable[Person]],
        printer: ReceiptPrinter,
        sign_out: Callable[[], object],
        phone: Phone | None = None,
        enquiries: Enquiries | None = None,
    ) -> None:
        self._window, self._look, self._session = window, look, session
        self._sign_out = sign_out
        self._tasks = Tasks(self.explain)
        self._sync, self._link = SyncFacts(), Link.CONNECTING
        approvals = Approvals(window, session, verify, lambda: self._link is Link.OFFLINE)
        self._tools = Tools(look.shortcuts, approvals.ask, PaperPrinter(printer), enquiries)
        self._own = OwnRoom(session, self, self._tools)
        self._rooms: dict[str, Room] = {OWN: self._own}
        self._calls = Calls(window, session, self, self._tools, phone, self._rooms) if phone is not None else None
        bar = window.status_bar
        self._signals = (
            (window.went, self._went),
            (bar.unsent_pressed, self.open_outbox),
            (bar.till_pressed, self.open_till),
            (bar.link_pressed, self._explain_link),
            (window.language_changed, self._language_changed),
        )
        session.acted.append(lambda _done: self.refresh(None))
        session.marked.append(self._marked)

    async def open(self) -> None:
        """Put the screens into the window and show the search."""
        window = self._window
        await self._own.build_early()
        places = self._own.places
        for name, (title, icon, key) in TITLES.items():
            if name not in places or (name in RIGHTS and not self._session.person.may(RIGHTS[name])):
                continue
            window.add_place(Place(name, title, icon, places[name], key))
            await asyncio.sleep(0)
        window.add_commands(self._commands)
        for signal, heard in self._signals:
            signal.connect(heard)
        if self._calls is not None:
            await self._calls.start()
        window.show_frame()
        self._own.open_search()
        await self._show_status()

    def close(self) -> None:
        """Take the screens away; drafts and outbox stay in the store."""
        for signal, heard in self._signals:
            signal.disconnect(heard)
        if self._calls is not None:
            self._calls.close()
        for room in self._rooms.values():
            room.close()
        self._tasks.cancel()
        self._window.clear_places()

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        for room in tuple(self._rooms.values()):
            for screen in room.made():
                await screen.settled()
        if self._calls is not None:
            await self._calls.settled()
        await self._tasks.settled()

    async def may_leave(self) -> bool:
        """Warn a person who leaves while work waits for the link; nothing is lost either way."""
        if self._calls is not None and not await self._calls.may_leave():
            return False
        if not self._sync.unsent:
            return True
        answers = (Answer("stay", STAY), Answer("leave", LEAVE, Kind.PRIMARY))
        chosen = await ask(self._window, UNSENT_TITLE, unsent_text(self._sync.unsent), answers, tone=Tone.WARN)
        return chosen == "leave"

    # What sync says

    def show_sync(self, facts: SyncFacts, link: Link) -> None:
        """Show the state of the link and of what waits."""
        before, self._sync, self._link = self._sync, facts, link
        if facts.mended > before.mended:
            self.say(mended_text(facts.mended - before.mended), Tone.WARN)
        if facts.loading is not None and facts.loading != before.loading:
            self.say(message("The data of this desk is being loaded anew: {n} %", n=facts.loading))
        if before.loading is not None and facts.loading is None:
            self._tasks.start(self._stand_anew(), latest="place")
        self._tasks.start(self._show_status(), latest="status")

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what an act or the feed has changed; None means that anything may have."""
        self._here().refresh(self._window.place() or "", accounts)
        self._tasks.start(self._show_status(), latest="status")

    async def _stand_anew(self) -> None:
        """What was loaded anew may be of another centre: the desk has another till there, or none."""
        self._session.place = await self._session.read(read_place)
        await self._show_status()

    async def _look_at_age(self) -> None:
        """Show no subscriber once the data is too old; what waits here is shown."""
        limit = await self._session.read(too_old_after, self._session.now())
        if limit is not None and (self._window.place() or "") in OF_SUBSCRIBERS:
            self.open_outbox()
            self.explain(DataTooOld(limit))

    async def _show_status(self) -> None:
        await self._look_at_age()
        place, person, known = self._session.place, self._session.person, self._sync
        drawer = await self._session.read(till_facts, place.till_id) if place.till_id else None
        everywhere = person.may(TILL_APPROVE_DIFFERENCE)
        told = await self._session.read(told_at_till, place.till_id, now=self._session.now(), everywhere=everywhere)
        offset = known.offset_seconds
        self._window.status_bar.show_facts(
            StatusFacts(
                link=self._link,
                link_since=known.last_contact if self._link is Link.OFFLINE else None,
                unsent_count=known.unsent,
                unsent_sum=known.sum if known.sum.minor else None,
                parked_count=known.attention,
                till=drawer.code if drawer and drawer.session_id else None,
                notices=len(told),
                clock_offset=timedelta(seconds=offset) if offset is not None else None,
                staff_name=Named(Bilingual(person.name_ar, person.name_en)),
                centre=Named(Bilingual(place.centre_ar, place.centre_en)),
            )
        )

    # What all rooms have in common

    @property
    def own(self) -> OwnRoom:
        """The room of the desk's own work."""
        return self._own

    def show_place(self, room: str, place: str) -> None:
        """Show a place of a room."""
        self._window.show_place(place, room)

    def may_dial(self) -> bool:
        """Tell whether a number can be called from here now."""
        return self._calls is not None and self._calls.may_dial()

    def dial(self, number: str) -> None:
        """Call a number from the person's own telephone."""
        if self._calls is not None:
            self._calls.dial(number)

    def open_till(self) -> None:
        """Show the till."""
        self._own.open_till()

    def open_outbox(self) -> None:
        """Show the outbox."""
        self._own.open_outbox()

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

    def _marked(self) -> None:
        """What waits for a person may wait no more."""
        self._tasks.start(self._show_status(), latest="status")

    def _here(self) -> Room:
        return self._rooms[self._window.room()]

    def _went(self, place: str) -> None:
        """A place was chosen by key or in the navigation."""
        self._here().went(place)
        self._tasks.start(self._look_at_age(), latest="age")

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
