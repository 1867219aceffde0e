"""What picks teach is a fact, counts once a person, and can be taken back."""

from typing import Any

import pytest

from ccbs_desk.directory.query import Hit, Pair
from ccbs_desk.domain.directory_commands import RevokeSpelling, TeachSpelling
from ccbs_desk.domain.directory_errors import RevocationNeedsReason
from ccbs_desk.domain.errors import NotAllowed, Refused
from ccbs_desk.services.taught import pair_of, taught, taught_lately
from tests.factories.desk import Desk

TEACH = TeachSpelling(typed="حطيب", meant="خطيب")


def hit(why: tuple[Any, ...], spans: tuple[tuple[int, int], ...]) -> Hit:
    return Hit("1", "محمد أحمد الخطيب", 0.9, why, spans, "person", "0212114501", "حلب", "حلب", "", "", "")


def test_a_person_counts_once_for_a_pair(desk: Desk) -> None:
    assert desk.read(taught) == ()
    desk.do(TEACH)
    desk.do(TEACH)
    assert desk.read(taught) == (Pair("حطيب", "خطيب", 1),)
    desk.do(TEACH, by=desk.people.agent)
    desk.do(TeachSpelling(typed="سباعى", meant="سباعي"))
    assert desk.read(taught) == (Pair("حطيب", "خطيب", 2), Pair("سباعى", "سباعي", 1))


def test_what_was_taught_is_taken_back_with_a_reason_and_may_be_taught_anew(desk: Desk) -> None:
    desk.do(TEACH)
    revoke = RevokeSpelling(typed="حطيب", meant="خطيب", reason="اسم آخر")
    with pytest.raises(Refused) as no:
        desk.do(revoke)
    assert no.value.reason == NotAllowed(RevokeSpelling.PERMISSION)
    with pytest.raises(Refused) as silent:
        desk.do(RevokeSpelling(typed="حطيب", meant="خطيب", reason=" "), by=desk.people.supervisor)
    assert silent.value.reason == RevocationNeedsReason()
    desk.do(revoke, by=desk.people.supervisor)
    assert desk.read(taught) == ()
    desk.do(TEACH)
    assert desk.read(taught) == (Pair("حطيب", "خطيب", 1),)


def test_who_taught_what_is_told_with_the_last_first(desk: Desk) -> None:
    assert desk.read(taught_lately) == ()
    desk.do(TEACH)
    desk.do(TeachSpelling(typed="سباعى", meant="سباعي"))
    desk.do(TEACH, by=desk.people.agent)
    both, one = desk.read(taught_lately)
    assert (both.typed, both.meant, one.typed) == ("حطيب", "خطيب", "سباعى")
    assert len(both.people) == 2
    assert both.people[1] == one.people[0] != both.people[0]
    assert both.last > one.last
    desk.do(RevokeSpelling(typed="حطيب", meant="خطيب", reason="اسم آخر"), by=desk.people.supervisor)
    assert desk.read(taught_lately) == (one,)


def test_a_pick_teaches_the_one_word_that_was_met_loosely() -> None:
    both = ((0, 4), (10, 16))
    assert pair_of("محمد الحطيب", hit(("exact", "sound"), both)) == Pair("الحطيب", "الخطيب")
    assert pair_of("محمد الخطيب", hit(("exact", "exact"), both)) is None
    assert pair_of("مهمد الحطيب", hit(("sound", "sound"), both)) is None
    assert pair_of("محمد", hit(("exact", "sound"), both)) is None
    assert pair_of("محمد الحطيب", hit(("exact", "sound"), ((0, 4),))) is None
