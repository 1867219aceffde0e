"""An agent's desk as a process of its own, and whom it is called by."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, func, select

from bench.serving import READY_SECONDS, ServerProcess
from ccbs_desk.models.database import reading
from ccbs_desk.models.subscribers import LineNumber
from ccbs_desk.wire.messages import EnrolRequest
from server_stub.devices import Devices
from server_stub.seed import demo
from tests.factories.server import b64


def numbers_of(engine: Engine, count: int) -> list[str]:
    """Return numbers of lines all over the country, each of one account."""
    with reading(engine) as connection:
        chosen = select(LineNumber.e164).where(LineNumber.valid_to.is_(None)).group_by(LineNumber.e164)
        alone = chosen.having(func.count() == 1).order_by(func.md5(LineNumber.e164)).limit(count)
        found = connection.execute(alone).scalars().all()
    return [f"0{number.removeprefix('963')}" for number in (*found, *found)[:count]]


async def agent_desk(
    server: ServerProcess, engine: Engine, profile: Path, own: Path, extension: str
) -> asyncio.subprocess.Process:
    """Start an agent's desk, let in and logged in at a telephone; its log is kept in `own`."""
    key = Ed25519PrivateKey.generate()
    devices = Devices(engine, lambda: datetime.now(UTC), most_waiting=10)
    public = b64(key.public_key().public_bytes_raw())
    asked = EnrolRequest(name="bench", centre_code=demo.CALL_CENTRE_CODE, public_key=public)
    device_id = devices.approve(devices.enrol(asked).device_id).device_id
    command = (sys.executable, "-m", "bench.pop_window", str(profile))
    with (own / "desk.log").open("wb") as log:
        desk = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6"},
        )
    given = {
        "server": server.url,
        "device_id": str(device_id),
        "key": key.private_bytes_raw().hex(),
        "login": demo.AGENT,
        "password": demo.PASSWORD,
        "extension": extension,
    }
    if desk.stdin is None:
        raise RuntimeError("the desk has no standard input")
    desk.stdin.write(json.dumps(given).encode() + b"\n")
    await desk.stdin.drain()
    await said(desk)
    return desk


async def said(desk: asyncio.subprocess.Process) -> Mapping[str, Any]:
    """Return what the desk tells next."""
    if desk.stdout is None:
        raise RuntimeError("the desk has no standard output")
    line = await asyncio.wait_for(desk.stdout.readline(), READY_SECONDS)
    if not line:
        raise RuntimeError("the desk has ended; see desk.log")
    said: dict[str, Any] = json.loads(line)
    return said
