"""`ccbs-server`: serve, seed, migrate, check, and keep people, devices and parked acts."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from sqlalchemy.exc import ArgumentError, OperationalError

from ccbs_desk import __version__
from server_stub import chores, seed
from server_stub.check import FAMILIES
from server_stub.chores import Chore
from server_stub.problems import RequestRefused
from server_stub.settings import add_options
from server_stub.users import LANGUAGES, UserError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command; return the exit status."""
    chosen = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    run: Chore = chosen.run
    try:
        return run(chosen)
    except (UserError, RequestRefused) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (OperationalError, ArgumentError) as error:
        # The driver's own first line; SQLAlchemy's adds the statement and its values.
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        sys.stderr.write(f"the database can't be used: {why}\n")
        return 2


def gateway(arguments: Sequence[str] | None = None) -> int:
    """Run a server that holds a call centre's exchange: `ccbs-gateway`, short for `ccbs-server serve --pbx ami`."""
    return main(["serve", "--pbx", "ami", *(sys.argv[1:] if arguments is None else arguments)])


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    top = argparse.ArgumentParser(prog="ccbs-server", description="The sync server of CCBS Desk.")
    top.add_argument("--version", action="version", version=f"ccbs-server {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    serving = commands.add_parser("serve", help="answer the desks until told to end")
    serving.set_defaults(run=chores.serve)
    add_options(serving)
    seeding = commands.add_parser("seed", help="fill an empty database with a demo country")
    seeding.set_defaults(run=seed.run)
    seed.add_arguments(seeding)
    _add(commands, "migrate", "bring the database to the newest schema", chores.migrate)
    checking = _add(commands, "check", "verify every invariant; exit status 1 and what is broken", chores.check)
    checking.add_argument("--strict", action="store_true", help="count what is only pending as broken too")
    checking.add_argument(
        "families", nargs="*", type=_family, metavar="FAMILY", help=f"only of these: {', '.join(FAMILIES)}"
    )
    _add(commands, "new-epoch", "after a restore: let the desks bring again what is missing", chores.new_epoch)
    publishing = _add(commands, "listings", "write the published directory, for ccbs-directory build", chores.listings)
    publishing.add_argument("out", type=Path, metavar="LISTINGS.tsv")
    keeping = commands.add_parser("pbx-secret", help="keep the exchange's secret in the machine's secret store")
    keeping.set_defaults(run=chores.pbx_secret)
    _add_users(commands.add_parser("user", help="keep the people who sign in"))
    _add_devices(commands.add_parser("device", help="keep the enrolled desks"))
    _add_accounts(commands.add_parser("account", help="which areas hold an account"))
    _add_parked(commands.add_parser("parked", help="acts that could not be applied"))
    return top


def _family(name: str) -> str:
    if name not in FAMILIES:
        raise argparse.ArgumentTypeError(f"no such family: {name}; there are {', '.join(FAMILIES)}")
    return name


def _add(commands: Commands, name: str, about: str, run: Chore) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=about)
    made.set_defaults(run=run)
    add_options(made, "database")
    return made


def _add_users(top: argparse.ArgumentParser) -> None:
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    add = _add(commands, "add", "add a person and set the password", chores.user_add)
    add.add_argument("login")
    add.add_argument("--name-ar", required=True, metavar="NAME")
    add.add_argument("--name-en", required=True, metavar="NAME")
    add.add_argument("--centre", required=True, metavar="CODE")
    add.add_argument("--role", required=True, action="append", metavar="ROLE", help="may be given several times")
    add.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    password = _add(commands, "password", "set a password, read from the terminal or a pipe", chores.user_password)
    password.add_argument("login")
    _add(commands, "dismiss", "let a person go", chores.user_dismiss).add_argument("login")


def _add_devices(top: argparse.ArgumentParser) -> None:
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "list", "show all devices", chores.device_list).add_argument("--json", action="store_true")
    approve = _add(commands, "approve", "let a waiting device in", chores.device_approve)
    approve.add_argument("id")
    approve.add_argument("--till", metavar="CODE", help="else the centre's first free till")
    _add(commands, "revoke", "shut a device out at once", chores.device_revoke).add_argument("id")
    unfreeze = _add(commands, "unfreeze", "let a frozen device go on", chores.device_unfreeze)
    unfreeze.add_argument("id")
    move = _add(commands, "move", "let a device work at another centre", chores.device_move)
    move.add_argument("id")
    move.add_argument("--centre", required=True, metavar="CODE")
    move.add_argument("--till", metavar="CODE", help="else the centre's first free till")
    _add(commands, "mended", "show desks whose rows had to be replaced", chores.device_mended)


def _add_accounts(top: argparse.ArgumentParser) -> None:
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    areas = _add(commands, "areas", "say which areas hold an account", chores.account_areas)
    areas.add_argument("number")
    areas.add_argument(
        "--add", type=int, action="append", default=[], metavar="AREA", help="may be given several times"
    )
    areas.add_argument("--remove", type=int, action="append", default=[], metavar="AREA", help="the same")


def _add_parked(top: argparse.ArgumentParser) -> None:
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "list", "show what waits for a person", chores.parked_list)
    _add(commands, "retry", "try one again, whichever device brought it", chores.parked_retry).add_argument("id")


if __name__ == "__main__":
    sys.exit(main())
