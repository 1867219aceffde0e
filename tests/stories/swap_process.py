"""A counter in a process of its own that loads another area and can be killed at each step of the exchange.

The steps at which it kills itself are put around the product here, never into it.
"""

import argparse
import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.models import store as stores
from ccbs_desk.models.money import Receipt
from ccbs_desk.sync import snapshots, swap
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.compare import Comparing
from tests.factories.counter import Counter, payment
from tests.stories.counter_process import die, say
from tests.stories.offline import is_caught_up, synced
from tests.stories.test_desk_moved import is_at


def while_fetching() -> None:
    """Die with a part of the file on the disk."""
    real = Client.download

    async def download(client: Client, name: str, start: int) -> AsyncGenerator[bytes, None]:
        async for chunk in real(client, name, start):
            yield chunk[: len(chunk) // 2]
            die()

    Client.download = download  # type: ignore[method-assign,assignment]


def after(module: Any, name: str) -> Callable[[], None]:
    """Die when a step is done."""

    def put() -> None:
        real = getattr(module, name)

        def step(*given: Any, **about: Any) -> Any:
            real(*given, **about)
            die()

        setattr(module, name, step)

    return put


def before(module: Any, name: str) -> Callable[[], None]:
    """Die when a step begins."""
    return lambda: setattr(module, name, lambda *_given, **_about: die())


FAULTS: dict[str, Callable[[], None]] = {
    "while the file is fetched": while_fetching,
    "while it is written": after(snapshots, "load"),
    "before the pause": before(swap, "_build"),
    "while what is the desk's own is copied": after(swap, "carry_over"),
    "when all of it is copied": before(swap, "_keep_replaced"),
    "before the name is changed": before(stores, "take_place"),
    "when the name is changed": after(stores, "take_place"),
    "before what is left is removed": before(swap, "tidy"),
    "none": lambda: None,
}


def _receipt(connection: Connection, act: UUID) -> str | None:
    return connection.execute(select(Receipt.number).where(Receipt.command_id == act)).scalar_one_or_none()


async def work(counter: Counter, act: UUID, minor: int, area: int) -> None:
    """Take the payment unless it was taken, bring it home and load the area."""
    async with counter.run() as program:
        clerk = await program.sign_in()
        if await clerk.read(_receipt, act) is None:
            await clerk.act(await payment(clerk, minor), command_id=act)
        say(f"paid {await clerk.read(_receipt, act)}")
        synced(program, clerk)
        await program.told(
            lambda facts: (
                is_at(program.store, area)
                and (facts.link, facts.problem, facts.unsent) == ("online", None, 0)
                and is_caught_up(program)
            )
        )
        say(f"kept {await clerk.read(_receipt, act)}")
        outcome = await Comparing(program.store, program.client, counter.clock, rest=0.0).run()
        say(f"agreed {outcome.agreed} {len(outcome.mended)}")


def main() -> None:
    """Run one life."""
    parser = argparse.ArgumentParser()
    parser.add_argument("profile", type=Path)
    parser.add_argument("address")
    parser.add_argument("act", type=UUID)
    parser.add_argument("minor", type=int)
    parser.add_argument("area", type=int)
    parser.add_argument("step", choices=FAULTS)
    given = parser.parse_args()
    FAULTS[given.step]()
    asyncio.run(work(Counter(given.profile, given.address), given.act, given.minor, given.area))


if __name__ == "__main__":
    main()
