"""Subscribers of an area with all that they have: accounts, addresses, lines, numbers, features, listings."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from ccbs_desk.domain.money import SYP
from server_stub.seed import demo
from server_stub.seed.catalogue import RENTAL, Charge, Pack, pack_of, packs
from server_stub.seed.dates import days_until
from server_stub.seed.ids import id_stream
from server_stub.seed.names import Holder, Names
from server_stub.seed.plan import AreaPlan, Country
from server_stub.seed.plant import Plant
from server_stub.seed.shape import Batch
from server_stub.seed.shapes import has_earlier_number, shape_of
from server_stub.seed.vocabulary import POOL_BITS, vocabulary

_PACK_BITS = 10
_UNLISTED_OF_256 = 20
_STOPPED_OF_256 = 2
_ENGLISH_OF_256, _FRENCH_OF_256 = 4, 2
_LAST_OPENING = 400
"""Nobody's account is younger than so many days, so that each has had every cycle's bill."""
_DEMO_PACK = ("caller_id", "adsl_8")
_DOUBLED = str.maketrans("0123456789", "0246813579")
"""Each digit's double, its digits added up: Luhn's way to a check digit."""
DEMO_ADDRESS = ("شارع العابد", "17")


@dataclass(slots=True)
class Customer:
    """An account as billing sees it."""

    account_id: bytes
    n: int
    lines: list[bytes]
    charges: list[Charge]
    organisation: bool
    demo: bool


class People:
    """Fills an area with subscribers, in their order."""

    def __init__(self, country: Country, area: AreaPlan, rng: Random) -> None:
        self._area, self._number = area, area.number
        self._bits = rng.getrandbits
        self._names = Names(area, rng)
        self.plant = Plant(area, rng)
        self._days = days_until(country.today)
        self._span = len(self._days) - _LAST_OPENING - 62 * country.cycles
        self._packs = packs(_PACK_BITS)
        self._accounts = self._lines = 0
        self._ids = {
            table: id_stream(table, area.number)
            for table in ("subscriber", "account", "account_scope", "address", "line", "line_number", "line_feature",
                          "listing")
        }  # fmt: skip
        words = vocabulary()
        self._streets, self._quarters = words.street_pool, words.quarters

    def subscriber(self, n: int, batch: Batch) -> Iterator[Customer]:
        """Add the `n`-th subscriber (from 0) and return the accounts."""
        shape = shape_of(n)
        known = self._number == demo.AREA and n == 0
        holder = Names.demo() if known else self._names.organisation() if shape.organisation else self._names.person()
        subscriber_id = next(self._ids["subscriber"])
        batch.of("subscriber").append(
            (subscriber_id, self._number, "organisation" if shape.organisation else "person", holder.title,
             holder.given, holder.father, holder.family, holder.name, holder.category)
        )  # fmt: skip
        for lines in shape.accounts:
            yield self._account(subscriber_id, holder, lines, known, batch)

    def _account(self, subscriber_id: bytes, holder: Holder, lines: int, known: bool, batch: Batch) -> Customer:
        area, chance = self._number, self._bits(24)
        account_id = next(self._ids["account"])
        self._accounts += 1
        day = chance % self._span
        batch.of("account").append(
            (account_id, area, account_number(area, self._accounts), subscriber_id, holder.customer_class,
             "ar" if known else _language(chance >> 16), SYP, self._days[day], "active")
        )  # fmt: skip
        batch.of("account_scope").append((next(self._ids["account_scope"]), account_id, area))
        address_id, place = self._address(account_id, known, batch)
        customer = Customer(account_id, self._accounts, [], [], holder.customer_class != "residential", known)
        for _ in range(lines):
            self._line(customer, holder, address_id, place, day, batch)
        return customer

    def _address(self, account_id: bytes, known: bool, batch: Batch) -> tuple[bytes, tuple[str, str]]:
        area, bits = self._area, self._bits
        street, building = self._streets[bits(POOL_BITS)], str(bits(7) + 1)
        if known:
            street, building = DEMO_ADDRESS
        town = area.city or area.name_ar
        quarter = area.name_ar if area.city else self._quarters[bits(10) % len(self._quarters)]
        address_id = next(self._ids["address"])
        batch.of("address").append(
            (address_id, area.number, account_id, area.governorate.id, town, quarter, street, building)
        )
        return address_id, (town, street)

    def _line(
        self, customer: Customer, holder: Holder, address_id: bytes, place: tuple[str, str], day: int, batch: Batch
    ) -> None:
        area, account_id, chance = self._number, customer.account_id, self._bits(16)
        line_id = next(self._ids["line"])
        exchange_id, pair_id = self.plant.exchange(), self.plant.pair(batch)
        e164 = self.plant.number()
        stopped = chance & 0xFF < _STOPPED_OF_256 and not customer.demo
        state, installed = "stopped" if stopped else "active", self._days[day]
        batch.of("line").append(
            (line_id, area, account_id, exchange_id, pair_id, address_id, "voice", state, installed)
        )
        self._number_of(line_id, account_id, e164, day, batch)
        pack = pack_of(_DEMO_PACK) if customer.demo else self._packs[self._bits(_PACK_BITS)]
        self._features(line_id, account_id, pack, installed, batch)
        customer.lines.append(line_id)
        customer.charges += (RENTAL, *pack.charges)
        listed = chance >> 8 >= _UNLISTED_OF_256 or holder.category == "حكومي" or customer.demo
        batch.of("listing").append(
            (next(self._ids["listing"]), area, account_id, line_id, holder.kind, holder.name, holder.category, *place,
             e164, int(listed))
        )  # fmt: skip

    def _number_of(self, line_id: bytes, account_id: bytes, e164: str, day: int, batch: Batch) -> None:
        ids, numbers, since = self._ids["line_number"], batch.of("line_number"), day
        if has_earlier_number(self._lines):
            since = day + (len(self._days) - day) // 2
            earlier = self.plant.number()
            numbers.append((next(ids), self._number, account_id, line_id, earlier, self._days[day], self._days[since]))
        numbers.append((next(ids), self._number, account_id, line_id, e164, self._days[since], None))
        self._lines += 1

    def _features(self, line_id: bytes, account_id: bytes, pack: Pack, since: str, batch: Batch) -> None:
        ids, rows = self._ids["line_feature"], batch.of("line_feature")
        for feature_id in pack.features:
            rows.append((next(ids), self._number, account_id, line_id, feature_id, since, None))


def _language(chance: int) -> str:
    if chance < _ENGLISH_OF_256:
        return "en"
    return "fr" if chance < _ENGLISH_OF_256 + _FRENCH_OF_256 else "ar"


def account_number(area: int, n: int) -> str:
    """Return an account's number: area, place in the area, and a check digit that shows one wrong or swapped digit."""
    body = f"{area:03}{n:06}"
    return f"{body}{-sum(map(int, body[::-2].translate(_DOUBLED) + body[-2::-2])) % 10}"
