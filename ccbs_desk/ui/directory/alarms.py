"""The alarms of the directory, for those who may see to them: how many wait, what each is about, and its closing."""

from collections.abc import Sequence
from typing import Protocol

from ccbs_desk.domain.directory_commands import CloseDirectoryAlarm
from ccbs_desk.domain.permissions import DIRECTORY_ALARM
from ccbs_desk.services.directory_alarms import AlarmView, open_alarms
from ccbs_desk.services.session import Session
from ccbs_desk.ui.directory import text
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class AlarmsFace(Protocol):
    """What can be shown of alarms."""

    def show_alarm_count(self, count: int) -> None:
        """Say how many alarms wait; none says nothing."""

    def show_alarms(self, alarms: Sequence[AlarmView]) -> None:
        """Show the alarms that nobody has seen to."""

    def open_alarms(self) -> None:
        """Put the alarms in the place of the listings, with the keyboard."""

    def alarm_reason_missing(self) -> None:
        """Mark the reason as what is missing."""

    def alarm_closed(self) -> None:
        """Empty the reason."""


class AlarmsPresenter:
    """Shows alarms to whoever may close them, and closes them."""

    def __init__(self, session: Session, navigator: Navigator, tasks: Tasks, view: AlarmsFace) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._may = session.person.may(DIRECTORY_ALARM)

    def refresh(self) -> None:
        """Read them anew, for whoever may see them."""
        if self._may:
            self._tasks.start(self._read(), latest="alarms")

    def open(self) -> None:
        """Show them."""
        if self._may:
            self._view.open_alarms()
            self.refresh()

    def close(self, alarm: AlarmView | None, reason: str) -> None:
        """Close an alarm with what was behind it."""
        if alarm is None:
            return
        if not reason.strip():
            self._view.alarm_reason_missing()
            return
        self._tasks.start(self._close(alarm, reason.strip()), latest="close")

    async def _read(self) -> None:
        alarms = await self._session.read(open_alarms)
        self._view.show_alarm_count(len(alarms))
        self._view.show_alarms(alarms)

    async def _close(self, alarm: AlarmView, reason: str) -> None:
        act = CloseDirectoryAlarm(alarm_id=alarm.alarm_id, reason=reason)
        await self._session.act(act, command_id=self._session.new_id())
        self._view.alarm_closed()
        self._navigator.say(text.ALARM_CLOSED, Tone.OK)
        await self._read()
