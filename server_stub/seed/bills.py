"""Bills of an area's accounts: one a cycle, a part for each month, lines that add up, and their ledger postings."""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from ccbs_desk.domain.ledger import RECEIVABLE, TAX_CONSUMPTION, TAX_STAMP
from ccbs_desk.domain.money import SYP
from server_stub.seed.catalogue import STAMP_MINOR, TAX_PERCENT, USAGE, USAGE_REVENUE, Charge
from server_stub.seed.dates import MONTHS_IN_CYCLE, Cycle
from server_stub.seed.ids import id_stream
from server_stub.seed.people import Customer
from server_stub.seed.plan import AreaPlan, Country
from server_stub.seed.postings import Leg, Postings
from server_stub.seed.shape import Batch

_CALLS_MEAN = 4_500
"""What an account spends on calls in a month, on average, in minor units; organisations four times as much."""
_ORGANISATION_FACTOR = 4
_SIXTEENTHS = ((9, 5, 2, 0), (6, 10, 0, 0), (16, 0, 0, 0), (5, 4, 4, 3))
"""How the calls of a month fall on the classes of USAGE, by the caller's habit."""
_INCOMPLETE_OF_1024 = 3


class Owed(NamedTuple):
    """A part of a bill, as the payer finds it; `cycle` counts from the oldest."""

    bill_id: bytes
    part_id: bytes
    amount: int
    cycle: int


@dataclass(frozen=True, slots=True)
class _Payer:
    """What is alike on every bill of an account: charges, and how much and whom its people call."""

    account_id: bytes
    charges: tuple[Charge, ...]
    monthly: int
    calls: float
    sixteenths: tuple[int, ...]


@dataclass(slots=True)
class _Bill:
    """A bill while it is made."""

    id: bytes
    cycle: Cycle
    n: int
    parts: list[Owed] = field(default_factory=list)
    usage: int = 0
    taxes: int = 0


class Billing:
    """Writes the bills of one area, account by account."""

    def __init__(
        self, country: Country, area: AreaPlan, cycles: tuple[Cycle, ...], postings: Postings, rng: Random
    ) -> None:
        self._area, self._centre, self._first = area.number, area.billing, area.first_bill
        self._accounts = country.billed_accounts[area.billing]
        self._cycles, self._postings, self._rng = cycles, postings, rng
        self._bill_ids, self._part_ids = id_stream("bill", area.number), id_stream("bill_part", area.number)
        self._line_ids = id_stream("bill_line", area.number)

    def bills(self, customer: Customer, batch: Batch) -> list[Owed]:
        """Add all bills of an account and return their parts, the oldest first."""
        payer = self._payer(customer)
        return [part for n in range(len(self._cycles)) for part in self._bill(customer, payer, n, batch).parts]

    def _payer(self, customer: Customer) -> _Payer:
        mean = _CALLS_MEAN * (_ORGANISATION_FACTOR if customer.organisation else 1)
        charges: dict[str, Charge] = {}
        for charge in customer.charges:
            known = charges.get(charge.service)
            monthly = charge.monthly + (known.monthly if known else 0)
            charges[charge.service] = Charge(charge.service, charge.kind, monthly, charge.revenue)
        return _Payer(
            customer.account_id,
            tuple(charges.values()),
            sum(charge.monthly for charge in charges.values()),
            self._rng.expovariate(1 / mean),
            _SIXTEENTHS[self._rng.getrandbits(2)],
        )

    def _bill(self, customer: Customer, payer: _Payer, n: int, batch: Batch) -> _Bill:
        cycle = self._cycles[n]
        bill = _Bill(next(self._bill_ids), cycle, n)
        for number, month in enumerate(cycle.months, 1):
            self._part(bill, payer, number, month, batch)
        serial = cycle.before_in_year * self._accounts + self._first + customer.n
        incomplete = int(self._rng.getrandbits(10) < _INCOMPLETE_OF_1024 and not customer.demo)
        batch.dated("bill", cycle.period).append(
            (self._area, cycle.period, bill.id, payer.account_id, f"{self._centre}-{cycle.year}-{serial:08}",
             cycle.months[0], cycle.issued_on, cycle.due_on, "sent", incomplete,
             sum(part.amount for part in bill.parts), SYP)
        )  # fmt: skip
        self._postings.post(batch, cycle.period, cycle.issued_at, payer.account_id, _legs(bill, payer))
        return bill

    def _part(self, bill: _Bill, payer: _Payer, number: int, month: str, batch: Batch) -> None:
        """Add one month of a bill: what is charged each month, the calls, taxes and stamps."""
        area, period, account_id = self._area, bill.cycle.period, payer.account_id
        part_id, ids, rows = next(self._part_ids), self._line_ids, batch.dated("bill_line", period)
        for charge in payer.charges:
            rows.append((area, period, next(ids), account_id, bill.id, part_id, charge.kind, charge.service,
                         charge.monthly))  # fmt: skip
        spent = int(payer.calls * (0.6 + 0.8 * self._rng.random()))
        calls = 0
        for service, sixteenths in zip(USAGE, payer.sixteenths, strict=True):
            if minor := spent * sixteenths // 16:
                rows.append((area, period, next(ids), account_id, bill.id, part_id, "usage", service, minor))
                calls += minor
        tax = ((payer.monthly + calls) * TAX_PERCENT + 50) // 100
        rows.append((area, period, next(ids), account_id, bill.id, part_id, "tax", TAX_CONSUMPTION, tax))
        rows.append((area, period, next(ids), account_id, bill.id, part_id, "tax", TAX_STAMP, STAMP_MINOR))
        amount = payer.monthly + calls + tax + STAMP_MINOR
        batch.dated("bill_part", period).append((area, period, part_id, account_id, bill.id, number, month, amount, 0))
        bill.parts.append(Owed(bill.id, part_id, amount, bill.n))
        bill.usage += calls
        bill.taxes += tax


def _legs(bill: _Bill, payer: _Payer) -> list[Leg]:
    """Return what a bill posts: receivable by part, against revenues and taxes."""
    revenues: dict[str, int] = {}
    for charge in payer.charges:
        revenues[charge.revenue] = revenues.get(charge.revenue, 0) - MONTHS_IN_CYCLE * charge.monthly
    legs: list[Leg] = [(RECEIVABLE, part.amount, bill.id, part.part_id) for part in bill.parts]
    legs += [(account, minor, bill.id, None) for account, minor in revenues.items()]
    legs.append((USAGE_REVENUE, -bill.usage, bill.id, None))
    legs.append((TAX_CONSUMPTION, -bill.taxes, bill.id, None))
    legs.append((TAX_STAMP, -MONTHS_IN_CYCLE * STAMP_MINOR, bill.id, None))
    return legs
