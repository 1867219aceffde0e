"""A picture of the whole kit at work: a subscriber's card with every component where it would stand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Amount, Code, Month, Text, is_rtl
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.ui.kit.badge import Badge
from ccbs_desk.ui.kit.banner import Banner
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card, FactRow, Facts
from ccbs_desk.ui.kit.fields import AmountEdit, Choice, SearchField, TextField
from ccbs_desk.ui.kit.form import Form
from ccbs_desk.ui.kit.labels import Label, Role, Rule
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.states import EmptyState, ErrorState, ProgressState
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Space, Tone


@dataclass(frozen=True, slots=True)
class _Both:
    ar: str
    en: str

    def __str__(self) -> str:
        return self.ar if is_rtl() else self.en


def both(ar: str, en: str) -> Text:
    """Return a text of this picture, which has no catalogue of its own."""
    return cast(Text, _Both(ar, en))


@dataclass(frozen=True, slots=True)
class BillRow:
    """A bill as the card lists it."""

    number: str
    month: date
    due: date
    total: Money
    left: Money
    state: Text
    tone: Tone


def money(pounds: int, minor: int = 0) -> Money:
    """Return an amount in new pounds."""
    return Money(pounds * 100 + minor, SYP)


OPEN, LATE, SETTLED = both("مفتوحة", "Open"), both("متأخرة", "Overdue"), both("مسددة", "Settled")
BILLS = (
    BillRow("11-2026-0048213", date(2026, 9, 1), date(2026, 11, 30), money(1245, 50), money(1245, 50), OPEN, Tone.WARN),
    BillRow("11-2026-0036127", date(2026, 7, 1), date(2026, 9, 30), money(11982), money(482), LATE, Tone.BAD),
    BillRow("11-2026-0024009", date(2026, 5, 1), date(2026, 7, 31), money(933, 25), money(0), SETTLED, Tone.OK),
    BillRow("11-2026-0012450", date(2026, 3, 1), date(2026, 5, 31), money(1011), money(0), SETTLED, Tone.OK),
)


def bill_table() -> Table[BillRow]:
    """Return the table of bills."""
    return Table(
        (
            Column("number", both("رقم الفاتورة", "Bill"), lambda bill: Code(bill.number), width=160),
            Column("month", both("الدورة", "Cycle"), lambda bill: Month(bill.month)),
            Column("due", both("الاستحقاق", "Due"), lambda bill: bill.due, width=120),
            Column("total", both("المبلغ (ل.س)", "Total (SYP)"), lambda bill: Amount(bill.total), Align.FIGURE, 120),
            Column("left", both("المتبقي", "Remaining"), lambda b: Amount(b.left), Align.FIGURE, 120, strong=True),
            Column("state", both("الحالة", "State"), lambda b: b.state, width=110, tone=lambda b: b.tone, badge=True),
        ),
        name=both("الفواتير", "Bills"),
        key=lambda bill: bill.number,
        empty=EmptyState(both("لا فواتير", "No bills")),
    )


class Gallery(View):
    """The picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "canvas")
        self.bills = bill_table()
        self.bills.set_rows(BILLS)
        self.bills.select(1)
        left = column(self._who(), self._bills(), gap=Space.M)
        right = column(self._payment(), self._buttons(), None, gap=Space.M)
        self.search = SearchField(both("ابحث برقم الهاتف أو الاسم أو رقم الحساب", "Search by number, name or account"))
        page = row(gap=Space.M)
        page.addLayout(left, 5)
        page.addLayout(right, 2)
        self.setLayout(column(self.search, page, gap=Space.M, margin=Space.L))

    def _who(self) -> Card:
        name = Label(both("عبد الرحمن محمد الخطيب", "Abdulrahman Mohammad Al-Khatib"), Role.HEADING, selectable=True)
        line = Badge(both("الخط يعمل", "Line on"), Tone.OK)
        owes = Badge(both("عليه ذمة", "Owes"), Tone.WARN)
        fault = Badge(both("عطل مفتوح", "Fault open"), Tone.BAD)
        facts = Facts(
            FactRow(both("رقم الهاتف", "Number"), Code("011 / 2214567"), role=Role.STRONG),
            FactRow(both("رقم الحساب", "Account"), Code("0114 778 213")),
            FactRow(both("المركز الهاتفي", "Exchange"), both("المزة", "Mezzeh")),
            FactRow(both("الرصيد المستحق", "Balance due"), money(1727, 50), role=Role.FIGURE, explain=True),
            FactRow(both("آخر دفعة", "Last payment"), datetime(2026, 10, 2, 9, 41, tzinfo=UTC)),
            FactRow(both("يبقى الخط حتى", "Line stays on until"), date(2026, 11, 30), tone=Tone.OK),
            columns=3,
        )
        notice = Banner(
            Tone.WARN,
            both("عطل جماعي في كبينة المزة ١٤", "Mass fault at cabinet Mezzeh 14"),
            both("الإصلاح متوقع اليوم قبل السادسة مساءً.", "Repair is expected today before 18:00."),
            action=both("عرض العطل", "Show the fault"),
        )
        return Card().add(row(name, Space.S, line, owes, fault, None), Rule(), facts, notice)

    def _bills(self) -> Card:
        more = Button(both("كل الفواتير", "All bills"), Kind.PLAIN)
        return Card(both("الفواتير", "Bills"), beside=more).add(self.bills)

    def _payment(self) -> Card:
        form = Form()
        amount = AmountEdit(large=True)
        amount.set_money(money(1727, 50))
        payer = TextField(both("كما في الهوية", "As on the identity card"))
        method = Choice((("cash", both("نقداً", "Cash")), ("card", both("بطاقة", "Card"))))
        form.add(
            "amount", both("المبلغ", "Amount"), amount, hint=both("يقبل الأرقام بشكليها", "Digits of either family")
        )
        form.add("method", both("طريقة الدفع", "Method"), method)
        form.add("payer", both("اسم الدافع", "Paid by"), payer)
        form.show_error("payer", both("اسم الدافع مطلوب لهذا المبلغ.", "This amount needs the payer's name."))
        pay = Button(both("قبض الدفعة", "Take payment"), Kind.PRIMARY, icon="money", key="F8")
        return Card(both("دفعة جديدة", "New payment")).add(form, row(pay, Button(both("إلغاء", "Cancel")), None))

    def _buttons(self) -> Card:
        off = Button(both("غير متاح", "Not available"))
        off.setEnabled(False)
        first = row(Button(both("طباعة", "Print"), icon="print"), off, None)
        second = row(
            Button(both("طي الفاتورة", "Void the bill"), Kind.DANGER),
            Button(both("تفاصيل", "Details"), Kind.PLAIN),
            None,
        )
        tones = row(
            *(
                Badge(both(ar, en), tone)
                for ar, en, tone in (
                    ("معلومة", "Info", Tone.INFO),
                    ("عادي", "Plain", Tone.NEUTRAL),
                    ("مقطوع", "Barred", Tone.BAD),
                )
            ),
            None,
        )
        return Card(both("إجراءات", "Actions")).add(first, second, tones)


