"""Whatever comes in, the answer is a `Problem` with a stable code, nothing is recorded, and nobody else notices."""

import http.client
import re
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ccbs_desk.domain.commands import SignIn
from ccbs_desk.models.central import AppliedCommand, FeedHead, ParkedCommand
from ccbs_desk.models.database import reading
from ccbs_desk.wire.messages import Problem
from tests.factories.server import RunningServer, SignedIn

CODE = re.compile(r"[a-z_]+\.[a-z_]+")
OPEN_PATHS = ("/v1/session", "/v1/session/refresh", "/v1/devices")
relaxed = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def problem(response: httpx.Response) -> Problem:
    """Return the error that an answer must be: short, with a code, with nothing of the inside in it."""
    assert 400 <= response.status_code < 500, response.text
    found = msgspec.json.decode(response.content, type=Problem)
    assert CODE.fullmatch(found.code), found
    assert not found.trace
    assert b"Traceback" not in response.content
    assert b"SELECT" not in response.content
    return found


def recorded(server: RunningServer) -> tuple[int, ...]:
    """Return how much the server has recorded."""
    with reading(server.engine) as connection:
        counts = [
            connection.execute(select(func.count()).select_from(t)).scalar_one()
            for t in (AppliedCommand, ParkedCommand)
        ]
        return (*counts, connection.execute(select(FeedHead.position)).scalar_one())


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class TestGarbage:
    """The same on SQLite and PostgreSQL."""

    @pytest.fixture
    def clerk(self, server: RunningServer) -> SignedIn:
        """A clerk who is signed in."""
        return server.counter()

    @relaxed
    @given(body=st.binary(max_size=300))
    def test_bytes_pushed_are_malformed(self, server: RunningServer, clerk: SignedIn, body: bytes) -> None:
        before = recorded(server)
        assert problem(clerk.http.post("/v1/commands", content=body)).code == "request.malformed"
        assert recorded(server) == before

    @relaxed
    @given(value=json_values)
    def test_json_pushed_that_is_no_act_is_malformed(self, server: RunningServer, clerk: SignedIn, value: Any) -> None:
        before = recorded(server)
        for body in (value, {"commands": [value]}, {"commands": [{"id": value}]}):
            response = clerk.http.post("/v1/commands", content=msgspec.json.encode(body))
            if response.status_code != 200:
                assert problem(response).code == "request.malformed"
        assert recorded(server) == before

    @relaxed
    @given(body=st.binary(max_size=200), path=st.sampled_from(OPEN_PATHS))
    def test_bytes_from_nobody_are_malformed(self, server: RunningServer, body: bytes, path: str) -> None:
        assert problem(_post(server, path, body)).code == "request.malformed"

    @relaxed
    @given(value=json_values, path=st.sampled_from(OPEN_PATHS))
    def test_json_from_nobody_is_malformed(self, server: RunningServer, value: Any, path: str) -> None:
        assert problem(_post(server, path, msgspec.json.encode(value))).code == "request.malformed"

    @relaxed
    @given(after=st.text(max_size=20) | st.integers().map(str), limit=st.text(max_size=20) | st.integers().map(str))
    def test_any_cursor_is_answered(self, clerk: SignedIn, after: str, limit: str) -> None:
        response = clerk.http.get("/v1/feed", params={"after": after, "limit": limit})
        if response.status_code != 200:
            assert problem(response).code == "request.malformed"

    @pytest.mark.parametrize("seq", [0, -1, 1 << 63, 1 << 80, "7", None])
    def test_an_act_whose_stamps_are_garbage_is_kept_and_answered(self, clerk: SignedIn, seq: object) -> None:
        act = {"id": str(uuid4()), "stamps": {"device_id": str(clerk.desk.device_id), "device_seq": seq}}
        (answer,) = clerk.push(msgspec.json.encode(act))
        assert answer.outcome == "parked"

    @pytest.mark.parametrize("number", [1 << 63, -(1 << 80)])
    def test_a_number_that_no_database_holds_harms_nobody_else(self, clerk: SignedIn, number: int) -> None:
        opening = clerk.desk.do(clerk.desk.open_till())
        act = msgspec.json.decode(clerk.desk.do(clerk.desk.payment(9_000)))
        stamped = {**act, "stamps": {**act["stamps"], "policy_version": number}}
        body = {**act, "id": str(uuid4()), "body": {**act["body"], "amount": {"minor": number, "currency": "SYP"}}}
        last = clerk.desk.do(SignIn(online=True))
        acts = [opening, msgspec.json.encode(stamped), msgspec.json.encode(body), last]
        outcomes = [answer.outcome for answer in clerk.push(*acts)]
        assert (outcomes[0], outcomes[3]) == ("applied", "applied")
        assert outcomes[1] == "parked"
        assert outcomes[2] in ("parked", "refused")

    def test_a_body_too_large_is_told(self, server: RunningServer, clerk: SignedIn) -> None:
        largest = server.parts.settings.largest_request
        response = clerk.http.post("/v1/commands", content=b" " * (largest + 1))
        assert response.status_code == 413
        assert problem(response).code == "request.too_large"
        assert problem(_post(server, "/v1/devices", b" " * (largest + 1))).code == "request.too_large"

    @pytest.mark.parametrize(
        ("method", "path", "code"),
        [
            ("GET", "/", "request.not_found"),
            ("GET", "/v1/nothing", "request.not_found"),
            ("GET", "/v1/commands", "request.method_not_allowed"),
            ("PUT", "/v1/session", "request.method_not_allowed"),
        ],
    )
    def test_what_is_not_there_is_told(self, server: RunningServer, method: str, path: str, code: str) -> None:
        assert problem(server.http().request(method, path)).code == code

    def test_a_desk_beside_works_on(self, server: RunningServer, clerk: SignedIn) -> None:
        address = urlsplit(server.url)
        for garbage in (
            b"\x00\xff\xfe",
            b"GET / HTTP/9.9\r\n\r\n",
            b"POST /v1/commands HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        ):
            line = http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)
            line.connect()
            line.sock.sendall(garbage)
            line.close()
        assert clerk.push(clerk.desk.do(clerk.desk.open_till()))[0].outcome == "applied"


def _post(server: RunningServer, path: str, body: bytes) -> httpx.Response:
    return httpx.post(f"{server.url}{path}", content=body, verify=False, timeout=30)
