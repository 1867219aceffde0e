"""Orders for features: what may be ordered, what it costs, what the centre makes of two that meet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import Connection, delete, insert, update

from ccbs_desk.domain import care_errors as why
from ccbs_desk.domain.care_commands import AddFeature
from ccbs_desk.domain.errors import AccountUnknown, NotAllowed, Reason, Refused
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.models.base import table_of
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.reference import Feature, Policy
from ccbs_desk.models.subscribers import Line, LineFeature
from ccbs_desk.services.bus import policy_at
from ccbs_desk.services.feature_offer import FeatureOffer, OfferedFeature, feature_offer
from ccbs_desk.services.features import charge_for
from ccbs_desk.services.order_feature import Ordered
from ccbs_desk.wire.codec import decode_envelope, encode_envelope
from server_stub.seed import demo
from tests.factories.care import add_feature, feature_id, remove_feature, rows_of
from tests.factories.desk import Desk, recorded, run_recorded
from tests.factories.dumps import changed, dump

FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _bare_line(desk: Desk) -> None:
    """The demo line with caller identification alone, since the first of September."""
    desk.write(put_on, "caller_id")


def put_on(connection: Connection, *codes: str) -> None:
    connection.execute(delete(LineFeature).where(LineFeature.line_id == demo.LINE_ID))
    for code in codes:
        connection.execute(
            insert(table_of(LineFeature)),
            {
                "id": uuid4(),
                "area_id": demo.AREA,
                "account_id": demo.ACCOUNT_ID,
                "line_id": demo.LINE_ID,
                "feature_id": feature_id(connection, code),
                "valid_from": date(2026, 9, 1),
                "valid_to": None,
            },
        )


def add(desk: Desk, code: str, on: date = FRIDAY) -> AddFeature:
    return add_feature(desk.read(feature_id, code), on)


def refusal(act: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason


def offered(desk: Desk, code: str, on: date | None = None) -> OfferedFeature:
    offer = desk.read(feature_offer, demo.LINE_ID, today=desk.today, effective_on=on)
    assert isinstance(offer, FeatureOffer)
    return next(feature for feature in offer.features if feature.code == code)


def test_an_order_keeps_the_price_that_was_shown_and_charges_nothing_yet(desk: Desk) -> None:
    before = desk.read(dump)
    shown = offered(desk, "call_waiting").charge
    ordered = desk.do(add(desk, "call_waiting"), by=desk.people.agent).result
    assert isinstance(ordered, Ordered)
    # 2 x 1,000 x 42 of 61 days.
    assert ordered.quoted == shown == Money(1_377, SYP)
    assert set(changed(before, desk.read(dump))) == {"audit", "service_order"}
    (row,) = desk.read(rows_of, ServiceOrder)
    assert (row.state, row.kind, row.quoted_minor, row.charge_minor) == ("acknowledged", "feature_add", 1_377, None)
    assert (row.staff_id, row.effective_on, row.policy_version) == (desk.people.agent, FRIDAY, 1)
    waits = offered(desk, "call_waiting").waits
    assert waits is not None
    assert (waits.order_id, waits.removal, waits.effective_on) == (ordered.order_id, False, FRIDAY)


def test_an_order_runs_again_to_the_same_row_with_the_price_of_then(desk: Desk, elsewhere: Desk) -> None:
    elsewhere.write(put_on, "caller_id")
    desk.do(add(desk, "call_waiting"))
    (act,) = recorded(desk)
    # Prices have risen since: what was shown holds.
    elsewhere.write(lambda connection: connection.execute(update(Feature).values(monthly_minor=9_000)))
    done = elsewhere.write(run_recorded, act)
    assert done.result == Ordered(desk.read(rows_of, ServiceOrder)[0].id, Money(1_377, SYP))
    assert desk.read(rows_of, ServiceOrder) == elsewhere.read(rows_of, ServiceOrder)


def test_a_removal_credits_the_days_after_its_last_one(desk: Desk) -> None:
    assert offered(desk, "caller_id").on
    ordered = desk.do(remove_feature(desk.read(feature_id, "caller_id"), FRIDAY)).result
    assert isinstance(ordered, Ordered)
    # 2 x 1,500 x 41 of 61 days.
    assert ordered.quoted == Money(-2_016, SYP)
    reason = refusal(lambda: desk.do(add(desk, "caller_id")))
    assert isinstance(reason, why.FeatureOrderOpen)
    assert reason.effective_on == FRIDAY


def test_what_a_feature_needs_may_be_on_or_ordered(desk: Desk) -> None:
    needs = refusal(lambda: desk.do(add(desk, "caller_id_waiting")))
    assert isinstance(needs, why.FeatureNeeds)
    assert (needs.feature.en, needs.other.en) == ("Caller id while on a call", "Call waiting")
    assert offered(desk, "caller_id_waiting").against == needs
    desk.do(add(desk, "call_waiting"))
    assert offered(desk, "caller_id_waiting").against is None
    desk.do(add(desk, "caller_id_waiting"))
    needed = refusal(lambda: desk.do(remove_feature(desk.read(feature_id, "caller_id"), FRIDAY)))
    assert isinstance(needed, why.FeatureNeededBy)
    assert needed.other.en == "Caller id while on a call"


def test_what_excludes_one_another_is_refused_and_what_is_going_no_more(desk: Desk) -> None:
    desk.write(put_on, "call_waiting")
    excludes = refusal(lambda: desk.do(add(desk, "hot_line")))
    assert isinstance(excludes, why.FeatureExcludes)
    assert excludes.other.en == "Call waiting"
    desk.do(remove_feature(desk.read(feature_id, "call_waiting"), FRIDAY))
    desk.do(add(desk, "hot_line"))


def test_what_is_on_is_not_added_and_what_is_not_on_is_not_removed(desk: Desk) -> None:
    already = refusal(lambda: desk.do(add(desk, "caller_id")))
    assert already == why.FeatureOnAlready(offered(desk, "caller_id").name, date(2026, 9, 1))
    missing = refusal(lambda: desk.do(remove_feature(desk.read(feature_id, "wake_up"), FRIDAY)))
    assert missing == why.FeatureNotOn(offered(desk, "wake_up").name)


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    good = add(desk, "wake_up")
    other_line = desk.read(
        lambda c: c.execute(Line.__table__.select().where(Line.account_id != demo.ACCOUNT_ID)).first()
    )
    assert other_line is not None
    refused = [
        refusal(lambda bad=bad: desk.do(bad))  # type: ignore[misc]
        for bad in (
            replace(good, account_id=UUID(int=1)),
            replace(good, line_id=UUID(int=1)),
            replace(good, line_id=other_line.id),
            replace(good, feature_id=UUID(int=1)),
            replace(good, effective_on=FRIDAY - timedelta(days=1)),
            replace(good, effective_on=FRIDAY + timedelta(days=61)),
        )
    ]
    assert [type(reason) for reason in refused] == [
        AccountUnknown,
        why.LineUnknown,
        why.LineUnknown,
        why.FeatureUnknown,
        why.EffectiveOutside,
        why.EffectiveOutside,
    ]
    assert refused[-1] == why.EffectiveOutside(FRIDAY + timedelta(days=61), FRIDAY, FRIDAY + timedelta(days=60))
    assert isinstance(offered(desk, "wake_up", FRIDAY - timedelta(days=1)).against, why.EffectiveOutside)
    assert desk.read(feature_offer, UUID(int=1), today=FRIDAY) is None


def test_a_stopped_line_and_a_person_without_the_right_change_nothing(desk: Desk) -> None:
    desk.write(lambda connection: connection.execute(update(Line).values(state="stopped")))
    assert isinstance(refusal(lambda: desk.do(add(desk, "wake_up"))), why.LineNotActive)
    nobody = UUID(int=7)
    assert refusal(lambda: desk.do(add(desk, "wake_up"), by=nobody)) == NotAllowed("feature.change")


def test_the_first_order_at_the_centre_stands_and_the_other_is_told_of_it(desk: Desk, elsewhere: Desk) -> None:
    elsewhere.write(put_on, "caller_id")
    desk.do(add(desk, "wake_up", FRIDAY + timedelta(days=3)))
    elsewhere.do(add(elsewhere, "wake_up"))
    (first,) = recorded(desk)
    second = refusal(lambda: elsewhere.write(run_recorded, first))
    assert isinstance(second, why.FeatureOrderOpen)
    assert (second.effective_on, second.ordered_at) == (FRIDAY, recorded(elsewhere)[0].stamps.occurred_at)


def test_the_offer_shows_the_cycle_and_the_catalogues_own_rules(desk: Desk) -> None:
    offer = desk.read(feature_offer, demo.LINE_ID, today=FRIDAY)
    assert offer is not None
    assert (offer.cycle_first, offer.cycle_last, offer.cycle_days) == (date(2026, 11, 1), date(2026, 12, 31), 61)
    assert (offer.days_left, offer.account_id) == (42, demo.ACCOUNT_ID)
    assert [feature.code for feature in offer.features if feature.on] == ["caller_id"]
    assert offer.features[0].code == "caller_id"
    hot_line = offered(desk, "hot_line")
    assert [name.en for name in hot_line.excludes][:1] == ["Call waiting"]
    assert [name.en for name in offered(desk, "conference").needs] == ["Call waiting"]
    assert (hot_line.on, hot_line.waits) == (False, None)


def test_a_feature_that_is_not_sold_any_more_still_stands_in_the_way(desk: Desk) -> None:
    def ends(connection: Connection) -> None:
        put_on(connection, "caller_id", "call_waiting")
        rules = update(Feature).where(Feature.code == "wake_up").values(needs=["telex"])
        connection.execute(rules)

    desk.write(ends)
    needs = refusal(lambda: desk.do(add(desk, "wake_up")))
    assert isinstance(needs, why.FeatureNeeds)
    assert needs.other.en == "telex"
    desk.write(lambda c: c.execute(delete(Feature).where(Feature.code == "call_waiting")))
    desk.do(add(desk, "do_not_disturb"))


def test_what_was_done_later_than_its_day_costs_less_and_never_more(desk: Desk) -> None:
    policy = desk.read(policy_at, 1)
    monthly = Money(1_500, SYP)

    def cost(kind: str, done_on: date) -> int:
        return charge_for(kind, monthly, FRIDAY, policy, done_on=done_on).minor

    assert cost("feature_add", FRIDAY) == charge_for("feature_add", monthly, FRIDAY, policy).minor == 2_066
    assert cost("feature_add", date(2026, 12, 31)) == 49
    assert cost("feature_add", date(2027, 1, 5)) == 0
    assert cost("feature_remove", FRIDAY) == -2_016
    assert cost("feature_remove", date(2026, 12, 30)) == -49
    assert cost("feature_remove", date(2027, 1, 5)) == 0


@pytest.mark.parametrize(("key", "value"), [("feature.proration", "full"), ("feature.credits_removal", 0)])
def test_an_operator_may_credit_nothing(desk: Desk, key: str, value: object) -> None:
    desk.write(lambda connection: connection.execute(update(Policy).where(Policy.key == key).values(value=value)))
    assert offered(desk, "caller_id").charge == Money(0, SYP)
    assert offered(desk, "wake_up").charge == Money(1_000 if key == "feature.proration" else 689, SYP)


@pytest.mark.parametrize(
    ("removal", "quoted"), [(False, Money(-80_000, SYP)), (True, Money(80_000, SYP)), (False, Money(100, SYO))]
)
def test_the_centre_takes_no_price_that_can_not_be_one(
    desk: Desk, elsewhere: Desk, removal: bool, quoted: Money
) -> None:
    elsewhere.write(put_on, "caller_id")
    code = "caller_id" if removal else "call_waiting"
    make = remove_feature if removal else add_feature
    desk.do(make(desk.read(feature_id, code), FRIDAY))
    (act,) = recorded(desk)
    act = replace(act, stamps=replace(act.stamps, decided={"quoted": msgspec.to_builtins(quoted)}))
    reason = refusal(lambda: elsewhere.write(run_recorded, act))
    assert isinstance(reason, why.PriceChanged)
    assert reason.shown == quoted
    assert elsewhere.read(rows_of, ServiceOrder) == []


def test_a_price_that_changed_since_it_was_read_is_told_and_nothing_is_ordered(desk: Desk) -> None:
    shown = offered(desk, "call_waiting").charge
    wish = replace(add(desk, "call_waiting"), shown=shown)
    desk.write(lambda connection: connection.execute(update(Feature).values(monthly_minor=9_000)))
    now = offered(desk, "call_waiting")
    assert refusal(lambda: desk.do(wish)) == why.PriceChanged(now.name, shown, now.charge)
    ordered = desk.do(replace(wish, shown=now.charge)).result
    assert isinstance(ordered, Ordered)
    assert ordered.quoted == now.charge


def test_an_order_of_a_desk_that_does_not_tell_what_it_showed_is_taken(desk: Desk, elsewhere: Desk) -> None:
    elsewhere.write(put_on, "caller_id")
    desk.do(add(desk, "call_waiting"))
    (act,) = recorded(desk)
    raw = msgspec.json.decode(encode_envelope(act))
    del raw["body"]["shown"]
    assert decode_envelope(msgspec.json.encode(raw)) == act
    assert isinstance(elsewhere.write(run_recorded, act).result, Ordered)
