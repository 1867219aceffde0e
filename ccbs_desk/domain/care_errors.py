"""Refusals of care, and of acts that were left. Reasons as in `errors`; names are kept in both languages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual

# Features


@dataclass(frozen=True, slots=True)
class LineUnknown(Reason):
    """The line is not in this store, or not the account's."""

    code: ClassVar[str] = "line.unknown"
    line_id: UUID


@dataclass(frozen=True, slots=True)
class LineNotActive(Reason):
    """The line is stopped or cancelled; nothing is changed on it."""

    code: ClassVar[str] = "line.not_active"
    line_id: UUID


@dataclass(frozen=True, slots=True)
class FeatureUnknown(Reason):
    """The catalogue has no such feature."""

    code: ClassVar[str] = "feature.unknown"
    feature_id: UUID


@dataclass(frozen=True, slots=True)
class FeatureOnAlready(Reason):
    """The feature is on the line."""

    code: ClassVar[str] = "feature.on_already"
    feature: Bilingual
    since: date


@dataclass(frozen=True, slots=True)
class FeatureNotOn(Reason):
    """The feature is not on the line, so that it can't be removed."""

    code: ClassVar[str] = "feature.not_on"
    feature: Bilingual


@dataclass(frozen=True, slots=True)
class FeatureNeeds(Reason):
    """The feature works only beside another one, which is not on the line."""

    code: ClassVar[str] = "feature.needs"
    feature: Bilingual
    other: Bilingual


@dataclass(frozen=True, slots=True)
class FeatureExcludes(Reason):
    """The feature can't stand beside another one, which is on the line or ordered."""

    code: ClassVar[str] = "feature.excludes"
    feature: Bilingual
    other: Bilingual


@dataclass(frozen=True, slots=True)
class FeatureNeededBy(Reason):
    """Another feature on the line works only beside this one."""

    code: ClassVar[str] = "feature.needed_by"
    feature: Bilingual
    other: Bilingual


@dataclass(frozen=True, slots=True)
class FeatureOrderOpen(Reason):
    """The feature is ordered, added or removed, on this line already, and the exchange has not done it yet."""

    code: ClassVar[str] = "feature.order_open"
    feature: Bilingual
    ordered_at: datetime
    effective_on: date


@dataclass(frozen=True, slots=True)
class EffectiveOutside(Reason):
    """The day from which it shall hold is too early or too far ahead."""

    code: ClassVar[str] = "order.effective_outside"
    effective_on: date
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PriceChanged(Reason):
    """What was shown, or what the act says was, is not the price: negative is a credit."""

    code: ClassVar[str] = "order.price_changed"
    feature: Bilingual
    shown: Money
    price: Money


@dataclass(frozen=True, slots=True)
class OrderFailed(Reason):
    """The exchange could not do an order; nothing was charged. `failure` is the exchange's own code."""

    code: ClassVar[str] = "order.failed"
    feature: Bilingual
    failure: str


# Complaints


@dataclass(frozen=True, slots=True)
class ComplaintUnknown(Reason):
    """No such complaint of this account is in this store."""

    code: ClassVar[str] = "complaint.unknown"
    complaint_id: UUID


@dataclass(frozen=True, slots=True)
class ComplaintCategoryUnknown(Reason):
    """There is no such category of complaints."""

    code: ClassVar[str] = "complaint.category_unknown"
    category: str


@dataclass(frozen=True, slots=True)
class ComplaintOpenAlready(Reason):
    """A complaint of this kind is open on the line; it is commented, or a second one is opened knowingly."""

    code: ClassVar[str] = "complaint.open_already"
    complaint_id: UUID
    category: Bilingual
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class ComplaintResolvedAlready(Reason):
    """Somebody has resolved the complaint before."""

    code: ClassVar[str] = "complaint.resolved_already"
    complaint_id: UUID
    resolved_at: datetime


@dataclass(frozen=True, slots=True)
class TextMissing(Reason):
    """The act needs a few words, and there are none."""

    code: ClassVar[str] = "text.missing"


@dataclass(frozen=True, slots=True)
class TextTooLong(Reason):
    """The text has more characters than are kept."""

    code: ClassVar[str] = "text.too_long"
    length: int
    limit: int


# Calls


@dataclass(frozen=True, slots=True)
class WrapUpCodeUnknown(Reason):
    """There is no such code to wrap a call up with."""

    code: ClassVar[str] = "wrap_up.code_unknown"
    wrap_up_code: str


@dataclass(frozen=True, slots=True)
class WrapUpNeedsNotes(Reason):
    """This code alone does not say what the call was about."""

    code: ClassVar[str] = "wrap_up.needs_notes"
    wrap_up: Bilingual


# Acts that were left


@dataclass(frozen=True, slots=True)
class ActLeft(Reason):
    """The act was refused once before the server was put back: it is entered in the journals and does nothing."""

    code: ClassVar[str] = "act.left"
