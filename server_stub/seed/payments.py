"""Payments of an area's accounts, by all methods: punctual, late, month by month, too much, or not at all."""

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from ccbs_desk.domain.ledger import (
    CASH_SAFE,
    CLEARING_BANK,
    CLEARING_CARD,
    CLEARING_CHEQUE,
    CLEARING_ELECTRONIC,
    CUSTOMER_CREDIT,
    RECEIVABLE,
    ROUNDING,
)
from ccbs_desk.domain.money import SYP, Money, round_cash
from ccbs_desk.domain.policy import DEFAULTS
from server_stub.seed.bills import Owed
from server_stub.seed.dates import MINUTE, MONTHS_IN_CYCLE, Cycle, Day, days_from
from server_stub.seed.ids import id_stream
from server_stub.seed.people import Customer
from server_stub.seed.plan import AreaPlan, Country
from server_stub.seed.postings import Leg, Postings
from server_stub.seed.shape import Batch
from server_stub.seed.vocabulary import weighted_pool

_LATEST = 35
"""Who pays at all pays within so many days of the bill."""
_OPENS, _OPEN_MINUTES = 8 * 60, 7 * 60
_PUNCTUAL, _MONTHWISE, _TWO_AT_ONCE, _LATE, _DEBTOR = 178, 194, 210, 232, 248
"""Of 256 accounts; those above the last pay too much."""
_CURRENT_UNPAID_OF_256 = 130
"""The newest bill is not yet paid by so many of those who will."""
_OVER_STEP = 10_000
_DEMO_UNPAID = 3
_SMALLEST = Money(DEFAULTS["cash.smallest"][SYP], SYP)


@dataclass(frozen=True, slots=True)
class _Method:
    """How money came: where the ledger holds it, in which state the payment is, how its reference is written."""

    name: str
    ledger_account: str
    state: str
    reference: str


_CASH = _Method("cash", CASH_SAFE, "confirmed", "{area:03}/{period}/{n:06}")
_CHEQUE = _Method("cheque", CLEARING_CHEQUE, "cleared", "{n:07}")
_BANK = _Method("bank", CLEARING_BANK, "matched", "BN{area:03}{n:07}")
_CARD = _Method("card", CLEARING_CARD, "confirmed", "{n:06} ************{last:04}")
_ELECTRONIC = _Method("electronic", CLEARING_ELECTRONIC, "confirmed", "EP-{area:03}-{n:08}")
_METHODS = (_CASH, _CHEQUE, _BANK, _CARD, _ELECTRONIC)
_OF_PEOPLE = weighted_pool(_METHODS, (70, 1, 5, 9, 15))
_OF_ORGANISATIONS = weighted_pool(_METHODS, (25, 30, 30, 5, 10))


class _Intent(NamedTuple):
    """What one payment settles: parts from `first` to before `last`, of the last `share` 16ths; or more, if `extra`."""

    first: int
    last: int
    share: int = 16
    extra: bool = False


