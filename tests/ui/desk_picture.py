"""The frame with the gallery in it, as a picture of a working desk."""

from datetime import UTC, datetime, timedelta

from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.shell.navigation import Place
from ccbs_desk.ui.shell.statusbar import Link, StatusFacts
from ccbs_desk.ui.shell.window import Window
from tests.ui.gallery import Gallery, both

FACTS = StatusFacts(
    link=Link.OFFLINE,
    link_since=datetime(2026, 11, 23, 7, 52, tzinfo=UTC),
    unsent_count=3,
    unsent_sum=Money(412550, SYP),
    till="0217",
    clock_offset=timedelta(seconds=2),
    staff_name="رنا الأحمد",
    centre="مركز المزة",
)


def desk(look: Look) -> Window:
    """Return a window with a few places, the first of them shown."""
    window = Window(look)
    window.add_place(Place("subscriber", both("المشترك", "Subscriber"), "card", Gallery(), Keys("F2")))
    for name, ar, en, icon, key in (
        ("search", "البحث", "Search", "search", "F3"),
        ("payment", "الدفع", "Payment", "money", "F4"),
        ("till", "الصندوق", "Till", "till", "F6"),
        ("outbox", "الصادر", "Outbox", "outbox", "F7"),
    ):
        window.add_place(Place(name, both(ar, en), icon, View(), Keys(key)))
    window.status_bar.show_facts(FACTS)
    return window
