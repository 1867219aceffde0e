"""How a contract is run: each story in a fresh world, around the simulator and around a real Asterisk."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.pbx.benches import AsteriskBench, Bench, SimulatorBench
from tests.pbx.exchange import Exchange

Around = Callable[[], AbstractAsyncContextManager[Bench]]
Story = Callable[[Bench], Awaitable[None]]
Tell = Callable[[Story], None]
LONGEST = 60
CALLER = "0112345678"


class Contract:
    """What every exchange does; a subclass says around which."""

    @pytest.fixture
    def tell(self, around: Around) -> Tell:
        """Run a story in a world of its own."""

        async def run(story: Story) -> None:
            async with asyncio.timeout(LONGEST), around() as bench:
                await story(bench)

        return lambda story: asyncio.run(run(story))


class AtSimulator:
    """The contract is held at the simulator."""

    @pytest.fixture
    def around(self) -> Around:
        """Make a simulator with its world."""
        return SimulatorBench.around


class AtAsterisk:
    """The contract is held at a real exchange."""

    @pytest.fixture
    def around(self, exchange: Exchange) -> Around:
        """Take the exchange, with a world of its own."""
        return lambda: AsteriskBench.around(exchange)
