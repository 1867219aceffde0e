"""Words of trades and offices that callers use for one another."""

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
