"""What can be added to a line or removed from it, with its price for the rest of the cycle. Nothing here writes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.policy import PolicySet
from ccbs_desk.domain.proration import Terms, cycle_of
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.bus import policy_at, policy_version_on
from ccbs_desk.services.features import (
    ADD,
    REMOVE,
    FeatureFacts,
    LineFeatures,
    against_adding,
    against_day,
    against_removing,
    charge_for,
    line_facts,
    line_features,
)


@dataclass(frozen=True, slots=True)
class Waits:
    """An open order for the feature: `removal` says which way. The exchange has not done it yet."""

    order_id: UUID
    removal: bool
    ordered_at: datetime
    effective_on: date


@dataclass(frozen=True, slots=True)
class OfferedFeature:
    """One feature as the screen shows it for a line.

    `since` is set when it is on. `against` is why it can't be added (or removed, when it is on); None when it can.
    `charge` is what the act would cost for the rest of the cycle; negative is a credit. `needs` and `excludes` are the
    catalogue's own words, by name, whatever is on.
    """

    feature_id: UUID
    code: str
    name: Bilingual
    monthly: Money
    since: date | None
    against: Reason | None
    charge: Money
    waits: Waits | None
    needs: tuple[Bilingual, ...]
    excludes: tuple[Bilingual, ...]

    @property
    def on(self) -> bool:
        """Whether the feature is on the line."""
        return self.since is not None


@dataclass(frozen=True, slots=True)
class FeatureOffer:
    """All features for one line, those that are on first. The cycle is the one that prices are shown for."""

    account_id: UUID
    line_id: UUID
    effective_on: date
    cycle_first: date
    cycle_last: date
    cycle_days: int
    days_left: int
    features: tuple[OfferedFeature, ...]


def feature_offer(
    connection: Connection, line_id: UUID, *, today: date, effective_on: date | None = None
) -> FeatureOffer | None:
    """Return what can be done on a line from a day on (today unless another is named), or None for an unknown line."""
    line = line_facts(connection, line_id)
    if line is None:
        return None
    policy = policy_at(connection, policy_version_on(connection, today))
    day = effective_on or today
    seen = line_features(connection, line, day)
    cycle = cycle_of(day, Terms.of(policy).months_in_cycle)
    wrong_day = against_day(day, today, policy)
    offered = [_offered(seen, feature, day, policy, wrong_day) for feature in seen.catalogue.features.values()]
    return FeatureOffer(
        account_id=line.account_id,
        line_id=line.id,
        effective_on=day,
        cycle_first=cycle.first,
        cycle_last=cycle.last,
        cycle_days=cycle.days,
        days_left=cycle.days_from(day),
        features=tuple(sorted(offered, key=lambda each: (not each.on, each.code))),
    )


def _offered(
    seen: LineFeatures, feature: FeatureFacts, day: date, policy: PolicySet, wrong_day: Reason | None
) -> OfferedFeature:
    there, order = seen.having(feature.id), seen.order_of(feature.id)
    kind, against = (REMOVE, against_removing) if there else (ADD, against_adding)
    rule = seen.catalogue.rules[feature.code]
    named = seen.catalogue.named
    return OfferedFeature(
        feature_id=feature.id,
        code=feature.code,
        name=feature.name,
        monthly=feature.monthly,
        since=there.since if there else None,
        against=wrong_day or against(seen, feature),
        charge=charge_for(kind, feature.monthly, day, policy, done_on=seen.counts_on(kind, feature.id, day)),
        waits=Waits(order.order_id, order.kind == REMOVE, order.ordered_at, order.effective_on) if order else None,
        needs=tuple(named(code) for code in sorted(rule.needs)),
        excludes=tuple(named(code) for code in sorted(rule.excludes)),
    )
