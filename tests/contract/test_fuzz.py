"""Requests made from the interface's own description, right and wrong: the answer is what the description promises.

For each route, parameters and bodies are drawn from their schemas, and then spoiled: a part left out, another type, a
number too large. Whatever comes, the server answers with a status that the route names and a body that fits it.
"""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccbs_desk.domain.commands import SignIn
from tests.factories.server import RunningServer, SignedIn

MANY = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
# A stream that does not end by itself is no answer to look at; signed out, nobody would be let in any more.
LEFT_OUT = {("get", "/v1/live"), ("delete", "/v1/session")}
WRONG: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20),
    st.lists(st.integers(), max_size=2), st.just({}), st.just("x" * 5_000), st.just(1 << 70), st.just("\x00"),
)  # fmt: skip


def drawn(schema: dict[str, Any], known: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Return values that fit a schema, as far as this needs."""
    if "$ref" in schema:
        return drawn(known[schema["$ref"].rpartition("/")[2]], known, depth + 1)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return st.one_of([drawn(one, known, depth + 1) for one in schema[several]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    return _plain(schema, known, depth)


def _plain(schema: dict[str, Any], known: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    kinds = {
        "integer": st.integers(-2, 2**40),
        "number": st.floats(allow_nan=False, allow_infinity=False),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        return st.one_of([_plain({**schema, "type": one}, known, depth) for one in kind])
    if kind == "string":
        return st.uuids().map(str) if schema.get("format") == "uuid" else st.text(max_size=30)
    if kind == "array":
        return st.lists(drawn(schema.get("items", {}), known, depth + 1), max_size=2)
    if kind in kinds:
        return kinds[kind]
    if depth > 4:
        return st.just({})
    parts = {name: drawn(part, known, depth + 1) for name, part in schema.get("properties", {}).items()}
    return st.fixed_dictionaries(parts)


@st.composite
def spoiled(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """Return a value that fits, or one with a part left out, put in or exchanged."""
    value = draw(values)
    how = draw(st.sampled_from(["as it is", "as it is", "left out", "exchanged", "more", "another"]))
    if how == "another" or not isinstance(value, dict):
        return value if how == "as it is" else draw(WRONG)
    if how == "more":
        return {**value, draw(st.text(max_size=8)): draw(WRONG)}
    if not value or how == "as it is":
        return value
    name = draw(st.sampled_from(sorted(value)))
    rest = {key: part for key, part in value.items() if key != name}
    return rest if how == "left out" else {**rest, name: draw(WRONG)}


class Described:
    """The interface as it describes itself."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.known: dict[str, Any] = document["components"]["schemas"]
        self.routes: dict[tuple[str, str], dict[str, Any]] = {
            (method, path): operation
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def requests(self, route: tuple[str, str]) -> st.SearchStrategy[tuple[dict[str, Any], Any]]:
        """Return parameters and bodies for a route."""
        operation = self.routes[route]
        asked = {each["name"]: st.one_of(drawn(each["schema"], self.known), WRONG) for each in _parameters(operation)}
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        body = spoiled(drawn(content["schema"], self.known)) if content else st.none()
        return st.tuples(st.fixed_dictionaries(asked), body)


def _parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in operation.get("parameters", []) if each["in"] in ("path", "query")]


def send(
    http: httpx.Client, route: tuple[str, str], operation: dict[str, Any], asked: dict[str, Any], body: Any
) -> Any:
    """Send a request as it was drawn, and return the answer."""
    method, path = route
    query = {}
    for each in _parameters(operation):
        value = _text(asked[each["name"]])
        if each["in"] == "path":
            path = path.replace("{" + each["name"] + "}", quote(value, safe="") or "-")
        else:
            query[each["name"]] = value
    content = json.dumps(body).encode() if "requestBody" in operation else None
    return http.request(method, path, params=query, content=content)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class TestFuzz:
    """The same on SQLite and PostgreSQL."""

    @pytest.fixture
    def clerk(self, server: RunningServer) -> SignedIn:
        """A clerk who is signed in."""
        return server.counter()

    @pytest.fixture
    def described(self, server: RunningServer) -> Described:
        """The interface of this server."""
        return Described(server.http().get("/schema/openapi.json").json())

    @pytest.mark.parametrize("who", ["nobody", "clerk"])
    def test_every_answer_is_one_that_the_route_names(
        self, server: RunningServer, clerk: SignedIn, described: Described, who: str
    ) -> None:
        http = clerk.http if who == "clerk" else server.http()
        for route in sorted(set(described.routes) - LEFT_OUT):
            is_named(http, route, described)
        # Nobody else has noticed.
        opened = clerk.push(clerk.desk.do(clerk.desk.open_till()))
        assert [answer.outcome for answer in opened] == ["applied"]

    @pytest.mark.parametrize("raw", [b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b"[" * 100_000 + b"]" * 100_000])
    def test_what_is_nested_without_end_harms_nobody(self, clerk: SignedIn, raw: bytes) -> None:
        for body in (raw, b'{"commands":[' + raw + b"]}", b'{"commands":[{"id":' + raw + b"}]}"):
            for path in ("/v1/commands", "/v1/session", "/v1/devices"):
                answer = clerk.http.post(path, content=body)
                assert answer.status_code == 400, answer.text
                assert answer.json()["code"] == "request.malformed"
        assert [answer.outcome for answer in clerk.push(clerk.desk.do(SignIn(online=True)))] == ["applied"]


def is_named(http: httpx.Client, route: tuple[str, str], described: Described) -> None:
    """Ask a route many things; fail with the first answer that it does not name."""
    operation = described.routes[route]

    @MANY
    @given(request=described.requests(route))
    def asked(request: tuple[dict[str, Any], Any]) -> None:
        answer = send(http, route, operation, *request)
        said = f"{route} {request}: {answer.status_code} {answer.text[:300]}"
        assert str(answer.status_code) in operation["responses"], said
        assert answer.status_code != 500, said
        if answer.status_code >= 400:
            assert set(answer.json()) >= {"code"}, said
            assert "Traceback" not in answer.text, said

    asked()
