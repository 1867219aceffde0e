"""The directory joined: view, presenters and tasks, as the window holds it."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.domain.directory_commands import CloseDirectoryAlarm, RevokeSpelling
from ccbs_desk.services.directory_alarms import AlarmView, open_alarms
from ccbs_desk.services.listings import Listings
from ccbs_desk.services.session import Session
from ccbs_desk.services.sms import SmsPort
from ccbs_desk.services.taught import TaughtView, taught_lately
from ccbs_desk.ui.directory import keys, text
from ccbs_desk.ui.directory.judge import Judge, Matter
from ccbs_desk.ui.directory.presenter import DirectoryPresenter
from ccbs_desk.ui.directory.view import DirectoryWidget
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class DirectoryScreen:
    """The directory of one tab."""

    def __init__(
        self, view: DirectoryWidget, presenter: DirectoryPresenter, alarms: Judge[AlarmView], tasks: Tasks
    ) -> None:
        self._view, self._presenter, self._alarms, self._tasks = view, presenter, alarms, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self) -> None:
        """Take the keyboard."""
        self._presenter.activate()
        self._alarms.refresh()

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Look for alarms anew when anything may have changed; listings are not among what acts change."""
        if accounts is None:
            self._alarms.refresh()

    async def settled(self) -> None:
        """Wait until nothing is being asked any more."""
        await self._tasks.settled()

    def close(self) -> None:
        """End what is still being asked."""
        self._tasks.cancel()


def build(
    session: Session, navigator: Navigator, shortcuts: Shortcuts, listings: Listings, sms: SmsPort
) -> DirectoryScreen:
    """Join view and presenters."""
    view, tasks = DirectoryWidget(), Tasks(navigator.explain)
    presenter = DirectoryPresenter(session, navigator, tasks, view, listings, sms)
    alarms = Judge(session, navigator, tasks, view.alarms, _alarms_on(view))
    pairs = Judge(session, navigator, tasks, view.pairs, _pairs_on(view, presenter))
    view.may_judge(pairs.may)
    view.typed.connect(presenter.typed)
    view.slot_typed.connect(presenter.slot_typed)
    view.entered.connect(presenter.entered)
    view.left.connect(presenter.left)
    view.chosen.connect(presenter.chose)
    view.given.connect(presenter.given)
    view.reason_entered.connect(presenter.reverse)
    view.ticked.connect(presenter.tick)
    view.panel.copy.clicked.connect(presenter.copied)
    view.panel.sms.clicked.connect(presenter.ask_mobile)
    view.panel.sent.connect(presenter.send)
    view.panel.attach.clicked.connect(presenter.attached)
    view.panel.not_found.clicked.connect(presenter.not_found)
    view.notice.acted.connect(alarms.open)
    view.alarms.judged.connect(alarms.judge)
    view.pairs.judged.connect(pairs.judge)
    view.taught.clicked.connect(pairs.open)
    view.bind(shortcuts)
    shortcuts.bind(view, keys.PREPARED, presenter.prepared)
    shortcuts.bind(view, keys.ALARMS, alarms.open)
    shortcuts.bind(view, keys.PAIRS, pairs.open)
    return DirectoryScreen(view, presenter, alarms, tasks)


def _alarms_on(view: DirectoryWidget) -> Matter[AlarmView]:
    return Matter(
        name="alarms",
        read=open_alarms,
        act=lambda alarm, reason: CloseDirectoryAlarm(alarm_id=alarm.alarm_id, reason=reason),
        said=text.ALARM_CLOSED,
        opens=view.open_alarms,
        told=view.show_alarm_count,
        then=lambda: None,
    )


def _pairs_on(view: DirectoryWidget, presenter: DirectoryPresenter) -> Matter[TaughtView]:
    return Matter(
        name="pairs",
        read=taught_lately,
        act=lambda pair, reason: RevokeSpelling(typed=pair.typed, meant=pair.meant, reason=reason),
        said=text.PAIR_REVOKED,
        opens=view.open_pairs,
        told=lambda _count: None,
        then=presenter.learn,
    )
