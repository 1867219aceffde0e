"""Settings: what is given comes before the environment, the environment before the default."""

import argparse
from dataclasses import fields
from pathlib import Path

import pytest

from server_stub.settings import Settings, add_options, data_folder


def test_given_before_environment_before_default() -> None:
    environment = {"CCBS_PORT": "9000", "CCBS_HOST": "0.0.0.0", "CCBS_BEAT_SECONDS": "0.5", "OTHER": "x"}
    settings = Settings.load(environment, {"port": "9001", "host": None, "unknown": 1})
    assert (settings.port, settings.host, settings.beat_seconds) == (9001, "0.0.0.0", 0.5)
    assert settings.refresh_hours == Settings().refresh_hours


def test_files_are_the_users_own_unless_told() -> None:
    usual, told = Settings(), Settings(database="postgresql://x/y", snapshots="/srv/snapshots")
    assert usual.database_url == f"sqlite:///{data_folder() / 'server.db'}"
    assert usual.snapshot_folder == data_folder() / "snapshots"
    assert (told.database_url, str(told.snapshot_folder)) == ("postgresql://x/y", "/srv/snapshots")


def test_every_setting_is_an_option_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    for each in fields(Settings):
        assert f"--{each.name.replace('_', '-')}" in told
        assert each.metadata["about"] in told
        assert f"CCBS_{each.name.upper()}" in told
    assert parser.parse_args(["--snapshot-lag", "7"]).snapshot_lag == 7


def test_only_the_named_options_are_added() -> None:
    parser = argparse.ArgumentParser()
    add_options(parser, "database")
    assert vars(parser.parse_args([])) == {"database": None}


def test_a_switch_is_on_when_it_is_named() -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    assert Settings.load({}, vars(parser.parse_args(["--behind-proxy"]))).behind_proxy
    assert not Settings.load({}, vars(parser.parse_args([]))).behind_proxy
    for value, meant in (("1", True), ("true", True), ("Yes", True), ("0", False), ("", False), ("no", False)):
        assert Settings.load({"CCBS_BEHIND_PROXY": value}, {}).behind_proxy is meant


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_no_certificate(host: str) -> None:
    assert Settings(host=host).insecure == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "fe80::1", "ccbs.example", "localhost.example", ""])
def test_another_address_is_not_served_in_the_open(host: str, tmp_path: Path) -> None:
    assert Settings(host=host).insecure.startswith(f"{host} is not served without TLS")
    assert Settings(host=host, behind_proxy=True).insecure == ""
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    there = Settings(host=host, tls_certificate=str(certificate), tls_key=str(key))
    assert there.insecure == f"there is no file {certificate}"
    certificate.touch()
    assert there.insecure == f"there is no file {key}"
    key.touch()
    assert there.insecure == ""


@pytest.mark.parametrize("half", [{"tls_certificate": "server.pem"}, {"tls_key": "server.key"}])
def test_a_certificate_and_its_key_come_together(half: dict[str, str]) -> None:
    for host in ("127.0.0.1", "0.0.0.0"):
        told = Settings.load({}, {"host": host, "behind_proxy": True, **half}).insecure
        assert told == "a certificate needs its key, and a key its certificate"


def test_an_exchange_elsewhere_is_not_spoken_with_in_the_open(tmp_path: Path) -> None:
    there = {"pbx": "ami", "pbx_name": "hall", "pbx_host": "10.1.0.9"}
    assert Settings.load({}, there).insecure.startswith("10.1.0.9 is not spoken with in the open")
    assert Settings.load({}, {**there, "pbx_host": "127.0.0.1"}).insecure == ""
    assert Settings.load({}, {**there, "pbx_plain": True}).insecure == ""
    vouching = tmp_path / "authority.pem"
    told = Settings.load({}, {**there, "pbx_tls": str(vouching)})
    assert told.insecure == f"there is no file {vouching}"
    vouching.touch()
    assert told.insecure == ""


def test_an_exchange_has_a_name_of_its_own() -> None:
    assert "--pbx-name" in Settings(pbx="ami").insecure
    assert Settings(pbx="simulator").insecure == ""
