"""The window of a call that is over. Escape closes it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from ccbs_desk.config.language import message, pmessage
from ccbs_desk.ui.call_record import TITLE, CallLine, CallRecord
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Column, Table
from ccbs_desk.ui.kit.tokens import Space
from ccbs_desk.ui.parts import named

SIZE = (760, 420)


class CallDialog(QDialog):
    """With whom, how it came out, and what happened in its order."""

    def __init__(self, parent: QWidget, record: CallRecord) -> None:
        super().__init__(parent)
        self.setObjectName("call.record")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(str(TITLE))
        self.setModal(True)
        # The keyboard goes back to where it was, also where no window manager sees to it.
        self.finished.connect(lambda _code: parent.activateWindow())
        self.lines = Table[CallLine](
            (
                Column("at", pmessage("column", "Time"), lambda line: line.at, width=80),
                Column("what", pmessage("column", "What"), lambda line: line.what),
                Column("by", pmessage("column", "By"), lambda line: line.by, width=180),
            ),
            name=TITLE,
            key=lambda line: line.key,
            empty=EmptyState(message("Nothing is known of this call but its time"), icon="phone-off"),
            least_rows=5,
        )
        self.lines.setObjectName("call.record.lines")
        self.lines.set_rows(record.lines)
        number = named(Label(record.number, Role.HEADING), "call.record.number")
        about = named(Label(record.about, Role.SOFT), "call.record.about")
        close = Button(message("Close"), key="Esc")
        close.clicked.connect(self.close)
        head = row(IconLabel("phone", accent=True), Label(TITLE, Role.TITLE), number, None, gap=Space.M)
        foot = row(None, close)
        self.setLayout(column(head, row(about, None), self.lines, foot, gap=Space.M, margin=Space.L))
        self.resize(*SIZE)
        self.lines.setFocus()
