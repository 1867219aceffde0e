"""Features as the rules need them: the catalogue, what is on a line, what is ordered. Nothing here writes.

Shared by the handlers of orders, the offer that the screen shows, and the job that confirms them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from ccbs_desk.domain.care_errors import (
    EffectiveOutside,
    FeatureExcludes,
    FeatureNeededBy,
    FeatureNeeds,
    FeatureNotOn,
    FeatureOnAlready,
    FeatureOrderOpen,
    LineNotActive,
)
from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.features import FeatureRule, clashing_with, depending_on, missing_for
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.policy import PolicySet
from ccbs_desk.domain.proration import Terms, cycle_of, prorated
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.reference import Feature
from ccbs_desk.models.subscribers import Line, LineFeature

ADD, REMOVE = "feature_add", "feature_remove"
ACKNOWLEDGED, IN_PROGRESS, COMPLETED, FAILED = "acknowledged", "inProgress", "completed", "failed"
OPEN_ORDERS = (ACKNOWLEDGED, IN_PROGRESS)
ADSL = "adsl"
"""How the codes of internet features begin; their revenue is told apart."""
_ACTIVE = "active"

_LINE = select(Line.id, Line.area_id, Line.account_id, Line.state).where(Line.id == bindparam("line"))
_ON = (
    select(LineFeature.id, LineFeature.feature_id, LineFeature.valid_from, LineFeature.valid_to)
    .where(
        LineFeature.line_id == bindparam("line"),
        LineFeature.valid_to.is_(None) | (LineFeature.valid_to >= bindparam("day")),
    )
    .order_by(LineFeature.valid_from, LineFeature.id)
)
_ORDERS = (
    select(ServiceOrder.id, ServiceOrder.feature_id, ServiceOrder.kind, ServiceOrder.ordered_at,
           ServiceOrder.effective_on)
    .where(ServiceOrder.line_id == bindparam("line"), ServiceOrder.state.in_(OPEN_ORDERS))
    .order_by(ServiceOrder.ordered_at, ServiceOrder.id)
)  # fmt: skip
_CATALOGUE = select(
    Feature.id,
    Feature.code,
    Feature.name_ar,
    Feature.name_en,
    Feature.monthly_minor,
    Feature.currency,
    Feature.needs,
    Feature.excludes,
).order_by(Feature.code)


@dataclass(frozen=True, slots=True)
class FeatureFacts:
    """An entry of the catalogue."""

    id: UUID
    code: str
    name: Bilingual
    monthly: Money


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is sold, by id, and which features go together, by code."""

    features: Mapping[UUID, FeatureFacts]
    rules: Mapping[str, FeatureRule]

    def named(self, code: str) -> Bilingual:
        """Return a feature's name by its code; the code itself for one that is not sold any more."""
        found = next((feature.name for feature in self.features.values() if feature.code == code), None)
        return found or Bilingual(code, code)

    def code_of(self, feature_id: UUID) -> str:
        """Return a feature's code; its id for one that is not sold any more."""
        found = self.features.get(feature_id)
        return found.code if found else str(feature_id)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as orders need it."""

    id: UUID
    area_id: int
    account_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class OnLine:
    """A feature that is on a line, on the day asked for or later."""

    row_id: UUID
    feature_id: UUID
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that the exchange has not done yet."""

    order_id: UUID
    feature_id: UUID
    kind: str
    ordered_at: datetime
    effective_on: date


@dataclass(frozen=True, slots=True)
class LineFeatures:
    """Everything about the features of one line on a day."""

    line: LineFacts
    catalogue: Catalogue
    on: tuple[OnLine, ...]
    orders: tuple[OpenOrder, ...]

    def codes(self) -> frozenset[str]:
        """Return the codes of what will be on once the open orders are done."""
        on = {self.catalogue.code_of(each.feature_id) for each in self.on if each.until is None}
        added = {self.catalogue.code_of(order.feature_id) for order in self.orders if order.kind == ADD}
        removed = {self.catalogue.code_of(order.feature_id) for order in self.orders if order.kind == REMOVE}
        return frozenset((on | added) - removed)

    def order_of(self, feature_id: UUID) -> OpenOrder | None:
        """Return the open order for a feature, if there is one."""
        return next((order for order in self.orders if order.feature_id == feature_id), None)

    def having(self, feature_id: UUID) -> OnLine | None:
        """Return a feature that is on without an end, if it is."""
        return next((each for each in self.on if each.feature_id == feature_id and each.until is None), None)

    def counts_on(self, kind: str, feature_id: UUID, day: date) -> date:
        """Return a feature's first day when it is added on a day, its last one when it is removed on it.

        No day has it twice: what ended on a day begins again on the next, and nothing ends before it began.
        """
        for each in self.on:
            if each.feature_id == feature_id and kind == ADD and each.until is not None:
                day = max(day, each.until + timedelta(days=1))
            elif each.feature_id == feature_id and kind == REMOVE and each.until is None:
                day = max(day, each.since)
        return day


