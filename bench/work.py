"""The place of work over a store that is there: what the program opens once somebody has signed in."""

import asyncio
from pathlib import Path

from ccbs_desk.models.store import Store
from ccbs_desk.printing.port import printer_at
from ccbs_desk.program import utc_now
from ccbs_desk.services.desk_bus import DeskBus
from ccbs_desk.services.place import read_place
from ccbs_desk.services.session import Person, Session
from ccbs_desk.sync.phone import Phone
from ccbs_desk.sync.sign_in import known_person
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.shell.window import Window
from ccbs_desk.workplace import Workplace

KEY = bytes(range(32))
CLERK = "clerk"


async def open_work(
    window: Window, look: Look, profile: Path, *, login: str = CLERK, phone: Phone | None = None
) -> tuple[Workplace, Session]:
    """Open the store of a profile and all screens over it."""
    store = await asyncio.to_thread(Store, profile, KEY)
    person = await asyncio.wrap_future(store.read(lambda connection: known_person(connection, login)))
    place = await asyncio.wrap_future(store.read(read_place))
    session = Session(store, DeskBus(utc_now), person, place, utc_now)
    workplace = Workplace(
        window,
        look,
        session,
        verify=_nobody,
        printer=printer_at(str(profile / "paper")),
        sign_out=lambda: None,
        phone=phone,
    )
    await workplace.open()
    return workplace, session


async def _nobody(_login: str, _password: str) -> Person:
    raise AssertionError("nobody is asked to approve anything here")
