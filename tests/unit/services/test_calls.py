"""Calls as facts: what was done in a call's tab is linked both ways, and a wrap-up is kept whatever is known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, insert, update

from ccbs_desk.domain import care_errors as why
from ccbs_desk.domain.care_commands import AttachCall, CommentComplaint, WrapUpCall
from ccbs_desk.domain.errors import AccountUnknown, NotAllowed, Reason, Refused
from ccbs_desk.domain.ids import call_id
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.notes import LONGEST
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models import undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLink, CallWrapUp
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.money import Payment, Receipt
from ccbs_desk.models.reference import Device
from ccbs_desk.models.subscribers import Complaint
from ccbs_desk.services.calls import CallView, calls_about, read_call
from ccbs_desk.services.card_facts import CallBrief
from ccbs_desk.services.complaints import complaints_of
from ccbs_desk.services.notices import notices_at_till
from ccbs_desk.services.open_complaint import Opened
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.sync.rebase import run_again
from server_stub.seed import demo
from tests.factories.calls import CALL, ring
from tests.factories.care import add_feature, complaint, feature_id, rows_of
from tests.factories.desk import MORNING, Desk, recorded, run_recorded

WRAPPED = WrapUpCall(call_id=CALL, code="complaint", notes="")


def the_call(desk: Desk) -> CallView:
    view = desk.read(read_call, CALL)
    assert view is not None
    return view


def links(desk: Desk) -> list[tuple[str, UUID]]:
    return [(link.kind, link.target_id) for link in the_call(desk).links]


def refusal(act: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason


def test_what_is_done_in_a_calls_tab_is_linked_both_ways(desk: Desk) -> None:
    desk.open_till()
    desk.write(ring, staff_id=desk.people.clerk, account_id=demo.ACCOUNT_ID)
    paid = desk.do(desk.payment(1_000), call_id=CALL).result
    assert isinstance(paid, Taken)
    desk.do(desk.payment(2_000))
    made = desk.do(complaint(), call_id=CALL).result
    assert isinstance(made, Opened)
    (payment_id, *_others) = [row.id for row in desk.read(rows_of, Payment, amount_minor=1_000)]
    kinds = dict(links(desk))
    assert kinds["receipt"] == paid.receipt_id
    assert kinds["payment"] == payment_id
    assert kinds["complaint"] == made.complaint_id
    assert set(kinds) == {"receipt", "payment", "complaint", "complaint_note"}
    for target in (paid.receipt_id, payment_id, made.complaint_id):
        assert [call.call_id for call in desk.read(calls_about, target)] == [CALL]
    (view, *_) = [
        view
        for view in desk.read(complaints_of, demo.ACCOUNT_ID, now=desk.clock.now)
        if view.complaint_id == made.complaint_id
    ]
    assert view.calls == (CALL,)


def test_a_call_shows_who_took_it_and_for_how_long(desk: Desk) -> None:
    desk.write(ring, staff_id=desk.people.clerk, account_id=demo.ACCOUNT_ID)
    view = the_call(desk)
    assert (view.known, view.number, view.caller, view.outcome) == (True, f"+{demo.NUMBER}", "0112214567", "answered")
    assert view.by is not None
    assert [(leg.extension, leg.by) for leg in view.legs] == [("601", view.by)]
    assert desk.read(read_call, UUID(int=1)) is None


def test_a_receipt_keeps_its_link_through_a_rebase(desk: Desk) -> None:
    desk.open_till()
    desk.do(desk.payment(1_000), call_id=CALL)
    before = desk.read(rows_of, CallLink)
    act = recorded(desk)[1].command_id

    def again(connection: Connection) -> None:
        undo.take_back(connection, [act])
        assert rows_of(connection, CallLink) == []
        assert len(rows_of(connection, Receipt)) == 1
        run_again(connection, [act])

    desk.write(again)
    assert desk.read(rows_of, CallLink) == before
    assert {link.kind for link in before} == {"payment", "receipt"}


def test_a_call_is_attached_by_hand_once(desk: Desk) -> None:
    attach = AttachCall(call_id=CALL, account_id=demo.ACCOUNT_ID)
    assert desk.do(attach, by=desk.people.agent).result == demo.ACCOUNT_ID
    desk.do(attach)
    desk.do(replace(attach, line_id=demo.LINE_ID))
    assert links(desk) == [("account", demo.ACCOUNT_ID), ("line", demo.LINE_ID)]
    view = the_call(desk)
    assert (view.known, view.number, view.arrived_at) == (False, "", None)
    assert [(act.kind, act.name and act.name.ar) for act in view.acts] == [("attached", demo.NAME)] * 2
    assert refusal(lambda: desk.do(replace(attach, account_id=UUID(int=1)))) == AccountUnknown(UUID(int=1))
    assert refusal(lambda: desk.do(replace(attach, line_id=UUID(int=1)))) == why.LineUnknown(UUID(int=1))


def test_a_wrap_up_stands_with_its_call(desk: Desk) -> None:
    desk.write(ring)
    desk.do(replace(WRAPPED, notes="  وعدناه\x00 "), by=desk.people.agent)
    (wrap_up,) = the_call(desk).wrap_ups
    assert (wrap_up.code, wrap_up.name.en, wrap_up.notes) == ("complaint", "Complaint recorded", "وعدناه")
    assert wrap_up.by is not None
    (row,) = desk.read(rows_of, CallWrapUp)
    assert (row.area_id, row.period) == (demo.AREA, 202611)


def test_a_call_that_was_not_heard_of_is_wrapped_up_all_the_same(desk: Desk, elsewhere: Desk) -> None:
    desk.do(WRAPPED)
    view = the_call(desk)
    assert (view.known, len(view.wrap_ups)) == (False, 1)
    # The centre knows it under another month, and keeps it there.
    elsewhere.write(ring)
    elsewhere.write(lambda connection: connection.execute(update(table_of(Call)).values(period=202610)))
    elsewhere.write(run_recorded, recorded(desk)[0])
    (row,) = elsewhere.read(rows_of, CallWrapUp)
    assert (row.area_id, row.period) == (demo.AREA, 202610)
    desk.write(lambda connection: connection.execute(update(Device).values(area_id=None)))
    desk.do(replace(WRAPPED, call_id=UUID(int=9)))
    assert desk.read(rows_of, CallWrapUp, call_id=UUID(int=9))[0].area_id == 0


def test_where_a_wrap_up_is_kept_is_not_the_desks_to_say(desk: Desk, elsewhere: Desk) -> None:
    desk.do(WRAPPED)
    (act,) = recorded(desk)
    forged = {"place": {"area_id": 99, "period": 190_001}}
    elsewhere.write(run_recorded, replace(act, stamps=replace(act.stamps, decided=forged)))
    assert elsewhere.read(rows_of, CallWrapUp) == desk.read(rows_of, CallWrapUp)


def test_a_wrap_up_without_its_code_or_words_is_not_decided_but_stays_recorded(desk: Desk, elsewhere: Desk) -> None:
    assert refusal(lambda: desk.do(replace(WRAPPED, code="weather"))) == why.WrapUpCodeUnknown("weather")
    needs = refusal(lambda: desk.do(replace(WRAPPED, code="other", notes=" ")))
    assert isinstance(needs, why.WrapUpNeedsNotes)
    long = refusal(lambda: desk.do(replace(WRAPPED, notes="x" * (LONGEST + 1))))
    assert long == why.TextTooLong(LONGEST + 1, LONGEST)
    desk.do(WRAPPED)
    # Meanwhile the centre has taken the code away.
    elsewhere.write(lambda c: c.exec_driver_sql("DELETE FROM wrap_up_code WHERE code = 'complaint'"))
    done = elsewhere.write(run_recorded, recorded(desk)[0])
    assert {change.table for change in done.changes} == {"call_wrap_up", "notice", "audit"}
    (wrap_up,) = the_call(elsewhere).wrap_ups
    assert wrap_up.name.en == "complaint"
    assert elsewhere.read(notices_at_till, demo.TILL_ID, since=MORNING) == ()


def test_who_answers_no_calls_wraps_none_up(desk: Desk) -> None:
    assert refusal(lambda: desk.do(WRAPPED, by=UUID(int=7))) == NotAllowed("call.handle")


def test_a_second_act_on_the_same_complaint_links_its_own_words(desk: Desk) -> None:
    made = desk.do(complaint(), call_id=CALL).result
    assert isinstance(made, Opened)
    words = CommentComplaint(account_id=demo.ACCOUNT_ID, complaint_id=made.complaint_id, text="اتصل ثانية")
    later = call_id("main", "1763624900.3")
    note_id = desk.do(words, call_id=later).result
    assert isinstance(note_id, UUID)
    assert [call.call_id for call in desk.read(calls_about, note_id)] == [later]
    (spoken,) = desk.read(calls_about, note_id)
    assert [(act.kind, act.name and act.name.en) for act in spoken.acts] == [("complaint_comment", "Noise on the line")]


def test_each_act_of_a_call_is_one_line_that_says_what_it_was_about(desk: Desk) -> None:
    desk.open_till()
    desk.write(ring, staff_id=desk.people.clerk, account_id=demo.ACCOUNT_ID)
    paid = desk.do(desk.payment(1_000), call_id=CALL).result
    made = desk.do(complaint(), call_id=CALL).result
    assert isinstance(paid, Taken)
    assert isinstance(made, Opened)
    desk.do(add_feature(desk.read(feature_id, "wake_up"), desk.today), call_id=CALL)
    acts = {act.kind: act for act in the_call(desk).acts}
    assert set(acts) == {"payment", "complaint_opened", "feature_add"}
    assert (acts["payment"].amount, acts["payment"].target_id) == (Money(1_000, SYP), paid.receipt_id)
    assert acts["complaint_opened"].target_id == made.complaint_id
    names = [act.name.en if act.name else "" for act in acts.values()]
    assert sorted(names) == ["", "Noise on the line", "Wake-up call"]
    assert all(act.by is not None for act in acts.values())


def test_a_link_to_what_is_not_here_is_still_an_act(desk: Desk) -> None:
    for n, kind in enumerate(("payment", "service_order", "complaint_note", "something"), start=1):
        link = {
            "id": uuid4(), "area_id": demo.AREA, "account_id": demo.ACCOUNT_ID, "call_id": CALL,
            "command_id": uuid4(), "kind": kind, "target_id": uuid4(), "staff_id": uuid4(),
            "at": MORNING + timedelta(seconds=n),
        }  # fmt: skip
        desk.write(lambda connection, link=link: connection.execute(insert(table_of(CallLink)), link))  # type: ignore[misc]
    acts = the_call(desk).acts
    assert [act.kind for act in acts] == ["payment", "other", "complaint_comment", "other"]
    assert {(act.name, act.amount, act.by) for act in acts} == {(None, None, None)}


def test_the_card_tells_of_calls_complaints_and_orders(desk: Desk) -> None:
    desk.write(ring, account_id=demo.ACCOUNT_ID)
    made = desk.do(complaint()).result
    assert isinstance(made, Opened)
    desk.do(add_feature(desk.read(feature_id, "wake_up"), desk.today))
    order = desk.read(rows_of, ServiceOrder)[0]
    done = {"state": "completed", "charge_minor": 689, "closed_at": desk.clock.now}
    desk.write(lambda connection: connection.execute(update(ServiceOrder).values(done)))
    card = desk.read(read_card, demo.ACCOUNT_ID, today=desk.today)
    assert card is not None
    told = [(event.kind, event.name.en if event.name else event.detail, event.amount) for event in card.timeline[:4]]
    assert told == [
        ("order_done", "Wake-up call", Money(689, SYP)),
        ("feature_add", "Wake-up call", None),
        ("complaint_opened", "Noise on the line", None),
        ("call", "answered", None),
    ]
    assert order.state == "acknowledged"

    def otherwise(connection: Connection) -> None:
        connection.execute(update(ServiceOrder).values(state="failed", charge_minor=None, feature_id=UUID(int=1)))
        connection.execute(update(table_of(Call)).values(outcome="abandoned"))
        connection.execute(update(table_of(Complaint)).values(category="weather", state="cancelled"))

    desk.write(otherwise)
    card = desk.read(read_card, demo.ACCOUNT_ID, today=desk.today)
    assert card is not None
    assert [(event.kind, event.name) for event in card.timeline[:3]] == [
        ("order_failed", None),
        ("feature_add", None),
        ("call_lost", None),
    ]


def brief(desk: Desk) -> CallBrief:
    """Return what the card's history says of the call."""
    card = desk.read(read_card, demo.ACCOUNT_ID, today=desk.today)
    assert card is not None
    (event,) = (event for event in card.timeline if event.call is not None)
    assert event.call is not None
    return event.call


