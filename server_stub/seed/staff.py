"""Centres, tills and the people who work there. Only the demo logins have a password."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from random import Random

from argon2 import PasswordHasher

from ccbs_desk.domain.permissions import ADMIN, AGENT, BILLING, CLERK, FAULT_DESK, SUPERVISOR
from ccbs_desk.domain.till import FIRST_LETTER
from server_stub.seed import demo
from server_stub.seed.chance import chance_of
from server_stub.seed.dates import at_midnight
from server_stub.seed.ids import id_stream, row_id
from server_stub.seed.plan import AREAS, Country
from server_stub.seed.shape import Batch
from server_stub.seed.vocabulary import Word, vocabulary

_CALL = ("DAM", "DAM", "ALE", "ALE", "HOM", "TAR")
_FAULT = ("DAM", "RIF", "ALE", "ALE", "HOM", "HAM", "LAT", "TAR", "DEI", "HAS")
_BILLING = ("DAM", "ALE")
_NAMED = {"call": ("مركز اتصال", "call centre"), "fault": ("مركز صيانة", "fault centre"),
          "billing": ("مركز فوترة", "billing centre"), "printing": ("مركز طباعة", "printing centre")}  # fmt: skip
_CREWS = {
    "care": ((CLERK, 1), (SUPERVISOR, 1)),
    "call": ((AGENT, 100), (SUPERVISOR, 4)),
    "fault": ((FAULT_DESK, 6), (SUPERVISOR, 1)),
    "billing": ((BILLING, 12), (SUPERVISOR, 2)),
    "printing": ((BILLING, 3), (SUPERVISOR, 1)),
}
_DEMO_PLACES = {demo.CARE_CENTRE_CODE: ((demo.CLERK, CLERK), (demo.CLERK_2, CLERK), (demo.SUPERVISOR, SUPERVISOR)),
                demo.CALL_CENTRE_CODE: ((demo.AGENT, AGENT),),
                demo.ADMIN_CENTRE_CODE: ((demo.ADMIN, ADMIN),)}  # fmt: skip
_WOMEN_IN_TEN = 4
_CALL_TILLS_FROM = 1001
_CALL_TILLS = 100
"""Tills of a call centre: numbers for receipts of card payments, no drawers."""


@dataclass(frozen=True, slots=True)
class _Centre:
    id: bytes
    code: str
    kind: str


def write_staff(country: Country, demo_password: str, batch: Batch) -> None:
    """Add centres, tills, staff with their roles, and the passwords of the demo logins."""
    centres = [*_care_centres(country, batch), *_other_centres(country, batch)]
    staff, roles, passwords = batch.of("staff"), batch.of("staff_role"), batch.of("password")
    names = _names(chance_of(f"{country.seed}/staff"))
    role_ids = id_stream("staff_role")
    since = at_midnight(country.today.replace(month=1, day=1))
    for staff_id, (centre, login, role) in zip(id_stream("staff"), _posts(centres), strict=False):
        name_ar, name_en = next(names)
        staff.append((staff_id, login, name_ar, name_en, centre.id, "ar", 1))
        roles.append((next(role_ids), staff_id, role))
        if login in demo.LOGINS:
            passwords.append((staff_id, hash_password(demo_password, login), 0, None, since))


@cache
def hash_password(password: str, login: str) -> str:
    """Return the Argon2id hash of a demo password. The salt follows from the login: every run makes the same rows."""
    salt = hashlib.sha256(f"demo login {login}".encode()).digest()[:16]
    return PasswordHasher().hash(password, salt=salt)


def _care_centres(country: Country, batch: Batch) -> Iterator[_Centre]:
    centres, tills = batch.of("centre"), batch.of("till")
    till_ids, second_codes = id_stream("till"), count(AREAS + 1)
    seconds = []
    for area in country.areas:
        n, governorate = area.number, area.governorate
        centre = _Centre(row_id("centre", n, 1), f"C{n:03}", "care")
        names = (f"مركز خدمة {area.name_ar}", f"{area.name_en} customer care")
        centres.append((centre.id, centre.code, centre.kind, governorate.id, n, *names))
        tills.append((next(till_ids), f"{n:04}", centre.id, n, None, FIRST_LETTER))
        if n == 1 or country.areas[n - 2].governorate != governorate:
            seconds.append((centre.id, n))
        yield centre
    for centre_id, n in seconds:
        tills.append((next(till_ids), f"{next(second_codes):04}", centre_id, n, None, FIRST_LETTER))


def _other_centres(country: Country, batch: Batch) -> Iterator[_Centre]:
    governorates = {g.code: g for g in country.governorates}
    centres, ids = batch.of("centre"), id_stream("centre")
    tills, till_ids, codes = batch.of("till"), id_stream("till", AREAS + 1), count(_CALL_TILLS_FROM)
    first_area = {area.governorate.code: area.number for area in reversed(country.areas)}
    kinds = (("call", "K{:02}", _CALL), ("fault", "F{:02}", _FAULT), ("billing", "B{}", _BILLING),
             ("printing", "P{}", _BILLING))  # fmt: skip
    for kind, pattern, places in kinds:
        for n, place in enumerate(places, 1):
            governorate, (ar, en) = governorates[place], _NAMED[kind]
            nth = places[:n].count(place)
            suffix = f" {nth}" if places.count(place) > 1 else ""
            centre = _Centre(next(ids), pattern.format(n), kind)
            names = (f"{ar} {governorate.name_ar}{suffix}", f"{governorate.name_en} {en}{suffix}")
            centres.append((centre.id, centre.code, kind, governorate.id, None, *names))
            if kind == "call":
                for _ in range(_CALL_TILLS):
                    area = first_area[governorate.code]
                    tills.append((next(till_ids), f"{next(codes):04}", centre.id, area, None, FIRST_LETTER))
            yield centre


def _posts(centres: list[_Centre]) -> Iterator[tuple[_Centre, str, str]]:
    """Return who works where: centre, login and role. The demo logins come first in their centre."""
    for centre in centres:
        known = _DEMO_PLACES.get(centre.code, ())
        for login, role in known:
            yield centre, login, role
        n = 0
        for role, number in _CREWS[centre.kind]:
            for _ in range(number - sum(held == role for _, held in known)):
                n += 1
                yield centre, f"{centre.code.lower()}.{n}", role


def _names(rng: Random) -> Iterator[tuple[str, str]]:
    """Return names of staff in both languages, without end."""
    words = vocabulary()
    men, women, families = (_in_both(names) for names in (words.men, words.women, words.families))
    while True:
        given = rng.choice(women if rng.randrange(10) < _WOMEN_IN_TEN else men)
        family = rng.choice(families)
        yield f"{given.ar} {family.ar}", f"{given.en} {family.en}"


def _in_both(names: tuple[Word, ...]) -> list[Word]:
    return [name for name in names if name.en]