class Payments:
    """Lets the accounts of one area pay their bills; what stays open is their debt."""

    def __init__(
        self, country: Country, area: AreaPlan, cycles: tuple[Cycle, ...], postings: Postings, rng: Random
    ) -> None:
        self._area, self._postings, self._bits = area.number, postings, rng.getrandbits
        self._days: list[tuple[Day, ...]] = [days_from(cycle, country.today, _LATEST) for cycle in cycles]
        self._cycles = len(cycles) - (not self._days[-1])
        self._ids, self._shares = id_stream("payment", area.number), id_stream("payment_allocation", area.number)
        self._written = 0

    def settle(self, customer: Customer, owed: list[Owed], batch: Batch) -> int | None:
        """Add the account's payments and return the oldest cycle of which something is still owed."""
        settled = 0
        if not self._cycles:
            return 0
        for intent in self._demo() if customer.demo else self._intents():
            self._pay(customer, owed, intent, batch)
            settled = intent.last if intent.share == 16 else intent.last - 1
        return owed[settled].cycle if settled < len(owed) else None

    def _demo(self) -> list[_Intent]:
        """Return what the demo subscriber paid: all but three bills, and of the oldest of these its first month."""
        paid = max(len(self._days) - _DEMO_UNPAID, 0)
        return [*_bill_by_bill(paid), _Intent(paid * MONTHS_IN_CYCLE, paid * MONTHS_IN_CYCLE + 1)]

    def _intents(self) -> list[_Intent]:
        chance, sort, cycles = self._bits(8), self._bits(8), self._cycles
        paid = cycles - (chance < _CURRENT_UNPAID_OF_256)
        if sort < _PUNCTUAL:
            return _bill_by_bill(paid)
        if sort < _MONTHWISE:
            return [_Intent(n, n + 1) for n in range(paid * MONTHS_IN_CYCLE)]
        if sort < _TWO_AT_ONCE:
            step = 2 * MONTHS_IN_CYCLE
            return [_Intent(n, n + step) for n in range(0, paid // 2 * step, step)]
        if sort < _LATE:
            return _bill_by_bill(max(cycles - 1 - (chance & 1), 0))
        if sort < _DEBTOR:
            paid = max(cycles - 2 - chance % 3, 0)
            start = paid * MONTHS_IN_CYCLE
            return _bill_by_bill(paid) + ([_Intent(start, start + 1, 8)] if chance & 0x80 else [])
        whole = _bill_by_bill(cycles)
        return [*whole[:-1], whole[-1]._replace(extra=True)]

    def _pay(self, customer: Customer, owed: list[Owed], intent: _Intent, batch: Batch) -> None:
        parts = [(part, part.amount) for part in owed[intent.first : intent.last]]
        last = parts[-1][0]
        if intent.share < 16:
            parts[-1] = (last, last.amount * intent.share // 16)
        days = self._days[last.cycle]
        day = days[self._bits(16) % len(days)]
        moment = day.start + (_OPENS + self._bits(16) % _OPEN_MINUTES) * MINUTE
        total = sum(minor for _, minor in parts)
        credit = _OVER_STEP - total % _OVER_STEP if intent.extra else 0
        method = (_OF_ORGANISATIONS if customer.organisation else _OF_PEOPLE)[self._bits(15)]
        payment_id = self._payment(customer.account_id, method, total + credit, day, moment, batch)
        shares = batch.of("payment_allocation")
        for part, minor in parts:
            shares.append((next(self._shares), self._area, customer.account_id, payment_id, part.bill_id, part.part_id,
                           minor, SYP))  # fmt: skip
        legs: list[Leg] = [(RECEIVABLE, -minor, part.bill_id, part.part_id) for part, minor in parts]
        legs += [(CUSTOMER_CREDIT, -credit, None, None), *_money_in(method, total + credit)]
        self._postings.post(batch, day.period, moment, customer.account_id, legs)

    def _payment(self, account_id: bytes, method: _Method, minor: int, day: Day, moment: int, batch: Batch) -> bytes:
        payment_id = next(self._ids)
        self._written += 1
        reference = method.reference.format(area=self._area, period=day.period, n=self._written, last=moment % 9_973)
        batch.of("payment").append(
            (payment_id, self._area, account_id, method.name, method.state, minor, SYP, reference, moment)
        )
        return payment_id


def _bill_by_bill(cycles: int) -> list[_Intent]:
    starts = range(0, cycles * MONTHS_IN_CYCLE, MONTHS_IN_CYCLE)
    return [_Intent(n, n + MONTHS_IN_CYCLE) for n in starts]


def _money_in(method: _Method, minor: int) -> list[Leg]:
    """Return the legs of the money itself; cash comes in whole notes, the difference goes to rounding."""
    if method is not _CASH:
        return [(method.ledger_account, minor, None, None)]
    cash, difference = round_cash(Money(minor, SYP), _SMALLEST)
    return [(method.ledger_account, cash.minor, None, None), (ROUNDING, -difference.minor, None, None)]
