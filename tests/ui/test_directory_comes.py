"""The whole program before a real server: a clerk signs in, and the directory comes to the desk by itself."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import insert

from ccbs_desk.config.language import latin_digits, strip_isolates
from ccbs_desk.config.options import Options
from ccbs_desk.faces import Faces
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import writing
from ccbs_desk.models.subscribers import Listing
from ccbs_desk.program import Program
from ccbs_desk.services.listings import Listings
from ccbs_desk.sync import country
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.labels import Label
from ccbs_desk.ui.shell.window import Window
from ccbs_desk.ui.signin.view import SignInView
from ccbs_desk.ui.walker.hands import Hands
from ccbs_desk.ui.walker.pulse import Pulse
from ccbs_desk.ui.walker.visit import PASSWORD, Visit
from ccbs_desk.ui.welcome.view import WelcomeView
from server_stub.seed import demo
from tests.factories.counter import Counter
from tests.factories.link import BadLink, bad_link
from tests.factories.published import NEW_NAME, a_listing, add_listing, change_listing
from tests.factories.server import RunningServer
from tests.ui.at_work import collect, run, until

MANY = 4_000
SLOW = 0.4


@dataclass
class AtDesk:
    """A desk that was let in, the line to its centre, and a person's hands on it."""

    app: QApplication
    look: Look
    counter: Counter
    line: BadLink
    hands: Hands

    def run(self, story: Coroutine[Any, Any, None]) -> None:
        """Run a story on the loop of the interface."""
        run(self.app, story)

    @asynccontextmanager
    async def life(self, login: str = demo.CLERK) -> AsyncIterator[Listings]:
        """Start the program, sign in, and end it as whoever closes its window does. Gives what it asks."""
        window, faces = Window(self.look), Faces(SignInView(), WelcomeView())
        faces.signin.submitted.connect(faces.early)
        window.show_alone(faces.signin)
        window.show()
        window.activateWindow()
        profile = self.counter.profile
        options = Options(profile, self.line.address, "", str(profile / "paper"), "ar", "light", "", profile, "")
        program = Program(options, self.look, window, faces)
        living = asyncio.ensure_future(program.run())
        try:
            await Visit(self.hands).sign_in(login)
            yield program._enquiries.listings
        finally:
            program.close()
            await living
            window.close()
            window.deleteLater()

    async def ask(self, name: str) -> None:
        """Ctrl+F, and a name."""
        await self.hands.press("F", ctrl=True)
        await self.hands.until(lambda: self.hands.focus() == "directory.box", "the keyboard in the directory")
        await self.hands.clear()
        await self.hands.type(name)

    def names(self) -> list[str]:
        """Return the names that are shown."""
        return [self.hands.cell("directory.results", row, 0) for row in range(self.hands.rows("directory.results"))]

    def coming(self) -> str:
        """Return what the screen says of a directory that is on its way."""
        card = self.hands.find("directory.coming")
        said = " | ".join(label.text() for label in card.findChildren(Label)) if card else ""
        return latin_digits(strip_isolates(said))


@pytest.fixture
def at_desk(
    centre: RunningServer, look: Look, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AtDesk]:
    monkeypatch.setenv(PASSWORD, demo.PASSWORD)
    # Once in half an hour is seldom for who waits for it.
    monkeypatch.setattr(country, "FRESH_SECONDS", 0.2)
    monkeypatch.setattr(country, "LOOK_SECONDS", 0.1)
    qapp.setQuitOnLastWindowClosed(False)
    with bad_link(int(centre.url.rpartition(":")[2])) as line:
        counter = Counter(tmp_path / "profile", line.address)
        asyncio.run(counter.enrol(centre.parts.devices))
        yield AtDesk(qapp, look, counter, line, Hands(qapp, tmp_path / "pictures", Pulse()))
    collect()


def many_listings(centre: RunningServer) -> None:
    """Publish so many that their file comes in several pieces."""
    like = a_listing(centre)
    rows = [like | {"id": uuid4(), "street": uuid4().hex} for _ in range(MANY)]
    with writing(centre.engine) as connection:
        connection.execute(insert(table_of(Listing)), rows)


def test_it_comes_by_itself_and_a_change_at_the_centre_reaches_the_desk(at_desk: AtDesk, centre: RunningServer) -> None:
    async def story() -> None:
        async with at_desk.life():
            await at_desk.ask(a_listing(centre)["name"])
            await at_desk.hands.until(lambda: a_listing(centre)["name"] in at_desk.names(), "a published listing")
            listing = add_listing(centre)
            await at_desk.ask(NEW_NAME)
            await at_desk.hands.until(lambda: not at_desk.names() or NEW_NAME in at_desk.names(), "an answer")
            while NEW_NAME not in at_desk.names():
                await at_desk.ask(NEW_NAME)
            change_listing(centre, listing, listed=False)
            while NEW_NAME in at_desk.names():
                await at_desk.ask(NEW_NAME)
        at_desk.line.cut()
        async with at_desk.life() as listings:
            # Without a link it is asked like any other day.
            assert listings.is_there
            await at_desk.ask(a_listing(centre)["name"])
            await at_desk.hands.until(lambda: a_listing(centre)["name"] in at_desk.names(), "a published listing")

    at_desk.run(story())


def test_a_link_that_is_cut_in_the_middle_is_told_and_it_goes_on_where_it_was(
    at_desk: AtDesk, centre: RunningServer
) -> None:
    many_listings(centre)

    async def story() -> None:
        async with at_desk.life() as listings:
            at_desk.line.delay(SLOW)
            await until(lambda: 0 < listings.coming.done < listings.coming.whole)
            at_desk.line.cut()
            had = listings.coming.done
            await at_desk.ask(a_listing(centre)["name"])
            await at_desk.hands.until(lambda: "الدليل ينتظر عودة الاتصال" in at_desk.coming(), "that the link is gone")
            assert f"{listings.coming.percent} %" in at_desk.coming()
            assert listings.coming.done == had
            at_desk.line.delay(0)
            at_desk.line.mend()
            least = had
            while not listings.is_there:
                if listings.coming.whole:
                    least = min(least, listings.coming.done)
                await asyncio.sleep(0)
            assert least == had
            assert at_desk.line.count("GET /v1/directory/files") == 2
            # What was asked meanwhile is answered.
            await at_desk.hands.until(lambda: a_listing(centre)["name"] in at_desk.names(), "a published listing")

    at_desk.run(story())


def test_nothing_comes_to_who_may_not_look_into_it(at_desk: AtDesk) -> None:
    async def story() -> None:
        async with at_desk.life(demo.ADMIN):
            await Visit(at_desk.hands).see_link(up=True)
            await at_desk.hands.settled()
        assert at_desk.line.count("GET /v1/directory") == 0

    at_desk.run(story())
