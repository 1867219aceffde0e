"""The telephone of a desk: news in any order, a line that goes, a card that can't be read, the engine behind it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from ccbs_desk.domain.errors import LinkDown, Refused
from ccbs_desk.domain.phone_errors import PbxSilent
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.card_wire import encode_card
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.engine import Engine
from ccbs_desk.sync.pace import Pace
from ccbs_desk.sync.phone import Phone
from ccbs_desk.sync.phone_state import PhoneNow, Queue
from ccbs_desk.wire.codec import reason_form
from ccbs_desk.wire.messages import LiveEvent, SignInRequest
from ccbs_desk.wire.phone import AgentForm, CallForm, MatchForm, PbxForm, PhoneNews, QueueForm
from tests.sync.wire import Wire, run, until
from tests.sync.world import World

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
CALL = uuid4()


def agent(state: str) -> AgentForm:
    """Return how an agent is."""
    return AgentForm(state=state, reason="", since=NOW, extension="1001", queues=("care",))


def call(state: str = "offered", one: UUID = CALL, **about: Any) -> CallForm:
    """Return a call."""
    return CallForm(id=one, leg="1.1", state=state, number="011 2214567", since=NOW, **about)


def match() -> MatchForm:
    """Return somebody."""
    return MatchForm(account_id=uuid4(), line_id=None, name="محمد", place="", number="+1", why="number", rank=1)


class Ear:
    """A telephone, and what its listener was told."""

    def __init__(self) -> None:
        self.phone = Phone(Client("http://localhost:1"), lambda: NOW)
        self.told: list[PhoneNow] = []
        self.phone.listeners.append(lambda _before, now: self.told.append(now))

    def hear(self, kind: str, seq: int, **what: Any) -> PhoneNow:
        """Take news in; return how the telephone is then."""
        self.phone.hear(PhoneNews(kind=kind, seq=seq, **what))
        return self.phone.now


@pytest.fixture
def ear() -> Ear:
    """A telephone that has heard nothing yet."""
    return Ear()


def test_nothing_is_known_before_anything_was_heard(ear: Ear) -> None:
    now = ear.phone.now
    assert (now.agent.state, now.pbx, now.calls) == ("logged_out", "off", ())
    assert now.call(CALL) is None


def test_who_the_caller_may_be_stays_when_the_call_goes_on(ear: Ear) -> None:
    who = match()
    ear.hear("offer", 1, agent=agent("offered"), call=call(matches=(who,)))
    now = ear.hear("connected", 2, agent=agent("talking"), call=call("talking"))
    (talking,) = now.calls
    assert (talking.state, talking.matches[0].account_id, talking.card) == ("talking", who.account_id, None)
    other = uuid4()
    now = ear.hear("offer", 3, call=call(one=other))
    assert [one.id for one in now.calls] == [CALL, other]
    now = ear.hear("ended", 4, call=call("ended"))
    assert [one.state for one in now.calls] == ["ended", "offered"]
    now = ear.hear("wrapped", 5, call=call("ended"))
    assert [one.id for one in now.calls] == [other]
    assert ear.hear("offer_ended", 6, call=call("ended", other)).calls == ()
    assert len(ear.told) == 6


def test_what_is_older_than_what_is_known_changes_nothing(ear: Ear) -> None:
    ear.hear("snapshot", 5, agent=agent("talking"), calls=(call("talking"),), pbx=PbxForm(state="up"))
    before = ear.phone.now
    assert ear.hear("offer", 3, agent=agent("offered"), call=call()) == before
    assert ear.hear("pbx", 4, pbx=PbxForm(state="down")) == before
    assert ear.hear("snapshot", 2, agent=agent("ready")) == before
    ear.hear("held", 7, call=call("held"))
    assert ear.hear("connected", 6, call=call("talking")).calls[0].state == "held"
    assert len(ear.told) == 2
    # The card may come later than the call, and later than what became of it.
    who = match()
    assert ear.hear("offer", 8, call=call("held", matches=(who,))).calls[0].matches[0].account_id == who.account_id


def test_a_snapshot_is_all_that_is_so(ear: Ear) -> None:
    ear.hear("offer", 1, call=call())
    problem = reason_form(PbxSilent())
    now = ear.hear("snapshot", 2, agent=agent("ready"), pbx=PbxForm(state="down", problem=problem))
    assert (now.calls, now.agent.state, now.pbx, now.problem) == ((), "ready", "down", PbxSilent())


def test_without_the_line_nothing_is_certain_and_a_server_started_anew_counts_from_one(ear: Ear) -> None:
    ear.hear("snapshot", 90, agent=agent("talking"), calls=(call("talking"),), pbx=PbxForm(state="up"))
    ear.phone.lost()
    now = ear.phone.now
    assert (now.pbx, now.problem, now.agent.state, len(now.calls)) == ("down", LinkDown(), "talking", 1)
    now = ear.hear("snapshot", 1, agent=agent("ready"), pbx=PbxForm(state="up", capabilities=("hold",)))
    assert (now.pbx, now.problem, now.agent.state, now.calls) == ("up", None, "ready", ())
    assert now.capabilities == {"hold"}


def test_a_card_that_this_version_can_t_read_is_left_out(ear: Ear) -> None:
    card = msgspec.Raw(b'{"of": "another kind"}')
    (shown,) = ear.hear("offer", 1, call=call(card=card, matches=(match(),))).calls
    assert shown.card is None
    assert len(shown.matches) == 1


def test_the_card_comes_whole(ear: Ear, world: World) -> None:
    desk = world.desks[0]
    own = desk.read(read_card, desk.account_id, today=desk.today)
    assert own is not None
    (shown,) = ear.hear("offer", 1, call=call(card=msgspec.Raw(encode_card(own)))).calls
    assert shown.card == own


def test_the_engine_hears_of_the_telephone_first_and_tells_when_the_line_is_lost(world: World) -> None:
    desk = world.desks[0]
    wire = Wire(desk.central, desk.device_id)
    client = wire.client()
    phone = Phone(client, desk.clock)

    async def sign_in() -> None:
        await client.sign_in(
            SignInRequest(login="c", password="right", device_id=desk.device_id, nonce="", signature="")
        )

    def say(kind: str, news: PhoneNews) -> None:
        moment = desk.clock() + timedelta()
        wire.live.put_nowait(LiveEvent(kind=kind, head=desk.central.head, phone=news, server_time=moment))

    async def story() -> None:
        pace = Pace(first=0.01, longest=0.02, poll=5.0)
        engine = Engine(desk.store, client, now=desk.clock, phone=phone, renew=sign_in, pace=pace)
        engine.start()
        try:
            await until(lambda: wire.lines)
            say("hello", PhoneNews(kind="snapshot", seq=1, agent=agent("ready"), pbx=PbxForm(state="up")))
            await until(lambda: phone.now.pbx == "up")
            say("phone", PhoneNews(kind="offer", seq=2, agent=agent("offered"), call=call()))
            await until(lambda: phone.now.calls)
            wire.hang_up()
            await until(lambda: phone.now.problem == LinkDown())
            assert engine.failures == 0
        finally:
            await engine.stop()
            await client.close()

    run(story())


def test_who_asks_without_tokens_is_told(ear: Ear) -> None:
    async def story() -> None:
        with pytest.raises(Refused):
            await ear.phone.ready()

    asyncio.run(story())


def test_a_queue_is_shown_by_its_name_or_by_its_code_alone_where_the_server_is_older(ear: Ear) -> None:
    name = QueueForm(code="care", name_ar="خدمة المشتركين", name_en="Customer care")
    for seq, (form, wanted) in enumerate(
        (
            (call(queue="care", queue_name=name), Queue("care", Bilingual("خدمة المشتركين", "Customer care"))),
            (call(queue="care"), Queue("care", Bilingual("care", "care"))),
            (call(), None),
        ),
        start=1,
    ):
        assert ear.hear("offer", seq, call=form).calls[0].queue == wanted
    known = ear.hear("pbx", 9, pbx=PbxForm(state="up", queues=(name,)))
    assert [queue.name.en for queue in known.queues] == ["Customer care"]
