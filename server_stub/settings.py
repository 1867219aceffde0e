"""The server's settings, each declared once: on the command line (`--snapshot-lag 500`) or as `CCBS_SNAPSHOT_LAG`."""

import argparse
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import platformdirs

PREFIX = "CCBS_"
PBX_NAME = "pbx"
PBX_KINDS = frozenset({"", "none", "ami", "simulator"})


def data_folder() -> Path:
    """Return the folder of a server's own files; it is made by whoever writes there."""
    return Path(platformdirs.user_data_dir("ccbs-server", appauthor=False))


def _told(default: Any, about: str) -> Any:
    return field(default=default, metadata={"about": about})


def _kind(each: Field[Any]) -> Callable[[Any], Any]:
    kind: Callable[[Any], Any] = type(each.default)
    return _yes if kind is bool else kind


def _yes(value: Any) -> bool:
    return str(value).lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set. An empty `database` or `snapshots` means a file or folder of this user's data."""

    database: str = _told("", "SQLAlchemy address of the database, SQLite or PostgreSQL")
    host: str = _told("127.0.0.1", "address to listen on")
    port: int = _told(8620, "port to listen on; 0 lets the system choose")
    tls_certificate: str = _told("", "PEM file of the certificate; without one nothing but loopback is served")
    tls_key: str = _told("", "PEM file of the certificate's key")
    behind_proxy: bool = _told(False, "serve other addresses without a certificate: a proxy in front has it")
    snapshots: str = _told("", "folder of the first loads of new desks")
    snapshot_lag: int = _told(5_000, "how many acts a first load may be behind before it is built again")
    directory_days: int = _told(7, "how many days a desk's directory may be old before it is built again")
    access_minutes: int = _told(15, "how long an access token is good")
    refresh_hours: int = _told(12, "how long a refresh token is good")
    challenge_minutes: int = _told(2, "how long a sign-in challenge is good")
    lockout_failures: int = _told(5, "wrong passwords in a row that lock a person out")
    lockout_minutes: int = _told(5, "how long a person is locked out")
    password_memory_kib: int = _told(65_536, "memory that checking one password costs")
    waiting_devices: int = _told(200, "devices that may wait for their approval at a time")
    largest_request: int = _told(4_000_000, "bytes that one request may have")
    batch: int = _told(256, "acts that one transaction may hold")
    threads: int = _told(8, "requests that may read the database at a time")
    beat_seconds: float = _told(5.0, "how often a live stream says that it is alive")
    provisioning: str = _told("", "where orders for features go: none, or simulator for a demo")
    provisioning_seconds: float = _told(1.0, "how often orders for features are looked at")
    provisioning_delay: float = _told(2.0, "seconds that the simulated exchange takes for an order")
    provisioning_fails: str = _told("", "codes of features that the simulated exchange can't do, with commas")
    pbx: str = _told("", "telephone exchange that this server speaks with: none, ami, or simulator for a demo")
    pbx_name: str = _told(PBX_NAME, "name of the exchange; with it calls are named, so it never changes")
    pbx_centre: str = _told("K01", "code of the call centre whose agents the exchange serves")
    pbx_host: str = _told("127.0.0.1", "address of the exchange's manager interface")
    pbx_port: int = _told(5038, "port of the exchange's manager interface")
    pbx_user: str = _told("ccbs", "user of the exchange's manager interface; its secret is in CCBS_PBX_SECRET")
    pbx_tls: str = _told("", "PEM file of who vouches for the exchange's certificate: its line is encrypted then")
    pbx_plain: bool = _told(False, "speak in the open with an exchange elsewhere: the line to it is safe otherwise")
    away_seconds: float = _told(20.0, "how long a desk may be gone before its agent takes no more calls")

    @property
    def database_url(self) -> str:
        """The database's address."""
        return self.database or f"sqlite:///{data_folder() / 'server.db'}"

    @property
    def snapshot_folder(self) -> Path:
        """Where first loads are built."""
        return Path(self.snapshots) if self.snapshots else data_folder() / "snapshots"

    @property
    def insecure(self) -> str:
        """Why these settings would let passwords cross a network in the open, or can't work; empty when they are fine.

        Passwords and tokens travel in the requests: what leaves this machine is encrypted, here or by a proxy.
        """
        return self._insecure_here or self._insecure_exchange

    @property
    def _insecure_here(self) -> str:
        files = (self.tls_certificate, self.tls_key)
        if any(files) and not all(files):
            return "a certificate needs its key, and a key its certificate"
        missing = [name for name in files if name and not Path(name).is_file()]
        if missing:
            return f"there is no file {missing[0]}"
        if all(files) or self.behind_proxy or is_loopback(self.host):
            return ""
        return f"{self.host} is not served without TLS: give --tls-certificate and --tls-key, or --behind-proxy"

    @property
    def _insecure_exchange(self) -> str:
        if self.pbx not in PBX_KINDS:
            return f"{self.pbx} is no kind of exchange: give none, ami or simulator"
        if self.pbx != "ami":
            return ""
        if self.pbx_name == PBX_NAME:
            return "an exchange needs a --pbx-name of its own: two of one name would have each other's calls"
        if self.pbx_tls and not Path(self.pbx_tls).is_file():
            return f"there is no file {self.pbx_tls}"
        if self.pbx_tls or self.pbx_plain or is_loopback(self.pbx_host):
            return ""
        return f"{self.pbx_host} is not spoken with in the open: give --pbx-tls, or --pbx-plain where the line is safe"

    @classmethod
    def load(cls, environment: Mapping[str, str], given: Mapping[str, Any]) -> Self:
        """Return the settings: what was given, else the environment, else the default."""
        values: dict[str, Any] = {}
        for each in fields(cls):
            kind = _kind(each)
            if given.get(each.name) is not None:
                values[each.name] = kind(given[each.name])
            elif PREFIX + each.name.upper() in environment:
                values[each.name] = kind(environment[PREFIX + each.name.upper()])
        return cls(**values)


def add_options(parser: argparse.ArgumentParser, *names: str) -> None:
    """Add the options of the named settings, or of all."""
    for each in fields(Settings):
        if not names or each.name in names:
            about = f"{each.metadata['about']} (or {PREFIX}{each.name.upper()}; default {each.default!r})"
            flag = f"--{each.name.replace('_', '-')}"
            if isinstance(each.default, bool):
                parser.add_argument(flag, action="store_true", default=None, help=about)
            else:
                parser.add_argument(flag, type=_kind(each), help=about)


def is_loopback(host: str) -> bool:
    """Tell whether an address is of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
