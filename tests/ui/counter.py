"""A screen at work in a test: driven by keys, looked at by the names of its widgets."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTableView, QWidget

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.errors import PrinterGone, Unavailable
from ccbs_desk.domain.receipts import PrintedReceipt
from ccbs_desk.services.session import Session
from ccbs_desk.ui.asking import ApprovalAsk
from ccbs_desk.wire.codec import body_hash
from tests.factories.desk import Desk
from tests.factories.keys import press, press_physical, type_text
from tests.ui.at_work import Led, run, session_of
from tests.ui.golden import settle

SMALL, LARGE = (1198, 690), (1752, 1002)
"""What the frame leaves of 1366x768 and of 1920x1080."""


def plain(text: str) -> str:
    """Return a text without direction marks, its spaces all alike."""
    return strip_isolates(text).replace("\u00a0", " ")


class Screen(Protocol):
    """A screen as the counter drives it."""

    @property
    def widget(self) -> QWidget:
        """What is shown."""

    def close(self) -> None:
        """End it."""

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""


class Paper:
    """A printer that remembers number and copy of each sheet, or is gone."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, int]] = []
        self.gone = False

    async def __call__(self, printed: PrintedReceipt, copy_number: int) -> None:
        """Print."""
        if self.gone:
            raise Unavailable(PrinterGone())
        self.sheets.append((printed.number, copy_number))


class Supervisor:
    """Who is asked to approve, and does so or not."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.asked: list[ApprovalAsk] = []
        self.willing = True

    async def __call__(self, ask: ApprovalAsk) -> Approval | None:
        """Approve."""
        self.asked.append(ask)
        if not self.willing:
            return None
        bound_to = body_hash(ask.command, ask.command_id)
        return Approval(self._desk.people.supervisor, self._desk.clock.now, bound_to, ask.permission)


class Counter:
    """A clerk's desk with what the screens need around them."""

    def __init__(self, desk: Desk, app: QApplication) -> None:
        self.desk, self.app = desk, app
        self.led, self.paper, self.supervisor = Led(), Paper(), Supervisor(desk)
        self.screens: list[Screen] = []

    def session(self, login: str = "clerk") -> Session:
        """Return the session of a person at this desk."""
        return session_of(self.desk, login)

    def show(self, screen: Screen) -> "Shown":
        """Show a screen as the window would."""
        self.screens.append(screen)
        screen.widget.resize(*SMALL)
        screen.widget.show()
        screen.widget.activateWindow()
        settle()
        return Shown(screen, self.app)

    def close(self) -> None:
        """End all screens."""
        for screen in self.screens:
            screen.close()
            screen.widget.deleteLater()
        settle()


class Shown:
    """A screen that is shown."""

    def __init__(self, screen: Screen, app: QApplication) -> None:
        self.screen, self.view, self._app = screen, screen.widget, app

    def do(self, *acts: Callable[[], object]) -> None:
        """Do something on the desk's loop, one after the other, and wait until all that follows is done."""

        async def story() -> None:
            for act in acts:
                act()
            await self.screen.settled()

        run(self._app, story())
        settle()

    def find(self, name: str) -> QWidget:
        """Return the widget of this name."""
        found = self.view.findChild(QWidget, name)
        assert isinstance(found, QWidget), name
        return found

    def sees(self, name: str) -> bool:
        """Tell whether the widget of this name is there to be seen."""
        found = self.view.findChild(QWidget, name)
        return isinstance(found, QWidget) and found.isVisible()

    def said(self, name: str) -> str:
        """Return what a label, a field or a notice says."""
        widget = self.find(name)
        return plain(widget.text() if isinstance(widget, QLabel | QLineEdit) else widget.accessibleName())

    def under(self, name: str) -> str:
        """Return what stands under a field for a screen reader: its error, or its hint."""
        return plain(self.find(name).accessibleDescription())

    def rows(self, name: str) -> list[list[str]]:
        """Return the cells of a table."""
        table = self.find(name)
        assert isinstance(table, QTableView)
        model = table.model()
        columns = range(model.columnCount())
        return [[plain(str(model.index(row, c).data() or "")) for c in columns] for row in range(model.rowCount())]

    def press(self, *keys: Qt.Key) -> None:
        """Press keys where the keyboard is, and wait for what follows."""
        self.do(*(lambda key=key: press(self.view.focusWidget() or self.view, key) for key in keys))

    def press_with(self, legend: str, letter: str = "") -> None:
        """Press Ctrl with a physical key that types another letter in this layout."""
        where = self.view.focusWidget() or self.view
        self.do(lambda: press_physical(where, legend, Qt.KeyboardModifier.ControlModifier, letter))

    def type(self, name: str, text: str) -> None:
        """Type into a field in the place of what stands there."""
        field = self.find(name)
        assert isinstance(field, QLineEdit)

        def typed() -> None:
            field.setFocus()
            field.selectAll()
            type_text(field, text)

        self.do(typed)
