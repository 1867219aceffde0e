"""The interface describes itself: every route, its messages, and one schema for every error."""

from typing import Any

import pytest

from ccbs_desk import __version__
from tests.factories.server import RunningServer

ROUTES = {
    ("post", "/v1/session/challenge"),
    ("post", "/v1/session"),
    ("post", "/v1/session/refresh"),
    ("delete", "/v1/session"),
    ("post", "/v1/devices"),
    ("get", "/v1/devices/{device_id}"),
    ("post", "/v1/devices/{device_id}/approve"),
    ("post", "/v1/devices/{device_id}/revoke"),
    ("post", "/v1/commands"),
    ("get", "/v1/feed"),
    ("get", "/v1/digests"),
    ("get", "/v1/digests/{table}"),
    ("get", "/v1/digests/{table}/rows"),
    ("post", "/v1/digests/mended"),
    ("get", "/v1/snapshot"),
    ("get", "/v1/snapshot/{name}"),
    ("get", "/v1/directory"),
    ("get", "/v1/directory/changes"),
    ("get", "/v1/directory/files/{name}"),
    ("get", "/v1/live"),
    ("get", "/v1/health"),
    ("post", "/v1/visits"),
    ("post", "/v1/look-ups"),
    ("post", "/v1/agent/log-in"),
    ("post", "/v1/agent/ready"),
    ("post", "/v1/agent/pause"),
    ("post", "/v1/agent/log-out"),
    ("post", "/v1/agent/wrapped"),
    ("post", "/v1/agent/colleagues"),
    ("post", "/v1/calls/dial"),
    ("post", "/v1/calls/{call_id}/answer"),
    ("post", "/v1/calls/{call_id}/hang-up"),
    ("post", "/v1/calls/{call_id}/hold"),
    ("post", "/v1/calls/{call_id}/resume"),
    ("post", "/v1/calls/{call_id}/transfer"),
    ("post", "/v1/simulator/call"),
    ("post", "/v1/simulator/answer"),
    ("post", "/v1/simulator/hang-up"),
}


@pytest.fixture
def document(server: RunningServer) -> dict[str, Any]:
    """The OpenAPI document."""
    response = server.http().get("/schema/openapi.json")
    assert response.status_code == 200
    assert server.http().get("/schema").json() == response.json()
    found: dict[str, Any] = response.json()
    return found


class TestDocument:
    """What a reader of the document may rely on."""

    def test_it_names_every_route(self, document: dict[str, Any]) -> None:
        named = {(method, path) for path, methods in document["paths"].items() for method in methods}
        assert named == ROUTES
        assert document["openapi"].startswith("3.1")
        assert (document["info"]["title"], document["info"]["version"]) == ("CCBS Desk sync server", __version__)

    def test_every_error_is_a_problem(self, document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        assert set(schemas["Problem"]["required"]) == {"code"}
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                errors = {status: about for status, about in operation["responses"].items() if int(status) >= 400}
                assert {"400", "401", "500", "503"} <= set(errors), (method, path)
                for about in errors.values():
                    schema = about["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}, (method, path)

    def test_every_reference_leads_somewhere(self, document: dict[str, Any]) -> None:
        names = set(document["components"]["schemas"])
        found: list[str] = []

        def walk(value: object) -> None:
            if isinstance(value, dict):
                found.extend([value["$ref"]] if "$ref" in value else [])
                for inner in value.values():
                    walk(inner)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner)

        walk(document)
        assert found
        assert {reference.removeprefix("#/components/schemas/") for reference in found} <= names

    def test_what_a_route_takes_and_gives_is_described(self, document: dict[str, Any]) -> None:
        push = document["paths"]["/v1/commands"]["post"]
        assert push["requestBody"]["content"]["application/json"]["schema"]["required"] == ["commands"]
        answer = push["responses"]["200"]["content"]["application/json"]["schema"]
        assert answer == {"$ref": "#/components/schemas/PushAnswer"}
        page = document["paths"]["/v1/feed"]["get"]
        assert {parameter["name"] for parameter in page["parameters"]} == {"after", "limit"}

    def test_health_tells_version_and_head(self, server: RunningServer) -> None:
        health = server.http().get("/v1/health").json()
        assert health["version"] == __version__
        assert health["head"] >= 0
