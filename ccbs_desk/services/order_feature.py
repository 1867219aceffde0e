"""What ordering and removing a feature share: who and what is meant, the price as shown, and the order itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ccbs_desk.domain.care_errors import FeatureUnknown, LineUnknown, PriceChanged
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.errors import AccountUnknown, Reason, Refused
from ccbs_desk.domain.money import Money
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.services.accounts import account_facts
from ccbs_desk.services.features import (
    ACKNOWLEDGED,
    FeatureFacts,
    LineFeatures,
    against_day,
    charge_for,
    line_facts,
    line_features,
    right_way,
)
from ccbs_desk.services.work import Work

Against = Callable[[LineFeatures, FeatureFacts], Reason | None]


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order that waits for the exchange. `quoted` is what it will cost; negative is a credit."""

    order_id: UUID
    quoted: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be done on a line: `kind` is feature_add or feature_remove; `shown` is the price that was read."""

    kind: str
    account_id: UUID
    line_id: UUID
    feature_id: UUID
    effective_on: date
    shown: Money | None


def order_feature(wish: Wish, work: Work, against: Against) -> Ordered:
    """Write the order. Raises Refused for whatever is `against` it, at the desk and at the centre alike."""
    account = account_facts(work.connection, wish.account_id)
    if account is None:
        raise Refused(AccountUnknown(wish.account_id))
    line = line_facts(work.connection, wish.line_id)
    if line is None or line.account_id != account.id:
        raise Refused(LineUnknown(wish.line_id))
    seen = line_features(work.connection, line, wish.effective_on)
    feature = seen.catalogue.features.get(wish.feature_id)
    if feature is None:
        raise Refused(FeatureUnknown(wish.feature_id))
    today = damascus_date(work.stamps.occurred_at)
    reason = against_day(wish.effective_on, today, work.policy) or against(seen, feature)
    if reason is not None:
        raise Refused(reason)
    quoted = _quoted(wish, work, seen, feature)
    order_id = work.insert(
        ServiceOrder,
        "order",
        area_id=line.area_id,
        account_id=account.id,
        line_id=line.id,
        kind=wish.kind,
        feature_id=feature.id,
        state=ACKNOWLEDGED,
        ordered_at=work.stamps.occurred_at,
        effective_on=wish.effective_on,
        quoted_minor=quoted.minor,
        charge_minor=None,
        currency=quoted.currency,
        policy_version=work.stamps.policy_version,
        staff_id=work.stamps.staff_id,
        command_id=work.command_id,
        closed_at=None,
        failure=None,
        reference=None,
    )
    return Ordered(order_id, quoted)


def _quoted(wish: Wish, work: Work, seen: LineFeatures, feature: FeatureFacts) -> Money:
    """Return the price that was shown. The centre does not work it out anew, but takes none that can't be one."""
    counts_on = seen.counts_on(wish.kind, feature.id, wish.effective_on)
    price = charge_for(wish.kind, feature.monthly, wish.effective_on, work.policy, done_on=counts_on)
    if work.deciding and wish.shown not in (None, price):
        raise Refused(PriceChanged(feature.name, wish.shown, price))
    quoted = work.decided("quoted", Money, lambda: price)
    if quoted.currency != price.currency or not right_way(wish.kind, quoted):
        raise Refused(PriceChanged(feature.name, quoted, price))
    return quoted
