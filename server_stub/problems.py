"""Every error answer has one schema, `Problem`, with a stable code. What went wrong inside never leaves the server."""

import logging
import secrets
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi import ResponseSpec
from sqlalchemy.exc import InterfaceError, OperationalError

from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.telephony.port import PbxGone
from ccbs_desk.wire.codec import Malformed, reason_form
from ccbs_desk.wire.messages import Problem

log = logging.getLogger(__name__)

MALFORMED = "request.malformed"
STATUS_OF_CODE = {
    "sign_in.wrong": 401,
    "sign_in.needed": 401,
    "sign_in.locked_out": 429,
    "device.not_enrolled": 401,
    "permission.missing": 403,
}
CODE_OF_STATUS = {
    404: "request.not_found",
    405: "request.method_not_allowed",
    413: "request.too_large",
    415: "request.media_type",
    416: "request.range",
    429: "request.too_many",
    503: "server.unavailable",
}
ANSWERS = {
    status: ResponseSpec(Problem, description=about, generate_examples=False)
    for status, about in {
        400: "The request can't be read",
        401: "Sign in, or enrol the device, first",
        403: "The person's roles do not hold the permission",
        404: "Nothing is there",
        409: "The state of things does not allow it",
        413: "The request is too large",
        429: "Too many at a time; later",
        500: "A fault of the server",
        503: "The server can't reach its database; later",
    }.items()
}


class RequestRefused(Exception):
    """The request itself is at fault; `code` is stable and the status goes with it."""

    def __init__(self, status: int, code: str, **values: Any) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.values = values


def answer(status: int, code: str, values: dict[str, Any] | None = None, trace: str = "") -> Response[Problem]:
    """Return an error answer."""
    return Response(Problem(code=code, values=values or {}, trace=trace), status_code=status)


def on_request_refused(_request: Request[Any, Any, Any], error: RequestRefused) -> Response[Problem]:
    """Answer a request that is at fault."""
    return answer(error.status, error.code, error.values)


def on_refused(_request: Request[Any, Any, Any], error: Refused) -> Response[Problem]:
    """Answer with the reason of a rule."""
    form = reason_form(error.reason)
    return answer(STATUS_OF_CODE.get(form.code, 409), form.code, form.values)


def on_malformed(_request: Request[Any, Any, Any], _error: Malformed) -> Response[Problem]:
    """Answer bytes that are no message of ours. What they were is not repeated."""
    return answer(400, MALFORMED)


def on_nested(request: Request[Any, Any, Any], _error: RecursionError) -> Response[Problem]:
    """Answer a body that is nested without end. Nothing of ours goes as deep; should that be wrong, the log tells."""
    log.warning("%s %s was nested too deep to be read", request.method, request.url.path)
    return answer(400, MALFORMED)


def on_http_error(_request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """Answer what the framework found: no such path or method, a parameter that does not fit, a body too large."""
    return answer(error.status_code, CODE_OF_STATUS.get(error.status_code, MALFORMED))


def on_unavailable(_request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer that the database can't be reached. The desk tries again."""
    log.error("the database is not available: %s", type(error).__name__)
    return answer(503, CODE_OF_STATUS[503])


def on_pbx_gone(_request: Request[Any, Any, Any], error: PbxGone) -> Response[Problem]:
    """Answer that the exchange can't be asked. The server itself is well, so it is no fault of it."""
    form = reason_form(error.reason)
    return answer(409, form.code, form.values)


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer our own fault with a trace that leads to it in the log, and to nothing else."""
    trace = secrets.token_hex(8)
    log.error("trace %s: a fault in %s %s", trace, request.method, request.url.path, exc_info=error)
    return answer(500, "server.bug", trace=trace)


HANDLERS: dict[int | type[Exception], Any] = {
    RequestRefused: on_request_refused,
    Refused: on_refused,
    PbxGone: on_pbx_gone,
    Unavailable: on_unavailable,
    OperationalError: on_unavailable,
    InterfaceError: on_unavailable,
    Malformed: on_malformed,
    RecursionError: on_nested,
    HTTPException: on_http_error,
    Exception: on_bug,
}
