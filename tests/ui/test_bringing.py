"""Somebody asks for a subscriber of another area: the centre is asked, and says so where it can't be."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import Connection, delete, select

from ccbs_desk.domain.directory_errors import NamesBeingPrepared
from ccbs_desk.domain.errors import LinkDown, Refused, Unavailable
from ccbs_desk.models.account_rows import rows_of_account
from ccbs_desk.models.rows import upsert
from ccbs_desk.models.subscribers import Account
from ccbs_desk.services.look_up import Found, look_up
from ccbs_desk.services.session import Session
from ccbs_desk.ui import bringing
from ccbs_desk.ui.bringing import card_of, leads_further, look_further
from ccbs_desk.ui.callpop import text as callpop_text
from ccbs_desk.ui.callpop.choosing import ChooserPresenter
from ccbs_desk.ui.search import text
from ccbs_desk.ui.search.presenter import SearchPresenter
from ccbs_desk.ui.shell.tasks import Tasks
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.phone import HandPhone
from tests.ui.at_work import Led, run, session_of

NAME = "الحلبي محمد"


class Centre:
    """What the centre would say: it has the account that this desk lacks."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.up, self.asked = desk, True, list[object]()
        self.preparing = False
        self._found = desk.read(look_up, NAME, home_area="11", today=desk.today)
        self._rows = desk.write(_taken)

    async def bring(self, account_id: UUID, call_id: UUID | None = None) -> None:
        """Bring the rows, or nothing when nobody can be asked."""
        self.asked.append(account_id)
        self._reached()
        self.desk.write(self._lay)

    async def look_up(self, text: str) -> Found:
        """Find whom one means."""
        self.asked.append(text)
        self._reached()
        if self.preparing:
            raise Refused(NamesBeingPrepared())
        return self._found if text in (NAME, "محمد") else Found("name", hint_code="look_up.nothing")

    def _lay(self, connection: Connection) -> None:
        for table, rows in self._rows:
            upsert(connection, table, rows)

    def _reached(self) -> None:
        if not self.up:
            raise Unavailable(LinkDown())


def _taken(connection: Connection) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Take the demo account away, and return its rows."""
    rows = [
        (table, [dict(row) for row in connection.execute(select(table).where(chosen)).mappings()])
        for table, chosen in rows_of_account(demo.ACCOUNT_ID)
    ]
    connection.execute(delete(Account).where(Account.id == demo.ACCOUNT_ID))
    return rows


@pytest.fixture
def centre(desk: Desk) -> Centre:
    """The centre, and a desk that lacks the account."""
    return Centre(desk)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody types on."""
    monkeypatch.setattr(bringing, "PAUSE", 0.0)


@pytest.fixture
def session(desk: Desk, centre: Centre) -> Session:
    """A clerk with a way to the centre."""
    return replace(session_of(desk), reach=centre)


class Screen:
    """Remembers what a presenter shows, whichever it is."""

    def __init__(self) -> None:
        self.said: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **_kwargs: self.said.append((name, args))

    def last(self, name: str) -> tuple[Any, ...]:
        """Return what was shown last by this means."""
        return next(args for said, args in reversed(self.said) if said == name)


def test_a_card_that_is_not_here_is_fetched_and_said_so(qapp: QApplication, session: Session, centre: Centre) -> None:
    screen = Screen()

    async def story() -> None:
        centre.up = False
        assert await card_of(session, demo.ACCOUNT_ID, screen.show_nobody) is None
        centre.up = True
        card = await card_of(session, demo.ACCOUNT_ID, screen.show_nobody)
        assert card is not None
        assert screen.last("show_nobody") == (bringing.COMING, bringing.COMING_TODO)
        # Here now: nobody is asked.
        centre.asked.clear()
        assert await card_of(session, demo.ACCOUNT_ID, screen.show_nobody) == card
        assert centre.asked == []

    run(qapp, story())


def test_a_desk_that_knows_no_centre_asks_nobody(qapp: QApplication, desk: Desk) -> None:
    async def story() -> None:
        alone = session_of(desk)
        assert not await alone.brought(demo.ACCOUNT_ID)
        assert await card_of(alone, uuid4(), Screen().show_nobody) is None
        assert not leads_further(alone, Found("name"))

    run(qapp, story())


def test_who_is_found_here_is_enough_but_for_a_desk_without_an_area(session: Session, centre: Centre) -> None:
    found = centre._found
    assert not leads_further(session, found)
    assert leads_further(session, replace(found, hits=(), hint_code="look_up.nothing"))
    assert not leads_further(session, Found("nothing", hint_code="look_up.too_short"))
    assert leads_further(replace(session, place=replace(session.place, area_id=None)), found)


