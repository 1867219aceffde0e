"""A person at work on the demo desk: the session that presenters get, and a navigator that remembers where they led."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import qasync
from PySide6.QtWidgets import QApplication
from sqlalchemy import Connection, select

from ccbs_desk.config.language import Text
from ccbs_desk.domain.errors import Reason
from ccbs_desk.models.reference import Staff, StaffRole
from ccbs_desk.services.desk_bus import DeskBus
from ccbs_desk.services.session import Person, Place, Session
from ccbs_desk.ui.kit.tokens import Tone
from server_stub.seed import demo
from tests.factories.desk import DEVICE_ID, Desk
from tests.ui.golden import settle

T = TypeVar("T")
CEILING = 30.0


def session_of(desk: Desk, login: str = demo.CLERK) -> Session:
    """Return the session of one of the demo people at this desk."""
    return Session(
        store=desk.store,
        bus=DeskBus(desk.clock),
        person=desk.read(_person, login),
        place=Place(DEVICE_ID, demo.AREA, "11", "مركز المزة", "Mezzeh", demo.TILL_ID, demo.TILL_CODE),
        now=desk.clock,
    )


def _person(connection: Connection, login: str) -> Person:
    who = select(Staff.id, Staff.name_ar, Staff.name_en).where(Staff.login == login)
    row = connection.execute(who).one()
    roles = connection.execute(select(StaffRole.role).where(StaffRole.staff_id == row.id)).scalars()
    return Person(row.id, login, row.name_ar, row.name_en, "ar", frozenset(roles))


@dataclass(slots=True)
class Led:
    """Remembers where a presenter led, in order, instead of going there."""

    steps: list[tuple[object, ...]] = field(default_factory=list)
    explained: list[Reason] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    telephone: bool = False

    def open_search(self, text: str = "") -> None:
        """Remember."""
        self.steps.append(("search", text))

    def open_card(self, account_id: UUID) -> None:
        """Remember."""
        self.steps.append(("card", account_id))

    def open_payment(self, account_id: UUID, draft_id: UUID | None = None) -> None:
        """Remember."""
        self.steps.append(("payment", account_id))

    def open_receipt(self, receipt_id: UUID) -> None:
        """Remember."""
        self.steps.append(("receipt", receipt_id))

    def open_features(self, account_id: UUID) -> None:
        """Remember."""
        self.steps.append(("features", account_id))

    def open_complaint(self, account_id: UUID) -> None:
        """Remember."""
        self.steps.append(("complaint", account_id))

    def may_dial(self) -> bool:
        """There is a telephone where a test says so."""
        return self.telephone

    def dial(self, number: str) -> None:
        """Remember."""
        self.steps.append(("dial", number))

    def open_till(self) -> None:
        """Remember."""
        self.steps.append(("till",))

    def open_outbox(self) -> None:
        """Remember."""
        self.steps.append(("outbox",))

    def back(self) -> None:
        """Remember."""
        self.steps.append(("back",))

    def say(self, text: Text, tone: Tone = Tone.NEUTRAL) -> None:
        """Remember, as it is read."""
        self.said.append(str(text))

    def explain(self, reason: Reason) -> None:
        """Remember."""
        self.explained.append(reason)


@cache
def _loop(app: QApplication) -> Any:
    """Return the one loop of all stories; what exists by now is left out of later collections, which are then quick."""
    gc.collect()
    gc.freeze()
    return qasync.QEventLoop(app, already_running=False)


def end_loop(app: QApplication) -> None:
    """End the loop of all stories with its threads: Qt takes the process down when one is left running."""
    if _loop.cache_info().currsize:
        _loop(app).close()
        _loop.cache_clear()


def run(app: QApplication, story: Coroutine[Any, Any, T]) -> T:
    """Run a story on the kind of loop that the desk itself runs on."""
    return _loop(app).run_until_complete(asyncio.wait_for(story, CEILING))  # type: ignore[no-any-return]


def collect() -> None:
    """Let the widgets of a test go here, on their own thread, before the store thread's collector finds them."""
    settle()
    gc.collect()


async def until(seen: Callable[[], bool]) -> None:
    """Wait until something is so; the story's ceiling ends the wait."""
    while not seen():
        await asyncio.sleep(0.002)