class States(View):
    """The places that have nothing to show yet, and the notices."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "canvas")
        notices = column(
            Banner(Tone.OK, both("أُرسلت كل العمليات", "Everything was sent")),
            Banner(
                Tone.BAD,
                both("رُفضت عملية", "An act was refused"),
                both("الإيصال ٠٢١٧-B-٠٠٠٠٤٢ محفوظ.", "Receipt 0217-B-000042 is kept."),
                action=both("المراجعة", "Review"),
            ),
            Banner(Tone.INFO, both("نسخة جديدة جاهزة", "A new version is ready")),
            gap=Space.S,
        )
        table = bill_table()
        self.setLayout(column(notices, self._states(), Card(margin=Space.S).add(table), gap=Space.M, margin=Space.L))

    def _states(self) -> QWidget:
        holder = QWidget()
        progress = ProgressState(both("جلب نسخة المنطقة", "Fetching the area's copy"))
        progress.set_progress(62, 100, both("٦٢ من ١٠٠ ميغابايت", "62 of 100 MB"))
        error = ErrorState(
            both("لم يصل الطلب إلى المركز", "The request did not reach the centre"),
            both("الدفعة محفوظة على هذا الجهاز.", "The payment is kept on this desk."),
            both("تحقق من الشبكة ثم أعد المحاولة.", "Check the network, then try again."),
        )
        empty = EmptyState(
            both("لا شكاوى", "No complaints"),
            both("لم يقدّم شكوى بعد.", "None so far."),
            action=both("شكوى جديدة", "New"),
        )
        line = row(gap=Space.M)
        for state in (empty, error, progress):
            line.addWidget(Card(margin=0).add(state), 1)
        holder.setLayout(line)
        return holder
