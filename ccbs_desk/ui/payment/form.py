"""What is typed in a payment, and what it means. Nothing here waits, reads or draws."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ccbs_desk.domain.card_errors import CardNumberTyped
from ccbs_desk.domain.cards import CardSlip, holds_card_number, last_of, masked
from ccbs_desk.domain.errors import AmountUnreadable, Reason, Refused
from ccbs_desk.domain.money import SYO, SYP, BadAmount, Money, parse_amount, total, zero
from ccbs_desk.services.payment_preview import Preview
from ccbs_desk.services.payment_terms import CARD, CASH

AMOUNT, TENDERED, TENDERED_OLD, REASON = "amount", "tendered", "tendered_old", "reason"
APPROVAL, REFERENCE, LAST_DIGITS = "approval", "reference", "masked"
METHOD = "method"
CASH_FIELDS, CARD_FIELDS = (TENDERED, TENDERED_OLD), (APPROVAL, REFERENCE, LAST_DIGITS)
CURRENCIES = {AMOUNT: SYP, TENDERED: SYP, TENDERED_OLD: SYO}


@dataclass(slots=True)
class PaymentForm:
    """One payment being typed. A field that nobody has typed in follows what is due.

    `chosen` are the bills that the payer names, in the order named. `method` is cash or card.
    """

    account_id: UUID
    method: str = CASH
    typed: dict[str, str] = field(default_factory=dict)
    chosen: list[UUID] = field(default_factory=list)

    def type(self, name: str, text: str) -> None:
        """Take what stands in a field now; an emptied field of cash follows what is due again."""
        if text or name == AMOUNT:
            self.typed[name] = text
        else:
            self.typed.pop(name, None)

    def toggle(self, bill_id: UUID) -> None:
        """Name a bill, or take its name back."""
        if bill_id in self.chosen:
            self.chosen.remove(bill_id)
        else:
            self.chosen.append(bill_id)

    @property
    def by_card(self) -> bool:
        """Whether a card pays."""
        return self.method == CARD

    @property
    def slip(self) -> CardSlip | None:
        """What was typed of the terminal's slip; None where no card pays."""
        if not self.by_card:
            return None
        approval, reference, last = (self.typed.get(name, "").strip() for name in CARD_FIELDS)
        return CardSlip(approval, reference, masked(last) if last else "")

    def read(self, name: str) -> Money | None:
        """Return what was typed in a field, None where nothing was. Raises Refused with AmountUnreadable."""
        text = None if self.by_card and name in CASH_FIELDS else self.typed.get(name)
        if text is None:
            return None
        try:
            return parse_amount(text, CURRENCIES[name])
        except BadAmount as bad:
            raise Refused(AmountUnreadable(bad.text, bad.code)) from bad

    def unreadable(self) -> dict[str, Reason]:
        """Return what can't be read as an amount, and where a card number was typed, by field."""
        found: dict[str, Reason] = {
            name: CardNumberTyped() for name in (*CARD_FIELDS, REASON) if holds_card_number(self.typed.get(name, ""))
        }
        for name in CURRENCIES:
            try:
                self.read(name)
            except Refused as no:
                found[name] = no.reason
        return found

    @property
    def handed_over(self) -> tuple[Money, ...]:
        """What was typed as handed over, one sum a currency. Raises Refused."""
        sums = (self.read(TENDERED), self.read(TENDERED_OLD))
        return tuple(money for money in sums if money is not None and money.minor != 0)

    @property
    def exact(self) -> bool:
        """Whether nobody typed new pounds: then exactly what is missing is taken to be handed over."""
        return self.by_card or TENDERED not in self.typed

    @property
    def reason(self) -> str:
        """Why the payer chose these bills."""
        return self.typed.get(REASON, "").strip()

    def due(self, seen: Preview) -> Money:
        """Return what a payer would pay who says nothing: the bills named, else all that is open and undisputed."""
        nothing = zero(seen.balance.currency)
        bills = [bill for bill in seen.bills if not self.chosen or bill.bill_id in self.chosen]
        months = (
            month.owed
            for bill in bills
            for month in bill.months
            if month.owed > nothing and (self.chosen or not month.disputed)
        )
        owed = total(months, nothing.currency)
        return owed if seen.bills else max(seen.balance, nothing)

    def tendered(self, seen: Preview) -> tuple[Money, ...]:
        """Return what is handed over, the exact rest in new pounds filled in."""
        sums = self.handed_over
        rest = self.rest(seen)
        return (rest, *sums) if rest is not None and rest.minor > 0 else sums

    def rest(self, seen: Preview) -> Money | None:
        """Return what is taken to be handed over in new pounds; None when it was typed, or there is nothing to pay."""
        if not self.exact or seen.terms is None or self.by_card:
            return None
        return max(-seen.terms.change, zero(seen.terms.change.currency))

    def change(self, seen: Preview) -> Money:
        """Return what goes back; negative for what is still missing."""
        if seen.terms is None:
            return zero(seen.amount.currency)
        return max(seen.terms.change, zero(seen.terms.change.currency)) if self.exact else seen.terms.change

    def fields(self) -> Mapping[str, Any]:
        """Return the form as its draft keeps it. What holds a card number is never kept."""
        typed = {name: text for name, text in self.typed.items() if not holds_card_number(text)}
        return {**typed, METHOD: self.method, "chosen": [str(bill_id) for bill_id in self.chosen]}


def form_of(account_id: UUID, fields: Mapping[str, Any]) -> PaymentForm:
    """Return the form of a draft: as it was kept here, or as an act that is to be mended was made."""
    form = PaymentForm(account_id, str(fields.get(METHOD, CASH)))
    if "shares" in fields:
        form.typed[AMOUNT] = _plain(fields["amount"]["minor"])
        form.chosen = [UUID(share) for share in dict.fromkeys(share["bill_id"] for share in fields["shares"])]
        names = {SYP: TENDERED, SYO: TENDERED_OLD}
        form.typed |= {names[sum_["currency"]]: _plain(sum_["minor"]) for sum_ in fields["tendered"]}
        if fields.get("override_reason"):
            form.typed[REASON] = fields["override_reason"]
        slip = fields.get("card")
        if slip:
            form.typed |= {APPROVAL: slip[APPROVAL], REFERENCE: slip[REFERENCE], LAST_DIGITS: last_of(slip["masked"])}
        return form
    form.typed = {name: str(fields[name]) for name in (*CURRENCIES, REASON, *CARD_FIELDS) if name in fields}
    form.chosen = [UUID(bill_id) for bill_id in fields.get("chosen", ())]
    return form


def _plain(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
