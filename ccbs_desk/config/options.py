"""How a desk is started: each option declared once, on the command line or in the environment."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ccbs_desk import __version__
from ccbs_desk.config.language import LANGUAGES, Language
from ccbs_desk.config.look import SCHEMES, kept_look
from ccbs_desk.config.paths import data_home


@dataclass(frozen=True, slots=True)
class Options:
    """How the desk was started. `profile` is the folder of this desk's data; one program a profile.

    Language and colours are those of the command line, else those of the time before.
    """

    profile: Path
    server: str
    centre: str
    printer: str
    language: Language
    scheme: str
    walk: str
    out: Path
    demo_clerk: str


ENROLMENT_FILE = "enrolment.json"


def is_enrolled(profile: Path) -> bool:
    """Return whether this desk has ever asked to be let in; cheap, for the choice of the first window."""
    return (profile / ENROLMENT_FILE).exists()


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line; `--version` and `--help` end the program."""
    parser = argparse.ArgumentParser(prog="ccbs-desk", description="The agent workstation of a telephone operator")
    parser.add_argument("--version", action="version", version=f"ccbs-desk {__version__}")
    parser.add_argument("--profile", type=Path, default=data_home() / "profile", help="folder of this desk's data")
    parser.add_argument("--server", default=os.environ.get("CCBS_SERVER", "http://127.0.0.1:8620"), help="its address")
    parser.add_argument(
        "--centre", default=os.environ.get("CCBS_CENTRE", ""), help="code of the centre, at first start"
    )
    parser.add_argument("--printer", default="", help="tcp://HOST:PORT of a receipt printer, or a folder")
    parser.add_argument("--language", choices=LANGUAGES, help="else as it was last, at first Arabic")
    parser.add_argument("--scheme", choices=SCHEMES, help="else as it was last, at first light")
    parser.add_argument("--walk", default="", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=Path("build/journey"), help=argparse.SUPPRESS)
    parser.add_argument("--demo-clerk", default="", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    kept = kept_look(given.profile)
    return Options(
        profile=given.profile,
        server=given.server,
        centre=given.centre,
        printer=given.printer or str(given.profile / "paper"),
        language=given.language or kept.language,
        scheme=given.scheme or kept.scheme,
        walk=given.walk,
        out=given.out,
        demo_clerk=given.demo_clerk,
    )
