"""The status bar always tells the truth about link, unsent work, till and clock."""

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.shell.statusbar import Link, StatusBar, StatusFacts
from ccbs_desk.ui.values import Named
from tests.factories.keys import click
from tests.ui.golden import settle

SINCE = datetime(2026, 11, 23, 7, 52, tzinfo=UTC)


def _texts(bar: StatusBar) -> list[str]:
    return [strip_isolates(item.text()) for item in bar.findChildren(Button) if not item.isHidden()]


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        (StatusFacts(), ["جارٍ الاتصال", "كل العمليات مرسلة", "لا صندوق مفتوح", "لم تُقارن الساعة بعد", "English"]),
        (
            StatusFacts(
                Link.OFFLINE, SINCE, 3, Money(412550, SYP), 0, "0217", timedelta(minutes=-5), "رنا الأحمد", "المزة"
            ),
            [
                "العمل دون اتصال بالمركز منذ ١٠:٥٢",
                "٣ عمليات لم تُرسل، ٤٬١٢٥٫٥٠\u00a0ل.س",
                "الصندوق ٠٢١٧",
                "فرق الساعة −٥:٠٠",
                "رنا الأحمد · المزة",
                "English",
            ],
        ),
        (
            StatusFacts(Link.ONLINE, parked_count=2, notices=1, clock_offset=timedelta(seconds=3)),
            [
                "متصل بالمركز",
                "عمليتان تنتظران قراراً",
                "لا صندوق مفتوح · تنبيه واحد",
                "الساعة مضبوطة (+٣ ثا)",
                "English",
            ],
        ),
        (
            StatusFacts(
                Link.ONLINE,
                unsent_count=1,
                unsent_sum=Money(83000, SYP),
                parked_count=2,
                till="0217",
                notices=3,
                clock_offset=timedelta(seconds=-1),
            ),
            [
                "متصل بالمركز",
                "عملية واحدة لم تُرسل، ٨٣٠٫٠٠\u00a0ل.س · عمليتان تنتظران قراراً",
                "الصندوق ٠٢١٧ · ٣ تنبيهات",
                "الساعة مضبوطة (−١ ثا)",
                "English",
            ],
        ),
        (
            StatusFacts(Link.OFFLINE, unsent_count=11),
            ["العمل دون اتصال بالمركز", "١١ عملية لم تُرسل", "لا صندوق مفتوح", "لم تُقارن الساعة بعد", "English"],
        ),
    ],
)
def test_facts_in_words(qtbot: QtBot, look: Look, facts: StatusFacts, shown: list[str]) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_facts(facts)
    assert _texts(bar) == shown


@pytest.mark.parametrize("sign", [1, -1])
def test_the_clock_is_warned_of_from_two_minutes_on(qtbot: QtBot, look: Look, sign: int) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    look.set_language("en")
    minus, signed = ("−", "−") if sign < 0 else ("", "+")
    for seconds, text in (
        (0, "right (0 s)"),
        (119, f"right ({signed}119 s)"),
        (120, f"off by {minus}2:00"),
        (90_000, f"off by {minus}25:00:00"),
    ):
        bar.show_facts(StatusFacts(clock_offset=timedelta(seconds=sign * seconds)))
        assert _texts(bar)[3] == f"Clock {text}"


def test_each_part_leads_somewhere(qtbot: QtBot, look: Look) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_facts(StatusFacts(staff_name="رنا"))
    bar.show()
    link, unsent, till, _clock, person, language = bar.findChildren(Button)
    for item, signal in (
        (link, bar.link_pressed),
        (unsent, bar.unsent_pressed),
        (till, bar.till_pressed),
        (person, bar.person_pressed),
    ):
        with qtbot.waitSignal(signal):
            click(item)
    with qtbot.waitSignal(bar.language_wanted) as wanted:
        click(language)
    assert wanted.args == ["en"]


def test_it_follows_the_language(qtbot: QtBot, look: Look) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_facts(StatusFacts(Link.ONLINE, till="0217"))
    look.set_language("en")
    qtbot.waitUntil(lambda: bar.accessibleName() == "State of the desk")
    assert _texts(bar) == ["Connected to the centre", "All sent", "Till 0217", "Clock not compared", "العربية"]


def test_names_follow_the_language_at_once(qtbot: QtBot, look: Look) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_facts(StatusFacts(staff_name=Named(Bilingual("رنا الأحمد", "Rana Al-Ahmad")), centre=Named(NOWHERE)))
    look.set_language("en")
    settle()
    assert "Rana Al-Ahmad" in _texts(bar)


NOWHERE = Bilingual("", "")
