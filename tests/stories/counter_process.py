"""A counter in a process of its own, without a window, that can be killed at a step of the path.

It signs the clerk in, takes one payment under an id that it was given, as a form does that finds its draft again, and
brings it home. The steps at which it kills itself are put around the product here, never into it.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import Connection, select

from ccbs_desk.domain.commands import Command, TakePayment
from ccbs_desk.models.money import Receipt
from ccbs_desk.services.desk_bus import DeskBus, Submitted
from ccbs_desk.services.drafts import save_draft
from ccbs_desk.services.session import Session
from ccbs_desk.sync import pull, push
from ccbs_desk.sync.rebase import Applied
from ccbs_desk.wire.messages import Answer, FeedPage
from tests.factories.counter import Counter, payment
from tests.stories.offline import home, synced

STEPS = (
    "before commit",
    "after commit",
    "while sending",
    "after send",
    "before the answer is stored",
    "before the rows are stored",
    "none",
)


def die() -> None:
    """End as at a power cut: nothing is flushed, nothing is closed."""
    os.kill(os.getpid(), signal.SIGKILL)


def before_commit() -> None:
    """Die when the act is done, with all its rows written and none of them committed."""
    real = DeskBus.submit

    def submit(bus: DeskBus, connection: Connection, command: Command, **about: Any) -> Submitted:
        real(bus, connection, command, **about)
        die()
        raise AssertionError("dead")

    DeskBus.submit = submit  # type: ignore[method-assign,assignment]


def while_sending() -> None:
    """Die when the act leaves; the server may have it or not."""
    _around_the_wire(after=False)


def after_send() -> None:
    """Die when the server has answered, before a byte of it was looked at."""
    _around_the_wire(after=True)


def _around_the_wire(*, after: bool) -> None:
    real = httpx.AsyncHTTPTransport.handle_async_request

    async def carry(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v1/commands":
            return await real(transport, request)
        if not after:
            asyncio.get_running_loop().call_later(0.003, die)
        response = await real(transport, request)
        die()
        return response

    httpx.AsyncHTTPTransport.handle_async_request = carry  # type: ignore[method-assign,assignment]


def before_the_answer_is_stored() -> None:
    """Die in the transaction that writes the answer."""

    def apply(connection: Connection, answers: Iterable[Answer]) -> Applied:
        real(connection, answers)
        die()
        raise AssertionError("dead")

    real = push.apply_answers  # type: ignore[attr-defined]
    push.apply_answers = apply  # type: ignore[attr-defined]


def before_the_rows_are_stored() -> None:
    """Die in the transaction that lays the server's rows over the desk's own."""

    def apply(connection: Connection, page: FeedPage) -> Applied:
        real(connection, page)
        if page.changes:
            die()
        return Applied()

    real = pull.apply_page  # type: ignore[attr-defined]
    pull.apply_page = apply  # type: ignore[attr-defined]


FAULTS: dict[str, Callable[[], None]] = {
    "before commit": before_commit,
    "while sending": while_sending,
    "after send": after_send,
    "before the answer is stored": before_the_answer_is_stored,
    "before the rows are stored": before_the_rows_are_stored,
}


def say(line: str) -> None:
    """Tell whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _form(clerk: Session, act: UUID, minor: int) -> bool:
    """Open the form, or find its draft again. Returns whether there is anything left to confirm."""
    return await clerk.write(
        save_draft,
        act,
        kind=TakePayment.KIND,
        staff_id=clerk.person.id,
        subject="",
        fields={"amount": minor},
        now=clerk.now(),
    )


def _receipt(connection: Connection, act: UUID) -> str:
    return connection.execute(select(Receipt.number).where(Receipt.command_id == act)).scalar_one()


async def work(counter: Counter, act: UUID, minor: int, step: str) -> None:
    """Take the payment and bring it home."""
    async with counter.run() as program:
        clerk = await program.sign_in()
        say("signed in")
        if await _form(clerk, act, minor):
            await clerk.act(await payment(clerk, minor), command_id=act)
        if step == "after commit":
            die()
        say(f"paid {await clerk.read(_receipt, act)}")
        synced(program, clerk)
        await home(program)
        say("home")


def main() -> None:
    """Run one life."""
    parser = argparse.ArgumentParser()
    parser.add_argument("profile", type=Path)
    parser.add_argument("address")
    parser.add_argument("act", type=UUID)
    parser.add_argument("minor", type=int)
    parser.add_argument("step", choices=STEPS)
    given = parser.parse_args()
    FAULTS.get(given.step, lambda: None)()
    asyncio.run(work(Counter(given.profile, given.address), given.act, given.minor, given.step))


if __name__ == "__main__":
    main()
