"""The exchange of a whole run: a real Asterisk, or a loud failure, or a visible absence that was asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pbx.benches import empty
from tests.pbx.exchange import Exchange, running
from tests.pbx.package import SUITES, NoExchange, root

WITHOUT = "--without-pbx"
SUITE = "--pbx-suite"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options to do without an exchange, and to choose its age."""
    parser.addoption(WITHOUT, action="store_true", help="skip what needs a real telephone exchange")
    parser.addoption(SUITE, action="append", help=f"Debian suite to take Asterisk from, else {', else '.join(SUITES)}")


@pytest.fixture(scope="session")
def exchange(pytestconfig: pytest.Config) -> Iterator[Exchange]:
    """One Asterisk for the whole run; a test that uses it leaves it empty."""
    if pytestconfig.getoption(WITHOUT):
        pytest.skip(f"needs a real telephone exchange, and {WITHOUT} was given")
    try:
        with running(root(pytestconfig.getoption(SUITE) or SUITES)) as asterisk:
            yield asterisk
    except NoExchange as missing:
        pytest.fail(f"{missing}\n{WITHOUT} runs everything that needs none", pytrace=False)


@pytest.fixture
def joined(exchange: Exchange) -> Iterator[Path]:
    """Return the folder of the exchange, for another process to join it; afterwards the exchange is empty again."""
    kept = exchange.keep()
    yield exchange.folder
    kept.unlink()
    empty(exchange)
