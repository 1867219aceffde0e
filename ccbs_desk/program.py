"""One run of the desk: let in, signed in, at work, signed out, until the window is closed.

With `desktop.py`, which paints before this is loaded, and `workplace.py`, which joins the screens, this is the
composition root.
"""

import asyncio
import contextlib
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.keyslots import KeyRing
from ccbs_desk.config.options import Options
from ccbs_desk.config.secrets import StoreKey, probe
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.commands import SignIn as SignInAct
from ccbs_desk.domain.commands import SignOut as SignOutAct
from ccbs_desk.domain.errors import StoreDamaged, StoreLost, Unavailable
from ccbs_desk.domain.permissions import AGENT_WORK, DIRECTORY_LOOK_UP
from ccbs_desk.domain.policy import DEFAULT_RULES
from ccbs_desk.faces import Faces
from ccbs_desk.models.store import Store
from ccbs_desk.models.store_files import must_be_writable
from ccbs_desk.printing.port import printer_at
from ccbs_desk.rooms import enquiries_at
from ccbs_desk.services import handlers, outbox
from ccbs_desk.services.bus import rules_on
from ccbs_desk.services.desk_bus import DeskBus
from ccbs_desk.services.place import read_place
from ccbs_desk.services.session import Session
from ccbs_desk.sync.approver import Approver
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.country import CountryDirectory
from ccbs_desk.sync.engine import REVOKED, Engine
from ccbs_desk.sync.enrol import Enrolling, forget_desk, kept_enrolment, store_lost
from ccbs_desk.sync.facts import SyncFacts
from ccbs_desk.sync.keeping import Keeping, saved_text
from ccbs_desk.sync.phone import Phone
from ccbs_desk.sync.pull import catch_up
from ccbs_desk.sync.rebase import Applied
from ccbs_desk.sync.rescue import sweep as sweep_damaged
from ccbs_desk.sync.running import Running
from ccbs_desk.sync.sign_in import OFFLINE_DAYS, SignedIn, SignIn, known_person
from ccbs_desk.sync.snapshots import FirstLoad, needed, sweep
from ccbs_desk.sync.visits import Visits
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.newkey import KeyChange
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.shell.statusbar import Link
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.shell.window import Window
from ccbs_desk.ui.signin.presenter import SignInPresenter
from ccbs_desk.ui.welcome.presenter import WelcomePresenter
from ccbs_desk.ui.welcome.view import WelcomeView
from ccbs_desk.wire.messages import Enrolment
from ccbs_desk.workplace import Workplace

LINKS = {"online": Link.ONLINE, "connecting": Link.CONNECTING, "offline": Link.OFFLINE, "blocked": Link.OFFLINE}
HANDLERS = handlers.HANDLERS
LOOK_SECONDS = 3.0


def utc_now() -> datetime:
    """The clock of this desk."""
    return datetime.now(UTC)


