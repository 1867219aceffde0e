"""`ccbs-server`: each sub-command by its words, its output and its exit status; and the real process, once."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from alembic import command
from sqlalchemy import Engine, select

from ccbs_desk import __version__
from ccbs_desk.domain.commands import SignIn
from ccbs_desk.domain.errors import Refused
from ccbs_desk.models.database import migration_config, open_database, reading
from ccbs_desk.models.reference import Staff
from ccbs_desk.wire.messages import EnrolRequest
from server_stub.__main__ import gateway, main
from server_stub.acts import read_act
from server_stub.app import utc_now
from server_stub.applier import apply_acts
from server_stub.passwords import Passwords
from server_stub.seed import demo
from server_stub.settings import Settings
from tests.factories.server import b64, until
from tests.unit.server.conftest import Counter

CHEAP = Settings(password_memory_kib=1_024)


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCBS_PASSWORD_MEMORY_KIB", "1024")


@pytest.fixture
def database(country: Engine) -> list[str]:
    """The option that names the country's database."""
    return ["--database", country.url.render_as_string()]


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed."""
    return capsys.readouterr().out


class TestWords:
    """What does not need a country."""

    def test_the_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["--version"])
        assert ended.value.code == 0
        assert said(capsys) == f"ccbs-server {__version__}\n"

    @pytest.mark.parametrize("words", [[], ["nonsense"], ["device"], ["user", "add"]])
    def test_words_that_are_none(self, words: list[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2

    def test_nothing_is_served_in_the_open(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        where = ["--database", f"sqlite:///{tmp_path / 'server.db'}", "--snapshots", str(tmp_path)]
        assert main(["serve", "--host", "0.0.0.0", *where]) == 2
        assert "not served without TLS" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []

    def test_migrate_makes_a_database(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        where = ["--database", f"sqlite:///{tmp_path / 'new' / 'server.db'}"]
        assert main(["migrate", *where]) == 0
        made = said(capsys)
        assert re.fullmatch(r"made a new database, schema both_\d+, server_\d+\n", made)
        assert main(["migrate", *where]) == 0
        assert said(capsys) == f"nothing to do: the schema is {made.partition('schema ')[2]}"
        assert main(["check", *where]) == 0
        assert said(capsys).endswith("clean\n")

    def test_migrate_says_from_where_it_came(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        url = f"sqlite:///{tmp_path / 'server.db'}"
        engine = open_database(url)
        with engine.begin() as connection:
            command.upgrade(migration_config("server", connection), "both_0003")
        engine.dispose()
        assert main(["migrate", "--database", url]) == 0
        assert re.fullmatch(r"brought the schema from both_0003 to both_\d+, server_\d+\n", said(capsys))

    @pytest.mark.parametrize("words", [["check"], ["device", "list"], ["user", "dismiss", "reem"]])
    def test_a_mistyped_database_is_not_made(
        self, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([*words, "--database", f"sqlite:///{tmp_path / 'typo.db'}"]) == 2
        assert "there is no database" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("url", ["postgresql+psycopg://nobody:hidden@127.0.0.1:1/none", "nonsense"])
    def test_a_database_out_of_reach_is_said_in_one_line(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--database", url]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("the database can't be used: ")
        assert "hidden" not in line

    def test_seed_then_check(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        where = ["--database", f"sqlite:///{tmp_path / 'server.db'}"]
        assert main(["seed", "--subscribers", "50", "--cycles", "1", "--seed", "3", *where]) == 0
        assert main(["check", "--strict", *where]) == 0
        assert "rows a second" in said(capsys)

    def test_one_family_is_checked_alone(self, country: Engine, capsys: pytest.CaptureFixture[str]) -> None:
        where = ["--database", str(country.url)]
        assert main(["check", "ledger", "receipts", *where]) == 0
        told = said(capsys)
        assert "ledger.every_act_balances" in told
        assert "receipts.numbers_run_without_gaps" in told
        assert "journals." not in told
        assert "digests." not in told
        with pytest.raises(SystemExit):
            main(["check", "ledgers", *where])
        assert "no such family: ledgers; there are ledger, " in capsys.readouterr().err


class TestPeople:
    """`ccbs-server user`."""

    def test_a_person_is_added_signs_in_and_is_dismissed(
        self,
        country: Engine,
        database: list[str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("first-2026\n"))
        names = ["--name-ar", "ريم", "--name-en", "Reem", "--centre", "C001", "--role", "clerk", "--role", "supervisor"]
        assert main(["user", "add", "reem", *names, *database]) == 0
        passwords = Passwords(country, CHEAP, utc_now)
        staff_id = passwords.check("reem", "first-2026")
        assert said(capsys) == f"added reem, Reem, as clerk, supervisor at C001: {staff_id}\n"
        monkeypatch.setattr(sys, "stdin", io.StringIO("second-2026\n"))
        assert main(["user", "password", "reem", *database]) == 0
        assert passwords.check("reem", "second-2026") == staff_id
        assert main(["user", "dismiss", "reem", *database]) == 0
        assert said(capsys).splitlines() == [
            "the password of reem is set",
            "reem is dismissed and signed out everywhere",
        ]
        with pytest.raises(Refused):
            passwords.check("reem", "second-2026")
        with reading(country) as connection:
            assert connection.execute(select(Staff.active).where(Staff.id == staff_id)).scalar_one() is False
        assert main(["check", *database]) == 0

    def test_what_makes_no_sense_is_told(
        self, database: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        assert main(["user", "password", demo.CLERK, *database]) == 2
        monkeypatch.setattr(sys, "stdin", io.StringIO("x\n"))
        assert main(["user", "password", "nobody", *database]) == 2
        assert capsys.readouterr().err.splitlines() == ["a password is needed", "nobody is called nobody"]

    def test_a_short_password_is_not_set_and_nobody_is_added_with_one(
        self, country: Engine, database: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for words in (["password", demo.CLERK], ["add", "reem", "--name-ar", "ريم", "--name-en", "Reem"]):
            more = ["--centre", "C001", "--role", "clerk"] if words[0] == "add" else []
            monkeypatch.setattr(sys, "stdin", io.StringIO("secret-26\n"))
            assert main(["user", *words, *more, *database]) == 2
            assert capsys.readouterr().err == "the password is too short: it needs 10 characters, and has 9\n"
        with reading(country) as connection:
            assert connection.execute(select(Staff.id).where(Staff.login == "reem")).first() is None
        assert Passwords(country, CHEAP, utc_now).check(demo.CLERK, demo.PASSWORD)


class TestDevices:
    """`ccbs-server device`."""

    def test_a_device_is_listed_approved_revoked(
        self, counter: Counter, database: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked = EnrolRequest(name="شباك 2", centre_code="C002", public_key=b64(bytes(range(32))))
        device = counter.devices.enrol(asked)
        assert main(["device", "list", "--json", *database]) == 0
        (waiting,) = [each for each in json.loads(said(capsys)) if each["state"] == "waiting"]
        assert waiting == {
            "id": str(device.device_id),
            "name": "شباك 2",
            "centre": "C002",
            "state": "waiting",
            "till": None,
            "fingerprint": device.fingerprint,
        }
        assert main(["device", "approve", waiting["id"], "--till", "0002", *database]) == 0
        assert said(capsys) == f"{waiting['id']}  approved, till 0002 series A\n"
        assert main(["device", "list", *database]) == 0
        heads, *rows = said(capsys).splitlines()
        assert heads.split() == ["id", "state", "centre", "till", "mark", "name"]
        (row,) = [row for row in rows if waiting["id"] in row]
        assert re.fullmatch(rf"{waiting['id']}  approved +C002 +0002 +{device.fingerprint} +شباك 2", row)
        assert heads.index("till") == row.index("0002")
        assert main(["device", "revoke", waiting["id"], *database]) == 0
        assert said(capsys) == f"{waiting['id']}  revoked, no till\n"
        assert main(["device", "approve", waiting["id"], *database]) == 2

    def test_a_frozen_device_goes_on(self, counter: Counter, database: list[str]) -> None:
        first = counter.desk.do(SignIn(online=True))
        counter.desk.seq -= 1
        twin = counter.desk.forced(SignIn(online=False))
        assert [answer.outcome for answer in counter.apply(first, twin)] == ["applied", "frozen"]
        assert main(["device", "unfreeze", str(counter.desk.device_id), *database]) == 0
        assert counter.apply(counter.desk.do(SignIn(online=True)))[0].outcome == "applied"

    def test_an_id_that_is_none_is_told(self, database: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["device", "revoke", "this one", *database]) == 2
        assert main(["device", "revoke", str(uuid4()), *database]) == 2
        assert capsys.readouterr().err.splitlines() == ["this one is no id", "device.unknown"]


class TestParked:
    """`ccbs-server parked`."""

    def test_a_parked_act_is_listed_and_tried_again(
        self, counter: Counter, database: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        act = counter.desk.do(counter.desk.open_till())
        (answer,) = apply_acts(counter.engine, utc_now(), [read_act(act, uuid4())])[0]
        assert answer.outcome == "parked"
        assert main(["parked", "list", *database]) == 0
        heads, row = said(capsys).splitlines()
        assert heads.split() == ["id", "parked", "(UTC)", "tries", "device", "reason"]
        assert re.fullmatch(rf"{answer.command_id}  .*  1 +[0-9a-f-]+  device\.other", row)
        assert main(["parked", "retry", str(answer.command_id), *database]) == 0
        assert said(capsys) == f"{answer.command_id}  applied\n"
        assert main(["parked", "list", *database]) == 0
        assert said(capsys) == "nothing is parked\n"
        assert main(["parked", "retry", str(answer.command_id), *database]) == 2
        assert f"no act {answer.command_id} is parked" in capsys.readouterr().err

    def test_a_database_without_devices_says_so(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        where = ["--database", f"sqlite:///{tmp_path / 'server.db'}"]
        assert main(["migrate", *where]) == 0
        said(capsys)
        assert main(["device", "list", *where]) == 0
        assert said(capsys) == "no device has asked to be let in\n"

    def test_one_that_still_can_not_be_applied_says_so(
        self, counter: Counter, database: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        act = counter.desk.do(SignIn(online=True)).replace(b'"SignIn"', b'"SignOff"')
        (answer,) = counter.apply(act)
        assert main(["parked", "retry", str(answer.command_id), *database]) == 1
        assert said(capsys) == f"{answer.command_id}  parked  command.unknown\n"


def test_the_process_serves_until_it_is_told_to_end(country_file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'server.db'}"
    (tmp_path / "server.db").write_bytes(country_file.read_bytes())
    environment = {**os.environ, "CCBS_DATABASE": url, "CCBS_SNAPSHOTS": str(tmp_path / "snapshots")}
    command = [sys.executable, "-m", "server_stub", "serve", "--port", "0"]
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        found = until(lambda: re.search(r"running on (http://127\.0\.0\.1:\d+)", log.read_text()) or process.poll())
        assert isinstance(found, re.Match), log.read_text()
        address = found[1]
        assert httpx.get(f"{address}/v1/health", verify=False).json()["version"] == __version__
        # Nothing that was asked shows in the log.
        httpx.get(f"{address}/v1/devices/someone?number=963112214567", verify=False)
        with httpx.stream("GET", f"{address}/v1/health", verify=False) as response:
            response.read()
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) in (0, -signal.SIGTERM)
        assert "963112214567" not in log.read_text()
        assert "Traceback" not in log.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    engine = open_database(url)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    engine.dispose()


def test_the_gateway_is_a_server_with_an_exchange(
    database: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server_stub.exchange.probe", lambda: None)
    assert gateway(database) == 2
    assert "needs a --pbx-name of its own" in capsys.readouterr().err
    assert gateway([*database, "--pbx-name", "hall"]) == 2
    assert "the exchange's secret is missing: set CCBS_PBX_SECRET" in capsys.readouterr().err
    assert gateway([*database, "--pbx", "bell"]) == 2
    assert "bell is no kind of exchange" in capsys.readouterr().err


def test_the_exchange_s_secret_is_kept_in_the_machine_s_store(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, bytes] = {}

    class Store:
        def write(self, name: str, secret: bytes) -> bool:
            kept[name] = secret
            return True

    monkeypatch.setattr(sys, "stdin", io.StringIO("s3cret\n"))
    monkeypatch.setattr("server_stub.chores.probe", Store)
    assert main(["pbx-secret"]) == 0
    assert kept == {"ccbs-pbx": b"s3cret"}
    monkeypatch.setattr(sys, "stdin", io.StringIO("s3cret\n"))
    monkeypatch.setattr("server_stub.chores.probe", lambda: None)
    assert main(["pbx-secret"]) == 2
    assert "set CCBS_PBX_SECRET instead" in capsys.readouterr().err


def test_after_a_restore_another_epoch_begins(database: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told = set()
    for _ in range(2):
        assert main(["new-epoch", *database]) == 0
        told.add(said(capsys))
    assert len(told) == 2
