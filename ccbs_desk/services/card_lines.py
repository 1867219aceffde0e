"""The lines of a card: numbers, exchange, address, features, bars, and whether each works. Nothing here writes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.reference import Exchange, Feature, Governorate
from ccbs_desk.models.subscribers import Address, Line, LineBar, LineFeature, LineNumber, Listing
from ccbs_desk.services.card_facts import AddressView, BarView, FeatureView, FormerNumber, LineView, Power

ACTIVE, CANCELLED = "active", "cancelled"
BOTH_WAYS = frozenset({"outgoing", "incoming"})


@dataclass(slots=True)
class _OnLine:
    """What is gathered for one line."""

    e164: str = ""
    former: list[FormerNumber] = field(default_factory=list)
    features: list[FeatureView] = field(default_factory=list)
    bars: list[BarView] = field(default_factory=list)
    listed: bool = False


def lines_of(connection: Connection, account_id: UUID, today: date) -> tuple[LineView, ...]:
    """Return the account's lines, the oldest first, cancelled ones last."""
    rows = connection.execute(
        select(
            Line.id,
            Line.kind,
            Line.state,
            Line.installed_on,
            Line.address_id,
            Exchange.name_ar,
            Exchange.name_en,
        )
        .outerjoin(Exchange, Exchange.id == Line.exchange_id)
        .where(Line.account_id == account_id)
        .order_by(Line.state == CANCELLED, Line.installed_on, Line.id)
    ).all()
    found = {row.id: _OnLine() for row in rows}
    _add_numbers(connection, found, today)
    _add_features(connection, found, today)
    _add_bars(connection, found)
    _add_listings(connection, account_id, found)
    addresses = _addresses(connection, {row.address_id for row in rows})
    return tuple(
        LineView(
            line_id=row.id,
            kind=row.kind,
            e164=found[row.id].e164,
            former=tuple(found[row.id].former),
            exchange=Bilingual(row.name_ar or "", row.name_en or ""),
            address=addresses.get(row.address_id),
            features=tuple(found[row.id].features),
            state=row.state,
            power=power_of(row.state, [bar.direction for bar in found[row.id].bars]),
            bars=tuple(found[row.id].bars),
            installed_on=row.installed_on,
            listed=found[row.id].listed,
        )
        for row in rows
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


def _add_numbers(connection: Connection, found: dict[UUID, _OnLine], today: date) -> None:
    rows = connection.execute(
        select(LineNumber.line_id, LineNumber.e164, LineNumber.valid_to)
        .where(LineNumber.line_id.in_(found), LineNumber.valid_from <= today)
        .order_by(LineNumber.valid_from)
    )
    for line_id, e164, until in rows:
        if until is None or until >= today:
            found[line_id].e164 = f"+{e164}"
        else:
            found[line_id].former.append(FormerNumber(f"+{e164}", until))


def _add_features(connection: Connection, found: dict[UUID, _OnLine], today: date) -> None:
    rows = connection.execute(
        select(LineFeature.line_id, Feature.code, Feature.name_ar, Feature.name_en, LineFeature.valid_from)
        .join(Feature, Feature.id == LineFeature.feature_id)
        .where(
            LineFeature.line_id.in_(found),
            LineFeature.valid_from <= today,
            LineFeature.valid_to.is_(None) | (LineFeature.valid_to >= today),
        )
        .order_by(LineFeature.valid_from, Feature.code)
    )
    for line_id, code, name_ar, name_en, since in rows:
        found[line_id].features.append(FeatureView(code, Bilingual(name_ar, name_en), since))


def _add_bars(connection: Connection, found: dict[UUID, _OnLine]) -> None:
    rows = connection.execute(
        select(LineBar.line_id, LineBar.reason, LineBar.direction, LineBar.since)
        .where(LineBar.line_id.in_(found), LineBar.until.is_(None))
        .order_by(LineBar.since, LineBar.id)
    )
    for line_id, reason, direction, since in rows:
        found[line_id].bars.append(BarView(reason, direction, since))


def _add_listings(connection: Connection, account_id: UUID, found: dict[UUID, _OnLine]) -> None:
    rows = connection.execute(select(Listing.line_id).where(Listing.account_id == account_id, Listing.listed))
    for line_id in rows.scalars():
        if line_id in found:
            found[line_id].listed = True


def _addresses(connection: Connection, ids: Collection[UUID]) -> dict[UUID, AddressView]:
    rows = connection.execute(
        select(
            Address.id,
            Governorate.name_ar,
            Governorate.name_en,
            Address.town,
            Address.quarter,
            Address.street,
            Address.building,
        )
        .outerjoin(Governorate, Governorate.id == Address.governorate_id)
        .where(Address.id.in_(ids))
    )
    return {
        address_id: AddressView(Bilingual(name_ar or "", name_en or ""), town, quarter, street, building)
        for address_id, name_ar, name_en, town, quarter, street, building in rows
    }
