"""Calls joined to the window: a room for each behind its tab, the strip of the one that rings, the agent's state."""

from collections.abc import Sequence
from uuid import UUID

from ccbs_desk.config.language import message
from ccbs_desk.rooms import House, Room, Tools
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.session import Session
from ccbs_desk.sync.phone_state import CallNow, PhoneNow
from ccbs_desk.ui.agent import screen as agent
from ccbs_desk.ui.callpop import screen as caller
from ccbs_desk.ui.callpop.presenter import PopPresenter
from ccbs_desk.ui.callpop.shown import Pop
from ccbs_desk.ui.callpop.strip import PopStrip
from ccbs_desk.ui.drafting import release_drafts
from ccbs_desk.ui.kit.buttons import Kind
from ccbs_desk.ui.kit.dialogs import Answer, ask
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.phone import Phone
from ccbs_desk.ui.shell.calltabs import Tab
from ccbs_desk.ui.shell.lazy import Lazy
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.shell.window import Window
from ccbs_desk.ui.wrapup import screen as wrapup

NOT_FINISHED = message("A call is not finished")
IN_CALL = message("You are in a call. If you leave, it goes on at the telephone without this desk.")
WRAP_UP_OWED = message("A call still waits for its wrap-up. It is owed when you log in again.")
STAY, LEAVE = message("Stay"), message("Leave")


class CallRoom(Room):
    """The screens of one call, with the place of its caller."""

    def __init__(
        self, call: CallNow, session: Session, house: House, tools: Tools, pop: PopPresenter, phone: Phone
    ) -> None:
        super().__init__(
            str(call.id), session.in_call(call.id), house, tools, lambda account: _card_of(pop, call.id, account)
        )
        self.account = call.card.account_id if call.card else None
        self.caller = Lazy(lambda: caller.build(self.session, self, lambda: pop.call(call.id)))
        self.wrap_up = Lazy(
            lambda: wrapup.build(
                self.session,
                self,
                tools.keys,
                phone,
                call=lambda: pop.call(call.id),
                done=lambda: pop.done(call.id),
            )
        )
        first = "card" if self.account is not None else "caller"
        # The first is where the tab begins.
        self.screens = {"caller": self.caller, **self.screens, "wrapup": self.wrap_up}
        self.screens = {first: self.screens[first], **self.screens}

    def open_wrap_up(self) -> None:
        """Show the wrap-up."""
        self.wrap_up.get()
        self.show("wrapup")
        self.wrap_up.get().activate()

    def arrive(self, place: str) -> None:
        """The person came to this tab: what was never shown is shown now, the rest follows what has changed."""
        if self.screens[place].made is None:
            self.went(place)
        else:
            self.refresh(place, None)


def _card_of(pop: PopPresenter, call_id: UUID, account_id: UUID) -> Card | None:
    """Return the card that came with the call, where it is this account's."""
    call = pop.call(call_id)
    return call.card if call is not None and call.card is not None and call.card.account_id == account_id else None


class Calls:
    """All calls of one sign-in. It is the view of the pop: tabs and strip, and the rooms behind them."""

    def __init__(
        self, window: Window, session: Session, house: House, tools: Tools, phone: Phone, rooms: dict[str, Room]
    ) -> None:
        self._window, self._session, self._house, self._tools = window, session, house, tools
        self._phone, self._rooms = phone, rooms
        self._tasks = Tasks(house.explain)
        self._strip = PopStrip()
        self._pop = PopPresenter(session, self._tasks, self, phone, window.room)
        self._agent = agent.build(
            session,
            window,
            window.call_bar,
            tools.keys,
            phone,
            explain=house.explain,
            wrap_up=self._pop.finish,
            finish=self._pop.finish_here,
            next_call=self._pop.next,
            about=self._about,
        )

    async def start(self) -> None:
        """Put tabs and strip into the window, and follow the telephone."""
        window = self._window
        window.tabs.show()
        window.set_foot(self._strip)
        window.entered.connect(self._entered)
        window.add_commands(self._agent.commands)
        self._strip.wanted.connect(self._pop.next)
        await self._agent.start()
        self._pop.start()
        self._phone.listeners.append(self._first_heard)

    def close(self) -> None:
        """Let go of the telephone; what is typed in the tabs is kept."""
        self._window.entered.disconnect(self._entered)
        if self._first_heard in self._phone.listeners:
            self._phone.listeners.remove(self._first_heard)
        self._pop.close()
        self._agent.close()
        self._tasks.cancel()

    async def may_leave(self) -> bool:
        """Warn a person who leaves in the middle of a call, or before its wrap-up."""
        states = {call.state for call in self._phone.now.calls}
        if not states - {"offered"}:
            return True
        said = IN_CALL if states & {"talking", "held"} else WRAP_UP_OWED
        answers = (Answer("stay", STAY), Answer("leave", LEAVE, Kind.PRIMARY))
        return await ask(self._window, NOT_FINISHED, said, answers, tone=Tone.WARN) == "leave"

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        await self._agent.settled()
        await self._tasks.settled()

    def may_dial(self) -> bool:
        """Tell whether a number can be called from here now."""
        now = self._phone.now
        return now.pbx == "up" and "originate" in now.capabilities and now.agent.state != "logged_out"

    def dial(self, number: str) -> None:
        """Call a number from the person's own telephone."""
        self._tasks.start(self._phone.dial(number), latest="dial")

    def _first_heard(self, _before: PhoneNow, _after: PhoneNow) -> None:
        """The telephone has told which calls there are: those that a crash cut off may be over by now."""
        self._phone.listeners.remove(self._first_heard)
        self._release()

    def _release(self) -> None:
        calls = {call.id for call in self._phone.now.calls}
        here = {room.session.call_id for room in self._rooms.values() if room.session.call_id is not None}
        self._tasks.start(release_drafts(self._session, calls | here))

    def _about(self, call_id: UUID) -> UUID | None:
        room = self._rooms.get(str(call_id))
        return room.account if room is not None else None

    # The pop's view

    def show_tabs(self, tabs: Sequence[Tab]) -> None:
        """Show the tabs."""
        self._window.tabs.show_tabs(tabs)
        self._window.tabs.mark(self._window.room())
        here = self._rooms.get(self._window.room())
        if isinstance(here, CallRoom) and here.caller.made is not None:
            here.caller.made.refresh(None)

    def show_pop(self, pop: Pop | None) -> None:
        """Show who calls, or nobody any more."""
        self._strip.show_pop(pop)

    def open_room(self, call: CallNow) -> None:
        """Make a room for a call, without going there."""
        room = CallRoom(call, self._session, self._house, self._tools, self._pop, self._phone)
        self._rooms[room.name] = room
        self._window.add_room(room.name, room.places)

    def close_room(self, call_id: UUID) -> None:
        """Take a call's room away; what was typed in it and not done is found without it."""
        room = self._rooms.pop(str(call_id), None)
        if room is None:
            return
        room.close()
        self._window.remove_room(room.name)
        self._release()

    def enter(self, room: str) -> None:
        """Go to a room; the person asked for it."""
        self._window.enter(room)

    def wrap_up(self, call_id: UUID) -> None:
        """Go to the wrap-up of a call."""
        room = self._rooms.get(str(call_id))
        if isinstance(room, CallRoom):
            room.open_wrap_up()

    def at_wrap_up(self) -> bool:
        """Tell whether the wrap-up of a call is what is shown."""
        return self._window.place() == "wrapup"

    def _entered(self, name: str) -> None:
        room = self._rooms.get(name)
        if isinstance(room, CallRoom):
            room.arrive(self._window.place() or room.name)
        self._pop.entered(name)
