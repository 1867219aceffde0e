"""A fault of ours is answered with a trace and nothing of the inside; the trace leads to it in the log."""

import logging

import msgspec
import pytest
from litestar import Litestar, get
from litestar.params import FromPath
from litestar.testing import TestClient
from sqlalchemy.exc import OperationalError

from ccbs_desk.domain.errors import LinkDown, NotAllowed, Refused, TillClosed, Unavailable
from ccbs_desk.wire.codec import Malformed
from ccbs_desk.wire.messages import Problem
from server_stub.problems import HANDLERS, RequestRefused

FAILURES: dict[str, Exception] = {
    "bug": ZeroDivisionError("963112214567 is no number"),
    "database": OperationalError("SELECT secret", {}, OSError("gone")),
    "environment": Unavailable(LinkDown()),
    "rule": Refused(TillClosed("0001")),
    "right": Refused(NotAllowed("device.approve")),
    "malformed": Malformed("what was sent"),
    "request": RequestRefused(404, "till.unknown", till_code="0002"),
}


@get("/{name:str}")
async def fail(name: FromPath[str]) -> None:
    """Fail as asked."""
    raise FAILURES[name]


def answer(name: str) -> tuple[int, Problem, str]:
    """Return what a failure is answered with."""
    app = Litestar([fail], exception_handlers=HANDLERS, logging_config=None, openapi_config=None)
    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get(f"/{name}")
        return response.status_code, msgspec.json.decode(response.content, type=Problem), response.text


def test_a_bug_has_a_trace_and_no_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        status, problem, text = answer("bug")
    assert (status, problem.code, problem.values) == (500, "server.bug", {})
    assert len(problem.trace) == 16
    assert "963112214567" not in text
    assert any(problem.trace in record.getMessage() and record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    ("name", "status", "code", "values"),
    [
        ("database", 503, "server.unavailable", {}),
        ("environment", 503, "server.unavailable", {}),
        ("rule", 409, "till.closed", {"till_code": "0001"}),
        ("right", 403, "permission.missing", {"permission": "device.approve"}),
        ("malformed", 400, "request.malformed", {}),
        ("request", 404, "till.unknown", {"till_code": "0002"}),
    ],
)
def test_every_failure_has_its_code(name: str, status: int, code: str, values: dict[str, str]) -> None:
    found, problem, text = answer(name)
    assert (found, problem.code, problem.values, problem.trace) == (status, code, values, "")
    assert "secret" not in text
    assert "what was sent" not in text
