"""A clerk looks at what waits for the link, and sees to what the centre refused, on a real store."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from sqlalchemy import Connection, insert, select, update

from ccbs_desk.domain.commands import CopyReceipt, SignIn, all_commands
from ccbs_desk.domain.money import SYP
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.services.desk_bus import Submitted
from ccbs_desk.services.drafts import drafts_of
from ccbs_desk.services.outbox import PAGE, items
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.fields import Choice
from ccbs_desk.ui.kit.table import Table
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.ui.outbox import text
from ccbs_desk.ui.outbox.screen import build
from ccbs_desk.ui.outbox.withdrawal import WithdrawalDialog, ask_why
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press, type_text
from tests.ui.at_work import collect, run, until
from tests.ui.counter import LARGE, SMALL, Counter, Shown, plain
from tests.ui.golden import assert_golden

F9, ESCAPE, DOWN, ENTER = Qt.Key.Key_F9, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return


class Waiting(Shown):
    """The outbox at work."""

    def __init__(self, counter: Counter, look: Look, login: str = demo.CLERK) -> None:
        self.marks: list[str] = []
        session = counter.session(login)
        session.marked.append(lambda: self.marks.append("marked"))
        session.acted.append(lambda _done: self.marks.append("acted"))
        self.outbox = build(session, counter.led, look.shortcuts)
        counter.show(self.outbox)
        super().__init__(self.outbox, counter.app)
        self.do(self.outbox.activate)

    def filter(self, shown: str) -> None:
        """Choose which acts are listed."""
        choice = self.find("outbox.filter")
        assert isinstance(choice, Choice)
        choice.set_value(shown)
        self.do(lambda: choice.chosen.emit(shown))

    def click(self, name: str) -> None:
        """Press a button."""
        self.do(self.button(name).click)

    def button(self, name: str) -> QPushButton:
        """Return a button that is there to be pressed."""
        button = self.find(f"outbox.{name}")
        assert isinstance(button, QPushButton)
        assert button.isVisible()
        return button

    def withdraw(self, why: str, answer: str | None = None) -> None:
        """Press the button that takes an act back, type why, and press Return or a button of the question."""

        async def story() -> None:
            self.button("withdraw").click()
            await until(lambda: bool(self.view.findChildren(WithdrawalDialog)))
            (question,) = self.view.findChildren(WithdrawalDialog)
            field = question.findChild(QLineEdit, "outbox.why")
            assert isinstance(field, QLineEdit)
            assert field.hasFocus()
            press(field, ENTER)
            assert plain(field.accessibleDescription()) == "Error: Say in a few words why."
            type_text(field, why)
            button = question.findChild(QPushButton, answer) if answer else None
            if isinstance(button, QPushButton):
                button.click()
            else:
                press(field, ENTER)
            await self.outbox.settled()

        run(self._app, story())


@pytest.fixture
def counter(desk: Desk, look: Look, qapp: QApplication) -> Iterator[Counter]:
    look.set_language("en")
    counter = Counter(desk, qapp)
    yield counter
    counter.close()
    collect()


@pytest.fixture
def paid(counter: Counter) -> Submitted:
    """A payment taken without the link."""
    counter.desk.open_till()
    return counter.desk.do(counter.desk.payment(100000))


def answered(desk: Desk, act: UUID, state: str, code: str | None = None, **values: object) -> None:
    """Let the centre answer."""
    told = {"state": state, "reason_code": code, "reason_values": values}
    desk.write(
        lambda connection: connection.execute(update(table_of(Outbox)).where(Outbox.command_id == act).values(told))
    )


def state_of(desk: Desk, command_id: UUID) -> tuple[str, bool]:
    """Return how an act stands, and whether it was seen to."""
    which = select(Outbox.state, Outbox.handled).where(Outbox.command_id == command_id)
    row = desk.read(lambda connection: connection.execute(which).one())
    return row.state, row.handled


def test_what_waits_is_counted_summed_and_listed(counter: Counter, look: Look, paid: Submitted) -> None:
    waiting = Waiting(counter, look)
    summary = waiting.said("outbox.summary")
    assert "2 acts wait for the link" in summary
    assert "1,000.00 SYP" in summary
    first, second = waiting.rows("outbox.table")
    assert first[1:] == ["Payment 0001-A-000001", demo.NAME, "Huda Al-Shami", "1,000.00", "Waits"]
    assert second[1] == "Till opened"
    assert waiting.said("outbox.what") == "Payment 0001-A-000001"
    for button in ("amend", "retry", "withdraw", "handled"):
        assert not waiting.sees(f"outbox.{button}")


def test_nothing_waits(counter: Counter, look: Look) -> None:
    waiting = Waiting(counter, look)
    assert "Everything has reached the centre" in waiting.said("outbox.summary")
    assert waiting.rows("outbox.table") == []
    assert waiting.find("outbox.filter").hasFocus()
    waiting.press(F9)
    waiting.press(ESCAPE)
    assert counter.led.steps == [("back",)]


def test_the_arrows_show_one_after_the_other(counter: Counter, look: Look, paid: Submitted) -> None:
    waiting = Waiting(counter, look)
    waiting.press(DOWN)
    assert waiting.said("outbox.what") == "Till opened"
    waiting.do(lambda: waiting.outbox.refresh(None))
    assert waiting.said("outbox.what") == "Till opened"


def test_what_came_home_leaves_the_list_and_is_found_among_all(counter: Counter, look: Look, paid: Submitted) -> None:
    waiting = Waiting(counter, look)
    for item in counter.desk.read(items):
        answered(counter.desk, item.command_id, "home")
    waiting.do(lambda: waiting.outbox.refresh(None))
    assert waiting.rows("outbox.table") == []
    waiting.filter("all")
    assert [row[-1] for row in waiting.rows("outbox.table")] == ["At the centre"] * 2


def test_a_parked_act_is_explained_and_sent_again(counter: Counter, look: Look, paid: Submitted) -> None:
    answered(counter.desk, paid.command_id, "parked")
    waiting = Waiting(counter, look)
    assert "1 act waits for a person" in waiting.said("outbox.summary")
    assert waiting.rows("outbox.table")[0][-1] == "Parked"
    waiting.click("retry")
    assert state_of(counter.desk, paid.command_id) == ("pending", False)
    assert counter.led.said == ["It is sent again"]
    assert waiting.marks == ["marked"], "sync is woken, so that it goes out at once"


def test_a_refused_payment_opens_its_form_as_a_new_act(counter: Counter, look: Look, paid: Submitted) -> None:
    answered(counter.desk, paid.command_id, "conflict", "command.other_body", command_id=str(paid.command_id))
    waiting = Waiting(counter, look)
    assert "The receipt that was given stands." in texts(waiting)
    waiting.press(F9)
    assert counter.led.steps == [("payment", demo.ACCOUNT_ID)]
    (draft,) = counter.desk.read(drafts_of, counter.desk.people.clerk)
    assert draft.amends == paid.command_id
    assert draft.command_id != paid.command_id
    assert draft.fields["amount"] == {"minor": 100000, "currency": SYP}


def test_a_refused_opening_of_the_till_is_mended_at_the_till(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    (opened,) = counter.desk.read(items)
    answered(
        counter.desk, opened.command_id, "refused", "till.open_already", till_code="0001", since="2026-11-20T05:00:00Z"
    )
    waiting = Waiting(counter, look)
    assert "has been open since" in " ".join(texts(waiting))
    waiting.click("amend")
    assert counter.led.steps == [("till",)]
    (draft,) = counter.desk.read(drafts_of, counter.desk.people.clerk)
    assert (draft.subject, draft.amends) == (str(demo.TILL_ID), opened.command_id)


def test_a_refused_closing_is_mended_in_its_own_session(counter: Counter, look: Look) -> None:
    session_id = counter.desk.open_till()
    closed = counter.desk.do(counter.desk.close_till(session_id))
    answered(counter.desk, closed.command_id, "refused", "till.closed", till_code="0001")
    Waiting(counter, look).press(F9)
    (draft,) = counter.desk.read(drafts_of, counter.desk.people.clerk)
    assert draft.subject == str(session_id)


def test_a_refused_copy_is_withdrawn_after_a_question(counter: Counter, look: Look, paid: Submitted) -> None:
    assert isinstance(paid.result, Taken)
    copy = counter.desk.do(CopyReceipt(receipt_id=paid.result.receipt_id, account_id=counter.desk.account_id))
    answered(counter.desk, copy.command_id, "refused", "receipt.unknown", receipt_id=str(paid.result.receipt_id))
    waiting = Waiting(counter, look)
    assert not waiting.sees("outbox.amend")
    waiting.withdraw("Not meant", "keep")
    assert state_of(counter.desk, copy.command_id) == ("refused", False)
    waiting.withdraw("The payer left without it")
    assert state_of(counter.desk, copy.command_id) == ("withdrawn", True)
    assert waiting.rows("outbox.table") == []
    assert waiting.marks == ["acted"], "sync is woken, so that the withdrawal goes home"
    waiting.filter("done")
    assert [row[-1] for row in waiting.rows("outbox.table")] == ["Withdrawn"]
    waiting.press(DOWN)
    assert "Reason: The payer left without it" in texts(waiting)
    waiting.filter("unsent")
    assert waiting.rows("outbox.table")[0][1] == "Withdrawal"


def test_what_went_home_lately_is_one_filter_away(counter: Counter, look: Look, paid: Submitted) -> None:
    answered(counter.desk, paid.command_id, "home")
    waiting = Waiting(counter, look)
    waiting.filter("done")
    assert [(row[1], row[-1]) for row in waiting.rows("outbox.table")] == [
        ("Payment 0001-A-000001", "At the centre"),
    ]


def test_more_acts_than_a_page_are_read_as_the_list_is_scrolled(counter: Counter, look: Look, paid: Submitted) -> None:
    counter.desk.write(lambda connection: grow(connection, 2 * PAGE))
    waiting = Waiting(counter, look)
    assert len(waiting.rows("outbox.table")) == PAGE
    assert waiting.said("outbox.part") == f"The newest {PAGE} acts of {2 * PAGE + 2}. Scroll down for more."
    table = waiting.find("outbox.table")
    assert isinstance(table, Table)
    waiting.press(Qt.Key.Key_End)
    assert len(waiting.rows("outbox.table")) == 2 * PAGE
    assert table.currentIndex().row() == PAGE - 1, "the choice stays"
    waiting.press(Qt.Key.Key_End)
    assert len(waiting.rows("outbox.table")) == 2 * PAGE + 2
    assert not waiting.sees("outbox.part")
    waiting.press(Qt.Key.Key_End)
    waiting.filter("all")
    assert len(waiting.rows("outbox.table")) == PAGE, "another filter begins with its newest"


def grow(connection: Connection, more: int) -> None:
    """Let there be many more sign-ins on their way."""
    table = table_of(Outbox)
    row = connection.execute(select(table).order_by(table.c.device_seq.desc()).limit(1)).mappings().one()
    later = (
        {**row, "device_seq": row["device_seq"] + n, "command_id": UUID(int=n), "kind": "SignIn", "amount_minor": None}
        for n in range(1, more + 1)
    )
    connection.execute(insert(table), list(later))


def test_money_that_was_taken_is_never_withdrawn(counter: Counter, look: Look, paid: Submitted) -> None:
    answered(counter.desk, paid.command_id, "conflict", "command.other_body", command_id=str(paid.command_id))
    waiting = Waiting(counter, look)
    assert not waiting.sees("outbox.withdraw")
    waiting.do(waiting.outbox._presenter.withdraw)
    assert state_of(counter.desk, paid.command_id) == ("conflict", False)


def test_what_was_seen_to_asks_for_nobody_any_more(counter: Counter, look: Look, paid: Submitted) -> None:
    answered(counter.desk, paid.command_id, "conflict", "command.other_body", command_id=str(paid.command_id))
    waiting = Waiting(counter, look)
    waiting.click("handled")
    assert state_of(counter.desk, paid.command_id) == ("conflict", True)
    waiting.filter("all")
    assert "A person has seen to it." in texts(waiting)


def test_its_subscriber_is_one_click_away(counter: Counter, look: Look, paid: Submitted) -> None:
    waiting = Waiting(counter, look)
    waiting.click("card")
    assert counter.led.steps == [("card", demo.ACCOUNT_ID)]
    waiting.press(DOWN)
    waiting.do(waiting.outbox._presenter.card)
    assert len(counter.led.steps) == 1


def test_a_newer_kind_of_act_and_answer_has_words(counter: Counter, look: Look) -> None:
    done = counter.desk.do(SignIn(online=True))
    answered(counter.desk, done.command_id, "refused", "unheard.of")
    strange = {"kind": "Teleport"}
    counter.desk.write(
        lambda connection: connection.execute(
            update(table_of(Outbox)).values(strange).where(Outbox.command_id == done.command_id)
        )
    )
    waiting = Waiting(counter, look)
    assert waiting.said("outbox.what") == "Another act"
    assert "does not know" in " ".join(texts(waiting))
    waiting.press(ENTER)
    assert state_of(counter.desk, done.command_id)[1]


def texts(waiting: Waiting) -> list[str]:
    """Return what the detail says."""
    labels = waiting.find("outbox.detail").findChildren(QLabel)
    return [plain(label.text()) for label in labels if label.isVisible()]


def refused_country(counter: Counter) -> None:
    """A day with acts of all kinds, some of them answered."""
    desk = counter.desk
    desk.open_till()
    first = desk.do(desk.payment(83004))
    second = desk.do(desk.payment(165915))
    assert isinstance(first.result, Taken)
    copy = desk.do(CopyReceipt(receipt_id=first.result.receipt_id, account_id=desk.account_id))
    desk.do(desk.payment(50000))
    answered(desk, first.command_id, "home")
    answered(desk, second.command_id, "parked")
    answered(desk, copy.command_id, "refused", "receipt.unknown", receipt_id=str(first.result.receipt_id))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_it_looks(counter: Counter, look: Look, language: str) -> None:
    refused_country(counter)
    waiting = Waiting(counter, look)
    waiting.filter("all")
    waiting.press(DOWN)
    look.set_language("ar" if language == "ar" else "en")
    assert_golden(waiting.view, f"outbox.{language}", SMALL)


def test_how_what_waits_looks(counter: Counter, look: Look, paid: Submitted) -> None:
    look.set_language("ar")
    assert_golden(Waiting(counter, look).view, "outbox-waiting.ar", SMALL)


def test_how_nothing_looks(counter: Counter, look: Look) -> None:
    look.set_language("ar")
    assert_golden(Waiting(counter, look).view, "outbox-empty.ar", SMALL)


def test_how_it_looks_on_a_large_screen(counter: Counter, look: Look) -> None:
    look.set_language("ar")
    refused_country(counter)
    waiting = Waiting(counter, look)
    assert_golden(waiting.view, "outbox.ar", LARGE)
    look.set_language("en")
    assert_golden(waiting.view, "outbox.en", LARGE)


def test_how_it_looks_in_the_dark(counter: Counter, look: Look) -> None:
    look.set_language("ar")
    look.set_scheme(Scheme.DARK)
    refused_country(counter)
    assert_golden(Waiting(counter, look).view, "outbox.ar.dark", SMALL)


def test_how_the_question_before_a_withdrawal_looks(counter: Counter, look: Look, paid: Submitted) -> None:
    look.set_language("ar")
    dialog = WithdrawalDialog(Waiting(counter, look).view)
    assert_golden(dialog, "outbox-withdrawal.ar", (460, 330))


def test_a_question_that_nobody_waits_for_goes(counter: Counter, look: Look, paid: Submitted) -> None:
    waiting = Waiting(counter, look)

    async def story() -> None:
        asked = asyncio.ensure_future(ask_why(waiting.view))
        await until(lambda: bool(waiting.view.findChildren(WithdrawalDialog)))
        look.set_language("ar")
        asked.cancel()
        await until(lambda: not waiting.view.findChildren(WithdrawalDialog))

    run(counter.app, story())


def test_every_kind_of_act_is_told_in_words() -> None:
    assert set(text.KINDS) == {command.KIND for command in all_commands()}
