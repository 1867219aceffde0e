"""The command for a new key: offered to who may give it, asked before it is done, told when it can't be."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from sqlalchemy import select

from ccbs_desk.domain.commands import ChangeStoreKey
from ccbs_desk.domain.errors import LinkDown, Reason, Unavailable
from ccbs_desk.models.desk import Outbox
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.newkey import KeyChange
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.shell.window import Window
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.ui.at_work import collect, run, session_of, until
from tests.ui.golden import settle


class Wished:
    """The command in a window; `changed` counts how often the key was changed."""

    def __init__(self, desk: Desk, look: Look, app: QApplication, login: str) -> None:
        look.set_language("en")
        self.app, self.desk = app, desk
        self.window = Window(look)
        self.window.show()
        self.changed = 0
        self.fails: Reason | None = None
        self.explained: list[Reason] = []
        self.tasks = Tasks(self.explained.append)
        self.command = KeyChange(self.window, session_of(desk, login), self.tasks, self._change)

    async def _change(self) -> None:
        if self.fails is not None:
            raise Unavailable(self.fails)
        self.changed += 1

    def answer(self, name: str) -> None:
        """Give the command by the palette, and press a button of the question."""

        async def story() -> None:
            (item,) = self.command.offer()
            item.run()
            await until(lambda: self._button(name) is not None)
            button = self._button(name)
            assert button is not None
            button.click()
            await self.tasks.settled()

        run(self.app, story())
        settle()

    def _button(self, name: str) -> QPushButton | None:
        found = self.window.findChildren(QPushButton)
        return next((each for each in found if each.isVisible() and each.objectName() == name), None)

    @property
    def traces(self) -> int:
        """How many acts tell of a new key."""
        kinds = self.desk.read(lambda connection: connection.execute(select(Outbox.kind)).scalars().all())
        return kinds.count(ChangeStoreKey.KIND)


@pytest.fixture
def supervisor(desk: Desk, look: Look, qapp: QApplication) -> Iterator[Wished]:
    """A supervisor at the desk."""
    qapp.setQuitOnLastWindowClosed(False)
    wished = Wished(desk, look, qapp, demo.SUPERVISOR)
    yield wished
    wished.window.deleteLater()
    settle()
    collect()


def test_it_is_asked_first_done_once_and_leaves_a_trace(supervisor: Wished) -> None:
    supervisor.answer("stay")
    assert (supervisor.changed, supervisor.traces) == (0, 0)
    supervisor.answer("change")
    assert (supervisor.changed, supervisor.traces) == (1, 1)
    assert supervisor.explained == []


def test_what_can_not_be_done_is_told_and_leaves_no_trace(supervisor: Wished) -> None:
    supervisor.fails = LinkDown()
    supervisor.answer("change")
    assert supervisor.explained == [LinkDown()]
    assert supervisor.traces == 0


def test_a_clerk_is_not_offered_it(desk: Desk, look: Look, qapp: QApplication) -> None:
    wished = Wished(desk, look, qapp, demo.CLERK)
    assert wished.command.offer() == ()
    wished.window.deleteLater()
    settle()
