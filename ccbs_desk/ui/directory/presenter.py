"""What the directory does: it asks at every letter, only the newest answer counts, and every look-up leaves its end."""

import asyncio
from collections.abc import Sequence

from ccbs_desk.config.language import Text, latin_digits, strip_isolates
from ccbs_desk.directory.query import Hint, Query
from ccbs_desk.domain.directory_commands import ReverseLookUp
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.domain.permissions import DIRECTORY_REVERSE
from ccbs_desk.domain.policy import DEFAULT_RULES, PolicySet
from ccbs_desk.services.bus import rules_on
from ccbs_desk.services.listings import Listings
from ccbs_desk.services.look_up import asked_hash
from ccbs_desk.services.session import Session
from ccbs_desk.services.sms import Sms, SmsPort, mobile
from ccbs_desk.services.taught import taught
from ccbs_desk.ui.directory import text
from ccbs_desk.ui.directory.face import DirectoryView
from ccbs_desk.ui.directory.look_ups import LookUps
from ccbs_desk.ui.directory.shown import Row, Written, prepared_rows, query_of, row_of, time_told
from ccbs_desk.ui.directory.waiting import Waiting
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks

FIRST, ALL = 50, 1_000
"""So many listings are shown while one types, and so many to who goes down into them."""


class DirectoryPresenter:
    """Decides what the directory shows, and writes down how each look-up ended."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        tasks: Tasks,
        view: DirectoryView,
        listings: Listings,
        sms: SmsPort,
    ) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._listings, self._sms = listings, sms
        self._rules: PolicySet = DEFAULT_RULES
        self._box = ""
        self._slots: dict[str, str] = {}
        self._rows: tuple[Row, ...] = ()
        self._row: Row | None = None
        self._look_ups = LookUps(session, tasks)
        self._go_on = False
        self._waiting = Waiting(listings, view, self._came)

    def activate(self) -> None:
        """Take the keyboard; what was found last is still there."""
        self._view.may_attach(self._session.call_id is not None)
        self._view.focus_box()
        self._waiting.look()
        self.learn()

    def learn(self) -> None:
        """Take what holds now: the rules, and the spellings that picks have taught."""
        self._tasks.start(self._read_rules(), latest="rules")

    def tick(self) -> None:
        """A second has passed."""
        self._waiting.look()
        target = self._rules.number("directory.target_seconds")
        look_up = self._look_ups.current
        if look_up is None:
            self._view.show_time("", None)
        elif not look_up.ended:
            seconds = look_up.seconds(self._session.now())
            self._view.show_time(time_told(seconds, target), text.time_tone(seconds, target))

    # What is asked

    def typed(self, asked: str) -> None:
        """Ask for what stands in the box now."""
        self._box = strip_isolates(asked).strip()
        self._ask()

    def slot_typed(self, slot: str, asked: str) -> None:
        """Ask with what stands in a field now."""
        self._slots[slot] = strip_isolates(asked).strip()
        self._ask()

    def entered(self) -> None:
        """Go on from the box into the listings, once they are there."""
        if self._rows:
            self._view.enter_results()
            self._deepen()
        else:
            self._go_on = True

    def left(self) -> None:
        """Escape empties what was asked; when nothing was, it goes back."""
        if self._box or any(self._slots.values()) or self._rows:
            self._look_ups.leave()
            self._view.clear_fields()
            self._tasks.start(self._forget(), latest="search")
            self._view.focus_box()
        else:
            self._navigator.back()

    def prepared(self) -> None:
        """Show the prepared answers: the numbers that are asked for in haste."""
        self._tasks.start(self._prepared(), latest="search")

    def reverse(self, reason: str) -> None:
        """Look up whose the number in the box is."""
        if reason.strip():
            self._tasks.start(self._reverse(self._box, reason.strip()), latest="search")
        else:
            self._view.reason_missing()

    def chose(self, row: Row | None) -> None:
        """The keyboard is on a listing."""
        self._row = row
        self._view.show_read_back(row)

    # How it ends

    def given(self, row: Row | None = None) -> None:
        """The number was read out."""
        self._end("given", row or self._row, text.GIVEN_SAID)

    def copied(self) -> None:
        """Copy the number."""
        if self._row is not None:
            self._view.copy(self._row.number)
            self._end("copied", self._row, text.COPIED)

    def attached(self) -> None:
        """Keep the listing with the call in whose tab this is: the act carries the call."""
        if self._session.call_id is not None:
            self._end("attached", self._row, text.ATTACHED)

    def ask_mobile(self) -> None:
        """Ask where the message goes."""
        if self._row is not None:
            self._view.ask_mobile()

    def send(self, to: str) -> None:
        """Send the listing to a mobile."""
        if self._row is not None:
            self._tasks.start(self._send(self._row, to))

    def not_found(self) -> None:
        """End the look-up without a listing, with a reason."""
        if self._look_ups.under_way:
            self._tasks.start(self._not_found(), latest="not found")

    async def _read_rules(self) -> None:
        self._rules = await self._session.read(rules_on, self._session.today)
        if self._listings.is_there:
            pairs = await self._session.read(taught)
            try:
                await self._listings.learn(pairs)
            except Unavailable:
                # What lies there can't be read: the next one is on its way.
                self._waiting.look()

    def _came(self) -> None:
        self.learn()
        if self._query(keystroke=True, limit=FIRST).text:
            # It was asked before the directory was here.
            self._ask()

    def _ask(self) -> None:
        self._go_on = False
        query = self._query(keystroke=True, limit=FIRST)
        if not query.text:
            self._look_ups.leave()
            self._tasks.start(self._forget(), latest="search")
            return
        if self._waiting.look():
            self._rows = ()
            self._view.show_welcome()
            self.chose(None)
            return
        self._look_ups.begin().asked = query.text
        self.tick()
        self._tasks.start(self._search(query), latest="search")

    def _query(self, *, keystroke: bool, limit: int) -> Query:
        return query_of(self._box, self._slots, keystroke=keystroke, near="", limit=limit)

    async def _forget(self) -> None:
        self._look_ups.forget()
        self._rows = ()
        self._box, self._slots = "", {}
        self._view.show_welcome()
        self.chose(None)
        self.tick()

    async def _search(self, query: Query) -> None:
        answer = await self._listings.search(query)
        if answer.hint == Hint.NUMBER:
            self._show_number()
            return
        if not answer.hits:
            self._rows = ()
            self._view.show_advice(*text.HINTS.get(answer.hint or Hint.NOTHING, text.NOTHING))
            self.chose(None)
            if answer.hint not in (Hint.NOTHING, Hint.PLACE_UNKNOWN):
                return
        self._show([row_of(hit, query.text) for hit in answer.hits], more=answer.hint == Hint.MORE)
        if answer.hint == Hint.MORE:
            # There are more that are meant: names that are not would only be in their way.
            return
        similar = await self._listings.similar(query, answer.ids)
        if similar:
            self._show((*self._rows, *(row_of(hit, query.text, similar=True) for hit in similar)), more=False)

    def _show(self, rows: Sequence[Row], *, more: bool) -> None:
        self._look_ups.seen()
        if not rows:
            return
        self._rows = tuple(rows)
        certain = sum(not row.similar for row in rows)
        self._view.show_rows(self._rows, text.found(certain, more=more) if certain else text.NOTHING[0])
        if self._go_on:
            self.entered()

    def _deepen(self) -> None:
        """Who goes down into the listings sees all that the engine ranks."""
        if sum(not row.similar for row in self._rows) >= FIRST:
            self._tasks.start(self._search(self._query(keystroke=True, limit=ALL)), latest="search")

    def _show_number(self) -> None:
        self._rows = ()
        self.chose(None)
        if self._session.person.may(DIRECTORY_REVERSE):
            self._view.ask_reason()
        else:
            self._view.show_advice(text.NUMBER_TITLE, text.NUMBER_DENIED)

    async def _reverse(self, number: str, reason: str) -> None:
        act = ReverseLookUp(asked_hash=asked_hash(number, self._session.place.home_area), reason=reason)
        await self._session.act(act, command_id=self._session.new_id())
        hits = await self._listings.by_number(number)
        if hits:
            self._show([row_of(hit, why=text.BY_NUMBER) for hit in hits], more=False)
            self._view.enter_results()
        else:
            self._view.show_advice(*text.NOTHING)
            self._view.focus_box()

    async def _prepared(self) -> None:
        self._look_ups.begin()
        self._show(prepared_rows(self._rules.texts("directory.prepared")), more=False)
        self._view.enter_results()

    async def _send(self, row: Row, to: str) -> None:
        try:
            number = mobile(to)
        except Refused:
            self._view.mobile_wrong()
            return
        told = latin_digits(strip_isolates(str(text.sms(row.name, Written(row.number)))))
        await asyncio.to_thread(self._sms.send, Sms(number, told, self._session.now()))
        self._view.mobile_taken()
        await self._write("sent", row, "", text.SENT)

    async def _not_found(self) -> None:
        why = await self._view.ask_why()
        if why is not None:
            await self._write("not_found", None, why, text.NOT_FOUND_SAID)
            self._view.clear_fields()
            await self._forget()
            self._view.focus_box()

    def _end(self, outcome: str, row: Row | None, said: Text) -> None:
        if row is not None:
            self._tasks.start(self._write(outcome, row, "", said))

    async def _write(self, outcome: str, row: Row | None, why: str, said: Text) -> None:
        await self._look_ups.end(outcome, row, why)
        self._navigator.say(said, Tone.OK)
