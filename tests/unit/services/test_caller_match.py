"""Who calls, out of a number; and the card on its way to the desk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from ccbs_desk.domain.errors import NotAllowed
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLink
from ccbs_desk.models.subscribers import Address, Line, LineNumber
from ccbs_desk.services.caller_match import MOST, CallerMatch, caller_keys, find_account, find_caller
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.card_wire import decode_card, encode_card
from ccbs_desk.services.notices import BECAME_CREDIT, BecameCredit, NoticeView
from ccbs_desk.services.subscriber_card import read_card
from server_stub.seed import demo
from tests.factories.field_desk import MOMENT

DAY = timedelta(days=1)


@pytest.fixture
def server(country: Engine) -> Iterator[Connection]:
    """A server's database."""
    with country.begin() as connection:
        yield connection


def found(connection: Connection, number: str = demo.NUMBER, today: date = demo.TODAY) -> list[CallerMatch]:
    return find_caller(connection, caller_keys(f"+{number}", None), today)


@pytest.mark.parametrize("typed", ["", "anonymous", "1" * 30, "12", "abc"])
def test_what_is_no_number_means_nobody(server: Connection, typed: str) -> None:
    assert caller_keys(typed, "11") == ()
    assert find_caller(server, (), demo.TODAY) == []


@pytest.mark.parametrize("typed", ["2214567", "011 2214567", "+963 11 2214567", "٠١١٢٢١٤٥٦٧", "00963112214567"])
def test_every_spelling_is_the_same_caller(server: Connection, typed: str) -> None:
    (match,) = find_caller(server, caller_keys(typed, "11"), demo.TODAY)
    assert (match.account_id, match.line_id, match.why, match.rank) == (demo.ACCOUNT_ID, demo.LINE_ID, "number", 1)
    assert (match.name, match.number) == (demo.NAME, f"+{demo.NUMBER}")
    assert match.place


def test_a_number_that_somebody_had_is_a_hint_unless_somebody_has_it(server: Connection) -> None:
    own = LineNumber.e164 == demo.NUMBER
    server.execute(update(LineNumber).where(own).values(valid_to=demo.TODAY - DAY))
    assert [match.why for match in found(server)] == ["old_number"]
    assert [match.why for match in found(server, today=demo.TODAY - DAY)] == ["number"]
    other = server.execute(
        select(LineNumber).where(LineNumber.account_id != demo.ACCOUNT_ID, LineNumber.valid_to.is_(None)).limit(1)
    ).one()
    server.execute(update(LineNumber).where(LineNumber.id == other.id).values(e164=demo.NUMBER))
    (match,) = found(server)
    assert (match.account_id, match.why) == (other.account_id, "number")


MOBILE = "963944123456"


def called(connection: Connection, account_id: UUID, at: datetime = MOMENT, number: str = MOBILE) -> None:
    """Write what is left of a call that was about an account."""
    call = uuid4()
    row = {
        "area_id": demo.AREA, "period": 202611, "id": call, "pbx": "main", "linkedid": str(call),
        "direction": "inbound", "caller_raw": number, "caller_e164": number, "caller_name": "",
        "presentation": "allowed", "dialled": "5100", "queue": "care", "arrived_at": at, "answered_at": None,
        "ended_at": None, "outcome": "answered", "staff_id": None, "account_id": None,
    }  # fmt: skip
    link = {
        "id": uuid4(), "area_id": demo.AREA, "account_id": account_id, "call_id": call, "command_id": uuid4(),
        "kind": "account", "target_id": account_id, "staff_id": uuid4(), "at": at,
    }  # fmt: skip
    connection.execute(insert(table_of(Call)), row)
    connection.execute(insert(table_of(CallLink)), link)


def test_whom_calls_from_a_number_were_about_may_be_calling_again_the_last_one_first(server: Connection) -> None:
    assert found(server, MOBILE) == []
    other = server.execute(select(Line.account_id).where(Line.account_id != demo.ACCOUNT_ID).limit(1)).scalar_one()
    called(server, other, MOMENT - 3 * DAY)
    called(server, other, MOMENT - 2 * DAY)
    called(server, demo.ACCOUNT_ID, MOMENT - DAY)
    called(server, uuid4(), MOMENT)
    called(server, other, MOMENT, number="963944000000")
    matches = found(server, MOBILE)
    assert [(match.account_id, match.why, match.rank) for match in matches] == [
        (demo.ACCOUNT_ID, "called_before", 1),
        (other, "called_before", 2),
    ]
    assert (matches[0].line_id, matches[0].number, matches[0].name) == (demo.LINE_ID, f"+{demo.NUMBER}", demo.NAME)
    called(server, other, MOMENT + DAY)
    assert [match.account_id for match in found(server, MOBILE)] == [other, demo.ACCOUNT_ID]


def test_who_has_the_number_goes_before_whoever_called_with_it_and_nobody_stands_twice(server: Connection) -> None:
    called(server, uuid4(), number=demo.NUMBER)
    called(server, demo.ACCOUNT_ID, number=demo.NUMBER)
    assert [match.why for match in found(server)] == ["number"]
    server.execute(update(LineNumber).where(LineNumber.e164 == demo.NUMBER).values(valid_to=demo.TODAY - DAY))
    assert [match.why for match in found(server)] == ["called_before"]


def test_no_more_are_ranked_than_can_be_chosen_from(server: Connection) -> None:
    ids = server.execute(select(LineNumber.id).limit(MOST + 5)).scalars().all()
    server.execute(update(LineNumber).where(LineNumber.id.in_(ids)).values(e164="963119999999", valid_to=None))
    assert [match.rank for match in found(server, "963119999999")] == list(range(1, MOST + 1))


def test_an_account_that_an_agent_found_is_found_again(server: Connection) -> None:
    (match,) = find_account(server, demo.ACCOUNT_ID)
    assert (match.line_id, match.number, match.why) == (demo.LINE_ID, f"+{demo.NUMBER}", "transferred")
    assert find_account(server, uuid4()) == []
    server.execute(delete(table_of(Address)).where(Address.account_id == demo.ACCOUNT_ID))
    server.execute(delete(table_of(Line)).where(Line.account_id == demo.ACCOUNT_ID))
    (bare,) = find_account(server, demo.ACCOUNT_ID)
    assert (bare.line_id, bare.number, bare.place) == (None, "", "")


def card(connection: Connection) -> Card:
    own = read_card(connection, demo.ACCOUNT_ID, today=demo.TODAY, at_desk=False)
    assert own is not None
    return own


def test_a_card_crosses_the_wire_as_it_is(server: Connection) -> None:
    own = card(server)
    credit = BecameCredit("0001-A-000001", Money(100, SYP), Money(20, SYP))
    about = ((BECAME_CREDIT, credit), (NotAllowed.code, NotAllowed("payment.take")))
    notices = tuple(NoticeView(uuid4(), code, what, MOMENT, demo.ACCOUNT_ID, None, uuid4()) for code, what in about)
    told = replace(own, notices=notices)
    assert decode_card(encode_card(told)) == told
    assert decode_card(encode_card(own)) == own


@pytest.mark.parametrize("raw", [b"null", b"{}", b"[", b'{"account_id": 1}', b"\xff"])
def test_what_is_no_card_is_none(raw: bytes) -> None:
    assert decode_card(raw) is None


def test_a_card_of_a_newer_server_is_read_as_far_as_it_is_known(server: Connection) -> None:
    newer = msgspec.json.decode(encode_card(card(server)))
    newer["later"] = 1
    assert decode_card(msgspec.json.encode(newer)) == card(server)
