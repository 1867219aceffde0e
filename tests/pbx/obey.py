"""A telephone and its callers at a real exchange, moved by another program: a line of JSON in, a line of JSON out.

The first line out says how to reach the exchange. Then `{"act": "call", "number": …}` rings the telephone, or waits in
the queue when it is in use; `answer` takes it off the hook; `hang-up` lets the caller hang up who is on it. Each is
answered with `at`, by the clock of the whole machine: when the exchange's INVITE came to the telephone, or when it was
done; or with `error`. The end of the input is the end of it all.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.pbx.exchange import QUEUES, Exchange, kept_in, running
from tests.pbx.package import NoExchange, root
from tests.pbx.phones import Caller, Phones
from tests.pbx.telephone import Telephone

LONGEST_RING = 20.0
NUMBERS = {queue: number for number, queue in QUEUES.items()}


class Hand:
    """What moves the telephone and the callers."""

    def __init__(self, phones: Phones, telephone: Telephone) -> None:
        self.phones, self.telephone = phones, telephone
        self._callers: dict[str, Caller] = {}

    async def do(self, act: str, facts: dict[str, str]) -> float:
        """Do one thing; return when it was. Raises LookupError, TimeoutError."""
        match act:
            case "call":
                return await self._call(facts)
            case "answer":
                self.telephone.answer()
            case "hang-up":
                await self._hang_up()
            case _:
                raise LookupError(f"nobody here can {act}")
        return time.monotonic()

    async def _call(self, facts: dict[str, str]) -> float:
        number, in_use = facts["number"], self.telephone.busy
        dialled = NUMBERS[facts.get("queue", "care")]
        self._callers[number] = await self.phones.told_caller(number, dialled, name=facts.get("name", ""))
        if in_use:
            return time.monotonic()
        try:
            return await asyncio.wait_for(self.telephone.rung(), LONGEST_RING)
        except TimeoutError as waits:
            raise LookupError("the caller waits: nobody is ready at the telephone") from waits

    async def _hang_up(self) -> None:
        caller = self._callers.pop(self.telephone.caller, None)
        if caller is None:
            raise LookupError("nobody of ours is on the telephone")
        caller.hang_up()
        await asyncio.wait_for(self.telephone.left(), LONGEST_RING)


def obey(extension: str, folder: Path | None, suites: Sequence[str]) -> None:
    """Serve until the input ends. The exchange is the one in a folder, or a new one."""
    try:
        with _exchange(folder, suites) as exchange:
            asyncio.run(_serve(exchange, extension))
    except NoExchange as missing:
        _say({"error": str(missing)})


@contextlib.contextmanager
def _exchange(folder: Path | None, suites: Sequence[str]) -> Iterator[Exchange]:
    if folder is not None:
        yield kept_in(folder)
        return
    with running(root(suites)) as exchange:
        yield exchange


async def _serve(exchange: Exchange, extension: str) -> None:
    phones, telephone = Phones(exchange), await Telephone.on_its_place()
    try:
        await phones.register({extension: telephone.port})
        _say(
            {
                "host": exchange.host,
                "port": exchange.ami_port,
                "user": exchange.cti_user,
                "secret": exchange.cti_secret,
            }
        )
        hand = Hand(phones, telephone)
        while line := await asyncio.to_thread(sys.stdin.readline):
            facts = json.loads(line)
            try:
                _say({"at": await hand.do(facts.pop("act"), facts)})
            except (LookupError, TimeoutError) as refused:
                _say({"error": f"{refused}\n{phones.complaints()}".strip() or "it took too long"})
        await phones.register({extension: telephone.port}, seconds=0)
    finally:
        telephone.close()
        await phones.stop()


def _say(facts: dict[str, Any]) -> None:
    print(json.dumps(facts), flush=True)
