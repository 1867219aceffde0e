"""Looking up by whatever was typed: the right people are found, and what can't be found comes back as a hint."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update

from ccbs_desk.directory.index import NameHit
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import Base, table_of
from ccbs_desk.models.subscribers import Account, Line, LineBar, LineNumber
from ccbs_desk.services.look_up import Found, HintCode, Hit, asked_hash, look_up
from ccbs_desk.services.number_keys import NumberKeys, bare_digits, keys_of
from server_stub.seed import demo
from tests.factories.desk import MORNING, Desk

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")
E164 = f"+{demo.NUMBER}"


def found(desk: Desk, text: str, *, home: str | None = "11", limit: int = 50) -> Found:
    return desk.read(look_up, text, home_area=home, today=desk.today, limit=limit)


def only(desk: Desk, text: str, *, home: str | None = "11") -> Hit:
    (hit,) = found(desk, text, home=home).hits
    return hit


def change(desk: Desk, model: type[Base], row_id: UUID, **values: Any) -> None:
    table = table_of(model)
    assert desk.write(lambda c: c.execute(update(table).where(table.c.id == row_id).values(values)).rowcount) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2214567",
        "٢٢١٤٥٦٧",
        "۲۲۱۴۵۶۷",
        "221 4567",
        "221-45-67",
        "0112214567",
        "٠١١ ٢٢١٤٥٦٧",
        "(011) 221 4567",
        "011/2214567",
        "+963 11 221 4567",
        "+963 (0)11 2214567",
        "00963112214567",
        "٠٠٩٦٣ ١١ ٢٢١٤٥٦٧",
        "963112214567",
        "112214567",
        "\u2066+963 11 221-4567\u2069",
    ],
)
def test_a_number_in_any_spelling(desk: Desk, text: str) -> None:
    result = found(desk, text)
    assert (result.kind, result.hint_code) == ("number", None)
    (hit,) = result.hits
    assert (hit.account_id, hit.line_id, hit.e164, hit.why) == (demo.ACCOUNT_ID, demo.LINE_ID, E164, "number")


def test_what_a_hit_shows(desk: Desk) -> None:
    assert only(desk, "2214567") == Hit(
        account_id=demo.ACCOUNT_ID,
        line_id=demo.LINE_ID,
        name=demo.NAME,
        account_number=demo.ACCOUNT_NUMBER,
        e164=E164,
        town="دمشق",
        street="شارع العابد",
        state="active",
        owes=Money(414_890, SYP),
        why="number",
        matched=E164,
    )


def test_a_local_number_means_the_home_area_and_without_one_every_area(desk: Desk) -> None:
    assert only(desk, "2214567", home=None).account_id == demo.ACCOUNT_ID
    elsewhere = found(desk, "2214567", home="31")
    assert (elsewhere.kind, elsewhere.hits) == ("number", ())


@pytest.mark.parametrize(
    "text", ["2214", "22145", "221456", "011221", "0112214", "+96311221", "0096311221", "96311221", "11221456"]
)
def test_a_number_that_is_still_being_typed(desk: Desk, text: str) -> None:
    result = found(desk, text)
    assert demo.ACCOUNT_ID in {hit.account_id for hit in result.hits}
    assert {hit.why for hit in result.hits} <= {"number_begins", "old_number"}
    numbers = [hit.matched for hit in result.hits if hit.why == "number_begins"]
    assert numbers == sorted(numbers)


def test_a_number_that_the_line_had_before(desk: Desk) -> None:
    until = desk.today - timedelta(days=1)
    row = {
        "id": desk.new_id(),
        "area_id": 1,
        "account_id": demo.ACCOUNT_ID,
        "line_id": demo.LINE_ID,
        "e164": "963112249999",
        "valid_from": date(2001, 1, 1),
        "valid_to": until,
    }
    desk.write(lambda c: c.execute(insert(table_of(LineNumber)), row).rowcount)
    hit = only(desk, "2249999")
    assert (hit.why, hit.matched, hit.matched_until, hit.e164) == ("old_number", "+963112249999", until, E164)
    change(desk, LineNumber, row["id"], valid_to=desk.today)  # type: ignore[arg-type]
    assert only(desk, "2249999").why == "number"


def test_the_present_holder_comes_before_the_former_one(desk: Desk) -> None:
    other = desk.read(lambda c: c.execute(select(Line).where(Line.account_id != demo.ACCOUNT_ID).limit(1)).one())
    row = {
        "id": desk.new_id(),
        "area_id": 1,
        "account_id": other.account_id,
        "line_id": other.id,
        "e164": demo.NUMBER,
        "valid_from": date(2001, 1, 1),
        "valid_to": date(2010, 1, 1),
    }
    desk.write(lambda c: c.execute(insert(table_of(LineNumber)), row).rowcount)
    assert [hit.why for hit in found(desk, "2214567").hits] == ["number", "old_number"]


def test_an_account_number(desk: Desk) -> None:
    for text in (demo.ACCOUNT_NUMBER, "٠٠١٠٠٠٠٠١٦", " 0010-000016 "):
        result = found(desk, text)
        assert (result.kind, [hit.why for hit in result.hits]) == ("account", ["account"])
        assert result.hits[0].line_id == demo.LINE_ID


def test_a_receipt_number(desk: Desk) -> None:
    desk.open_till()
    desk.do(desk.payment(1_000))
    for text in ("0001-A-000001", "0001-a-1", "٠٠٠١-A-١"):
        result = found(desk, text)
        assert (result.kind, [(hit.why, hit.matched) for hit in result.hits]) == (
            "receipt",
            [("receipt", "0001-A-000001")],
        )
    assert found(desk, "0001-A-2") == Found("receipt", hint_code=HintCode.NOTHING)


def test_a_name(desk: Desk) -> None:
    result = found(desk, "الحلبي محمد")
    assert (result.kind, [(hit.name, hit.why) for hit in result.hits]) == ("name", [(demo.NAME, "name")])
    assert found(desk, "محمد الحل").hits[0].why == "name_begins"
    assert found(desk, "زكريا الطنطاوي") == Found("name", hint_code=HintCode.NOTHING)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", HintCode.TOO_SHORT),
        ("  ", HintCode.TOO_SHORT),
        ("م", HintCode.TOO_SHORT),
        ("!؟", HintCode.TOO_SHORT),
        ("ال", HintCode.ONLY_ARTICLE),
        ("22", HintCode.TOO_SHORT),
        ("221", HintCode.TOO_SHORT),
        ("+", HintCode.TOO_SHORT),
    ],
)
def test_too_little_to_look_for(desk: Desk, text: str, hint: str) -> None:
    assert found(desk, text) == Found("nothing", hint_code=hint)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("118", HintCode.NOT_FIXED),
        ("0933 123 456", HintCode.NOT_FIXED),
        ("+44 20 7946 0018", HintCode.NOT_FIXED),
        ("099 1234567890123", HintCode.NUMBER_UNREADABLE),
        ("0112214567890", HintCode.NOTHING),
        ("0198 7654321", HintCode.NOTHING),
        ("9999999", HintCode.NOTHING),
    ],
)
def test_numbers_that_lead_nowhere(desk: Desk, text: str, hint: str) -> None:
    assert found(desk, text) == Found("number", hint_code=hint)


def test_a_name_typed_in_the_other_layout(desk: Desk) -> None:
    seen = found(desk, "lpl] uf] hgvplk hgpgfd")
    assert [hit.account_id for hit in seen.hits] == [demo.ACCOUNT_ID]
    assert (seen.kind, seen.meant) == ("name", "محمد عبد الرحمن الحلبي")
    assert found(desk, "محمد عبد الرحمن الحلبي").meant is None


def test_a_receipt_typed_in_the_other_layout(desk: Desk) -> None:
    desk.open_till()
    desk.do(desk.payment(1_000))
    seen = found(desk, "0001-ش-1")
    assert (seen.kind, len(seen.hits), seen.meant) == ("receipt", 1, "0001-a-1")


def test_a_name_that_was_misheard(desk: Desk) -> None:
    seen = found(desk, "مهمد الخلبي")

    assert seen.hits[0].account_id == demo.ACCOUNT_ID
    assert {hit.why for hit in seen.hits} == {"name_near"}
    assert (seen.kind, seen.meant, seen.hint_code) == ("name", None, None)


def test_what_neither_layout_finds_is_told_as_it_was_typed(desk: Desk) -> None:
    assert found(desk, "zzqqw") == Found("name", hint_code=HintCode.NOTHING)


def test_a_number_of_another_area_says_which(desk: Desk) -> None:
    result = found(desk, "021 2221234")
    assert (result.hits, result.hint_code) == ((), HintCode.OUTSIDE_AREA)
    assert result.place == Bilingual("السليمانية", "Sulaymaniyah")
    own = found(desk, "2219999")
    assert (own.hint_code, own.place) == (HintCode.NOTHING, None)


def test_without_an_own_area_nothing_is_outside(desk: Desk) -> None:
    desk.write(desk_state.put, desk_state.DeviceFacts(NOBODY))
    assert found(desk, "021 2221234").hint_code == HintCode.NOTHING


def test_more_than_are_shown(desk: Desk) -> None:
    for text in ("2214", "محمد"):
        whole = found(desk, text)
        assert (whole.hint_code, len(whole.hits) > 2) == (None, True)
        cut = found(desk, text, limit=2)
        assert (cut.hint_code, cut.hits) == (HintCode.MORE, whole.hits[:2])


@pytest.mark.parametrize(
    ("line", "barred", "shown"),
    [
        ("active", False, "active"),
        ("active", True, "barred"),
        ("stopped", True, "stopped"),
        ("cancelled", False, "cancelled"),
    ],
)
def test_the_state_of_the_line(desk: Desk, line: str, barred: bool, shown: str) -> None:
    change(desk, Line, demo.LINE_ID, state=line)
    row = {
        "id": desk.new_id(),
        "area_id": 1,
        "account_id": demo.ACCOUNT_ID,
        "line_id": demo.LINE_ID,
        "reason": "debt",
        "direction": "outgoing",
        "since": MORNING,
        "until": None if barred else MORNING,
    }
    desk.write(lambda c: c.execute(insert(table_of(LineBar)), row).rowcount)
    assert only(desk, "2214567").state == shown
    assert only(desk, demo.ACCOUNT_NUMBER).state == shown


def test_an_account_without_a_line(desk: Desk) -> None:
    change(desk, Line, demo.LINE_ID, account_id=NOBODY)
    hit = only(desk, demo.ACCOUNT_NUMBER)
    assert (hit.line_id, hit.e164, hit.town, hit.state) == (None, "", "", "none")


def test_an_account_that_is_not_here_is_left_out(desk: Desk) -> None:
    class Stale:
        def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
            return (NameHit(NOBODY, True), NameHit(demo.ACCOUNT_ID, True))

    result = desk.read(look_up, "whoever", home_area="11", today=desk.today, index=Stale())
    assert [hit.account_id for hit in result.hits] == [demo.ACCOUNT_ID]


def test_an_index_may_say_that_a_name_is_only_near(desk: Desk) -> None:
    class Loose:
        def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
            return (NameHit(demo.ACCOUNT_ID, exact=False, near=True),)

    result = desk.read(look_up, "whoever", home_area="11", today=desk.today, index=Loose())
    assert [(hit.account_id, hit.why) for hit in result.hits] == [(demo.ACCOUNT_ID, "name_near")]


def test_an_account_in_the_old_pound_owes_in_it(desk: Desk) -> None:
    change(desk, Account, demo.ACCOUNT_ID, currency="SYO")
    assert only(desk, "2214567").owes == Money(0, "SYO")


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=30), st.text("0123456789+-/ ٠١٢٣٤٥٦٧٨٩A", max_size=24)))
def test_nothing_that_can_be_typed_is_an_error(desk: Desk, text: str) -> None:
    for home in ("11", None, "99"):
        result = found(desk, text, home=home)
        assert result.hits or result.hint_code


def test_an_area_code_that_does_not_exist_is_as_good_as_none(desk: Desk) -> None:
    assert only(desk, "2214567", home="99").account_id == demo.ACCOUNT_ID


def test_the_trace_of_what_was_asked() -> None:
    assert len(asked_hash("محمد الحلبي")) == 32
    assert asked_hash("مُحمد  الحلبي") == asked_hash("محمد حلبي") != asked_hash("محمد الشامي")
    assert asked_hash("٠١١ ٢٢١٤٥٦٧") == asked_hash("2214567", "11") == asked_hash("+963112214567")
    assert asked_hash("2214567") != asked_hash("2214567", "11")


def test_keys_of_digits() -> None:
    assert bare_digits("٠١١/٢٢١") == "011221"
    assert bare_digits("+963 11") == "+96311"
    assert bare_digits("11a") is bare_digits("") is bare_digits("+") is None
    assert keys_of("2214567", "11") == NumberKeys(("963112214567",), ("963112214567",))
    assert keys_of("2214", "11") == NumberKeys((), ("963112214",))
    assert keys_of("+9647", "11").begins == ()
    assert keys_of("1122145", "11").begins == ("963111122145",)
    assert keys_of("11221456", "11").begins == ("9631111221456", "96311221456")
    assert keys_of("96311221", "11").begins == ("9631196311221", "96311221")
    assert keys_of("5", "11") == NumberKeys(misread="too_short")
