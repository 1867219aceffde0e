"""A clerk looks at receipts on a real store: as they were printed, where they stand, and printed once more."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from sqlalchemy import insert, select, update

from ccbs_desk.config.language import Language
from ccbs_desk.domain.errors import PrinterGone, Reason, TillClosed
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import Notice, Receipt
from ccbs_desk.models.subscribers import Account
from ccbs_desk.printing.receipt_model import ReceiptPaper
from ccbs_desk.services.notices import BECAME_CREDIT, BecameCredit, details_of
from ccbs_desk.services.receipts import receipt
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.fields import Choice
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.ui.receipt.screen import build
from ccbs_desk.ui.receipt.view import Paper
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.ui.at_work import collect, run, until
from tests.ui.counter import LARGE, SMALL, Counter, Shown, plain
from tests.ui.golden import assert_golden, settle

ESCAPE, F3, DAY = Qt.Key.Key_Escape, Qt.Key.Key_F3, timedelta(days=1)


class Receipts(Shown):
    """The receipts at work."""

    def __init__(self, counter: Counter, look: Look, login: str = demo.CLERK) -> None:
        self.receipts = build(counter.session(login), counter.led, look.shortcuts, counter.paper)
        counter.show(self.receipts)
        super().__init__(self.receipts, counter.app)

    def open(self, receipt_id: UUID | None = None, account_id: UUID | None = None) -> None:
        """Open a receipt, or the list."""
        self.do(lambda: self.receipts.activate(receipt_id=receipt_id, account_id=account_id))

    def speak(self, look: Look, language: Language) -> None:
        """Switch the language, and wait until the paper is drawn in it."""

        async def story() -> None:
            look.set_language(language)
            await until(lambda: (self.receipts._presenter._drawn or ("", language))[1] == language)
            await self.receipts.settled()

        run(self._app, story())
        settle()

    def scope(self, scope: str) -> None:
        """Choose which receipts are listed."""
        choice = self.find("receipt.scope")
        assert isinstance(choice, Choice)
        choice.set_value(scope)
        self.do(lambda: choice.chosen.emit(scope))


@pytest.fixture
def counter(desk: Desk, look: Look, qapp: QApplication) -> Iterator[Counter]:
    look.set_language("en")
    counter = Counter(desk, qapp)
    yield counter
    counter.close()
    collect()


def pay(desk: Desk, minor: int, *, tendered: int | None = None, account_id: UUID | None = None) -> UUID:
    """Take a payment and return its receipt."""
    sums = (Money(tendered, SYP),) if tendered else None
    result = desk.do(desk.payment(minor, tendered=sums, account_id=account_id)).result
    assert isinstance(result, Taken)
    return result.receipt_id


@pytest.fixture
def receipt_id(counter: Counter) -> UUID:
    """A receipt of the demo subscriber, with change given."""
    counter.desk.open_till()
    return pay(counter.desk, 100000, tendered=150000)


@pytest.fixture
def receipts(counter: Counter, look: Look, receipt_id: UUID) -> Receipts:
    """The receipts, with that one open."""
    receipts = Receipts(counter, look)
    receipts.open(receipt_id)
    return receipts


def test_a_receipt_tells_number_state_sum_and_change(receipts: Receipts) -> None:
    assert receipts.said("receipt.number") == "0001-A-000001"
    assert receipts.said("receipt.state") == "Waits for the centre"
    assert receipts.said("receipt.amount") == "1,000.00 SYP"
    assert receipts.said("receipt.change") == "500.00 SYP"
    assert receipts.rows("receipt.list") == [["0001-A-000001", "09:01", demo.NAME, "1,000.00"]]
    assert receipts.find("receipt.list").hasFocus()


def test_it_stands_as_on_the_paper(receipts: Receipts, look: Look) -> None:
    paper = receipts.find("receipt.paper")
    assert isinstance(paper, Paper)
    before = paper.pixmap().toImage()
    assert before.width() > 300
    receipts.speak(look, "ar")
    assert paper.pixmap().toImage() != before
    image = paper.pixmap().toImage()
    corners = {image.pixelColor(x, y).name() for x in (0, image.width() - 1) for y in (0, image.height() - 1)}
    assert corners == {"#ffffff"}, "paper has an edge"


def test_the_loop_is_free_while_the_paper_is_drawn(counter: Counter, receipts: Receipts, look: Look) -> None:
    threads: list[str] = []
    told = receipts.receipts._presenter._draw

    async def watched(paper: ReceiptPaper, language: Language) -> object:
        drawing = asyncio.ensure_future(told(paper, language))
        while not drawing.done():
            assert not receipts.sees("receipt.paper"), "nobody reads the paper of another receipt meanwhile"
            threads.append(threading.current_thread().name)
            await asyncio.sleep(0)
        return drawing.result()

    receipts.receipts._presenter._draw = watched
    receipts.speak(look, "ar")
    assert len(threads) > 1
    assert receipts.sees("receipt.paper")
    turns = len(threads)
    receipts.do(lambda: receipts.receipts.refresh(None))
    assert len(threads) == turns, "what stands there is not drawn again"


def test_what_goes_back_is_large_only_right_after_the_payment(
    counter: Counter, receipts: Receipts, receipt_id: UUID
) -> None:
    assert receipts.sees("receipt.change")
    assert not receipts.sees("receipt.given")
    receipts.open()
    assert not receipts.sees("receipt.change")
    assert receipts.said("receipt.given") == "500.00 SYP"
    counter.desk.clock.forward(timedelta(minutes=2))
    receipts.open(receipt_id)
    assert not receipts.sees("receipt.change")


def test_a_subscriber_without_receipts_is_told_so(counter: Counter, receipts: Receipts) -> None:
    other = counter.desk.read(
        lambda connection: connection.execute(
            select(Account.id).where(Account.id.not_in(select(Receipt.account_id))).limit(1)
        ).scalar_one()
    )
    receipts.open(account_id=other)
    assert receipts.rows("receipt.list") == []
    assert not receipts.sees("receipt.number")
    said = [plain(label.text()) for label in receipts.find("receipt.nothing").findChildren(QLabel)]
    assert "This subscriber has no receipts yet" in said
    assert any("F4" in line for line in said)
    receipts.scope("till")
    assert [row[0] for row in receipts.rows("receipt.list")] == ["0001-A-000001"]
    receipts.open(account_id=demo.ACCOUNT_ID)
    assert receipts.said("receipt.number") == "0001-A-000001"


def test_once_the_centre_has_it_it_says_so(counter: Counter, receipts: Receipts) -> None:
    home = update(table_of(Outbox)).where(Outbox.kind == "TakePayment").values(state="home")
    counter.desk.write(lambda connection: connection.execute(home))
    receipts.do(lambda: receipts.receipts.refresh(frozenset({demo.ACCOUNT_ID})))
    assert receipts.said("receipt.state") == "Recorded at the centre"


def test_a_copy_is_numbered_counted_and_printed(counter: Counter, receipts: Receipts, receipt_id: UUID) -> None:
    receipts.press_with("P")
    receipts.press_with("P", "ح")
    assert counter.paper.sheets == [("0001-A-000001", 1), ("0001-A-000001", 2)]
    view = counter.desk.read(receipt, receipt_id)
    assert view is not None
    assert [copy.number for copy in view.copies] == [1, 2]
    assert "Copy 2" in receipts.said("receipt.copies")
    assert [plain(said) for said in counter.led.said] == [
        "Copy 1 of receipt 0001-A-000001 is printed",
        "Copy 2 of receipt 0001-A-000001 is printed",
    ]


def test_a_printer_that_is_gone_is_told(counter: Counter, receipts: Receipts) -> None:
    counter.paper.gone = True
    receipts.press_with("P")
    assert counter.led.explained == [PrinterGone()]
    assert counter.led.said == []
    counter.paper.gone = False
    receipts.press_with("P")
    assert counter.paper.sheets == [("0001-A-000001", 2)]


def test_who_may_not_copy_sees_no_button(counter: Counter, look: Look, receipt_id: UUID) -> None:
    receipts = Receipts(counter, look, demo.AGENT)
    receipts.open(receipt_id)
    assert not receipts.sees("receipt.copy")
    receipts.press_with("P")
    assert counter.paper.sheets == []


def noted(counter: Counter, about: BecameCredit | Reason, act: UUID) -> None:
    """Let the centre have left word of an act."""
    notice = {
        "id": counter.desk.new_id(),
        "area_id": demo.AREA,
        "account_id": demo.ACCOUNT_ID,
        "till_id": demo.TILL_ID,
        "command_id": act,
        "code": BECAME_CREDIT if isinstance(about, BecameCredit) else about.code,
        "details": details_of(about),
        "occurred_at": counter.desk.clock.now,
    }
    counter.desk.write(lambda connection: connection.execute(insert(table_of(Notice)), notice))


CREDIT = BecameCredit("0001-A-000001", Money(100_000, SYP), Money(30_000, SYP))


def act_of(counter: Counter, receipt_id: UUID) -> UUID:
    """Return the act that gave a receipt."""
    which = select(Receipt.command_id).where(Receipt.id == receipt_id)
    return counter.desk.read(lambda connection: connection.execute(which).scalar_one())


def test_money_that_became_credit_is_told(counter: Counter, receipts: Receipts, receipt_id: UUID) -> None:
    noted(counter, CREDIT, counter.desk.new_id())
    receipts.do(lambda: receipts.receipts.refresh(None))
    assert not receipts.sees("receipt.notice"), "that is about another receipt of the account"
    noted(counter, CREDIT, act_of(counter, receipt_id))
    receipts.do(lambda: receipts.receipts.refresh(None))
    assert "300.00 SYP of it became credit" in receipts.said("receipt.notice")


def test_money_that_was_taken_although_something_stood_against_it_says_so(
    counter: Counter, receipts: Receipts, receipt_id: UUID
) -> None:
    noted(counter, TillClosed("0001"), act_of(counter, receipt_id))
    receipts.do(lambda: receipts.receipts.refresh(None))
    assert receipts.said("receipt.notice").startswith("The centre noted something against it")
    assert "Till 0001 is closed" in receipts.said("receipt.notice")


def test_the_list_leads_from_one_to_the_other(counter: Counter, receipts: Receipts, receipt_id: UUID) -> None:
    other = counter.desk.read(
        lambda connection: connection.execute(
            select(Account.id).where(Account.id != demo.ACCOUNT_ID).limit(1)
        ).scalar_one()
    )
    pay(counter.desk, 5000, account_id=other)
    receipts.do(lambda: receipts.receipts.refresh(frozenset({other})))
    assert receipts.said("receipt.number") == "0001-A-000001"
    receipts.open()
    assert [row[0] for row in receipts.rows("receipt.list")] == ["0001-A-000002", "0001-A-000001"]
    receipts.press(Qt.Key.Key_Up)
    assert receipts.said("receipt.number") == "0001-A-000002"
    receipts.scope("account")
    assert [row[0] for row in receipts.rows("receipt.list")] == ["0001-A-000002"]


def test_receipts_of_another_day_are_found_by_their_subscriber(counter: Counter, look: Look, receipt_id: UUID) -> None:
    counter.desk.clock.forward(DAY)
    receipts = Receipts(counter, look)
    receipts.open(account_id=demo.ACCOUNT_ID)
    assert [row[0] for row in receipts.rows("receipt.list")] == ["0001-A-000001"]
    assert receipts.said("receipt.number") == "0001-A-000001"


def test_an_empty_list_says_so(counter: Counter, look: Look) -> None:
    receipts = Receipts(counter, look)
    receipts.open()
    assert receipts.rows("receipt.list") == []
    assert not receipts.sees("receipt.number")
    receipts.open(UUID(int=1))
    assert not receipts.sees("receipt.number")
    receipts.press_with("P")
    receipts.press(F3)
    assert counter.led.steps == []


def test_its_keys_lead_on(counter: Counter, receipts: Receipts) -> None:
    receipts.press(F3)
    receipts.press(ESCAPE)
    assert counter.led.steps == [("card", demo.ACCOUNT_ID), ("back",)]


def test_the_receipt_is_never_written_to(counter: Counter, receipts: Receipts, receipt_id: UUID) -> None:
    printed = select(Receipt.printed).where(Receipt.id == receipt_id)
    before = counter.desk.read(lambda connection: connection.execute(printed).scalar_one())
    receipts.press_with("P")
    assert counter.desk.read(lambda connection: connection.execute(printed).scalar_one()) == before


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_it_looks(receipts: Receipts, look: Look, language: str) -> None:
    receipts.press_with("P")
    receipts.speak(look, "ar" if language == "ar" else "en")
    assert_golden(receipts.view, f"receipt.{language}", SMALL)


def test_how_it_looks_on_a_large_screen(receipts: Receipts, look: Look) -> None:
    receipts.speak(look, "ar")
    assert_golden(receipts.view, "receipt.ar", LARGE)
    receipts.speak(look, "en")
    assert_golden(receipts.view, "receipt.en", LARGE)


def test_how_it_looks_in_the_dark(receipts: Receipts, look: Look) -> None:
    receipts.speak(look, "ar")
    look.set_scheme(Scheme.DARK)
    assert_golden(receipts.view, "receipt.ar.dark", SMALL)
