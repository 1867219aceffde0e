"""A closed till, another clerk's till, another desk's till, an account that is not here: said clearly, nothing lost."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy import select

from ccbs_desk.config.language import LANGUAGES
from ccbs_desk.domain.commands import OpenTill, TakePayment
from ccbs_desk.domain.errors import (
    AccountUnknown,
    NotAllowed,
    Reason,
    Refused,
    TillClosed,
    TillOfOtherClerk,
    TillOfOtherDevice,
    TillOpenAlready,
    TillUnknown,
)
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.permissions import PAYMENT_TAKE
from ccbs_desk.domain.till import Note
from ccbs_desk.models.reference import Staff, Till
from ccbs_desk.services.drafts import draft, drafts_of, save_draft
from ccbs_desk.ui.payment.form import AMOUNT
from ccbs_desk.ui.refusals import words_of
from server_stub.seed import demo
from tests.factories.desk import MORNING, Desk
from tests.factories.dumps import changed
from tests.factories.words import told
from tests.stories.at_payment import everything, payment_form, said

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")
TYPED = {"amount": "١٠", "tendered": "50"}


@dataclass(frozen=True, slots=True)
class Case:
    """What was tried at a desk, by whom, and why it must not be."""

    tried: TakePayment
    by: UUID
    reason: Reason


def of_no_account(desk: Desk) -> Case:
    desk.open_till()
    return Case(replace(desk.payment(1_000), account_id=NOBODY), desk.people.clerk, AccountUnknown(NOBODY))


def at_a_closed_till(desk: Desk) -> Case:
    return Case(desk.payment(1_000), desk.people.clerk, TillClosed("0001"))


def at_a_till_that_was_closed_meanwhile(desk: Desk) -> Case:
    session = desk.open_till()
    payment = desk.payment(1_000)
    desk.do(desk.close_till(session, Note(SYP, 1000, 5)))
    return Case(payment, desk.people.clerk, TillClosed("0001"))


def at_another_clerks_till(desk: Desk) -> Case:
    desk.open_till(by=desk.people.clerk_2)
    holder = desk.read(lambda c: c.execute(select(Staff.name_ar).where(Staff.login == demo.CLERK_2)).scalar_one())
    return Case(desk.payment(1_000), desk.people.clerk, TillOfOtherClerk("0001", holder))


def at_another_desks_till(desk: Desk) -> Case:
    other = desk.read(lambda c: c.execute(select(Till.id).where(Till.code == demo.SECOND_TILL_CODE)).scalar_one())
    tried = replace(desk.payment(1_000), till_id=other)
    return Case(tried, desk.people.clerk, TillOfOtherDevice(demo.SECOND_TILL_CODE))


def at_no_till(desk: Desk) -> Case:
    return Case(replace(desk.payment(1_000), till_id=NOBODY), desk.people.clerk, TillUnknown(NOBODY))


def by_an_agent(desk: Desk) -> Case:
    desk.open_till()
    return Case(desk.payment(1_000), desk.people.agent, NotAllowed(PAYMENT_TAKE))


CASES: tuple[Callable[[Desk], Case], ...] = (
    of_no_account,
    at_a_closed_till,
    at_a_till_that_was_closed_meanwhile,
    at_another_clerks_till,
    at_another_desks_till,
    at_no_till,
    by_an_agent,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_payment_that_must_not_be_is_refused_and_nothing_is_lost(desk: Desk, case: Callable[[Desk], Case]) -> None:
    tried = case(desk)
    command_id = desk.new_id()
    desk.write(
        save_draft,
        command_id,
        kind=TakePayment.KIND,
        staff_id=tried.by,
        subject=str(desk.account_id),
        fields=TYPED,
        now=desk.clock.now,
    )
    before = everything(desk)
    with pytest.raises(Refused) as no:
        desk.do(tried.tried, by=tried.by, command_id=command_id)
    assert no.value.reason == tried.reason
    assert changed(before, everything(desk)) == set()
    kept = desk.read(draft, command_id)
    assert kept is not None
    assert dict(kept.fields) == TYPED
    words = told(tried.reason, typed=getattr(tried.reason, "clerk", ""))
    assert len({words[language][0] for language in LANGUAGES}) == len(LANGUAGES)


def test_a_till_opened_twice_is_refused_and_says_since_when(desk: Desk) -> None:
    desk.open_till()
    before = everything(desk)
    with pytest.raises(Refused) as no:
        desk.do(OpenTill(till_id=desk.till_id, float_notes=(Note(SYP, 1000, 1),)))
    assert no.value.reason == TillOpenAlready("0001", MORNING)
    assert changed(before, everything(desk)) == set()
    assert "09:00" in told(no.value.reason)["en"][0]


def test_the_same_payment_goes_through_once_the_till_is_open(desk: Desk) -> None:
    payment, command_id = desk.payment(1_000), desk.new_id()
    with pytest.raises(Refused):
        desk.do(payment, command_id=command_id)
    desk.open_till()
    done = desk.do(payment, command_id=command_id)
    assert done.receipt_number == "0001-A-000001"
    assert desk.do(payment, command_id=command_id).receipt_number == "0001-A-000001"


def test_the_form_over_a_closed_till_keeps_what_was_typed_until_it_is_open(desk: Desk) -> None:
    async def story() -> None:
        async with payment_form(desk, desk.account_id) as form:
            title = said(form.view.till[0])
            assert "0001" in title["en"]
            assert "٠٠٠١" in title["ar"]
            await form.type(AMOUNT, "١٠")
            before = everything(desk)
            await form.confirm()
            words = words_of(TillClosed("0001"))
            assert tuple(said(text) for text in form.view.problem) == (said(words.title), said(words.todo))
            assert changed(before, everything(desk)) == set()
            (kept,) = desk.read(drafts_of, desk.people.clerk, kind=TakePayment.KIND)
            assert kept.fields[AMOUNT] == "١٠"
            await asyncio.to_thread(desk.open_till)
            form.presenter.refresh(None)
            await form.tasks.settled()
            assert said(form.view.till[0]) == {"ar": "", "en": ""}
            await form.confirm()
            assert [step[0] for step in form.led.steps] == ["receipt"]
            assert desk.read(drafts_of, desk.people.clerk, kind=TakePayment.KIND) == ()

    asyncio.run(story())


def test_the_form_at_another_clerks_till_names_the_holder(desk: Desk) -> None:
    desk.open_till(by=desk.people.clerk_2)

    async def story() -> None:
        async with payment_form(desk, desk.account_id) as form:
            before = everything(desk)
            await form.type(AMOUNT, "10")
            await form.confirm()
            names = desk.read(
                lambda c: c.execute(select(Staff.name_ar, Staff.name_en).where(Staff.login == demo.CLERK_2)).one()
            )
            title = said(form.view.till[0])
            assert names.name_ar in title["ar"]
            assert names.name_en in title["en"]
            assert changed(before, everything(desk)) == set()

    asyncio.run(story())


def test_an_account_that_is_not_here_has_no_form(desk: Desk) -> None:
    async def story() -> None:
        async with payment_form(desk, NOBODY) as form:
            assert form.presenter.account_id is None
            shown = [said(text) for text in form.view.nobody]
            assert all(text[language].strip() for text in shown for language in LANGUAGES)
            await form.confirm()
            assert form.led.explained == []

    before = everything(desk)
    asyncio.run(story())
    assert changed(before, everything(desk)) == set()


def test_a_payment_of_nothing_readable_has_no_amount(desk: Desk) -> None:
    """An empty amount never means what is due."""

    async def story() -> None:
        async with payment_form(desk, desk.account_id) as form:
            assert form.view.amount is not None
            assert form.view.amount > Money(0, SYP)
            await form.type(AMOUNT, "")
            assert not form.view.ready
            await form.confirm()
            assert form.led.steps == []

    desk.open_till()
    before = everything(desk)
    asyncio.run(story())
    assert changed(before, everything(desk)) == set()
