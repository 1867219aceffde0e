"""A desk's own subscribers are found as listings are: misheard, misspelt, run together, in Latin letters, with a place.

Each subscriber of the demo area is asked for in each way; what he is called without any noise is in `test_look_up.py`.
"""

import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select

from ccbs_desk.domain.layouts import in_latin_layout
from ccbs_desk.domain.text import fold
from ccbs_desk.models.subscribers import Account, Listing, Subscriber
from ccbs_desk.services.look_up import look_up
from server_stub.seed import demo
from tests.factories.desk import Desk

EAR = dict(zip("حهطتصسقكضدذزعغثظ", "هحتطسصكقدضزذأخسز", strict=True))
LATIN = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآئؤء",
        "a b t th j h kh d z r z s sh s d t z a gh f k k l m n h ou i a a a i a e o a".split(),  # noqa: SIM905
        strict=True,
    )
)
SLOWEST = 0.2


def longest(name: str) -> tuple[list[str], int]:
    """Return the words of a name, and which of them is the longest."""
    words = name.split()
    return words, max(range(len(words)), key=lambda place: len(words[place]))


def misheard(name: str, _street: str) -> str:
    """Take one letter of the longest word for another of nearly the same sound."""
    words, place = longest(name)
    word = words[place]
    for at in range(len(word) - 1, 0, -1):
        if word[at] in EAR:
            words[place] = word[:at] + EAR[word[at]] + word[at + 1 :]
            break
    return " ".join(words)


def lost(name: str, _street: str) -> str:
    """Lose a letter of the longest word."""
    words, place = longest(name)
    words[place] = words[place][:-2] + words[place][-1]
    return " ".join(words)


def crossed(name: str, _street: str) -> str:
    """Let two letters of the longest word change places."""
    words, place = longest(name)
    word = words[place]
    words[place] = word[:-3] + word[-2] + word[-3] + word[-1]
    return " ".join(words)


def together(name: str, _street: str) -> str:
    """Run the first two words together."""
    first, second, *rest = name.split()
    return " ".join([first + second, *rest])


def backwards(name: str, _street: str) -> str:
    """Say the words from the last to the first, one of them misheard."""
    return " ".join(reversed(misheard(name, "").split()))


def with_place(name: str, street: str) -> str:
    """Say first and last word and the street, one of them misheard."""
    words = misheard(name, "").split()
    return f"{words[0]} {words[-1]} {street.removeprefix('شارع ')}"


def bare_begun(name: str, _street: str) -> str:
    """Begin the last word, without its article."""
    words = name.split()
    last = words[-1].removeprefix("ال")
    return " ".join([*words[:-1], last[:-1] if len(last) > 3 else last])


def latin(name: str, _street: str) -> str:
    """Write it in Latin letters, one for one."""
    return "".join(LATIN.get(letter, letter) for letter in name)


def other_keys(name: str, _street: str) -> str:
    """Type it in the other keyboard layout, the last letter still to come."""
    return in_latin_layout(fold(name)[:-1])


def people(connection: Connection) -> list[tuple[str, str]]:
    """Return the names and streets of the listed people of the area, compounds written as one word."""
    rows = connection.execute(
        select(Subscriber.name, Listing.street)
        .join(Account, Account.subscriber_id == Subscriber.id)
        .join(Listing, Listing.account_id == Account.id)
        .where(Subscriber.kind == "person", Listing.listed)
        .order_by(Account.id)
    )
    return [(name.replace("عبد ", "عبد").replace("أبو ", "أبو").replace(" الدين", "الدين"), street)
            for name, street in rows]  # fmt: skip


@pytest.mark.parametrize(
    ("bend", "at_least"),
    [
        (misheard, 1.0),
        (lost, 1.0),
        (crossed, 1.0),
        (together, 1.0),
        (backwards, 1.0),
        (with_place, 1.0),
        (bare_begun, 1.0),
        (latin, 0.9),
        (other_keys, 1.0),
    ],
)
def test_it_finds_whom_a_caller_means(desk: Desk, bend: Callable[[str, str], str], at_least: float) -> None:
    def ask(connection: Connection) -> tuple[list[str], int, float]:
        missed, slowest = [], 0.0
        asked = [one for one in people(connection) if len(one[0].split()) > 2]
        for name, street in asked:
            text = bend(name, street)
            began = time.thread_time()
            found = look_up(connection, text, home_area="11", today=desk.today)
            slowest = max(slowest, time.thread_time() - began)
            first = [hit.name.replace(" ", "") for hit in found.hits[:3]]
            if name.replace(" ", "") not in first:
                missed.append(f"{text} ({name}): {[hit.name for hit in found.hits[:3]]}")
        return missed, len(asked), slowest

    missed, asked, slowest = desk.read(ask)
    assert asked > 30
    assert len(missed) <= asked * (1 - at_least), "\n".join(missed)
    assert slowest < SLOWEST


@pytest.mark.parametrize(
    "text",
    [
        "ال",
        "ء" * 10_000,
        "محمد الحلبي " * 900,
        "abd " * 2_500,
        "\x00\x01محمد\x02",
        "😀📞👩‍👧",
        "'; DROP TABLE account; --",
        'NEAR(محمد "الحلبي" OR * ^ AND NOT',
        "محمد%_[a-z]",
        "\u202e\u2066\u200f",
        "م" * 199 + " الحلبي",
    ],
)
def test_whatever_is_typed_is_answered_at_once(desk: Desk, text: str) -> None:
    desk.read(look_up, "محمد", home_area="11", today=desk.today)

    def ask(connection: Connection) -> float:
        began = time.thread_time()
        found = look_up(connection, text, home_area="11", today=desk.today)
        assert found.hits or found.hint_code
        return time.thread_time() - began

    assert desk.read(ask) < SLOWEST


def test_who_fits_stands_before_who_is_only_like_it(desk: Desk) -> None:
    found = desk.read(look_up, "محمد", home_area="11", today=desk.today)
    whys = [hit.why == "name_near" for hit in found.hits]
    assert whys == sorted(whys)
    assert {False, True} == set(whys)
    assert [hit.why for hit in found.sure] == ["name"] * len(found.sure)
    assert demo.ACCOUNT_ID in {hit.account_id for hit in found.sure}
