"""An agent's desk at work, for the pop: `python -m bench.pop_window PROFILE`, the rest as JSON on standard input.

The product's own window, screens, client and telephone. It says `ready`, then for each call when the desk had its
card and when its strip was painted with it, by the clock of the whole machine.
"""

import asyncio
import base64
import importlib
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccbs_desk import desktop
from ccbs_desk.program import utc_now
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.phone import Phone
from ccbs_desk.sync.phone_state import PhoneNow
from ccbs_desk.ui.callpop.strip import PopStrip
from ccbs_desk.wire.messages import SignInRequest

LONGEST_PAINT = 2.0


class Work:
    """Stands in for the program between sign-in and work; the rest is the product's own."""

    def __init__(self, _options: object, look: Any, window: Any, _faces: object) -> None:
        self._look, self._window = look, window
        self._given = json.loads(sys.stdin.readline())
        self._heard: asyncio.Queue[tuple[UUID, float]] = asyncio.Queue()

    def close(self) -> None:
        """Nothing is open that the end of the process does not close."""

    async def run(self) -> None:
        """Open the screens, sign in, log in to the queue, and tell of each call."""
        client = Client(self._given["server"])
        phone = Phone(client, utc_now)
        phone.listeners.append(self._hear)
        work = importlib.import_module("bench.work")
        await work.open_work(self._window, self._look, Path(sys.argv[1]), login=self._given["login"], phone=phone)
        await self._sign_in(client)
        line = asyncio.ensure_future(_listen(client, phone))
        await phone.log_in(self._given["extension"], ("care",))
        await phone.ready()
        _say({"ready": True})
        telling = asyncio.ensure_future(self._tell())
        await asyncio.wait((line, telling), return_when=asyncio.FIRST_EXCEPTION)
        raise SystemExit("the line has ended")

    async def _sign_in(self, client: Client) -> None:
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._given["key"]))
        nonce = (await client.challenge()).nonce
        signature = base64.urlsafe_b64encode(key.sign(f"{nonce}|{self._given['login']}".encode())).rstrip(b"=").decode()
        await client.sign_in(
            SignInRequest(
                login=self._given["login"],
                password=self._given["password"],
                device_id=UUID(self._given["device_id"]),
                nonce=nonce,
                signature=signature,
            )
        )

    def _hear(self, before: PhoneNow, now: PhoneNow) -> None:
        moment = time.monotonic()
        for call in now.calls:
            known = before.call(call.id)
            if call.card is not None and (known is None or known.card is None):
                self._heard.put_nowait((call.id, moment))

    async def _tell(self) -> None:
        strip = self._window.findChild(PopStrip)
        while True:
            call_id, heard = await self._heard.get()
            until = heard + LONGEST_PAINT
            while strip.painted < heard and time.monotonic() < until:
                await asyncio.sleep(0.001)
            painted = strip.painted if strip.painted >= heard else None
            _say({"call": str(call_id), "heard": heard, "painted": painted})


async def _listen(client: Client, phone: Phone) -> None:
    async for event, _ in client.live():
        if event.phone is not None:
            phone.hear(event.phone)


def _say(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)


def load(name: str) -> Any:
    """Load what the desk asks for, with this program in the place of its own."""
    module = importlib.import_module(name)
    return SimpleNamespace(Program=Work) if name == "ccbs_desk.program" else module


if __name__ == "__main__":
    vars(desktop)["importlib"] = SimpleNamespace(import_module=load)
    desktop.main(["--profile", sys.argv[1]])
