"""What the operator sells and the rules it goes by: features, tariffs, policies."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from ccbs_desk.domain.ledger import REVENUE_ADSL, REVENUE_FEATURES, REVENUE_RENTAL, REVENUE_USAGE
from ccbs_desk.domain.money import SYP
from ccbs_desk.domain.policy import DEFAULTS
from server_stub.seed.chance import chance_of
from server_stub.seed.ids import row_id
from server_stub.seed.shape import Batch

RENTAL_MINOR = 8_000
STAMP_MINOR = 500
TAX_PERCENT = 10
POLICY_FROM = "2026-01-01"
_ADSL = ("adsl_8", "adsl_16", "adsl_24")
_SPEED_PERCENT = (16, 10, 6)
_HOT_LINE_EXCLUDES = ("call_waiting", "short_dialling", "forward_always", "forward_busy")


@dataclass(frozen=True, slots=True)
class FeatureKind:
    """An entry of the catalogue. `percent` is how many lines of a hundred have it."""

    code: str
    name_ar: str
    name_en: str
    monthly: int
    percent: int = 0
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


FEATURES = (
    FeatureKind("caller_id", "إظهار رقم المتصل", "Caller identification", 1_500, 45),
    FeatureKind("call_waiting", "انتظار المكالمات", "Call waiting", 1_000, 9, excludes=("hot_line",)),
    FeatureKind("caller_id_waiting", "إظهار رقم المتصل أثناء المكالمة", "Caller id while on a call", 800, 0,
                ("caller_id", "call_waiting")),
    FeatureKind("forward_always", "تحويل كل المكالمات", "Forwarding, all calls", 1_200, 3, excludes=("hot_line",)),
    FeatureKind("forward_busy", "التحويل عند الانشغال", "Forwarding when busy", 800, 3, excludes=("hot_line",)),
    FeatureKind("hot_line", "الخط الساخن", "Hot line", 1_500, 0, excludes=_HOT_LINE_EXCLUDES),
    FeatureKind("short_dialling", "الطلب المختصر", "Short dialling", 700, 2, excludes=("hot_line",)),
    FeatureKind("conference", "مكالمة ثلاثية", "Three-party call", 1_000, 0, ("call_waiting",)),
    FeatureKind("wake_up", "خدمة الإيقاظ", "Wake-up call", 500, 1),
    FeatureKind("do_not_disturb", "عدم الإزعاج", "Do not disturb", 700, 1),
    FeatureKind("withhold_number", "حجب الرقم", "Number withheld", 1_000, 2),
    FeatureKind("malicious_trace", "تتبع المكالمات المزعجة", "Malicious call trace", 2_000, 0),
    FeatureKind("bar_international", "منع المكالمات الدولية", "International calls barred", 0, 14),
    FeatureKind("bar_national", "منع المكالمات القطرية", "National calls barred", 0, 3),
    FeatureKind("bar_mobile", "منع مكالمات الخليوي", "Calls to mobiles barred", 0, 6),
    FeatureKind("bar_code", "قفل الصفر برقم سري", "Barring by secret code", 600, 4),
    FeatureKind("adsl_8", "إنترنت ADSL بسرعة 8 ميغابت", "ADSL 8 Mbit/s", 65_000, 16, excludes=("adsl_16", "adsl_24")),
    FeatureKind("adsl_16", "إنترنت ADSL بسرعة 16 ميغابت", "ADSL 16 Mbit/s", 95_000, 10, excludes=("adsl_8", "adsl_24")),
    FeatureKind("adsl_24", "إنترنت ADSL بسرعة 24 ميغابت", "ADSL 24 Mbit/s", 130_000, 6, excludes=("adsl_8", "adsl_16")),
)  # fmt: skip
_NUMBER = {kind.code: n for n, kind in enumerate(FEATURES, 1)}


@dataclass(frozen=True, slots=True)
class Charge:
    """What one service costs each month: how a bill names it, its kind for allocation, its revenue account."""

    service: str
    kind: str
    monthly: int
    revenue: str


RENTAL = Charge("rental", "rental", RENTAL_MINOR, REVENUE_RENTAL)
USAGE = ("usage.local", "usage.mobile", "usage.national", "usage.international")
USAGE_REVENUE = REVENUE_USAGE


@dataclass(frozen=True, slots=True)
class Pack:
    """Features that a line has, and what they cost."""

    features: tuple[bytes, ...]
    charges: tuple[Charge, ...]


def pack_of(codes: tuple[str, ...]) -> Pack:
    """Return the pack of these features."""
    return Pack(tuple(feature_id(code) for code in codes), tuple(_charge(code) for code in codes if _monthly(code)))


def feature_id(code: str) -> bytes:
    """Return the id of a feature of the catalogue."""
    return row_id("feature", 0, _NUMBER[code])


def _monthly(code: str) -> int:
    return FEATURES[_NUMBER[code] - 1].monthly


def _charge(code: str) -> Charge:
    if code in _ADSL:
        return Charge(code.replace("_", "."), "other", _monthly(code), REVENUE_ADSL)
    return Charge(f"feature.{code}", "other", _monthly(code), REVENUE_FEATURES)


@cache
def packs(bits: int) -> tuple[Pack, ...]:
    """Return 2^bits packs as lines have them; what needs or excludes another feature is kept to."""
    rng = chance_of("packs")
    return tuple(pack_of(tuple(_features(rng))) for _ in range(1 << bits))


def _features(rng: Random) -> Iterator[str]:
    for kind in FEATURES:
        if kind.code not in _ADSL and rng.randrange(100) < kind.percent:
            yield kind.code
    speed = rng.randrange(100)
    for code, percent in zip(_ADSL, _SPEED_PERCENT, strict=True):
        if 0 <= speed < percent:
            yield code
        speed -= percent


def write_catalogue(batch: Batch) -> None:
    """Add the feature catalogue and the first version of the policies."""
    features, policies = batch.of("feature"), batch.of("policy")
    for kind in FEATURES:
        rules = (json.dumps(kind.needs), json.dumps(kind.excludes))
        features.append((feature_id(kind.code), kind.code, kind.name_ar, kind.name_en, kind.monthly, SYP, *rules))
    for n, key in enumerate(sorted(DEFAULTS), 1):
        # As it is written, since COPY would take a backslash for its own.
        value = json.dumps(DEFAULTS[key], sort_keys=True, ensure_ascii=False)
        policies.append((row_id("policy", 0, n), key, 1, POLICY_FROM, value))
