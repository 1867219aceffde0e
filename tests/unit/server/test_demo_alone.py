"""One demo a country and one window a port: a second says so and takes nothing from the first."""

import socket
from pathlib import Path

import pytest

from ccbs_desk.models.lock import ProfileLock
from server_stub.demo import __main__ as demo
from server_stub.demo.exchanges import Failed
from server_stub.demo.screen import screen_on_loopback


def test_a_country_that_is_in_use_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "data_home", lambda: tmp_path)
    (tmp_path / "demo").mkdir()
    seeded = tmp_path / "demo" / "seeded.json"
    seeded.write_text("{}")
    first = ProfileLock(tmp_path / "demo" / "demo.lock")
    first.take()
    with pytest.raises(Failed, match="in use by another demo"):
        demo.use("simulator", vnc=False, fresh=True)
    assert seeded.exists()
    first.release()


def test_a_port_that_is_taken_serves_no_window() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Failed, match=f"port {port} is another program's"), screen_on_loopback(port):
            pass
