"""A person at work: reads, writes and acts are awaited, and whoever wants to know hears of each act."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, delete, update

from ccbs_desk.domain.commands import SignIn
from ccbs_desk.domain.errors import DeviceNotEnrolled, Refused
from ccbs_desk.domain.ids import unix_ms_of
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import DeskState
from ccbs_desk.models.reference import Device, Till
from ccbs_desk.services.desk_bus import DeskBus, Submitted
from ccbs_desk.services.drafts import drafts_of, save_draft
from ccbs_desk.services.place import read_place
from ccbs_desk.services.session import Person, Place, Session
from server_stub.seed import demo
from tests.factories.desk import DEVICE_ID, Desk

T = TypeVar("T")


def session_of(desk: Desk) -> Session:
    person = Person(desk.people.clerk, demo.CLERK, "هدى الشامي", "Huda Al-Shami", "ar", frozenset({"clerk"}))
    return Session(desk.store, DeskBus(desk.clock), person, desk.read(read_place), desk.clock)


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def test_where_the_desk_stands(desk: Desk) -> None:
    assert session_of(desk).place == Place(
        device_id=DEVICE_ID,
        area_id=1,
        home_area="11",
        centre_ar="مركز خدمة الصالحية",
        centre_en="Salihiyeh customer care",
        till_id=demo.TILL_ID,
        till_code="0001",
    )


def test_a_desk_without_till_or_centre_still_has_a_place(desk: Desk) -> None:
    def lose(connection: Connection) -> None:
        connection.execute(update(table_of(Till)).values(device_id=None))
        connection.execute(delete(table_of(Device)))

    desk.write(lose)
    place = desk.read(read_place)
    assert (place.till_id, place.till_code, place.home_area, place.centre_ar) == (None, "", None, "")
    desk.write(lambda c: c.execute(delete(table_of(DeskState))).rowcount)
    with pytest.raises(Refused) as no:
        desk.read(read_place)
    assert no.value.reason == DeviceNotEnrolled("unknown")


def test_what_a_person_may_do(desk: Desk) -> None:
    person = session_of(desk).person
    assert person.may("payment.take")
    assert not person.may("till.approve_difference")


def test_ids_of_forms_are_fresh_and_of_this_moment(desk: Desk) -> None:
    session = session_of(desk)
    ids = {session.new_id() for _ in range(100)}
    assert len(ids) == 100
    assert {unix_ms_of(one) for one in ids} == {int(desk.clock.now.timestamp() * 1000)}
    assert session.today == desk.today


def test_acts_are_told_of_when_they_are_durable(desk: Desk) -> None:
    session, told = session_of(desk), list[Submitted]()
    session.acted.append(told.append)
    command_id = session.new_id()
    done = run(session.act(SignIn(online=False), command_id=command_id))
    assert told == [done]
    assert done.command_id == command_id
    with pytest.raises(Refused):
        run(session.act(desk.payment(1_000), command_id=session.new_id()))
    assert told == [done]


def test_reads_and_writes_are_awaited(desk: Desk) -> None:
    session = session_of(desk)

    async def work() -> int:
        await session.write(
            save_draft,
            session.new_id(),
            kind="TakePayment",
            staff_id=session.person.id,
            subject="",
            fields={},
            now=session.now(),
        )
        return len(await session.read(drafts_of, session.person.id))

    assert run(work()) == 1
