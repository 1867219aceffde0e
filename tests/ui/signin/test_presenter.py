"""One try at a time; what went wrong is told in words, and the next try is open again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from ccbs_desk.config.language import Text
from ccbs_desk.domain.errors import CredentialsWrong, DiskFull, Reason, Refused, Unavailable
from ccbs_desk.sync.sign_in import SignedIn
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.signin import text
from ccbs_desk.ui.signin.presenter import SignInPresenter

CLERK = SignedIn("huda", online=True)


@dataclass
class View:
    """Remembers what it was told, in order."""

    told: list[tuple[object, ...]] = field(default_factory=list)

    def show_error(self, title: Text, hint: Text = "") -> None:
        """Remember."""
        self.told.append(("error", str(title), str(hint)))

    def show_busy(self, what: Text) -> None:
        """Remember."""
        self.told.append(("busy", what))

    def reset(self) -> None:
        """Remember."""
        self.told.append(("reset",))

    def show_ready(self) -> None:
        """Remember."""
        self.told.append(("ready",))


@dataclass
class Desk:
    """What stands behind the sign-in."""

    no: Refused | Unavailable | None = None
    no_room: Unavailable | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    entered: list[SignedIn] = field(default_factory=list)
    busy: asyncio.Event = field(default_factory=asyncio.Event)

    async def attempt(self, user: str, password: str) -> SignedIn:
        """Let in, or not."""
        self.asked.append((user, password))
        await self.busy.wait()
        if self.no is not None:
            raise self.no
        return CLERK

    async def enter(self, who: SignedIn) -> None:
        """Take over."""
        if self.no_room is not None:
            raise self.no_room
        self.entered.append(who)


def tried(desk: Desk, *typed: tuple[str, str], after: Callable[[], Awaitable[None]] | None = None) -> View:
    """Submit what is typed, all at once, and wait for the end of it."""
    view = View()

    async def story() -> None:
        tasks = Tasks(lambda _reason: None)
        presenter = SignInPresenter(view, tasks, desk.attempt, desk.enter)
        for user, password in typed:
            presenter.submitted(user, password)
        desk.busy.set()
        await tasks.settled()
        desk.no = desk.no_room = None
        presenter.submitted("huda", "again")
        await tasks.settled()

    asyncio.run(story())
    return view


def test_somebody_is_let_in() -> None:
    desk = Desk()
    view = tried(desk, (" huda ", " one two "))
    assert desk.asked[0] == ("huda", " one two ")
    assert desk.entered[0] == CLERK
    assert view.told[:3] == [("busy", text.CHECKING), ("reset",), ("ready",)]


def test_pressing_twice_tries_once() -> None:
    desk = Desk()
    tried(desk, ("huda", "one"), ("huda", "one"), ("huda", "two"))
    assert desk.asked == [("huda", "one"), ("huda", "again")]


@pytest.mark.parametrize("reason", [CredentialsWrong(), DiskFull()])
@pytest.mark.parametrize("while_entering", [False, True])
def test_what_went_wrong_is_told_and_the_next_try_is_open(reason: Reason, while_entering: bool) -> None:
    desk = Desk(no_room=Unavailable(reason)) if while_entering else Desk(no=Refused(reason))
    view = tried(desk, ("huda", "one"))
    words = words_of(reason)
    assert view.told[:3] == [("busy", text.CHECKING), ("error", str(words.title), str(words.todo)), ("ready",)]
    assert desk.entered == [CLERK]
    assert desk.asked[-1] == ("huda", "again")
