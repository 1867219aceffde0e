"""Which exchange the settings name, with the job that serves it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from server_stub.provisioning.job import Provisioning
from server_stub.provisioning.simulator import SimulatedExchange
from server_stub.settings import Settings


def build_provisioning(
    settings: Settings, engine: Engine, now: Callable[[], datetime], on_head: Callable[[int], None]
) -> Provisioning | None:
    """Return the job, or None where orders wait for another program that knows the exchange."""
    if settings.provisioning != "simulator":
        return None
    fails = [code.strip() for code in settings.provisioning_fails.split(",") if code.strip()]
    exchange = SimulatedExchange(now, delay=timedelta(seconds=settings.provisioning_delay), fails=fails)
    return Provisioning(engine, exchange, now, on_head, settings.provisioning_seconds)
