"""What the sub-commands of `ccbs-server` do. Each returns the exit status."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, make_url

from ccbs_desk.config.secrets import probe
from ccbs_desk.models import database
from ccbs_desk.wire.messages import Enrolment
from server_stub import exchange, feed, mending, parked
from server_stub.app import build_parts, utc_now
from server_stub.check import FAMILIES, run_checks
from server_stub.devices import Devices
from server_stub.listings import write_listings
from server_stub.moves import Moves
from server_stub.passwords import Passwords
from server_stub.serving import Server
from server_stub.settings import Settings
from server_stub.upgrade import upgrade
from server_stub.users import NewUser, UserError, Users

Chore = Callable[[argparse.Namespace], int]


def serve(given: argparse.Namespace) -> int:
    """Answer the desks."""
    settings = _settings(given)
    if settings.insecure:
        raise UserError(settings.insecure)
    # The loop answers first: threads that work beside it give way after one millisecond instead of five.
    sys.setswitchinterval(0.001)
    Server(build_parts(settings)).run()
    return 0


def migrate(given: argparse.Namespace) -> int:
    """Bring the database to the newest schema, and say what that took."""
    engine = database.open_database(_settings(given).database_url)
    try:
        before = database.revisions(engine)
        upgrade(engine)
        after = database.revisions(engine)
    finally:
        engine.dispose()
    names = ", ".join(after)
    if not before:
        _say(f"made a new database, schema {names}")
    elif before == after:
        _say(f"nothing to do: the schema is {names}")
    else:
        _say(f"brought the schema from {', '.join(before)} to {names}")
    return 0


def check(given: argparse.Namespace) -> int:
    """Verify every invariant and print what was found."""
    with _database(given) as engine:
        return run_checks(engine, sys.stdout, strict=given.strict, families=given.families or FAMILIES)


def new_epoch(given: argparse.Namespace) -> int:
    """After a restore: let the desks bring again what this database has forgotten."""
    with _database(given) as engine:
        head = feed.new_epoch(engine)
    _say(f"epoch {head.epoch} from position {head.position} on")
    return 0


def pbx_secret(_given: argparse.Namespace) -> int:
    """Keep the exchange's secret, read from the terminal or a pipe."""
    secret = _read_password()
    store = probe()
    if store is None or not store.write(exchange.IN_STORE, secret.encode()):
        raise UserError(f"this machine has no store that keeps secrets; set {exchange.FROM_ENVIRONMENT} instead")
    return 0


def user_add(given: argparse.Namespace) -> int:
    """Add a person and set the password."""
    password = _read_password()
    with _database(given) as engine:
        user = NewUser(given.login, given.name_ar, given.name_en, given.centre, given.role, given.language)
        users = Users(engine, utc_now)
        users.require_password(password)
        staff_id = users.add(user)
        Passwords(engine, _settings(given), utc_now).set(staff_id, password)
    _say(f"added {user.login}, {user.name_en}, as {', '.join(user.roles)} at {user.centre_code}: {staff_id}")
    return 0


def user_password(given: argparse.Namespace) -> int:
    """Set a person's password."""
    password = _read_password()
    with _database(given) as engine:
        users = Users(engine, utc_now)
        staff_id = users.find(given.login)
        users.require_password(password)
        Passwords(engine, _settings(given), utc_now).set(staff_id, password)
    _say(f"the password of {given.login} is set")
    return 0


def user_dismiss(given: argparse.Namespace) -> int:
    """Let a person go."""
    with _database(given) as engine:
        Users(engine, utc_now).dismiss(given.login)
    _say(f"{given.login} is dismissed and signed out everywhere")
    return 0


def device_list(given: argparse.Namespace) -> int:
    """Show all devices."""
    with _devices(given) as devices:
        found = devices.list()
    if given.json:
        _say(json.dumps([{**asdict(device), "id": str(device.id)} for device in found], ensure_ascii=False))
        return 0
    _table(
        ("id", "state", "centre", "till", "mark", "name"),
        [(str(d.id), d.state, d.centre, d.till or "-", d.fingerprint, d.name) for d in found],
        "no device has asked to be let in",
    )
    return 0


