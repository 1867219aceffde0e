"""What a clerk does at the desk, move by move, by keys alone. Each move ends when its outcome is on the screen."""

import os

from PySide6.QtWidgets import QLabel

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.ui.shell.statusbar import Link, link_text
from ccbs_desk.ui.walker.hands import Hands

ALL_SENT = "كل العمليات مرسلة"
NAME = "الحلبي محمد عبدالرحمن"
"""The demo subscriber as a caller says it: family first, the compound written together."""
FAMILY = "الحلبي"
NUMBER = "٠١١ / ٢٢١٤٥٦٧"
SHORT_NUMBER = "2214567"
PASSWORD = "CCBS_DEMO_PASSWORD"  # noqa: S105 - the name of a variable
RECEIPT = "CCBS_WALK_RECEIPT"
RECEIPT_COLUMN = 2
FLOAT = ("", "5")
"""five notes of 200"""
DRAWER = ("10", "", "1", "", "1", "2", "", "2")
"""the float and the 4,149 pounds that the demo subscriber pays: 500, 200, 100, 50, 25, 10, 5 and 2"""
WRONG_LAYOUT = "ov,["
"""the Arabic word for going out as it comes from a Latin layout"""
LOADING = 60.0


class Visit:
    """One person's moves. `look` is what the names of pictures in both languages bear, where there are several."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.look = ""

    async def sign_in(self, login: str) -> None:
        """Type name and password; the search is there."""
        hands = self.hands
        await hands.until_shown("signin.user")
        await hands.until(lambda: hands.focus() in ("signin.user", "signin.password"), "the keyboard in the sign-in")
        if hands.focus() == "signin.password":
            await hands.press("Tab", shift=True)
        await hands.clear()
        await hands.type(login)
        await hands.press("Tab")
        await hands.type(os.environ[PASSWORD])
        await hands.press("Enter")
        await hands.until_shown("search.box", LOADING)

    async def see_link(self, *, up: bool) -> None:
        """Wait until the status bar says that the link is there, or gone."""
        said = strip_isolates(str(link_text(Link.ONLINE)))
        what = "the link in the status bar" if up else "the loss of the link in the status bar"
        await self.hands.until(lambda: (self.hands.text("status.link") == said) is up, what, LOADING)

    async def open_till(self) -> None:
        """F6, count the float, confirm."""
        hands = self.hands
        await hands.press("F6")
        await self._count(FLOAT)
        await hands.picture("till-open-ar")
        await hands.press("F9")
        await hands.until_shown("till.close")
        await hands.picture("till-session-ar")

    async def _count(self, notes: tuple[str, ...]) -> None:
        """Type how many there are of each note, largest first; an empty one is passed by."""
        hands = self.hands
        await hands.until(lambda: hands.focus().startswith("till.count"), "the keyboard in the count")
        for number in notes:
            await hands.type(number)
            await hands.press("Enter")

    async def find_by_name(self) -> None:
        """F2, type the name as a caller says it; somebody is found."""
        hands = self.hands
        await hands.press("F2")
        await hands.until(lambda: hands.focus() == "search.box", "the keyboard in the search")
        await hands.clear()
        await hands.type(NAME)
        await hands.until(lambda: hands.rows("search.results") > 0, "a subscriber of that name")
        await hands.picture("search-ar")

    async def find_by_number(self) -> None:
        """Type the number in Arabic-Indic digits with a slash; one is found."""
        hands = self.hands
        await hands.press("F2")
        await hands.until(lambda: hands.focus() == "search.box", "the keyboard in the search")
        await hands.clear()
        await hands.type(NUMBER)
        await hands.until(lambda: hands.rows("search.results") == 1, "the subscriber of that number")

    async def open_card(self) -> None:
        """Down into the results, Return; the card is there."""
        hands = self.hands
        await hands.press("Enter")
        await hands.until(lambda: bool(hands.text("card.balance")), "the card")

    async def see_directory(self) -> None:
        """Ctrl+F, a family; the directory has come to this desk by itself, and who is listed is found."""
        hands = self.hands
        await hands.press("F", ctrl=True)
        await hands.until(lambda: hands.focus() == "directory.box", "the keyboard in the directory")
        await hands.clear()
        await hands.type(FAMILY)
        await hands.until(lambda: hands.rows("directory.results") > 0, "a listing of that family", LOADING)
        await self.both_languages("directory")
        await hands.press("Esc")

    async def both_languages(self, name: str) -> None:
        """Keep a picture in Arabic, switch, keep one in English, switch back."""
        hands, name = self.hands, f"{name}{self.look}"
        await self._paper_there(name)
        await hands.picture(f"{name}-ar")
        before = hands.text("status.language")
        await hands.press("F12")
        await hands.until(lambda: hands.text("status.language") != before, "the other language")
        await self._paper_there(name)
        await hands.picture(f"{name}-en")
        await hands.press("F12")
        await hands.until(lambda: hands.text("status.language") == before, "the first language again")

    async def _paper_there(self, name: str) -> None:
        """A receipt is drawn beside the rest; it is part of its picture."""
        if name == f"receipt{self.look}":
            await self.hands.settled()
            await self.hands.until_shown("receipt.paper")

    async def both_languages_of_signin(self) -> None:
        """Keep pictures of the sign-in in Arabic and English."""
        hands = self.hands
        await hands.until_shown("signin.user")
        await hands.picture("signin-ar")
        await hands.press("F12")
        await hands.picture("signin-en")
        await hands.press("F12")

    async def pay(self) -> str:
        """F4, the sum that is due, F9; return the number on the receipt."""
        hands = self.hands
        await hands.press("F4")
        await hands.until(lambda: bool(hands.text("payment.amount")), "the amount that is due")
        await hands.until(lambda: bool(hands.text("payment.collect")), "the sum to collect")
        await self.both_languages("payment")
        await hands.press("F9")
        await hands.until(lambda: bool(hands.text("receipt.number")), "the receipt")
        return hands.text("receipt.number")

    async def pay_part(self, sum_: str) -> None:
        """F4, so much of what is due, F9; the rest stays due."""
        hands = self.hands
        await hands.press("F4")
        await hands.until(lambda: hands.focus() == "payment.amount", "the keyboard in the amount")
        await hands.until(lambda: bool(hands.text("payment.collect")), "the sum to collect")
        due = hands.text("payment.collect")
        await hands.clear()
        await hands.type(sum_)
        await hands.until(lambda: hands.text("payment.collect") not in ("", due), "the smaller sum to collect")
        await hands.settled()
        await hands.press("F9")
        await hands.until(lambda: bool(hands.text("receipt.number")), "the receipt")

    async def see_outbox(self, *, waiting: bool) -> None:
        """F7; something waits there, or nothing does any more."""
        hands = self.hands
        await hands.press("F7")
        await hands.until_shown("outbox.table")
        what = "an act that waits" if waiting else "an empty outbox"
        await hands.until(lambda: (hands.rows("outbox.table") > 0) is waiting, what, LOADING)
        await hands.picture(f"outbox-{'waiting' if waiting else 'empty'}-ar")

    async def copy_receipt(self) -> None:
        """F8, Ctrl+P: a numbered copy."""
        hands = self.hands
        await self.find_by_number()
        await self.open_card()
        await self.both_languages("card-paid")
        await hands.press("F8")
        await hands.until(lambda: bool(hands.text("receipt.number")), "the receipt")
        before = hands.text("receipt.copies")
        await hands.press("P", ctrl=True)
        await hands.until(lambda: hands.text("receipt.copies") != before, "the copy")
        await hands.picture("receipt-copy-ar")

    async def see_palette(self) -> None:
        """Ctrl+K and a few letters, typed on the wrong layout; the one command that they mean is found."""
        hands = self.hands
        await hands.press("K", ctrl=True)
        await hands.until(lambda: hands.rows("palette.commands") > 1, "the commands")
        await hands.type(WRONG_LAYOUT)
        await hands.until(lambda: hands.rows("palette.commands") == 1, "the command that was meant")
        await self.both_languages("palette")
        await hands.press("Esc")

    async def close_till(self) -> None:
        """F6, close, count blind what is in the drawer, confirm."""
        hands = self.hands
        await hands.press("F6")
        await hands.until_shown("till.close")
        await hands.press("F9")
        await self._count(DRAWER)
        await hands.picture("till-count-ar")
        await hands.press("F9")
        await hands.until_shown("till.difference")
        await hands.picture("till-closed-ar")

    async def see_payment(self) -> str:
        """Wait until the card shows the receipt that was given elsewhere; return its number."""
        hands, receipt = self.hands, os.environ[RECEIPT]

        def shown() -> bool:
            rows = range(hands.rows("card.payments"))
            return any(hands.cell("card.payments", row, RECEIPT_COLUMN) == receipt for row in rows)

        await hands.until(shown, f"receipt {receipt} on the card", LOADING)
        return receipt

    async def sign_out(self) -> None:
        """By the palette, once all is sent, since leaving earlier asks a question; the sign-in is there again."""
        hands = self.hands
        await hands.until(lambda: ALL_SENT in hands.text("status.unsent"), "that all is sent", LOADING)
        await hands.press("K", ctrl=True)
        await hands.type("خروج")
        await hands.press("Enter")
        await hands.until_shown("signin.user")

    def marks(self) -> str:
        """Return the mark that a new desk shows while it waits to be let in."""
        widget = self.hands.find("welcome.mark")
        return strip_isolates(widget.text()) if isinstance(widget, QLabel) else ""
