"""The composition root: makes the parts of the server and puts the routes over them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from sqlalchemy.exc import DBAPIError

from ccbs_desk import __version__
from ccbs_desk.models.database import open_database, reading
from ccbs_desk.services.handlers import HANDLERS
from server_stub.applier import Applier
from server_stub.auth import Auth
from server_stub.counting import Counting
from server_stub.country_names import CountryNames
from server_stub.devices import Devices
from server_stub.directories import Directories
from server_stub.exchange import build_gateway
from server_stub.feed import Head, head_of
from server_stub.listener import Listener
from server_stub.live import LiveHub
from server_stub.parts import Clock, Parts, signed_in
from server_stub.passwords import Passwords
from server_stub.problems import HANDLERS as PROBLEM_HANDLERS
from server_stub.provisioning.chosen import build_provisioning
from server_stub.routes import (
    agent,
    calls,
    devices,
    digests,
    directory,
    feed,
    health,
    live,
    push,
    session,
    simulator,
    snapshot,
    visits,
)
from server_stub.settings import Settings
from server_stub.snapshots import Snapshots
from server_stub.upgrade import upgrade

log = logging.getLogger(__name__)

ROUTES = [
    session.challenge,
    session.sign_in,
    session.refresh,
    session.sign_out,
    devices.enrol,
    devices.enrolment,
    devices.approve,
    devices.revoke,
    push.push,
    feed.feed,
    digests.digests,
    digests.buckets,
    digests.rows,
    digests.mended,
    snapshot.ask,
    snapshot.fetch,
    directory.ask,
    directory.changes,
    directory.fetch,
    live.live,
    health.health,
    agent.log_in,
    agent.ready,
    agent.colleagues,
    agent.pause,
    agent.log_out,
    agent.wrapped,
    calls.dial,
    calls.answer,
    calls.hang_up,
    calls.hold,
    calls.resume,
    calls.transfer,
    visits.visit,
    visits.look_up,
    simulator.call,
    simulator.answer,
    simulator.hang_up,
]


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def build_parts(settings: Settings, now: Clock = utc_now) -> Parts:
    """Open the database, bring it to the newest schema, and make the parts. Nothing runs yet."""
    log.info("%d command handlers", len(HANDLERS))
    engine = open_database(settings.database_url, pool_size=settings.threads + 4)
    upgrade(engine)
    hub = LiveHub(now, settings.beat_seconds)
    gateway = build_gateway(settings, engine, hub, now)
    return Parts(
        settings=settings,
        engine=engine,
        now=now,
        threads=ThreadPoolExecutor(settings.threads, "request"),
        auth=Auth(engine, settings, Passwords(engine, settings, now), now),
        devices=Devices(engine, now, most_waiting=settings.waiting_devices, on_head=hub.moved, on_revoked=hub.revoked),
        applier=Applier(engine, now, hub.moved, settings.batch),
        snapshots=Snapshots(engine, settings.snapshot_folder, now, settings.snapshot_lag),
        names=CountryNames(engine, settings.snapshot_folder),
        directories=Directories(engine, settings.snapshot_folder / "directory", now, settings.directory_days),
        live=hub,
        provisioning=build_provisioning(settings, engine, now, hub.moved),
        gateway=gateway,
    )


def build_app(parts: Parts) -> Litestar:
    """Return the application over these parts; they start and stop with it."""

    @asynccontextmanager
    async def running(_app: Litestar) -> AsyncIterator[None]:
        async with serving(parts):
            yield

    return Litestar(
        route_handlers=[*ROUTES],
        dependencies={
            "parts": Provide(lambda: parts, sync_to_thread=False, use_cache=True),
            "session": Provide(signed_in),
        },
        exception_handlers=PROBLEM_HANDLERS,
        lifespan=[running],
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="CCBS Desk sync server",
            version=__version__,
            description="Where the desks of a telephone operator bring their acts and hear of each other's.",
            path="/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        request_max_body_size=parts.settings.largest_request,
    )


@asynccontextmanager
async def serving(parts: Parts) -> AsyncIterator[None]:
    """Run the parts' threads and tasks for as long as the block lasts."""
    head = await parts.run(_head, parts)
    parts.live.start(head.position, head.epoch)
    parts.applier.start()
    counting = Counting(parts.engine)
    counting.start()
    listener = Listener(parts.engine, parts.live.moved) if parts.engine.dialect.name == "postgresql" else None
    if listener is not None:
        listener.start()
    if parts.gateway is not None:
        await parts.gateway.start()
    if parts.provisioning is not None:
        parts.provisioning.start()
    watch = asyncio.create_task(_watch(parts))
    try:
        yield
    finally:
        watch.cancel()
        if parts.gateway is not None:
            await parts.gateway.stop()
        parts.live.close()
        await asyncio.to_thread(counting.stop)
        if listener is not None:
            await asyncio.to_thread(listener.stop)
        if parts.provisioning is not None:
            await asyncio.to_thread(parts.provisioning.stop)
        await asyncio.to_thread(parts.applier.stop)
        await asyncio.to_thread(parts.directories.close)
        await asyncio.to_thread(parts.snapshots.close)
        await asyncio.to_thread(parts.names.close)
        parts.threads.shutdown()
        parts.engine.dispose()


async def _watch(parts: Parts) -> None:
    """Look from time to time for what no notice told: acts applied, or devices shut out, by another process."""
    while True:
        await asyncio.sleep(parts.settings.beat_seconds)
        try:
            head = await parts.run(_head, parts)
            parts.live.moved(head.position, head.epoch)
            parts.names.freshen()
            listening = parts.live.devices()
            for device_id in listening - await parts.run(parts.auth.enrolled, listening):
                parts.live.revoked(device_id)
        except DBAPIError as error:
            log.warning("the database is not available: %s", type(error).__name__)


def _head(parts: Parts) -> Head:
    with reading(parts.engine) as connection:
        return head_of(connection)
