"""The agent's state joined: call bar, dialogs, keys and commands."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.domain.errors import Reason
from ccbs_desk.services.session import Session
from ccbs_desk.ui.agent import text
from ccbs_desk.ui.agent.dialogs import OverWindow
from ccbs_desk.ui.agent.presenter import AgentPresenter
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.phone import Phone
from ccbs_desk.ui.shell.callbar import (
    ANSWER_KEYS,
    HANG_UP_KEYS,
    HOLD_KEYS,
    STATE_KEYS,
    TRANSFER_KEYS,
    WRAP_UP_KEYS,
    CallBar,
)
from ccbs_desk.ui.shell.calltabs import NEXT_KEYS
from ccbs_desk.ui.shell.matching import PaletteItem
from ccbs_desk.ui.shell.tasks import Tasks


class AgentDesk:
    """The agent's state and the call in hand, of one sign-in."""

    def __init__(
        self, bar: CallBar, presenter: AgentPresenter, tasks: Tasks, anchor: QWidget, finish: Callable[[], None]
    ) -> None:
        self._bar, self._presenter, self._tasks, self._anchor = bar, presenter, tasks, anchor
        self._finish = finish

    async def start(self) -> None:
        """Follow the telephone from now on."""
        await self._presenter.start()

    def commands(self) -> list[PaletteItem]:
        """Return what the palette offers."""
        agent = self._presenter
        states = [
            PaletteItem(f"agent.{choice.id}", choice.text, lambda choice=choice: agent.choose(choice.id))  # type: ignore[misc]
            for choice in agent.choices()
            if choice.id != "wrap_up"
        ]
        return [
            PaletteItem("agent.state", text.CHANGE_STATE, agent.state, shortcut=STATE_KEYS),
            *states,
            PaletteItem("call.answer", text.ANSWERS, lambda: agent.act("answer"), shortcut=ANSWER_KEYS),
            PaletteItem("call.hang_up", text.HANGS_UP, lambda: agent.act("hang_up"), shortcut=HANG_UP_KEYS),
            PaletteItem("call.hold", text.HOLDS, agent.hold_or_resume, shortcut=HOLD_KEYS),
            PaletteItem("call.transfer", text.TRANSFER, lambda: agent.act("transfer"), shortcut=TRANSFER_KEYS),
            PaletteItem("call.wrap_up", text.WRAP_UP, self._finish, shortcut=WRAP_UP_KEYS),
        ]

    async def settled(self) -> None:
        """Wait until nothing is being asked any more."""
        await self._tasks.settled()

    def close(self) -> None:
        """Let go of the telephone and of the bar, which stays when the person leaves."""
        self._tasks.cancel()
        self._presenter.close()
        self._bar.state_wanted.disconnect(self._presenter.state)
        self._bar.acted.disconnect(self._presenter.act)
        self._anchor.deleteLater()


def build(
    session: Session,
    window: QWidget,
    bar: CallBar,
    shortcuts: Shortcuts,
    phone: Phone,
    *,
    explain: Callable[[Reason], None],
    wrap_up: Callable[[UUID], None],
    finish: Callable[[], None],
    next_call: Callable[[], None],
    about: Callable[[UUID], UUID | None],
) -> AgentDesk:
    """Join call bar, dialogs and keys.

    `wrap_up` leads to the wrap-up of a call, `finish` to that of the tab where one is, `next_call` from tab to tab;
    `about` is the account that a call is about.
    """
    tasks = Tasks(explain)
    presenter = AgentPresenter(session, tasks, bar, OverWindow(window), phone, explain, wrap_up, about)
    # The keys go with the person: they are bound to what goes with him.
    anchor = QWidget(bar)
    anchor.setFixedSize(0, 0)
    anchor.show()
    bar.set_clock(session.now)
    bar.state_wanted.connect(presenter.state)
    bar.acted.connect(presenter.act)
    for keys, run in (
        (STATE_KEYS, presenter.state),
        (ANSWER_KEYS, lambda: presenter.act("answer")),
        (HOLD_KEYS, presenter.hold_or_resume),
        (TRANSFER_KEYS, lambda: presenter.act("transfer")),
        (HANG_UP_KEYS, lambda: presenter.act("hang_up")),
        (WRAP_UP_KEYS, finish),
        (NEXT_KEYS, next_call),
    ):
        shortcuts.bind(anchor, keys, run)
    return AgentDesk(bar, presenter, tasks, anchor, finish)
