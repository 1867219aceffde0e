"""Makes the gateway that the settings ask for. The exchange's secret is never an argument: process lists show those."""

import os
import ssl
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from ccbs_desk.config.secrets import probe
from ccbs_desk.models.database import reading
from ccbs_desk.telephony.ami.client import Address
from ccbs_desk.telephony.ami.pbx import AsteriskPbx
from ccbs_desk.telephony.port import Pbx
from ccbs_desk.telephony.simulator import Simulator
from server_stub.gateway.gateway import Gateway
from server_stub.gateway.place import place_of
from server_stub.live import LiveHub
from server_stub.settings import Settings
from server_stub.users import UserError

FROM_ENVIRONMENT = "CCBS_PBX_SECRET"
IN_STORE = "ccbs-pbx"
TICK_SECONDS = 0.25


def build_gateway(settings: Settings, engine: Engine, hub: LiveHub, now: Callable[[], datetime]) -> Gateway | None:
    """Return the gateway, or None where there is no exchange. Raises UserError. Nothing runs yet."""
    pbx = _pbx(settings, now)
    if pbx is None:
        return None
    with reading(engine) as connection:
        place = place_of(connection, settings.pbx_centre)
    return Gateway(pbx, engine, hub, place, now, settings.away_seconds)


def _pbx(settings: Settings, now: Callable[[], datetime]) -> Pbx | None:
    match settings.pbx:
        case "simulator":
            return Simulator(settings.pbx_name, now, tick_every=TICK_SECONDS)
        case "ami":
            where = settings.pbx_host, settings.pbx_port, settings.pbx_user
            address = Address(*where, pbx_secret(), exchange_tls(settings.pbx_tls))
            return AsteriskPbx(settings.pbx_name, address, now)
        case _:
            return None


def exchange_tls(vouching: str) -> ssl.SSLContext | None:
    """Return how the exchange must show who it is. Raises UserError when the file is none of certificates."""
    if not vouching:
        return None
    try:
        return ssl.create_default_context(cafile=vouching)
    except (OSError, ssl.SSLError) as error:
        raise UserError(f"{vouching} holds no certificate that can vouch for the exchange") from error


def pbx_secret() -> str:
    """Return the secret of the exchange's manager interface, from the environment or the machine's secret store.

    Raises UserError when there is none.
    """
    given = os.environ.get(FROM_ENVIRONMENT)
    if given:
        return given
    store = probe()
    kept = store.read(IN_STORE) if store is not None else None
    if kept is None:
        raise UserError(
            f"the exchange's secret is missing: set {FROM_ENVIRONMENT}, or keep it in the machine's secret store"
        )
    return kept.decode()
