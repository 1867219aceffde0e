"""The bills of a card and what the account owes, from what the ledger says. Nothing here reads or writes."""

from collections.abc import Iterable, Sequence
from datetime import date

from ccbs_desk.domain.allocation import block_state
from ccbs_desk.domain.bills import BillState, state_of
from ccbs_desk.domain.money import total
from ccbs_desk.services.accounts import AccountFacts, BilledPart, Standing
from ccbs_desk.services.card_facts import BillView, MonthView, Owes


def owes_of(account: AccountFacts, owed: Standing, parts: Sequence[BilledPart], today: date) -> Owes:
    """Return what the account owes; `parts` are those of its sent bills."""
    items = [part.item for part in parts if part.item.remaining.minor > 0]
    overdue = [item.remaining for item in items if item.due < today and not item.disputed]
    disputed = [item.remaining for item in items if item.disputed]
    open_ = total(owed.remaining.values(), account.currency)
    return Owes(
        balance=owed.balance,
        open=open_,
        overdue=total(overdue, account.currency),
        disputed=total(disputed, account.currency),
        credit=open_ - owed.balance,
        oldest_due=min((item.due for item in items), default=None),
        open_bills=len({item.bill_id for item in items}),
    )


def bills_of(parts: Sequence[BilledPart], today: date) -> tuple[BillView, ...]:
    """Return the bills that these parts belong to, newest first."""
    half_paid = _half_paid(part for part in parts if part.state == BillState.SENT)
    by_bill: dict[object, list[BilledPart]] = {}
    for part in parts:
        by_bill.setdefault(part.item.bill_id, []).append(part)
    bills = [_bill(own, half_paid, today) for own in by_bill.values()]
    return tuple(sorted(bills, key=lambda bill: (bill.issued_on, bill.number), reverse=True))


def _half_paid(parts: Iterable[BilledPart]) -> set[str]:
    """Return the cycles of which one month is paid and another is not, over all bills of the cycle."""
    cycles: dict[str, list[BilledPart]] = {}
    for part in parts:
        cycles.setdefault(part.item.cycle, []).append(part)
    return {cycle for cycle, own in cycles.items() if block_state([part.item for part in own]).half_paid}


def _bill(parts: Sequence[BilledPart], half_paid: set[str], today: date) -> BillView:
    first = parts[0]
    amount = total((part.amount for part in parts), first.amount.currency)
    remaining = total((part.item.remaining for part in parts), first.amount.currency)
    sent = first.state == BillState.SENT
    undisputed = any(part.item.remaining.minor > 0 and not part.item.disputed for part in parts)
    return BillView(
        bill_id=first.item.bill_id,
        number=first.bill_number,
        cycle=first.item.cycle,
        issued_on=first.item.issued,
        due_on=first.item.due,
        state=state_of(BillState(first.state), amount, remaining),
        months=tuple(_month(part) for part in sorted(parts, key=lambda part: part.item.part)),
        amount=amount,
        remaining=remaining,
        half_paid=sent and first.item.cycle in half_paid and remaining.minor > 0,
        incomplete=first.incomplete,
        overdue=sent and undisputed and first.item.due < today,
        void=first.state == BillState.VOID,
    )


def _month(part: BilledPart) -> MonthView:
    return MonthView(
        part_id=part.item.part_id,
        part=part.item.part,
        month=part.month,
        amount=part.amount,
        remaining=part.item.remaining,
        disputed=part.item.disputed,
    )
