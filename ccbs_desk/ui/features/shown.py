"""What the features show: rows, the detail of the chosen one, orders; still without a widget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from ccbs_desk.config.language import Text
from ccbs_desk.domain.care_errors import FeatureExcludes, FeatureNeededBy, FeatureNeeds
from ccbs_desk.domain.money import Money
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.feature_offer import FeatureOffer, OfferedFeature
from ccbs_desk.services.service_orders import OrderView
from ccbs_desk.ui.features import text
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.refusals import sentence_of
from ccbs_desk.ui.values import Joined, Name, Named, Phone, figure, filled, in_call

TODAY, TOMORROW, NEXT_CYCLE, CYCLE_END = "today", "tomorrow", "next_cycle", "cycle_end"
ORDER_TONES = {"completed": Tone.OK, "failed": Tone.BAD, "cancelled": Tone.NEUTRAL}


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A feature in the list."""

    feature_id: UUID
    name: object
    monthly: object
    state: Text
    tone: Tone
    note: object


@dataclass(frozen=True, slots=True)
class Detail:
    """The chosen feature: what would be done, what it costs, and why it can't be done, if so."""

    feature_id: UUID
    removal: bool
    title: Text
    charge_label: Text
    charge: object
    days: Text
    monthly: Money
    after: Text
    confirm: Text
    against: Text


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order under way, or done."""

    order_id: UUID
    what: object
    state: Text
    tone: Tone
    holder: Text
    since: datetime
    effective: date
    charge: object


def lines_of(card: Card) -> tuple[tuple[str, Text], ...]:
    """Return the lines to choose from."""
    return tuple((str(line.line_id), filled(text.NUMBER, number=Phone(line.e164))) for line in card.lines)


def who_of(card: Card) -> object:
    """Return whose features they are."""
    return Name(card.name)


def row_of(feature: OfferedFeature) -> FeatureRow:
    """Return a feature as the list shows it."""
    state, tone = _state(feature)
    return FeatureRow(feature.feature_id, Named(feature.name), figure(feature.monthly), state, tone, _note(feature))


def _state(feature: OfferedFeature) -> tuple[Text, Tone]:
    if feature.waits is not None:
        return (text.REMOVING if feature.waits.removal else text.ADDING), Tone.INFO
    if feature.on:
        return text.ON, Tone.OK
    return (text.OFF, Tone.NEUTRAL) if feature.against is None else (text.NOT_NOW, Tone.WARN)


def _note(feature: OfferedFeature) -> object:
    """Return what stands between this feature and others, told short; the detail says the rest."""
    match feature.against:
        case FeatureNeeds(_, other):
            return filled(text.NEEDS, features=Named(other))
        case FeatureExcludes(_, other):
            return filled(text.EXCLUDES, features=Named(other))
        case FeatureNeededBy():
            return sentence_of(feature.against)
    if feature.since is not None:
        return filled(text.ON_SINCE, day=feature.since)
    needs = filled(text.NEEDS, features=Joined(tuple(map(Named, feature.needs)), "، ")) if feature.needs else ""
    beside = Joined(tuple(map(Named, feature.excludes)), "، ")
    excludes = filled(text.EXCLUDES, features=beside) if feature.excludes else ""
    return Joined((needs, excludes))


def detail_of(offer: FeatureOffer, feature: OfferedFeature) -> Detail:
    """Return what the side shows of the chosen feature."""
    removal = feature.on
    label, charge = text.CHARGE_NOW, feature.charge
    if removal:
        label = text.CREDIT_NOW if charge.minor < 0 else text.NO_CREDIT
    return Detail(
        feature_id=feature.feature_id,
        removal=removal,
        title=filled(text.REMOVE if removal else text.ADD, feature=Named(feature.name)),
        charge_label=label,
        charge=abs(charge),
        days=filled(text.DAYS, left=offer.days_left, days=offer.cycle_days, last=offer.cycle_last),
        monthly=feature.monthly,
        after=text.AFTER_REMOVAL if removal else text.AFTER,
        confirm=text.CONFIRM_REMOVE if removal else text.CONFIRM_ADD,
        against=sentence_of(feature.against) if feature.against is not None else "",
    )


def days_of(*, removal: bool) -> tuple[tuple[str, Text], ...]:
    """Return the days to choose from."""
    if removal:
        return (TODAY, text.TODAY), (CYCLE_END, text.CYCLE_END)
    return (TODAY, text.TODAY), (TOMORROW, text.TOMORROW), (NEXT_CYCLE, text.CYCLE_START)


def day_of(choice: str, today: date, cycle_last: date) -> date:
    """Return the day that was chosen."""
    match choice:
        case "tomorrow":
            return today + timedelta(days=1)
        case "next_cycle":
            return cycle_last + timedelta(days=1)
        case "cycle_end":
            return cycle_last
        case _:
            return today


def orders_shown(
    orders: Sequence[OrderView], line_id: UUID, calls: Mapping[UUID, datetime] = MappingProxyType({})
) -> tuple[OrderRow, ...]:
    """Return the orders of a line; `calls` tells of each that was given in a call when that was."""
    return tuple(_order(order, calls.get(order.order_id)) for order in orders if order.line_id == line_id)


def _order(order: OrderView, call: datetime | None) -> OrderRow:
    what: object = filled(text.ORDER_REMOVE if order.removal else text.ORDER_ADD, feature=Named(order.feature))
    if call is not None:
        what = Joined((what, in_call(call)))
    charge: object = figure(order.charge)
    if order.state in ("failed", "cancelled"):
        charge = text.NOT_CHARGED
    return OrderRow(
        order.order_id,
        what,
        text.ORDER_STATES[order.state],
        ORDER_TONES.get(order.state, Tone.INFO),
        text.HOLDERS[order.holder],
        order.since,
        order.effective_on,
        charge,
    )
