"""A counter in a process of its own that takes payments for as long as it lives, with the link or without.

It tells each receipt once it is in the payer's hand. Told to finish, it brings everything home, compares itself with
the server, and says so.
"""

import argparse
import asyncio
import sys
import threading
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.care_commands import OpenComplaint
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.domain.ledger import RECEIVABLE
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.models.subscribers import Line
from ccbs_desk.services.payment_preview import preview
from ccbs_desk.services.session import Session
from ccbs_desk.services.tills import till_facts
from ccbs_desk.sync.compare import Comparing
from tests.factories.counter import Counter, Run, open_till
from tests.stories.offline import is_caught_up, synced

HOT_ACCOUNTS = 5
PAUSE_SECONDS = 0.25
TRIES = 40
HOME_SECONDS = 300.0


def say(line: str) -> None:
    """Tell whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Ending:
    """Whether this life is to bring everything home."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        sys.stdin.readline()
        self.asked.set()


async def life(counter: Counter, login: str, chance: Random) -> None:
    """Work until somebody asks to finish, or the power goes."""
    ending = Ending()
    async with counter.run() as program:
        clerk = await _signed_in(program, login)
        say("working")
        synced(program, clerk)
        accounts = await clerk.read(_owing)
        while not ending.asked.is_set():
            await _work(clerk, chance.choice(accounts), chance)
            await asyncio.sleep(chance.expovariate(1 / PAUSE_SECONDS))
        await _home(program)
        say("home")


async def _signed_in(program: Run, login: str) -> Session:
    """Sign in, with the link or without; a server that is there and can't answer is asked again."""
    for _ in range(TRIES):
        try:
            return await program.sign_in(login)
        except (Refused, Unavailable) as no:
            say(f"not yet: {no.reason}")
            await asyncio.sleep(0.3)
    raise AssertionError("nobody could sign in")


async def _work(clerk: Session, account: UUID, chance: Random) -> None:
    till_id = clerk.place.till_id
    assert till_id is not None
    till = await clerk.read(till_facts, till_id)
    try:
        if till is not None and till.session_id is None:
            await open_till(clerk)
        if chance.random() < 0.15:
            await clerk.act(await _complaint(clerk, account), command_id=clerk.new_id())
            return
        paying = await _payment(clerk, account, till_id, chance.randint(1_000, 9_000))
        done = await clerk.act(paying, command_id=clerk.new_id())
        say(f"paid {done.command_id} {done.receipt_number} {paying.tendered[0].minor}")
    except Refused as no:
        say(f"refused {no.reason.code}")


async def _payment(clerk: Session, account: UUID, till_id: UUID, minor: int) -> TakePayment:
    amount = Money(minor, SYP)
    seen = await clerk.read(preview, account, amount, today=clerk.today)
    assert seen.terms is not None
    return TakePayment(
        till_id=till_id,
        account_id=account,
        method="cash",
        amount=amount,
        tendered=(seen.terms.collect,),
        shares=seen.shares,
    )


async def _complaint(clerk: Session, account: UUID) -> OpenComplaint:
    def line(connection: Connection) -> UUID:
        return connection.execute(select(Line.id).where(Line.account_id == account).limit(1)).scalar_one()

    return OpenComplaint(account_id=account, line_id=await clerk.read(line), category="noise", text="noise")


async def _home(program: Run) -> None:
    """Wait until nothing waits, then compare row by row; what the server still moves is compared once more."""
    engine = program.engines[-1]
    async with asyncio.timeout(HOME_SECONDS):
        while (engine.now_known.link, engine.now_known.unsent) != ("online", 0) or not is_caught_up(program):
            await asyncio.sleep(0.1)
    comparing = Comparing(program.store, program.client, program.counter.clock)
    for _ in range(TRIES):
        outcome = await comparing.run()
        if outcome.mended:
            say(f"mended {outcome.mended}")
        if outcome.agreed:
            say("agrees")
            return
        await asyncio.sleep(0.3)


def _owing(connection: Connection) -> list[UUID]:
    owing = (
        select(LedgerRow.account_id)
        .where(LedgerRow.ledger_account == RECEIVABLE, LedgerRow.account_id.is_not(None))
        .group_by(LedgerRow.account_id)
        .having(func.sum(LedgerRow.amount_minor) > 0)
        .order_by(LedgerRow.account_id)
        .limit(HOT_ACCOUNTS)
    )
    return [account for account in connection.execute(owing).scalars() if account is not None]


def main() -> None:
    """Run one life."""
    parser = argparse.ArgumentParser()
    parser.add_argument("profile", type=Path)
    parser.add_argument("address")
    parser.add_argument("login")
    parser.add_argument("chance")
    given = parser.parse_args()
    asyncio.run(life(Counter(given.profile, given.address), given.login, Random(given.chance)))


if __name__ == "__main__":
    main()
