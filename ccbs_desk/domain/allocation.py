"""How a payment is split over open bills (domain.md, Payments 2 and 3; Bills 1).

The bills that the payer names come first, in the order named; then the oldest due. All parts of one cycle, which are
the two months of a bill or two imported monthly bills, are one block: they are filled one after the other before money
goes to the next cycle, so that nobody is cut off for the half of a cycle. Disputed items are skipped unless the payer
names their bill. What is left is account credit. The sum of shares and credit is always exactly what was paid.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from uuid import UUID

from ccbs_desk.domain.money import Money, total, zero

NO_CYCLE = ""
"""The cycle of an opening balance: what was owed before the bills that are known here. It is older than all of them."""


class BadAllocation(ValueError):
    """A split that can't be made. Codes: `allocation.negative`, `allocation.no_currency`, `allocation.mixed_cycles`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One part (month) of an issued bill and what remains to pay on it.

    `cycle` is the cycle's first month, as "2026-05"; `part` the month's place in it, from 1. `remaining` is computed
    from the ledger; zero or less is nothing to pay. An opening balance has no bill: bill and part are its account's id.
    """

    bill_id: UUID
    part_id: UUID
    cycle: str
    due: date
    issued: date
    part: int
    remaining: Money
    disputed: bool


@dataclass(frozen=True, slots=True)
class Share:
    """What a payment puts on one part of a bill; always more than zero."""

    bill_id: UUID
    part_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class Split:
    """A payment's shares in the order in which they were filled, and what becomes account credit."""

    shares: tuple[Share, ...]
    credit: Money

    @property
    def amount(self) -> Money:
        """The payment as a whole: all shares and the credit."""
        return total((share.amount for share in self.shares), self.credit.currency) + self.credit


@dataclass(frozen=True, slots=True)
class BlockState:
    """How far the months of one cycle are paid: the parts without a remainder, those with one, and its sum."""

    paid_parts: tuple[int, ...]
    open_parts: tuple[int, ...]
    remaining: Money

    @property
    def half_paid(self) -> bool:
        """Whether a month of the cycle is paid while another is not: the screen and the receipt must say so."""
        return bool(self.paid_parts and self.open_parts)


_IN_BLOCK = attrgetter("part", "due", "issued", "bill_id.int", "part_id.int")


def _in_order(items: Sequence[OpenItem], chosen: Sequence[UUID]) -> Iterable[OpenItem]:
    """Yield the payable items in the order in which money reaches them. Ties are broken by id, alike everywhere."""
    for bill_id in dict.fromkeys(chosen):
        yield from sorted((item for item in items if item.bill_id == bill_id), key=_IN_BLOCK)
    blocks: dict[str, list[OpenItem]] = {}
    for item in items:
        if item.bill_id not in chosen and not item.disputed and item.remaining.minor > 0:
            blocks.setdefault(item.cycle, []).append(item)

    def age(cycle: str) -> tuple[bool, tuple[date, date], str]:
        return cycle != NO_CYCLE, min((item.due, item.issued) for item in blocks[cycle]), cycle

    for cycle in sorted(blocks, key=age):
        yield from sorted(blocks[cycle], key=_IN_BLOCK)


def allocate(amount: Money, items: Iterable[OpenItem], chosen: Sequence[UUID] = ()) -> Split:
    """Return the split of a payment over one account's open items, all in the payment's currency.

    `chosen` are bill ids that the payer names; one with nothing left to pay takes nothing and is no error. The result
    does not depend on the order of `items`. Raises BadAllocation for a negative amount, BadMoney for mixed currencies.
    """
    if amount.minor < 0:
        raise BadAllocation("allocation.negative")
    left = amount
    nothing = zero(amount.currency)
    shares = []
    for item in _in_order(list(items), chosen):
        taken = max(min(left, item.remaining), nothing)
        if taken.minor:
            shares.append(Share(item.bill_id, item.part_id, taken))
            left -= taken
    return Split(tuple(shares), left)


def fit(shares: Sequence[Share], remaining: Mapping[UUID, Money], credit: Money | None = None) -> Split:
    """Return a split that was decided before, fitted to what still remains to pay on each part.

    For the server and for replays: bills may have been paid elsewhere meanwhile. Each share shrinks to what `remaining`
    (by part id; a missing part has nothing left) still takes, in the order given; the rest is added to `credit`, the
    credit of the earlier split. Money moves to no other bill: the payer never agreed to that. Raises BadAllocation when
    there is neither a share nor a credit to tell the currency.
    """
    if credit is None:
        if not shares:
            raise BadAllocation("allocation.no_currency")
        credit = zero(shares[0].amount.currency)
    nothing = zero(credit.currency)
    left = dict(remaining)
    fitted = []
    for share in shares:
        taken = max(min(share.amount, left.get(share.part_id, nothing)), nothing)
        left[share.part_id] = left.get(share.part_id, nothing) - taken
        credit += share.amount - taken
        if taken.minor:
            fitted.append(Share(share.bill_id, share.part_id, taken))
    return Split(tuple(fitted), credit)


def block_state(items: Sequence[OpenItem]) -> BlockState:
    """Return how far one cycle is paid. `items` are all of its parts, also those with nothing left to pay.

    A part counts as paid only when none of its items has a remainder (two bills of one month may share it).
    """
    if len({item.cycle for item in items}) != 1:
        raise BadAllocation("allocation.mixed_cycles")
    owing = [item for item in items if item.remaining.minor > 0]
    open_parts = {item.part for item in owing}
    paid_parts = {item.part for item in items} - open_parts
    remaining = total((item.remaining for item in owing), items[0].remaining.currency)
    return BlockState(tuple(sorted(paid_parts)), tuple(sorted(open_parts)), remaining)


def after(items: Iterable[OpenItem], shares: Iterable[Share]) -> tuple[OpenItem, ...]:
    """Return the items as they stand once the shares are paid, for the preview and for what the receipt says."""
    paid: dict[UUID, Money] = {}
    for share in shares:
        paid[share.part_id] = paid.get(share.part_id, zero(share.amount.currency)) + share.amount
    return tuple(
        replace(item, remaining=item.remaining - paid[item.part_id]) if item.part_id in paid else item for item in items
    )
