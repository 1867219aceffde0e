"""Settings: what is given comes before the environment, the environment before the default."""

import argparse
from dataclasses import fields

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
