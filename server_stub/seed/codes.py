"""The codes that the operator's people work with: kinds of complaints, what calls came to, reasons for a pause,
and what the queues of the exchanges are called.

They are data, and every operator changes them. A database that is older than they are gets them when the server is
brought to this release (`server_stub.upgrade`); a demo country is seeded with them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from server_stub.seed.ids import uuid_of
from server_stub.seed.shape import COLUMNS, Batch

_HOUR = 60
_DAY = 24 * _HOUR
_WORKING_DAY = 450


CODES: Mapping[str, tuple[tuple[Any, ...], ...]] = MappingProxyType(
    {
        "complaint_category": (
            ("no_tone", "لا توجد حرارة", "No dial tone", 2 * _DAY, "always", 1),
            ("noise", "تشويش على الخط", "Noise on the line", 3 * _DAY, "always", 3),
            ("adsl_down", "انقطاع الإنترنت", "Internet down", 2 * _DAY, "always", 2),
            ("adsl_slow", "بطء الإنترنت", "Slow internet", 3 * _DAY, "always", 4),
            ("billing", "فاتورة", "Bill", 5 * _WORKING_DAY, "working", 4),
            ("cut_wrongly", "قطع بالخطأ", "Cut wrongly", 4 * _HOUR, "always", 1),
            ("nuisance", "مكالمات مزعجة", "Nuisance calls", 7 * _WORKING_DAY, "working", 5),
            ("feature", "ميزة لا تعمل", "A feature does not work", 2 * _WORKING_DAY, "working", 3),
            ("service", "معاملة أو انتظار", "Service or waiting", 5 * _WORKING_DAY, "working", 5),
        ),
        "wrap_up_code": (
            ("answered", "أجيب عن السؤال", "Question answered", False),
            ("number_given", "أعطي رقم من الدليل", "Number given from the directory", False),
            ("complaint", "سجلت شكوى", "Complaint recorded", False),
            ("feature", "عدلت ميزات الخط", "Features changed", False),
            ("payment", "دفعة", "Payment", False),
            ("transferred", "حولت المكالمة", "Passed on", False),
            ("call_back", "وعد بمعاودة الاتصال", "Call back promised", True),
            ("silent", "لا صوت أو انقطعت", "Silent or cut off", False),
            ("wrong_number", "رقم خاطئ", "Wrong number", False),
            ("other", "غير ذلك", "Something else", True),
        ),
        "pause_reason": (
            ("break", "استراحة", "Break", True),
            ("meal", "طعام", "Meal", False),
            ("prayer", "صلاة", "Prayer", True),
            ("training", "تدريب", "Training", True),
            ("desk_work", "عمل مكتبي", "Work at the desk", True),
            ("supervisor", "عند المشرف", "With the supervisor", True),
        ),
        "call_queue": (
            ("care", "خدمة المشتركين", "Customer care"),
            ("faults", "الأعطال", "Faults"),
            ("directory", "الدليل", "Directory enquiries"),
        ),
    }
)
"""By table, in the order in which they are offered."""


def write_codes(batch: Batch) -> None:
    """Add the codes to a demo country."""
    for table, rows in CODES.items():
        for n, row in enumerate(rows, 1):
            batch.of(table).append((uuid_of(table, 0, n).bytes, *(_stored(value) for value in row)))


def values_of(table: str, n: int) -> dict[str, Any]:
    """Return the `n`-th code of a table, from 1, as the models know it."""
    return dict(zip(COLUMNS[table], (uuid_of(table, 0, n), *CODES[table][n - 1]), strict=True))


def _stored(value: object) -> object:
    """Return a value in SQLite's storage form."""
    return int(value) if isinstance(value, bool) else value
