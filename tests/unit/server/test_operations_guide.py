"""The guide for operators: every command in it is one that the program takes, every reason one that it gives."""

import re
import shlex
from pathlib import Path

import pytest

from ccbs_desk.config import options
from ccbs_desk.domain.errors import CommandUnknown, TillOfOtherDevice
from ccbs_desk.domain.permissions import ROLES
from server_stub.__main__ import parser
from server_stub.acts import SET_ASIDE
from server_stub.binding import INCONSISTENT, NUMBER_TAKEN
from server_stub.problems import MALFORMED
from server_stub.settings import Settings

GUIDE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"^ccbs-server .+$|(?<=`)ccbs-server [^`…]+(?=`)", GUIDE, re.MULTILINE)))
DESKS = re.findall(r"`ccbs-desk ([^`]+)`", GUIDE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_server_is_one(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command)[1:]
    if "--help" in words:
        with pytest.raises(SystemExit) as ended:
            parser().parse_args(words)
        assert ended.value.code == 0
        assert capsys.readouterr().out
    else:
        assert callable(parser().parse_args(words).run)


def test_the_guide_has_commands_at_all() -> None:
    verbs = {shlex.split(command)[1] for command in COMMANDS}
    assert verbs == {
        "migrate",
        "serve",
        "user",
        "seed",
        "device",
        "account",
        "check",
        "parked",
        "new-epoch",
        "pbx-secret",
        "listings",
    }
    assert len(DESKS) == 1


@pytest.mark.parametrize("arguments", DESKS)
def test_a_command_of_the_desk_is_one(arguments: str) -> None:
    chosen = options.parse(shlex.split(arguments))
    assert chosen.server == "https://ccbs.example"
    assert chosen.centre == "C001"


def test_the_settings_named_are_settings() -> None:
    named = set(re.findall(r"^\| (`--[^|]+`) \|", GUIDE, re.MULTILINE))
    flags = {flag for cell in named for flag in re.findall(r"--([a-z-]+)", cell)}
    assert flags
    assert {flag.replace("-", "_") for flag in flags} <= set(Settings.__dataclass_fields__)


def test_the_roles_named_are_all_there_are() -> None:
    told = re.search(r"Roles, each may be given\nseveral times: ([^(]+)", GUIDE)
    assert told is not None
    assert set(re.findall(r"`(\w+)`", told[1])) == set(ROLES)


def test_the_reasons_of_parked_acts_are_those_that_the_server_gives() -> None:
    table = GUIDE.partition("### Parked acts")[2].partition("### A frozen device")[0]
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    told = {code.partition(":")[0] for row in rows for code in row.split("`")[1::2]}
    states = {f"device.{state}" for state in ("unknown", "waiting", "revoked", "frozen")}
    given = {INCONSISTENT, NUMBER_TAKEN, SET_ASIDE, MALFORMED, "server.bug", *states}
    given |= {kind.code for kind in (CommandUnknown, TillOfOtherDevice)} | {"device.other", "device.seq_taken"}
    assert told <= given
    assert {INCONSISTENT, NUMBER_TAKEN, SET_ASIDE, MALFORMED, CommandUnknown.code} <= told
