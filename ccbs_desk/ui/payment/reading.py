"""What a payment that is being typed would come to, as far as it can be read."""

from collections.abc import Container

from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.services.payment_preview import Preview, preview
from ccbs_desk.services.session import Session
from ccbs_desk.ui.payment.form import AMOUNT, PaymentForm


async def read_whole(session: Session, form: PaymentForm) -> Preview:
    """Return the preview of what is typed, which can be read."""
    handed_over = form.handed_over
    return await _ask(session, form, await _amount(session, form), handed_over)


async def read_in_part(session: Session, form: PaymentForm, unreadable: Container[str]) -> Preview:
    """Return the preview of the amount alone, or of none where that can't be read."""
    amount = Money(0, SYP) if AMOUNT in unreadable else await _amount(session, form)
    return await _ask(session, form, amount, ())


async def _amount(session: Session, form: PaymentForm) -> Money:
    amount = form.read(AMOUNT)
    return form.due(await _ask(session, form, Money(0, SYP), ())) if amount is None else amount


async def _ask(session: Session, form: PaymentForm, amount: Money, tendered: tuple[Money, ...]) -> Preview:
    return await session.read(
        preview,
        form.account_id,
        amount,
        today=session.today,
        chosen=tuple(form.chosen),
        tendered=tendered,
        method=form.method,
    )
