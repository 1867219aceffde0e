"""The exchange of the demo: a telephone that answers when it is told to, callers who hang up when they are told to."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ccbs_desk.telephony.ami.client import Address
from ccbs_desk.telephony.ami.pbx import AsteriskPbx
from ccbs_desk.telephony.model import CallEnded, CallEvent, Connected, LinkUp, Offered, PbxEvent
from server_stub.demo import exchanges
from server_stub.demo.exchanges import SECRET, Failed, exchange_of
from tests.pbx.benches import Told
from tests.pbx.exchange import Exchange, kept_in

NUMBER, SECOND, TELEPHONE = "0112214567", "0118887766", "1001"


async def move(at: exchanges.Exchange, act: str, **facts: str) -> float:
    """Do one thing while this loop goes on."""
    return await asyncio.to_thread(at.move, act, facts)


def told_yet(told: Told, kind: type[PbxEvent], number: str) -> bool:
    """Whether the desk's side was told so of somebody's call."""
    calls = (event for event in told.events if isinstance(event, kind))
    return any(isinstance(event, CallEvent) and event.record.caller.number == number for event in calls)


async def told_of(told: Told, kind: type[PbxEvent], number: str) -> None:
    """Wait until it was."""
    async with asyncio.timeout(30):
        while not told_yet(told, kind, number):
            await told.more()


def test_what_is_written_down_leads_back_to_the_exchange(joined: Path, exchange: Exchange) -> None:
    assert kept_in(joined) == exchange
    assert (joined / "pbx.json").stat().st_mode & 0o077 == 0


def test_it_rings_and_is_answered_and_hung_up_on_word(joined: Path, tmp_path: Path) -> None:
    async def story(at: exchanges.Exchange) -> None:
        options = dict(zip(at.arguments[::2], at.arguments[1::2], strict=True))
        where = options["--pbx-host"], int(options["--pbx-port"]), options["--pbx-user"]
        told = Told()
        pbx = AsteriskPbx("pbx", Address(*where, at.environment[SECRET]), lambda: datetime.now(UTC))
        await pbx.start(told)
        try:
            async with asyncio.timeout(30):
                while told.find(LinkUp) is None:
                    await told.more()
            await pbx.log_in(TELEPHONE, ("care",), "")
            asked = time.monotonic()
            rang = await move(at, "call", number=NUMBER)
            assert asked < rang < time.monotonic()
            await told_of(told, Offered, NUMBER)
            assert not told_yet(told, Connected, NUMBER)
            await move(at, "answer")
            await told_of(told, Connected, NUMBER)
            with pytest.raises(Failed, match="does not ring"):
                await move(at, "answer")
            await move(at, "call", number=SECOND)
            await move(at, "hang-up")
            await told_of(told, CallEnded, NUMBER)
            await told_of(told, Offered, SECOND)
            await move(at, "hang-up")
            await told_of(told, CallEnded, SECOND)
            assert not told_yet(told, Connected, SECOND)
            with pytest.raises(Failed, match="nobody of ours"):
                await move(at, "hang-up")
        finally:
            await pbx.log_out(TELEPHONE)
            await pbx.stop()

    with (tmp_path / "log").open("w") as log, exchange_of("asterisk", joined, log) as at:
        asyncio.run(story(at))
