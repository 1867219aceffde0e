"""The journey: sign in, find a subscriber, see the card, the directory, lose the link, pay, die, come back, go home.

And on another desk: log in to the queues, be called, help the caller, wrap the call up.

Each phase is one life of a desk. A step is told on standard output as a line of JSON; where the world around must act
(cut the link, kill this desk), the walker says so and waits for a line on standard input.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ccbs_desk.ui.walker.calls import CallVisit
from ccbs_desk.ui.walker.hands import Hands
from ccbs_desk.ui.walker.pulse import Pulse
from ccbs_desk.ui.walker.tour import tour_of, tour_of_calls
from ccbs_desk.ui.walker.visit import Visit


class Teller:
    """Tells the steps, and how deaf the loop was in each life before it ends or is ended; waits for the world."""

    def __init__(self, life: str, pulse: Pulse) -> None:
        self._life, self._pulse = life, pulse
        self._began = time.perf_counter()

    def step(self, name: str, **facts: Any) -> None:
        """Tell a step that is done, with the seconds since the one before."""
        now = time.perf_counter()
        self._tell({"step": name, "seconds": round(now - self._began, 3), **facts})
        self._began = now

    def gaps(self) -> None:
        """Tell the gaps of the loop until here, as the last thing of a life."""
        self.step("loop", gaps_ms={"life": self._life, **self._pulse.figures()})

    async def world(self, wish: str, **facts: Any) -> dict[str, Any]:
        """Ask the world to do something, wait until it is done, and return what is to be known of it."""
        self._tell({"wish": wish, **facts})
        line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        word, _, told = line.strip().partition(" ")
        if word != "done":
            raise EOFError(f"the world did not answer {wish!r}")
        self._began = time.perf_counter()
        return dict(json.loads(told or "{}"))

    def _tell(self, facts: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        sys.stdout.flush()


Phase = Callable[[Visit, Teller], Awaitable[None]]


async def let_in(visit: Visit, teller: Teller) -> None:
    """A new desk shows its mark; the world approves it as a supervisor does."""
    hands = visit.hands
    await hands.until(lambda: bool(visit.marks()) or hands.find("signin.user") is not None, "a mark or the sign-in")
    if visit.marks():
        await hands.picture("welcome-ar")
        await teller.world("approve", mark=visit.marks())
        await hands.until_shown("signin.user")
        teller.step("enrolled")


async def first_life(visit: Visit, teller: Teller) -> None:
    """A clerk signs in, opens the till, finds the subscriber; the link goes; the payment is taken and printed."""
    await let_in(visit, teller)
    await visit.both_languages_of_signin()
    await visit.sign_in("clerk")
    teller.step("sign-in")
    await visit.see_link(up=True)
    await visit.both_languages("search-empty")
    await visit.open_till()
    teller.step("till")
    await visit.find_by_name()
    teller.step("search")
    await visit.find_by_number()
    await visit.open_card()
    await visit.both_languages("card")
    teller.step("card")
    await visit.see_directory()
    teller.step("directory")
    await teller.world("cut")
    await visit.see_link(up=False)
    teller.step("link-lost")
    receipt = await visit.pay()
    await visit.both_languages("receipt")
    teller.step("receipt", receipt=receipt)
    teller.gaps()
    await teller.world("kill", receipt=receipt)


async def second_life(visit: Visit, teller: Teller) -> None:
    """The desk starts again without a link: the receipt is there. The link comes back and it goes home."""
    await visit.sign_in("clerk")
    teller.step("sign-in-offline")
    await visit.see_outbox(waiting=True)
    teller.step("outbox")
    await teller.world("restore")
    await visit.see_link(up=True)
    await visit.see_outbox(waiting=False)
    teller.step("home")
    await visit.copy_receipt()
    teller.step("copy")
    await visit.see_palette()
    await visit.close_till()
    teller.step("till-closed")
    await visit.sign_out()
    teller.step("sign-out")


async def other_desk(visit: Visit, teller: Teller) -> None:
    """Another clerk at another desk sees the payment on the card."""
    await let_in(visit, teller)
    await visit.sign_in("clerk2")
    await visit.find_by_number()
    await visit.open_card()
    paid = await visit.see_payment()
    await visit.both_languages("other-desk-card")
    teller.step("other-desk", payment=paid)


async def tour(visit: Visit, teller: Teller) -> None:
    """Every screen of a counter in both languages, light and dark, small and large."""
    await let_in(visit, teller)
    await visit.both_languages_of_signin()
    await visit.sign_in("clerk")
    await visit.see_link(up=True)
    await visit.open_till()
    await visit.find_by_number()
    await visit.open_card()
    # A receipt to look at, and still something due.
    await visit.pay_part("500")
    async for name in tour_of(visit):
        teller.step(name)


async def tour_call(visit: Visit, teller: Teller) -> None:
    """Every screen that a call brings, in the same looks."""
    await let_in(visit, teller)
    await visit.sign_in("agent")
    await visit.see_link(up=True)
    async for name in tour_of_calls(visit, teller.world):
        teller.step(name)


async def call(visit: Visit, teller: Teller) -> None:
    """An agent logs in; the subscriber calls, is helped with all that he wants, and another one waits meanwhile."""
    await let_in(visit, teller)
    await visit.sign_in("agent")
    await visit.see_link(up=True)
    calls = CallVisit(visit)
    await calls.log_in()
    teller.step("agent-ready")
    await calls.begin_typing()
    rang = await teller.world("call", number=calls.NUMBER)
    teller.step("ring", ring_to_paint_ms=await calls.see_pop(rang["at"]))
    await teller.world("answer", extension=calls.EXTENSION)
    await calls.go_to_call()
    teller.step("call-card")
    await calls.look_up_another()
    teller.step("call-look-up")
    await calls.add_feature()
    teller.step("call-feature")
    await calls.remove_feature()
    teller.step("call-feature-removed")
    receipt = await calls.pay_by_card()
    teller.step("call-payment", receipt=receipt)
    await calls.complain()
    teller.step("call-complaint")
    await teller.world("call", number=calls.SECOND)
    await calls.comment()
    await teller.world("hang-up", extension=calls.EXTENSION)
    await calls.wrap_up()
    teller.step("call-wrapped")
    await calls.see_second()
    await teller.world("hang-up", extension=calls.EXTENSION)
    await calls.close_second()
    teller.step("call-second")
    await visit.sign_out()
    teller.step("sign-out")


PHASES: dict[str, Phase] = {
    "first": first_life,
    "second": second_life,
    "other": other_desk,
    "call": call,
    "tour": tour,
    "tour-call": tour_call,
}


async def walk(phase: str, hands: Hands, pulse: Pulse) -> int:
    """Walk one phase; return the exit status: 0, or 1 with what was not seen told as a step."""
    teller = Teller(phase, pulse)
    pulse.begin()
    try:
        await PHASES[phase](Visit(hands), teller)
    except Exception as failure:  # noqa: BLE001 - whatever went wrong is told to whoever reads the journey
        await hands.picture(f"failed-{phase}")
        teller.step("failed", phase=phase, why=f"{type(failure).__name__}: {failure}")
        return 1
    teller.gaps()
    return 0
