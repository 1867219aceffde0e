"""What people write comes back as they wrote it; only what nobody can keep or show is gone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ccbs_desk.domain.notes import clean_note


def test_line_breaks_stay_and_controls_go() -> None:
    assert clean_note("  أول\r\nثان\rثالث\x00\x1b[31m\x7f\x85 ") == "أول\nثان\nثالث[31m"
    assert clean_note("a\tb\u2066c\u2069") == "a\tb\u2066c\u2069"
    assert clean_note("half \ud83d of a sign") == "half  of a sign"
    assert clean_note(" \n\x00\t ") == ""


@settings(deadline=None)
@given(st.text())
def test_a_clean_note_is_kept_as_it_is_by_every_database(text: str) -> None:
    clean = clean_note(text)
    assert clean_note(clean) == clean
    assert clean.encode().decode() == clean
    assert "\x00" not in clean
