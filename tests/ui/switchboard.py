"""A desk that answers calls, in a test: the whole window over a real store, with a telephone made by hand."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QTableView, QWidget

from ccbs_desk.printing.port import printer_at
from ccbs_desk.rooms import Enquiries
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.look_up import look_up
from ccbs_desk.services.session import Person
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.sync.phone_state import AgentState, CallNow, Match
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.shell.window import Window
from ccbs_desk.workplace import Workplace
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press, press_physical, type_text
from tests.factories.phone import HandPhone
from tests.ui.at_work import run, session_of
from tests.ui.counter import plain
from tests.ui.golden import settle

SIZE, LARGE = (1366, 768), (1920, 1080)


async def nobody(_login: str, _password: str) -> Person:
    """Nobody comes over to approve anything."""
    raise AssertionError("nobody is asked to approve anything here")


class Switchboard:
    """The window, its telephone, and the way to both."""

    def __init__(
        self,
        desk: Desk,
        look: Look,
        app: QApplication,
        folder: Path,
        state: AgentState = "ready",
        login: str = demo.AGENT,
        enquiries: Enquiries | None = None,
    ) -> None:
        self.desk, self.app = desk, app
        self.phone = HandPhone(desk.clock.now, state)
        self.window = Window(look)
        self.window.resize(*SIZE)
        self.session = session_of(desk, login)
        self.workplace = Workplace(
            self.window,
            look,
            self.session,
            verify=nobody,
            printer=printer_at(str(folder / "paper")),
            sign_out=lambda: None,
            phone=self.phone,
            enquiries=enquiries,
        )
        run(app, self.workplace.open())
        self.window.show()
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window, 30_000)
        self.do()

    def card(self, account_id: UUID = demo.ACCOUNT_ID) -> Card:
        """Return a subscriber's card, as the server would send it."""
        card = self.desk.read(read_card, account_id, today=self.session.today)
        assert card is not None
        return card

    def matches(self, asked: str, why: str = "number") -> tuple[Match, ...]:
        """Return those whom a search finds, as the server would rank them for a number that they have in common."""
        found = self.desk.read(look_up, asked, home_area="11", today=self.session.today, limit=4)
        return tuple(
            Match(hit.account_id, hit.line_id, hit.name, f"{hit.town}، {hit.street}", hit.e164, why, rank)
            for rank, hit in enumerate(found.hits, start=1)
        )

    def ring(self, number: str = "0112214567", **more: Any) -> CallNow:
        """Let a call be offered, and wait for all that follows."""
        self.do(lambda: self.phone.ring(number, **more))
        return self.phone.now.calls[-1]

    def do(self, *acts: Callable[[], object]) -> None:
        """Do something, and wait for all that follows."""

        async def story() -> None:
            for act in acts or (lambda: None,):
                act()
                await self.settled()

        run(self.app, story())
        settle()

    async def settled(self) -> None:
        """Wait until nothing is being read or written; what a posted event begins counts as well."""
        for _ in range(2):
            await asyncio.sleep(0)
            QApplication.sendPostedEvents()
            await self.workplace.settled()

    def press(self, *keys: Qt.Key) -> None:
        """Press keys where the keyboard is."""
        for key in keys:
            self.do(lambda key=key: press(self.focus() or self.window, key))  # type: ignore[misc]

    def press_with(self, legend: str, letter: str = "") -> None:
        """Press Ctrl with a physical key that types another letter in this layout."""
        where = self.focus() or self.window
        self.do(lambda: press_physical(where, legend, Qt.KeyboardModifier.ControlModifier, letter))

    def type(self, text: str) -> None:
        """Type where the keyboard is."""
        self.do(lambda: type_text(self.focus() or self.window, text))

    def focus(self) -> QWidget | None:
        """Return what has the keyboard."""
        return QApplication.focusWidget() or self.window.focusWidget()

    def all_of(self, name: str) -> list[QWidget]:
        """Return the widgets of this name that can be seen, in any window."""
        tops = [self.window, *QApplication.topLevelWidgets()]
        found = {id(w): w for top in tops for w in top.findChildren(QWidget, name)}
        return [widget for widget in found.values() if widget.isVisible()]

    def find(self, name: str) -> QWidget:
        """Return the visible widget of this name."""
        found = self.all_of(name)
        assert found, f"{name} is not to be seen"
        return found[0]

    def sees(self, name: str) -> bool:
        """Tell whether a widget of this name is there to be seen."""
        return bool(self.all_of(name))

    def said(self, name: str) -> str:
        """Return what a label, a field, a button or a notice says."""
        widget = self.find(name)
        if isinstance(widget, QLabel | QLineEdit):
            return plain(widget.text())
        return plain(widget.accessibleName())

    def rows(self, name: str) -> list[list[str]]:
        """Return the cells of a table."""
        table = self.find(name)
        assert isinstance(table, QTableView)
        model = table.model()
        columns = range(model.columnCount())
        return [[plain(str(model.index(row, c).data() or "")) for c in columns] for row in range(model.rowCount())]

    def tabs(self) -> list[str]:
        """Return what stands on the tabs."""
        line = self.window.tabs.layout()
        assert line is not None
        items = (line.itemAt(place) for place in range(line.count()))
        parts = (item.widget() for item in items if item is not None)
        tabs = (part for part in parts if isinstance(part, QAbstractButton) and part.objectName().startswith("tab."))
        return [plain(tab.text()) for tab in tabs]

    def close(self) -> None:
        """End it."""
        self.workplace.close()
        self.window.deleteLater()
        settle()
