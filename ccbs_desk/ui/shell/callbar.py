"""The call bar: always on top, always in its place, whatever the screen under it does."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from ccbs_desk.config.language import message
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.kit.tokens import Size, Space, Tone


class CallBar(Live, QFrame):
    """Shows the call of this desk; without a telephone link it says that there is no call."""

    palette_wanted = Signal()

    def __init__(self, palette_keys: Keys) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setProperty("edge", "bottom")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(Size.CALL_BAR)
        self._icon = IconLabel("phone-off", Tone.NEUTRAL)
        self._state = Label(message("No call"), Role.SOFT)
        commands = Button(message("Commands"), Kind.SMALL, icon="command", key=str(palette_keys))
        commands.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        commands.clicked.connect(self.palette_wanted)
        line = row(self._icon, self._state, None, commands, gap=Space.S)
        line.setContentsMargins(Space.L, 0, Space.L, 0)
        self.setLayout(line)
        self.retranslate()

    def retranslate(self) -> None:
        """Name the bar for a screen reader."""
        self.setAccessibleName(str(message("Call")))