def device_approve(given: argparse.Namespace) -> int:
    """Let a waiting device in."""
    with _devices(given) as devices:
        return _tell(devices.approve(_id(given.id), till_code=given.till))


def device_revoke(given: argparse.Namespace) -> int:
    """Shut a device out."""
    with _devices(given) as devices:
        return _tell(devices.revoke(_id(given.id)))


def device_unfreeze(given: argparse.Namespace) -> int:
    """Let a frozen device go on."""
    with _devices(given) as devices:
        return _tell(devices.unfreeze(_id(given.id)))


def device_move(given: argparse.Namespace) -> int:
    """Let a device work at another centre."""
    with _database(given) as engine:
        area = Moves(engine, utc_now, getpass.getuser()).device(_id(given.id), given.centre, given.till)
    _say(f"{given.id}  moved to {given.centre}, {'no area' if area is None else f'area {area}'}")
    return 0


def device_mended(given: argparse.Namespace) -> int:
    """Show which desks had rows that differed from the server's and were replaced."""
    with _database(given) as engine:
        found = mending.mended(engine)
    _table(
        ("at (UTC)", "device", "table", "replaced", "removed", "position"),
        [
            (f"{m.at:%Y-%m-%d %H:%M}", str(m.device_id), m.table, str(m.replaced), str(m.removed), str(m.position))
            for m in found
        ],
        "no desk had to be mended",
    )
    return 0


def account_areas(given: argparse.Namespace) -> int:
    """Let areas hold an account, and others no longer."""
    with _database(given) as engine:
        areas = Moves(engine, utc_now, getpass.getuser()).account(given.number, add=given.add, remove=given.remove)
    _say(f"{given.number}  is held by area {', '.join(map(str, areas))}")
    return 0


def listings(given: argparse.Namespace) -> int:
    """Write the published directory as `ccbs-directory build` takes it."""
    with _database(given) as engine, database.reading(engine) as connection:
        count = write_listings(connection, given.out)
    _say(f"{count:,} listings in {given.out}")
    return 0


def parked_list(given: argparse.Namespace) -> int:
    """Show what waits for a person."""
    with _database(given) as engine:
        acts = parked.parked_acts(engine)
    _table(
        ("id", "parked (UTC)", "tries", "device", "reason"),
        [(str(a.command_id), f"{a.parked_at:%Y-%m-%d %H:%M}", str(a.tries), str(a.device_id), a.error) for a in acts],
        "nothing is parked",
    )
    return 0


def parked_retry(given: argparse.Namespace) -> int:
    """Try a parked act again; 0 only when it is applied now. Raises UserError when none of that id is parked."""
    with _database(given) as engine:
        answers = parked.retry(engine, utc_now, _id(given.id))
    if not answers:
        raise UserError(f"no act {given.id} is parked; parked list shows those that are")
    for answer in answers:
        _say(f"{answer.command_id}  {answer.outcome}  {answer.reason.code if answer.reason else ''}".rstrip())
    return 0 if all(answer.outcome == "applied" for answer in answers) else 1


def _settings(given: argparse.Namespace) -> Settings:
    return Settings.load(os.environ, vars(given))


@contextmanager
def _database(given: argparse.Namespace) -> Iterator[Engine]:
    """Open the database. A mistyped file must not be made on the way, nor an empty one be called clean."""
    url = make_url(_settings(given).database_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        raise UserError(f"there is no database {url.database}; migrate makes a new one")
    engine = database.open_database(_settings(given).database_url)
    try:
        upgrade(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _devices(given: argparse.Namespace) -> Iterator[Devices]:
    with _database(given) as engine:
        yield Devices(engine, utc_now, most_waiting=_settings(given).waiting_devices)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UserError(f"{text} is no id") from error


def _read_password() -> str:
    return getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _tell(enrolment: Enrolment) -> int:
    till = f", till {enrolment.till_code} series {enrolment.series_letter}" if enrolment.till_code else ", no till"
    _say(f"{enrolment.device_id}  {enrolment.state}{till}")
    return 0


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], none: str) -> None:
    """Print rows under their heads, each column as wide as it has to be; `none` where there are no rows."""
    if not rows:
        _say(none)
        return
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        _say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
