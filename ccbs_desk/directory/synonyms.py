"""Words of trades and offices that callers use for one another, and the numbers that everyone must find on one key."""

from dataclasses import dataclass
from typing import Final

from ccbs_desk.domain.text import tokens

_GROUPS: Final = (
    "صيدلية صيدليات اجزاخانة فرماشية", "مشفى مستشفى مشافي مستشفيات", "عيادة عيادات طبيب دكتور",
    "مطعم مطاعم", "فندق فنادق اوتيل نزل", "مدرسة مدارس", "جامعة جامعات", "بنك مصرف بنوك مصارف", "مخبز فرن مخابز افران",
    "محامي محامون محاماة", "بقالية سمانة بقالة سوبرماركت ماركت", "حلاق حلاقة صالون كوافير", "ميكانيك ميكانيكي كراج",
    "مكتبة مكتبات قرطاسية", "جامع مسجد", "مخفر شرطة", "بلدية بلديات", "مختبر مخبر مخابر تحاليل", "صراف صرافة",
    "نجار نجارة منجرة", "حداد حدادة", "كهربائي كهرباء", "مكتب شركة مؤسسة", "سيارات سيارة",
)  # fmt: skip


def _synonyms() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in _GROUPS:
        words = [tokens(word)[0] for word in group.split()]
        for word in words:
            found[word] = tuple(other for other in words if other != word)
    return found


SYNONYMS: Final = _synonyms()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A number that is given on one key, without looking: its code for the screen, and what people call it."""

    code: str
    number: str
    called: tuple[str, ...]


PREPARED: Final = (
    Prepared("ambulance", "110", ("اسعاف", "الاسعاف", "سيارة اسعاف")),
    Prepared("police", "112", ("شرطة", "الشرطة", "شرطة النجدة")),
    Prepared("fire", "113", ("اطفاء", "الاطفاء", "مطافي", "فوج الاطفاء")),
    Prepared("traffic", "115", ("شرطة المرور", "المرور")),
)
"""The usual numbers of the country; an operator's own list is given in their place."""
