"""Every reason has its words, in every language, and nobody ever reads a raw code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import ClassVar, get_type_hints
from uuid import UUID

import pytest

from ccbs_desk.config.language import LANGUAGES, Language, format_money, set_language, strip_isolates
from ccbs_desk.domain.errors import (
    AmountOverLimit,
    AmountUnreadable,
    ApprovalInvalid,
    ClockOff,
    DeviceNotEnrolled,
    NewerServer,
    NotAllowed,
    NumberUnreadable,
    Reason,
    TillOpenAlready,
    all_reasons,
)
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.permissions import PERMISSIONS
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.ui import refusal_codes
from ccbs_desk.ui.refusals import GENERAL, TABLE, sentence_of, words_of

SAMPLES: dict[type, object] = {
    str: "zz.code_of_the_server",
    int: 4711,
    UUID: UUID("01998c1e-0000-7000-8000-00000000abcd"),
    Money: Money(1234567, SYP),
    date: date(2026, 11, 24),
    Bilingual: Bilingual("إظهار رقم المتصل", "Caller identification"),
    datetime: datetime(2026, 11, 23, 7, 52, tzinfo=UTC),
}
PLACEHOLDER = re.compile(r"\{(\w*)\}")
RAW = re.compile(r"\b[a-z]+(?:[._][a-z]+)+\b")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    set_language("en")


def sample(kind: type[Reason]) -> Reason:
    """Return a reason of a kind with a value of each field's type; codes are ones that nobody knows."""
    hints = get_type_hints(kind)
    return kind(**{field.name: SAMPLES[hints[field.name]] for field in fields(kind)})


def read(reason: Reason) -> list[str]:
    """Return what a person reads."""
    words = words_of(reason)
    return [strip_isolates(str(text)) for text in (words.title, words.kept, words.todo)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", all_reasons(), ids=lambda kind: kind.code)
def test_every_reason_is_told_in_words(kind: type[Reason], language: Language) -> None:
    set_language(language)
    assert kind in TABLE, f"{kind.__name__} has no words in ui/refusals.py"
    reason = sample(kind)
    told = read(reason)
    typed = {getattr(reason, name, None) for name in ("text", "clerk", "till_code", "currency")}
    for text in told:
        assert text.strip()
        assert not PLACEHOLDER.search(text), text
        assert str(SAMPLES[UUID]) not in text
        assert kind.code not in text
        if SAMPLES[str] not in typed:
            assert not RAW.search(text), text
    if language == "ar":
        assert all(re.search("[\u0621-\u064a]", text) for text in told), told


@pytest.mark.parametrize("kind", all_reasons(), ids=lambda kind: kind.code)
def test_a_text_names_only_what_its_reason_carries(kind: type[Reason]) -> None:
    known = {field.name for field in fields(kind)} | {"whole", "exact", "number"}
    for text in (TABLE[kind].title, TABLE[kind].kept, TABLE[kind].todo):
        assert set(PLACEHOLDER.findall(text.msgid)) <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_of_the_reason_are_in_its_words(language: Language) -> None:
    set_language(language)
    limit = Money(500_000_00, SYP)
    title, _kept, todo = (str(text) for text in vars_of(AmountOverLimit(Money(600_000_00, SYP), limit)))
    assert format_money(limit) in title
    assert format_money(limit) in todo


def vars_of(reason: Reason) -> tuple[object, object, object]:
    """Return title, kept and todo."""
    words = words_of(reason)
    return words.title, words.kept, words.todo


def test_words_follow_a_switch_of_language() -> None:
    words = words_of(TillOpenAlready("0217", datetime(2026, 11, 23, 7, 52, tzinfo=UTC)))
    assert strip_isolates(str(words.title)) == "Till 0217 has been open since 23/11/2026 10:52."
    set_language("ar")
    assert strip_isolates(str(words.title)) == "الصندوق ٠٢١٧ مفتوح منذ ٢٣/١١/٢٠٢٦ ١٠:٥٢."


def test_the_code_of_a_newer_server_gets_a_general_card_and_keeps_the_work() -> None:
    title, kept, todo = read(NewerServer("credit.frozen_by_court"))
    assert "credit.frozen_by_court" not in f"{title} {kept} {todo}"
    assert kept == str(GENERAL.kept)


def test_a_reason_that_this_table_does_not_know_gets_the_general_card() -> None:
    @dataclass(frozen=True, slots=True)
    class FromTomorrow:
        code: ClassVar[str] = "tomorrow"

    assert str(words_of(FromTomorrow()).title) == str(GENERAL.title)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "reason",
    [
        *(AmountUnreadable("12,3,4", why) for why in refusal_codes.WHY),
        *(NotAllowed(permission) for permission in sorted(PERMISSIONS)),
        *(DeviceNotEnrolled(state) for state in refusal_codes.DEVICE_STATES),
        ApprovalInvalid("approval.from_tomorrow"),
        DeviceNotEnrolled("sleeping"),
    ],
    ids=str,
)
def test_a_code_inside_a_reason_is_worded_too(reason: Reason, language: Language) -> None:
    set_language(language)
    for text in read(reason):
        assert not RAW.search(text.replace("12,3,4", "")), text


def test_every_right_has_words() -> None:
    assert set(refusal_codes.PERMISSIONS) == PERMISSIONS


def test_an_empty_field_is_asked_for_and_not_quoted() -> None:
    assert read(AmountUnreadable("  ", "amount.empty"))[0] == "There is no amount yet."
    assert read(NumberUnreadable("", "number.empty"))[0] == "There is no number yet."


def test_what_was_typed_is_quoted_short_and_clean() -> None:
    title = read(AmountUnreadable("\u2066x" * 200, "amount.not_a_number"))[0]
    assert title.count("x") == 40
    assert "…" in title


def test_a_clock_is_off_by_a_length_of_time() -> None:
    assert read(ClockOff(-7260))[0] == "This desk's clock is off by 2:01:00."


def test_a_field_says_what_is_wrong_and_what_to_do_in_one_line() -> None:
    assert strip_isolates(str(sentence_of(AmountUnreadable("", "amount.empty")))) == (
        "There is no amount yet. Type the amount in figures, such as 1500 or 1500.50."
    )
