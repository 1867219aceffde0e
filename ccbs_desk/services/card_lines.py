"""The lines of a card: numbers, exchange, address, features, bars, and whether each works. Nothing here writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, exists, select

from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.reference import Exchange, Feature, Governorate
from ccbs_desk.models.subscribers import Address, Line, LineBar, LineFeature, LineNumber, Listing
from ccbs_desk.services.card_facts import AddressView, BarView, FeatureView, FormerNumber, LineView, Power

ACTIVE, CANCELLED = "active", "cancelled"
BOTH_WAYS = frozenset({"outgoing", "incoming"})

_LISTED = exists().where(Listing.account_id == bindparam("account"), Listing.line_id == Line.id, Listing.listed)
# One row a number that the line has or had.
_LINES = (
    select(
        Line.id,
        Line.kind,
        Line.state,
        Line.installed_on,
        Exchange.name_ar,
        Exchange.name_en,
        Address.id.label("address_id"),
        Governorate.name_ar.label("governorate_ar"),
        Governorate.name_en.label("governorate_en"),
        Address.town,
        Address.quarter,
        Address.street,
        Address.building,
        LineNumber.e164,
        LineNumber.valid_to,
        _LISTED.label("listed"),
    )
    .outerjoin(Exchange, Exchange.id == Line.exchange_id)
    .outerjoin(Address, Address.id == Line.address_id)
    .outerjoin(Governorate, Governorate.id == Address.governorate_id)
    .outerjoin(LineNumber, (LineNumber.line_id == Line.id) & (LineNumber.valid_from <= bindparam("today")))
    .where(Line.account_id == bindparam("account"))
    .order_by(Line.state == CANCELLED, Line.installed_on, Line.id, LineNumber.valid_from)
)
_FEATURES = (
    select(LineFeature.line_id, Feature.code, Feature.name_ar, Feature.name_en, LineFeature.valid_from)
    .join(Line, Line.id == LineFeature.line_id)
    .join(Feature, Feature.id == LineFeature.feature_id)
    .where(
        Line.account_id == bindparam("account"),
        LineFeature.valid_from <= bindparam("today"),
        LineFeature.valid_to.is_(None) | (LineFeature.valid_to >= bindparam("today")),
    )
    .order_by(LineFeature.valid_from, Feature.code)
)
# By its lines, which have an index: a bar's own account has none.
_BARS = (
    select(LineBar.line_id, LineBar.account_id, LineBar.reason, LineBar.direction, LineBar.since, LineBar.until)
    .join(Line, Line.id == LineBar.line_id)
    .where(Line.account_id == bindparam("account"))
    .order_by(LineBar.since, LineBar.id)
)


class BarRow(NamedTuple):
    """A reason for which a line is cut, or was."""

    line_id: UUID
    account_id: UUID
    reason: str
    direction: str
    since: datetime
    until: datetime | None


@dataclass(slots=True)
class _OnLine:
    """What is gathered for one line."""

    row: Row[*tuple[Any, ...]]
    e164: str = ""
    former: list[FormerNumber] = field(default_factory=list)
    features: list[FeatureView] = field(default_factory=list)
    bars: list[BarView] = field(default_factory=list)

    def number(self, e164: str, until: date | None, today: date) -> None:
        """Note a number that the line has or had."""
        if until is None or until >= today:
            self.e164 = f"+{e164}"
        else:
            self.former.append(FormerNumber(f"+{e164}", until))

    def view(self) -> LineView:
        row = self.row
        return LineView(
            line_id=row.id,
            kind=row.kind,
            e164=self.e164,
            former=tuple(self.former),
            exchange=Bilingual(row.name_ar or "", row.name_en or ""),
            address=_address(row),
            features=tuple(self.features),
            state=row.state,
            power=power_of(row.state, [bar.direction for bar in self.bars]),
            bars=tuple(self.bars),
            installed_on=row.installed_on,
            listed=bool(row.listed),
        )


def bars_of(connection: Connection, account_id: UUID) -> tuple[BarRow, ...]:
    """Return all bars, open and lifted, on the account's lines, the oldest first."""
    return tuple(map(BarRow._make, connection.execute(_BARS, {"account": account_id})))


def lines_of(connection: Connection, account_id: UUID, today: date, bars: Iterable[BarRow]) -> tuple[LineView, ...]:
    """Return the account's lines, the oldest first, cancelled ones last; `bars` are those of `bars_of`."""
    asked = {"account": account_id, "today": today}
    found: dict[UUID, _OnLine] = {}
    for row in connection.execute(_LINES, asked):
        line = found.setdefault(row.id, _OnLine(row))
        if row.e164 is not None:
            line.number(row.e164, row.valid_to, today)
    for line_id, code, name_ar, name_en, since in connection.execute(_FEATURES, asked):
        found[line_id].features.append(FeatureView(code, Bilingual(name_ar, name_en), since))
    for bar in bars:
        if bar.until is None:
            found[bar.line_id].bars.append(BarView(bar.reason, bar.direction, bar.since))
    return tuple(line.view() for line in found.values())


def _address(row: Row[*tuple[Any, ...]]) -> AddressView | None:
    if row.address_id is None:
        return None
    governorate = Bilingual(row.governorate_ar or "", row.governorate_en or "")
    return AddressView(governorate, row.town, row.quarter, row.street, row.building)


def pressing(lines: Iterable[LineView], bars: Iterable[BarRow], account_id: UUID) -> frozenset[str]:
    """Return the reasons for which lines of the account are cut now: `line_outlook.open_bars` of what was read."""
    kept = {line.line_id for line in lines if line.state != CANCELLED}
    return frozenset(
        bar.reason for bar in bars if bar.until is None and bar.account_id == account_id and bar.line_id in kept
    )


def power_of(state: str, directions: Iterable[str]) -> Power:
    """Return whether a line works, by its state and the directions of its open bars."""
    if state != ACTIVE:
        return "off"
    cut: set[str] = set()
    for direction in directions:
        cut |= BOTH_WAYS if direction == "both" else {direction}
    if not cut:
        return "on"
    return "off" if cut >= BOTH_WAYS else "partly"


def power_of_all(lines: Sequence[LineView]) -> Power:
    """Return what the lines come to together; cancelled ones do not count, and no line at all is off."""
    powers = {line.power for line in lines if line.state != CANCELLED}
    if len(powers) == 1:
        return powers.pop()
    return "partly" if powers else "off"
