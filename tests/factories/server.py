"""A real server on loopback, over SQLite or PostgreSQL, with the demo country, a clock to turn, desks to sign in at."""

import base64
import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
import msgspec
import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg import sql
from sqlalchemy import Engine, make_url, update

from ccbs_desk.domain.errors import Refused
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import Password
from ccbs_desk.models.database import migrate, open_database, reading, writing
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import (
    Answer,
    Challenge,
    Enrolment,
    EnrolRequest,
    FeedPage,
    PushAnswer,
    PushRequest,
    SignInRequest,
    Tokens,
)
from server_stub.app import build_parts
from server_stub.auth import signed_text
from server_stub.digests import keep
from server_stub.feed import feeding
from server_stub.parts import Parts
from server_stub.seed import demo, seed
from server_stub.serving import Server
from server_stub.settings import Settings
from tests.factories.country import CYCLES, SEED, SUBSCRIBERS
from tests.factories.field_desk import FieldDesk, field_desk
from tests.factories.postgres import Postgres

T = TypeVar("T")
BACKENDS = ("sqlite", "postgresql")
CEILING_SECONDS = 30.0
PASSWORD_KIB = 1_024
"""What checking a password costs the servers under test."""


class TurnableClock:
    """The time of the server under test: the real one, and what a test has put on top."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def turn(self, **ahead: float) -> None:
        """Let time pass at once, as `timedelta` takes it."""
        self._ahead += timedelta(**ahead)


def until(told: Callable[[], T | None]) -> T:
    """Return what is told once it is something true; fail after a ceiling."""
    end = time.monotonic() + CEILING_SECONDS
    while time.monotonic() < end:
        found = told()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError(f"nothing came within {CEILING_SECONDS:.0f} s")


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class SignedIn:
    """A person's session on a desk: a client with the access token, and the tokens themselves."""

    desk: FieldDesk
    tokens: Tokens
    http: httpx.Client

    def push(self, *acts: bytes) -> tuple[Answer, ...]:
        """Send acts; return the answers."""
        body = encode(PushRequest(commands=[msgspec.Raw(act) for act in acts]))
        response = self.http.post("/v1/commands", content=body)
        assert response.status_code == 200, response.text
        return msgspec.json.decode(response.content, type=PushAnswer).answers

    def page(self, after: int, limit: int = 2_000) -> FeedPage:
        """Return one page of the feed."""
        response = self.http.get("/v1/feed", params={"after": after, "limit": limit})
        assert response.status_code == 200, response.text
        return msgspec.json.decode(response.content, type=FeedPage)


@dataclass
class RunningServer:
    """The server under test and its world. Everything that was opened is closed when the test ends."""

    url: str
    parts: Parts
    clock: TurnableClock
    country_file: Path
    folder: Path
    stack: ExitStack
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _counters: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def engine(self) -> Engine:
        """The server's database."""
        return self.parts.engine

    def http(self, **headers: str) -> httpx.Client:
        """Return a client that is nobody yet."""
        return self.stack.enter_context(
            httpx.Client(base_url=self.url, headers=headers, timeout=CEILING_SECONDS, verify=False)
        )

    def prepare_names(self) -> None:
        """Let names of the whole country be found: their index is made when it is first asked for."""

        def there() -> bool:
            with suppress(Refused), reading(self.engine) as connection:
                return bool(self.parts.names.find(connection, demo.NAME, 1))
            return False

        until(there)

    def desk(self) -> FieldDesk:
        """Return a desk that nobody knows yet."""
        return self.stack.enter_context(field_desk(self.folder / f"desk-{next(self._numbers)}", self.country_file))

    def enrol(self, desk: FieldDesk, centre: str = demo.CARE_CENTRE_CODE) -> Enrolment:
        """Let a desk ask to be let in."""
        asked = EnrolRequest(name="counter", centre_code=centre, public_key=b64(desk.public_key))
        response = self.http().post("/v1/devices", content=encode(asked))
        assert response.status_code == 200, response.text
        return msgspec.json.decode(response.content, type=Enrolment)

    def enrolled_desk(self, centre: str = demo.CARE_CENTRE_CODE) -> FieldDesk:
        """Return a desk that was let in and has a till where its centre has one left."""
        desk = self.desk()
        desk.enrolled(self.parts.devices.approve(self.enrol(desk, centre).device_id))
        return desk

    def try_sign_in(
        self, desk: FieldDesk, login: str = demo.CLERK, password: str = demo.PASSWORD, nonce: str | None = None
    ) -> httpx.Response:
        """Sign in and return the answer, whatever it is."""
        http = self.http()
        nonce = nonce or msgspec.json.decode(http.post("/v1/session/challenge").content, type=Challenge).nonce
        asked = SignInRequest(
            login=login,
            password=password,
            device_id=desk.device_id,
            nonce=nonce,
            signature=b64(desk.key.sign(signed_text(nonce, login))),
        )
        return http.post("/v1/session", content=encode(asked))

    def sign_in(self, desk: FieldDesk, login: str = demo.CLERK, password: str = demo.PASSWORD) -> SignedIn:
        """Sign in."""
        response = self.try_sign_in(desk, login, password)
        assert response.status_code == 200, response.text
        tokens = msgspec.json.decode(response.content, type=Tokens)
        return SignedIn(desk, tokens, self.http(authorization=f"Bearer {tokens.access}"))

    def counter(self) -> SignedIn:
        """Return a clerk signed in at the desk of a centre, and for an account, that no other test has."""
        number = next(self._counters)
        code = f"C{number:03}"
        desk = self.enrolled_desk(code)
        desk.clerk = demo.CLERK if number == 1 else f"{code.lower()}.1"
        if number > 1:
            self.parts.auth.passwords.set(desk.staff(desk.clerk), demo.PASSWORD)
        desk.account_id = desk.accounts(number)[-1]
        return self.sign_in(desk, desk.clerk)