def test_the_history_says_of_a_call_who_took_it_and_what_was_promised(desk: Desk) -> None:
    desk.write(ring, staff_id=desk.people.clerk, account_id=demo.ACCOUNT_ID)
    told = brief(desk)
    assert (told.call_id, told.number, told.result, told.notes) == (CALL, f"+{demo.NUMBER}", None, "")
    assert told.by == the_call(desk).by
    desk.do(replace(WRAPPED, code="transferred"))
    desk.clock.now += timedelta(minutes=5)
    promised = replace(WRAPPED, code="call_back", notes="غداً صباحاً")
    desk.do(promised, by=desk.people.agent)
    told = brief(desk)
    assert told.result is not None
    assert (told.result.en, told.notes) == ("Call back promised", "غداً صباحاً")
    assert told.by == the_call(desk).wrap_ups[-1].by
    desk.write(lambda c: c.exec_driver_sql("DELETE FROM wrap_up_code WHERE code = 'call_back'"))
    assert brief(desk).result == Bilingual("call_back", "call_back")


def test_of_a_call_that_went_out_the_number_is_the_one_that_was_dialled(desk: Desk) -> None:
    desk.write(ring, account_id=demo.ACCOUNT_ID)
    out = {"direction": "outbound", "dialled": "0113334444", "caller_e164": ""}
    desk.write(lambda connection: connection.execute(update(table_of(Call)).values(out)))
    assert brief(desk).number == "0113334444"
    desk.write(lambda connection: connection.execute(update(table_of(Call)).values(direction="inbound")))
    assert brief(desk).number == ""
