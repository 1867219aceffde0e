"""What happened around the bills: bars on those who owe, complaints, and balances brought in from an earlier system."""

from random import Random

from ccbs_desk.domain.ledger import CUSTOMER_CREDIT, OPENING, RECEIVABLE
from ccbs_desk.domain.policy import DEFAULTS
from server_stub.seed.dates import DAY, MINUTE, Cycle, at_midnight, period_of
from server_stub.seed.ids import id_stream
from server_stub.seed.people import Customer
from server_stub.seed.plan import AreaPlan, Country
from server_stub.seed.postings import Postings
from server_stub.seed.shape import Batch

_COMPLAINTS_OF_1024 = 40
_COMPLAINTS = (
    ("no_tone", "لا توجد حرارة على الخط منذ الصباح"),
    ("noise", "تشويش شديد على الخط أثناء المكالمات"),
    ("adsl_slow", "سرعة الإنترنت أقل من المشترك بها مساءً"),
    ("adsl_down", "انقطاع متكرر في خدمة الإنترنت"),
    ("billing", "اعتراض على قيمة المكالمات في الفاتورة الأخيرة"),
    ("billing", "الفاتورة مدفوعة وما زالت تظهر غير مسددة"),
    ("cut_wrongly", "قطع الخط رغم تسديد الفاتورة"),
    ("nuisance", "مكالمات مزعجة من رقم مجهول"),
)
_STATES = ("acknowledged", "inProgress", "inProgress", "pending", "resolved", "closed", "closed", "closed")
_OPEN_STATES = frozenset({"acknowledged", "inProgress", "pending"})
_DEMO_COMPLAINT = ("billing", "inProgress", "اعتراض على قيمة المكالمات في فاتورة الدورة الثالثة")
_DEMO_COMPLAINT_DAYS = 6
_BARRED_OF_256 = 220
_OWING_OF_256, _CREDIT_OF_256 = 46, 52
_OPENING_MOST = 18
"""Opening balances go up to 2 to this power, in minor units."""
_DEMO_OPENING = 164_250


class Care:
    """Writes bars, complaints and opening balances of one area."""

    def __init__(
        self, country: Country, area: AreaPlan, cycles: tuple[Cycle, ...], postings: Postings, rng: Random
    ) -> None:
        self._area, self._bits, self._postings = area.number, rng.getrandbits, postings
        self._today = at_midnight(country.today)
        self._opening = at_midnight(country.today.replace(day=1))
        self._opening_period = period_of(country.today)
        self._bar_days = [cycle.due_at + DAY * (DEFAULTS["dunning.grace_days"] + 1) for cycle in cycles]
        self._bar_ids, self._complaint_ids = id_stream("line_bar", area.number), id_stream("complaint", area.number)

    def bar(self, customer: Customer, oldest_owed: int | None, batch: Batch) -> None:
        """Cut the lines of an account whose oldest bill is overdue: outgoing calls first, then both directions."""
        if oldest_owed is None or customer.demo or self._bits(8) >= _BARRED_OF_256:
            return
        overdue = [day for day in self._bar_days[oldest_owed:] if day < self._today]
        direction = "both" if len(overdue) > 1 else "outgoing"
        for line_id in customer.lines if overdue else ():
            batch.of("line_bar").append(
                (next(self._bar_ids), self._area, customer.account_id, line_id, "debt", direction, overdue[0], None)
            )

    def complaint(self, customer: Customer, batch: Batch) -> None:
        """Let some complain; the demo subscriber does."""
        chance = self._bits(10)
        if chance >= _COMPLAINTS_OF_1024 and not customer.demo:
            return
        (category, text), state = _COMPLAINTS[self._bits(3)], _STATES[self._bits(3)]
        days = self._bits(3) + 1 if state in _OPEN_STATES else self._bits(7) + 10
        if customer.demo:
            (category, state, text), days = _DEMO_COMPLAINT, _DEMO_COMPLAINT_DAYS
        opened = self._today - days * DAY + (self._bits(8) + 480) * MINUTE
        resolved = None if state in _OPEN_STATES else opened + (self._bits(2) + 1) * DAY
        batch.of("complaint").append(
            (next(self._complaint_ids), self._area, customer.account_id, customer.lines[0], category, state, opened,
             resolved, text)
        )  # fmt: skip

    def opening(self, customer: Customer, batch: Batch) -> None:
        """Bring in what an account owed or held in the earlier system, against `opening`."""
        chance = self._bits(8)
        if customer.demo:
            account, minor = RECEIVABLE, _DEMO_OPENING
        elif chance < _OWING_OF_256:
            account, minor = RECEIVABLE, self._bits(_OPENING_MOST) + 1
        elif chance < _CREDIT_OF_256:
            account, minor = CUSTOMER_CREDIT, -(self._bits(_OPENING_MOST - 3) + 1)
        else:
            return
        legs = [(account, minor, None, None), (OPENING, -minor, None, None)]
        self._postings.post(batch, self._opening_period, self._opening, customer.account_id, legs)