def test_who_is_here_and_there_is_shown_once(qapp: QApplication, session: Session, centre: Centre) -> None:
    async def story() -> None:
        far = replace(centre._found.hits[0], account_id=uuid4())
        here = Found("name", (far,))
        both, reached = await look_further(session, NAME, here)
        assert reached == "asked"
        assert [hit.account_id for hit in both.hits] == [far.account_id, *(h.account_id for h in centre._found.hits)]
        again, _ = await look_further(session, NAME, both)
        assert again.hits == both.hits
        assert await look_further(session, "لا أحد", here) == (here, "asked")

    run(qapp, story())


def test_the_search_asks_the_centre_and_says_what_it_can_not(
    qapp: QApplication, session: Session, centre: Centre
) -> None:
    screen, led = Screen(), Led()
    tasks = Tasks(led.explain)
    presenter = SearchPresenter(session, led, tasks, screen)

    async def ask(asked: str) -> None:
        presenter.typed(asked)
        await tasks.settled()

    async def story() -> None:
        await ask("لا أحد بهذا")
        assert ("show_nothing", (bringing.ASKING, bringing.ASKING_TODO)) in screen.said
        assert screen.last("show_nothing") == (text.NOTHING, bringing.NOWHERE)
        centre.up = False
        await ask("لا أحد بهذا الاسم")
        assert screen.last("show_nothing") == (text.NOTHING, bringing.OUT_OF_REACH)
        centre.up = centre.preparing = True
        await ask("لا أحد بهذا الاسم أيضاً")
        assert screen.last("show_nothing") == (text.NOTHING, bringing.BEING_PREPARED)
        centre.preparing = False
        presenter.typed(NAME)
        # Enter before the answer is there goes on when it comes.
        presenter.entered()
        await tasks.settled()
        hits = screen.last("show_hits")[0]
        assert demo.ACCOUNT_ID in [hit.account_id for hit in hits]
        presenter.open(next(hit for hit in hits if hit.account_id == demo.ACCOUNT_ID))
        await tasks.settled()
        assert ("card", demo.ACCOUNT_ID) in led.steps

    run(qapp, story())


def test_a_call_desk_shows_what_is_here_while_the_centre_is_asked(
    qapp: QApplication, session: Session, centre: Centre
) -> None:
    screen, led = Screen(), Led()
    tasks = Tasks(led.explain)
    nowhere = replace(session, place=replace(session.place, area_id=None))
    presenter = SearchPresenter(nowhere, led, tasks, screen)

    async def story() -> None:
        presenter.typed("محمد")
        await tasks.settled()
        shown = [args[0] for name, args in screen.said if name == "show_hits"]
        assert len(shown) == 2
        assert demo.ACCOUNT_ID not in [hit.account_id for hit in shown[0]]
        assert demo.ACCOUNT_ID in [hit.account_id for hit in shown[1]]

    run(qapp, story())


def test_the_callers_place_finds_and_fetches_whom_the_desk_lacks(
    qapp: QApplication, session: Session, centre: Centre
) -> None:
    screen, led = Screen(), Led()
    tasks = Tasks(led.explain)
    phone = HandPhone(session.now())
    call = phone.ring("")
    presenter = ChooserPresenter(session.in_call(call.id), led, tasks, screen, lambda: call)

    async def story() -> None:
        presenter.typed("لا أحد بهذا")
        await tasks.settled()
        assert screen.last("show_rows") == ((), callpop_text.NOTHING_FOUND)
        centre.up = False
        presenter.typed("لا أحد بهذا الاسم")
        await tasks.settled()
        assert screen.last("show_rows") == ((), bringing.OUT_OF_REACH)
        centre.up = centre.preparing = True
        presenter.typed("لا أحد بهذا الاسم أيضاً")
        await tasks.settled()
        assert screen.last("show_rows") == ((), bringing.BEING_PREPARED)
        centre.preparing = False
        presenter.typed(NAME)
        await tasks.settled()
        row = next(row for row in screen.last("show_rows")[0] if row.account_id == demo.ACCOUNT_ID)
        presenter.pick(row)
        await tasks.settled()
        assert not led.explained
        assert presenter.attached == demo.ACCOUNT_ID
        assert led.steps[-1] == ("card", demo.ACCOUNT_ID)

    run(qapp, story())