def catalogue(connection: Connection) -> Catalogue:
    """Return all that is sold."""
    features, rules = {}, {}
    for row in connection.execute(_CATALOGUE):
        monthly = Money(row.monthly_minor, row.currency)
        features[row.id] = FeatureFacts(row.id, row.code, Bilingual(row.name_ar, row.name_en), monthly)
        rules[row.code] = FeatureRule(row.code, frozenset(row.needs), frozenset(row.excludes))
    return Catalogue(features, rules)


def line_facts(connection: Connection, line_id: UUID) -> LineFacts | None:
    """Return a line, or None when this store does not hold it."""
    row = connection.execute(_LINE, {"line": line_id}).one_or_none()
    return LineFacts(*row) if row else None


def line_features(connection: Connection, line: LineFacts, day: date) -> LineFeatures:
    """Return what is on a line on a day, and what is ordered for it."""
    return LineFeatures(
        line,
        catalogue(connection),
        tuple(OnLine(*row) for row in connection.execute(_ON, {"line": line.id, "day": day})),
        tuple(OpenOrder(*row) for row in connection.execute(_ORDERS, {"line": line.id})),
    )


def against_adding(seen: LineFeatures, feature: FeatureFacts) -> Reason | None:
    """Return why a feature can't be added to a line, or None when it can."""
    reason = _against_any(seen, feature)
    if reason is not None:
        return reason
    there = seen.having(feature.id)
    if there is not None:
        return FeatureOnAlready(feature.name, there.since)
    on, rules = seen.codes(), seen.catalogue.rules
    if missing := missing_for(feature.code, on, rules):
        return FeatureNeeds(feature.name, seen.catalogue.named(missing[0]))
    if clashing := clashing_with(feature.code, on, rules):
        return FeatureExcludes(feature.name, seen.catalogue.named(clashing[0]))
    return None


def against_removing(seen: LineFeatures, feature: FeatureFacts) -> Reason | None:
    """Return why a feature can't be removed from a line, or None when it can."""
    reason = _against_any(seen, feature)
    if reason is not None:
        return reason
    if seen.having(feature.id) is None:
        return FeatureNotOn(feature.name)
    if depending := depending_on(feature.code, seen.codes(), seen.catalogue.rules):
        return FeatureNeededBy(feature.name, seen.catalogue.named(depending[0]))
    return None


def _against_any(seen: LineFeatures, feature: FeatureFacts) -> Reason | None:
    if seen.line.state != _ACTIVE:
        return LineNotActive(seen.line.id)
    order = seen.order_of(feature.id)
    return FeatureOrderOpen(feature.name, order.ordered_at, order.effective_on) if order else None


def against_day(effective_on: date, today: date, policy: PolicySet) -> Reason | None:
    """Return why an order can't hold from a day, or None when it can."""
    last = today + timedelta(days=policy.number("feature.ahead_days"))
    return None if today <= effective_on <= last else EffectiveOutside(effective_on, today, last)


def charge_for(
    kind: str, monthly: Money, effective_on: date, policy: PolicySet, *, done_on: date | None = None
) -> Money:
    """Return what an order costs in the cycle of its day; negative is a credit.

    `done_on` is the first day of what was added, the last one of what was removed: nobody pays for days before that,
    nor for another cycle than was shown.
    """
    terms = Terms.of(policy)
    first = effective_on if kind == ADD else effective_on + timedelta(days=1)
    cycle = cycle_of(effective_on, terms.months_in_cycle)
    begins = first if done_on is None else max(first, done_on if kind == ADD else done_on + timedelta(days=1))
    if kind == ADD:
        return prorated(monthly, begins, cycle, terms.rule)
    credited = terms.credits_removal and terms.rule == "days"
    return -prorated(monthly, begins, cycle, "days") if credited else Money(0, monthly.currency)


def right_way(kind: str, amount: Money) -> bool:
    """Return whether an amount can be the price of an order: an addition credits nothing, a removal costs nothing."""
    return amount.minor >= 0 if kind == ADD else amount.minor <= 0
