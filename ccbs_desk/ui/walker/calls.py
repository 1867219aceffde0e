"""What an agent does during calls, move by move, by keys alone. Each move ends when its outcome is on the screen."""

from ccbs_desk.ui.walker.hands import NotSeen
from ccbs_desk.ui.walker.visit import LOADING, SHORT_NUMBER, Visit

TYPED = "سمير"
"""what the agent is typing when it rings"""
READY, IN_CALL, ENDED = "جاهز", "في المكالمة", "انتهت المكالمة"
FREE, ON, DONE = "متاحة", "مفعّلة", "نُفّذ"
STATE, NAME = 2, 0
WORDS = "يسمع تشويشاً قوياً على الخط منذ يومين"
PAID = "1500"
SLIP = {"payment.approval": "482913", "payment.reference": "501234567890", "payment.masked": "4417"}
SAID = "وُعد بمعاودة الاتصال به غداً"


class CallVisit:
    """One agent's moves."""

    NUMBER = f"011{SHORT_NUMBER}"
    SECOND = "0118887766"
    EXTENSION = "1001"

    def __init__(self, visit: Visit) -> None:
        self.visit, self.hands = visit, visit.hands
        self.added = ""

    async def log_in(self) -> None:
        """F1, the extension; F1 again, ready."""
        hands = self.hands
        await hands.until_shown("callbar.agent")
        await hands.press("F1")
        await hands.until(lambda: hands.focus() == "agent.extension", "the keyboard in the extension")
        await hands.clear()
        await hands.type(self.EXTENSION)
        await hands.picture("agent-log-in-ar")
        await hands.press("Enter")
        await hands.until(lambda: hands.focus() == "search.box", "the keyboard back where it was")
        await hands.press("F1")
        await hands.until_shown("agent.choice.ready")
        await hands.picture("agent-state-ar")
        await hands.type("1")
        await hands.until(lambda: hands.focus() == "search.box", "the keyboard back where it was")
        await hands.until(lambda: READY in hands.text("callbar.agent"), "the agent ready")
        await self.visit.both_languages("agent-ready")

    async def begin_typing(self) -> None:
        """Type into the search, as one does when it rings."""
        hands = self.hands
        await hands.press("F2")
        await hands.until(lambda: hands.focus() == "search.box", "the keyboard in the search")
        await hands.clear()
        await hands.type(TYPED)
        await hands.settled()

    async def see_pop(self, rang_at: float) -> float:
        """See who calls, what is typed untouched; return the milliseconds from the ring to the painted card."""
        hands = self.hands
        await hands.until(lambda: bool(hands.text("pop.who")) and hands.painted("pop") > rang_at, "who calls")
        took = (hands.painted("pop") - rang_at) * 1000
        if (hands.focus(), hands.text("search.box")) != ("search.box", TYPED):
            raise NotSeen(f"the pop touched what was typed; on the screen: {hands.overview()}")
        await self.visit.both_languages("pop")
        return round(took, 1)

    async def go_to_call(self) -> None:
        """The call is answered at the telephone; F10 leads to its card."""
        hands = self.hands
        await hands.until(lambda: hands.text("callbar.state") == IN_CALL, "the call answered")
        await hands.press("F10")
        await hands.until(lambda: bool(hands.text("card.balance")), "the caller's card")
        await self.visit.both_languages("call-card")

    async def look_up_another(self) -> None:
        """Another number, for the caller; then back to his own card."""
        hands = self.hands
        own = hands.text("card.number")
        await hands.press("F2")
        await hands.until(lambda: hands.focus() == "search.box", "the keyboard in the call's own search")
        await hands.type("محمد")
        await hands.until(lambda: hands.rows("search.results") > 1, "people of that name")
        await hands.press("Down")
        row = self._other_than(own)
        for _ in range(row):
            await hands.press("Down")
        await hands.press("Enter")
        await hands.until(lambda: hands.text("card.number") not in ("", own), "the other one's number")
        await hands.picture("call-look-up-ar")
        await self.visit.find_by_number()
        await hands.press("Enter")
        await hands.until(lambda: hands.text("card.number") == own, "the caller's card again")

    def _other_than(self, number: str) -> int:
        rows = range(self.hands.rows("search.results"))
        return next(row for row in rows if self.hands.cell("search.results", row, 1) != number)

    async def add_feature(self) -> None:
        """F5, the first that can be added, its charge, F9; then the exchange has done it."""
        hands = self.hands
        await hands.press("F5")
        await hands.until(lambda: hands.rows("features.list") > 0, "the features")
        await hands.until(lambda: hands.focus() == "features.list", "the keyboard on the features")
        rows = range(hands.rows("features.list"))
        row = next(row for row in rows if hands.cell("features.list", row, STATE) == FREE)
        wanted = self.added = hands.cell("features.list", row, NAME)
        for _ in range(row):
            await hands.press("Down")
        await hands.until(lambda: wanted in hands.text("features.title"), "what the feature costs")
        await self.visit.both_languages("features")
        await hands.press("F9")
        await hands.until(lambda: hands.rows("features.orders") > 0, "the order")
        await hands.picture("features-ordered-ar")
        await hands.until(lambda: hands.cell("features.orders", 0, 1) == DONE, "what the exchange did", LOADING)
        await self.visit.both_languages("features-done")

    async def remove_feature(self) -> None:
        """He has thought better of it: the same feature, F9; then the exchange has taken it off."""
        hands = self.hands
        await hands.until(lambda: self._state_of(self.added) == ON, "the feature on the line")
        await hands.press("Home")
        for _ in range(self._row_of(self.added)):
            await hands.press("Down")
        await hands.until(lambda: self.added in hands.text("features.title"), "what its removal comes to")
        await hands.picture("features-remove-ar")
        await hands.press("F9")
        await hands.until(lambda: hands.rows("features.orders") > 1, "the order")
        await hands.until(lambda: self._state_of(self.added) == FREE, "what the exchange took off", LOADING)
        await self.visit.both_languages("features-removed")

    def _row_of(self, feature: str) -> int:
        rows = range(self.hands.rows("features.list"))
        return next(row for row in rows if self.hands.cell("features.list", row, NAME) == feature)

    def _state_of(self, feature: str) -> str:
        return self.hands.cell("features.list", self._row_of(feature), STATE)

    async def pay_by_card(self) -> str:
        """F4, the sum, and what the terminal shows, F9; return the number on the receipt."""
        hands = self.hands
        await hands.press("F4")
        await hands.until(lambda: hands.focus() == "payment.amount", "the keyboard in the amount")
        await hands.until(lambda: bool(hands.text("payment.amount")), "the amount that is due")
        await hands.type(PAID)
        for field, shown in SLIP.items():
            await hands.press("Enter")
            await hands.until(lambda field=field: hands.focus() == field, f"the keyboard in {field}")  # type: ignore[misc]
            await hands.type(shown)
        await hands.until(lambda: bool(hands.text("payment.collect")), "the sum to collect")
        await self.visit.both_languages("payment-by-card")
        await hands.press("F9")
        await hands.until(lambda: bool(hands.text("receipt.number")), "the receipt")
        await self.visit.both_languages("receipt-by-card")
        return hands.text("receipt.number")

    async def complain(self) -> None:
        """F11, new, the third category, his words, F9."""
        hands = self.hands
        await hands.press("F11")
        await hands.until_shown("complaints.list")
        await hands.settled()
        before = hands.rows("complaints.list")
        await hands.press("N", ctrl=True)
        await hands.until(lambda: hands.focus() == "complaints.categories", "the categories")
        await hands.type("3")
        await hands.until(lambda: hands.focus() == "complaints.words", "the keyboard in the words")
        await hands.type(WORDS)
        await self.visit.both_languages("complaint-new")
        await hands.press("F9")
        await hands.until(lambda: hands.rows("complaints.list") > before, "the complaint")
        await self.visit.both_languages("complaint")

    async def comment(self) -> None:
        """A word more on it, while somebody else waits."""
        hands = self.hands
        await hands.press("Enter")
        await hands.until(lambda: hands.focus() == "complaints.comment", "the keyboard in the comment")
        await hands.type(SAID)
        await hands.press("F9")
        await hands.until(lambda: hands.focus() == "complaints.list", "the comment kept")

    async def wrap_up(self) -> None:
        """The caller has gone: F10, the third result, F9; ready for the next."""
        hands = self.hands
        await hands.until(lambda: hands.text("callbar.state") == ENDED, "the end of the call")
        await hands.press("F10")
        await hands.until(lambda: hands.focus() == "wrapup.codes", "the results")
        await hands.type("3")
        await hands.until(lambda: hands.focus() == "wrapup.notes", "the keyboard in the notes")
        await self.visit.both_languages("wrapup")
        await hands.press("F9")
        await self._gone("wrapup")

    async def see_second(self) -> None:
        """Who waited is offered now: nobody knows the number, F10 leads to the search for him."""
        hands = self.hands
        await hands.until_shown("pop", LOADING)
        await self.visit.both_languages("pop-unknown")
        await hands.press("F10")
        await hands.until(lambda: hands.focus() == "caller.box", "the search for the caller")
        await self.visit.both_languages("caller")

    async def close_second(self) -> None:
        """He has hung up before anybody answered: Ctrl+W closes the tab."""
        hands = self.hands
        await hands.until(lambda: hands.text("caller.state") == ENDED, "that he has gone")
        await hands.press("W", ctrl=True)
        await self._gone("caller")

    async def _gone(self, name: str) -> None:
        await self.hands.until(lambda: self.hands.find(name) is None, f"the end of {name}")