class Program:
    """Owns everything that lives as long as the window: client, keys, store, engine."""

    def __init__(self, options: Options, look: Look, window: Window, faces: Faces) -> None:
        self._options, self._look, self._window, self._faces = options, look, window, faces
        self._signin_view, self._welcome_view = faces.signin, faces.welcome
        self._closed = asyncio.Event()
        self._tasks = Tasks(lambda _reason: None)
        self._client: Client
        self._welcome = WelcomePresenter(self._welcome_view)
        self._welcome_view.again.connect(self._welcome.again)
        self._welcome_view.cancelled.connect(self._welcome.cancel)
        self._bus = DeskBus(utc_now)
        self._keeping = Keeping(options.profile, lambda: self._tasks.start(self._stop_work()))
        self._signin: SignIn | None = None
        self._running: Running | None = None
        self._workplace: Workplace | None = None
        self._presenter: SignInPresenter | None = None
        self._enquiries = enquiries_at(options.profile)
        window.close_wanted.connect(lambda: self._tasks.start(self._leave()))

    def close(self) -> None:
        """End the run; what waits for the link stays in the outbox."""
        self._closed.set()

    async def run(self) -> None:
        """Run until the window is closed."""
        # The first client reads the authorities that it trusts, which takes long.
        self._client = await asyncio.to_thread(self._new_client)
        life = asyncio.ensure_future(self._live())
        closing = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait((life, closing), return_when=asyncio.FIRST_COMPLETED)
            if life.done():
                await life
                await closing
        finally:
            life.cancel()
            closing.cancel()
            await asyncio.gather(life, closing, return_exceptions=True)
            await self._end()

    @property
    def _loads(self) -> Path:
        return self._options.profile / "loads"

    async def _offline_days(self) -> int:
        store = self._keeping.store
        if store is None:
            return DEFAULT_RULES.number(OFFLINE_DAYS)
        rules = await asyncio.wrap_future(store.read(lambda c: rules_on(c, damascus_date(utc_now()))))
        return rules.number(OFFLINE_DAYS)

    def _new_client(self) -> Client:
        return Client(self._options.server)

    async def _live(self) -> None:
        profile = self._options.profile
        await _until_writable(self._options.profile, self._window, self._welcome_view, self._welcome)
        secrets = await asyncio.to_thread(probe)
        keys = StoreKey(profile, KeyRing(profile), secrets)
        if await asyncio.to_thread(store_lost, profile, keys.ring):
            await asyncio.to_thread(forget_desk, profile, keys)
            self._window.show_alone(self._welcome_view)
            await self._welcome.tell(StoreLost())
        identity = await asyncio.to_thread(DeviceIdentity.load_or_create, profile, secrets)
        enrolment = await self._enrolled(identity)
        keeping = self._keeping
        keeping.enrolled(enrolment, secrets)
        self._signin = signin = SignIn(
            self._client, identity, enrolment.device_id, keys, keeping.open, self._offline_days, keeping.rescue
        )
        # Kept here: a Qt connection does not keep the owner of a bound method alive.
        self._presenter = presenter = SignInPresenter(
            self._signin_view, self._tasks, signin.sign_in, lambda who: self._enter(who, signin, identity, keys)
        )
        self._signin_view.submitted.connect(presenter.submitted)
        typed = self._faces.take_early()
        if typed is not None:
            presenter.submitted(*typed)
        elif not self._signin_view.isVisible():
            # Where it is shown already, somebody may be typing into it.
            self._show_signin()
        self._tasks.start(self._watch_link())
        if self._options.demo_clerk:
            # The demo only: the password comes from whoever started it, never from a file.
            presenter.submitted(self._options.demo_clerk, os.environ.get("CCBS_DEMO_PASSWORD", ""))

    async def _watch_link(self) -> None:
        """Tell the sign-in whether the centre can be reached; at work the engine tells it."""
        while True:
            if self._running is None:
                reachable = await self._client.reachable()
                self._signin_view.set_link(Link.ONLINE if reachable else Link.OFFLINE)
            await asyncio.sleep(LOOK_SECONDS)

    async def _enrolled(self, identity: DeviceIdentity) -> Enrolment:
        known = kept_enrolment(self._options.profile)
        if known is None or known.state != "approved":
            self._window.show_alone(self._welcome_view)
            enrolling = Enrolling(self._client, identity, self._options.profile)
            known = await self._welcome.enrol(enrolling, known, platform.node() or "desk", self._options.centre)
        return known

    async def _enter(self, who: SignedIn, signin: SignIn, identity: DeviceIdentity, keys: StoreKey) -> None:
        store = self._keeping.store
        if store is None:
            raise RuntimeError("somebody signed in, but the store is not open")
        try:
            if not await asyncio.wrap_future(store.read(needed)) or await self._loaded(store):
                await asyncio.to_thread(sweep, self._loads)
                await self._work(store, who, signin, identity, keys)
        finally:
            # Given up, refused, or our own mistake: nobody is left before a screen that does nothing.
            if self._workplace is None:
                await self._leave_work()
                await signin.sign_out()
                self._window.show_alone(self._signin_view)

    async def _work(
        self, store: Store, who: SignedIn, signin: SignIn, identity: DeviceIdentity, keys: StoreKey
    ) -> None:
        if who.online:
            await catch_up(store, self._client, utc_now)
        person = who.person
        if person is None:
            person = await asyncio.wrap_future(store.read(lambda connection: known_person(connection, who.login)))
        place = await asyncio.wrap_future(store.read(read_place))
        visits = Visits(store, self._client, utc_now, self._applied, place.home_area)
        session = Session(store, self._bus, person, place, utc_now, reach=visits)
        await session.act(SignInAct(online=who.online), command_id=session.new_id())
        approver = Approver(self._new_client, identity, place.device_id, keys, store)
        # At a counter, where nobody answers calls, nothing shows a telephone.
        phone = Phone(self._client, utc_now) if person.may(AGENT_WORK) else None
        engine = Engine(
            store,
            self._client,
            now=utc_now,
            facts=lambda facts: self._facts(facts, keys),
            applied=self._applied,
            phone=phone,
            renew=signin.renew,
        )
        self._running = Running(engine, visits, self._country() if person.may(DIRECTORY_LOOK_UP) else None)
        self._workplace = Workplace(
            self._window,
            self._look,
            session,
            verify=approver.verify,
            printer=printer_at(self._options.printer),
            sign_out=lambda: self._tasks.start(self._sign_out(session, signin)),
            phone=phone,
            enquiries=self._enquiries,
        )
        session.acted.append(lambda _done: self._wake())
        session.marked.append(self._wake)
        self._running.start()
        await self._workplace.open()
        # Kept here: the window keeps no owner of what it asks for commands.
        told = Tasks(self._workplace.explain)
        self._key_change = KeyChange(self._window, session, told, lambda: signin.change_key(store))
        self._window.add_commands(self._key_change.offer)
        saved, self._keeping.saved = self._keeping.saved, 0
        if saved:
            # Never in silence.
            self._workplace.say(saved_text(saved), Tone.WARN)

    def _wake(self) -> None:
        if self._running is not None:
            self._running.engine.wake()

    def _country(self) -> CountryDirectory:
        return CountryDirectory(self._client, self._enquiries.listings, self._options.profile / "directory")

    async def _loaded(self, store: Store) -> bool:
        self._window.show_alone(self._welcome_view)
        return await self._welcome.load(FirstLoad(store, self._client, self._loads))

    def _facts(self, facts: SyncFacts, keys: StoreKey) -> None:
        self._signin_view.set_link(LINKS[facts.link])
        if facts.server_time is not None:
            # The age of every person's slot is counted from here, also while another works.
            self._tasks.start(asyncio.to_thread(keys.ring.note_server_time, facts.server_time), latest="server time")
        if facts.link == "online" and not facts.unsent and not facts.attention:
            self._tasks.start(asyncio.to_thread(sweep_damaged, self._options.profile), latest="damaged")
        if facts.problem == REVOKED and not facts.unsent:
            # Nothing here is worth keeping any more: after this session nobody opens the data again.
            self._tasks.start(asyncio.to_thread(keys.revoke), latest="revoked")
        if self._workplace is not None:
            self._workplace.show_sync(facts, LINKS[facts.link])

    def _applied(self, applied: Applied) -> None:
        if self._workplace is not None:
            self._workplace.refresh(None if applied.everybody else applied.accounts or None)

    async def _sign_out(self, session: Session, signin: SignIn) -> None:
        if self._workplace is None or not await self._workplace.may_leave():
            return
        with contextlib.suppress(Unavailable):
            # Who can't leave a trace leaves all the same.
            unsent = (await session.read(outbox.summary)).unsent
            await session.act(SignOutAct(unsent=unsent), command_id=session.new_id())
        await self._leave_work()
        await signin.sign_out()
        self._show_signin()

    async def _leave_work(self) -> None:
        workplace, self._workplace = self._workplace, None
        running, self._running = self._running, None
        if running is not None:
            await running.stop()
        if workplace is not None:
            workplace.close()

    async def _stop_work(self) -> None:
        """The store is damaged: nothing can be done any more until somebody signs in and it is rescued."""
        await self._leave_work()
        if self._signin is not None:
            await self._signin.sign_out()
            self._signin.store_gone()
        await self._keeping.close()
        self._show_signin()
        words = words_of(StoreDamaged())
        self._signin_view.show_error(words.title, words.todo)

    def _show_signin(self) -> None:
        self._signin_view.reset()
        self._window.show_alone(self._signin_view)
        self._signin_view.set_user("")

    async def _leave(self) -> None:
        if self._workplace is None or await self._workplace.may_leave():
            self.close()

    async def _end(self) -> None:
        await self._leave_work()
        self._tasks.cancel()
        await self._client.close()
        await asyncio.to_thread(self._enquiries.listings.close)
        await self._keeping.close()
        self._window.hide()


async def _until_writable(profile: Path, window: Window, view: WelcomeView, welcome: WelcomePresenter) -> None:
    """Say before anybody begins that nothing can be kept on this disk."""
    while True:
        try:
            return await asyncio.to_thread(must_be_writable, profile)
        except Unavailable as no:
            window.show_alone(view)
            await welcome.tell(no.reason)