@cache
def _quick_hash() -> str:
    return PasswordHasher(memory_cost=PASSWORD_KIB).hash(demo.PASSWORD)


def check_quickly(engine: Engine) -> None:
    """Let the passwords of the demo's people, which are seeded at a real server's cost, be checked quickly."""
    dear = Password.hash.like(f"%m={Settings().password_memory_kib},%")
    with writing(engine) as connection:
        connection.execute(update(table_of(Password)).where(dear).values(hash=_quick_hash()))


@contextmanager
def running(url: str, country_file: Path, folder: Path, **changed: object) -> Iterator[RunningServer]:
    """Run a server over a database that holds the country, in a thread of its own."""
    clock = TurnableClock()
    given = {"database": url, "port": 0, "snapshots": str(folder / "snapshots"), "password_memory_kib": PASSWORD_KIB}
    settings = Settings.load({}, given | changed)
    parts = build_parts(settings, clock)
    check_quickly(parts.engine)
    server = Server(parts)
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        host, port = server.address()
        with ExitStack() as stack:
            yield RunningServer(f"http://{host}:{port}", server.parts, clock, country_file, folder, stack)
    finally:
        server.should_exit = True
        thread.join(CEILING_SECONDS)
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def country_template(postgres: Postgres) -> str:
    """The name of a PostgreSQL database with the demo country, to be copied."""
    url = postgres.fresh_database("country")
    engine = open_database(url)
    migrate(engine, "server")
    seed(engine, subscribers=SUBSCRIBERS, cycles=CYCLES, seed=SEED)
    with feeding(engine) as (connection, _):
        keep(connection)
    engine.dispose()
    return str(make_url(url).database)


@contextmanager
def copy_of(postgres: Postgres, template: str) -> Iterator[str]:
    """Give the address of a copy of a database that nobody is connected to, for as long as it is wanted."""
    url = postgres.fresh_database("copy")
    copy = sql.Identifier(str(make_url(url).database))
    with psycopg.connect(host=str(postgres.socket_folder), user="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(copy))
        copying = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        connection.execute(copying.format(copy, sql.Identifier(template)))
        yield url
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(copy))


@contextmanager
def started(
    request: pytest.FixtureRequest, country_file: Path, folder: Path, **changed: object
) -> Iterator[RunningServer]:
    """Run a server over a database of its own with the demo country in it, of the kind that the parameter says.

    `changed` are settings that are not the usual ones.
    """
    with ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copyfile(country_file, folder / "server.db")
            url = f"sqlite:///{folder / 'server.db'}"
        else:
            cluster: Postgres = request.getfixturevalue("postgres")
            url = stack.enter_context(copy_of(cluster, request.getfixturevalue("country_template")))
        yield stack.enter_context(running(url, country_file, folder, **changed))


@pytest.fixture(scope="module", params=BACKENDS)
def server(
    request: pytest.FixtureRequest, country_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A running server with the demo country, shared by a file's tests: each takes a counter of its own."""
    folder = tmp_path_factory.mktemp("server")
    with started(request, country_file, folder) as one:
        yield one


@pytest.fixture(params=BACKENDS)
def own_server(request: pytest.FixtureRequest, country_file: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """A running server with the demo country, for one test alone: its clock may be turned."""
    with started(request, country_file, tmp_path) as one:
        yield one


def account_of(act: bytes) -> UUID:
    """Return the account that a payment's bytes name."""
    return UUID(msgspec.json.decode(act)["body"]["account_id"])
