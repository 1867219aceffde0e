"""The parts of a running server, made once by the composition root and handed to every route."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeAlias, TypeVar

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy import Engine

from ccbs_desk.domain.errors import Refused, SignInNeeded
from server_stub.applier import Applier
from server_stub.auth import Auth, Session
from server_stub.country_names import CountryNames
from server_stub.devices import Devices
from server_stub.directories import Directories
from server_stub.gateway.gateway import Gateway
from server_stub.live import LiveHub
from server_stub.provisioning.job import Provisioning
from server_stub.settings import Settings
from server_stub.snapshots import Snapshots

P = ParamSpec("P")
T = TypeVar("T")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a route may need. Requests wait in the loop; whatever asks the database runs in `threads`."""

    settings: Settings
    engine: Engine
    now: Clock
    threads: ThreadPoolExecutor
    auth: Auth
    devices: Devices
    applier: Applier
    snapshots: Snapshots
    directories: Directories
    names: CountryNames
    live: LiveHub
    provisioning: Provisioning | None
    gateway: Gateway | None = None

    async def run(self, act: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what asks the database in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, lambda: act(*args, **kwargs))


TheParts: TypeAlias = NamedDependency[Parts]
SignedIn: TypeAlias = NamedDependency[Session]
"""Who asks, for routes that somebody must be signed in for."""


async def signed_in(request: Request[Any, Any, Any], parts: TheParts) -> Session:
    """Return who asks, by the bearer token. Raises Refused: SignInNeeded, DeviceNotEnrolled."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(SignInNeeded())
    known = parts.auth.known(token)
    return known if known is not None else await parts.run(parts.auth.session, token)
