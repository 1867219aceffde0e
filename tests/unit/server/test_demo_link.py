"""The demo's link: it carries, it is cut, it is mended on the same port."""

import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from server_stub.demo.link import Link


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(1024):
            self.request.sendall(data.upper())


@pytest.fixture
def echo_port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Echo) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()


def _asked(port: int, words: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(words)
        return line.recv(1024)


def test_what_is_said_gets_through(echo_port: int) -> None:
    with Link(echo_port) as link:
        assert _asked(link.port, b"hello") == b"HELLO"


def test_a_cut_breaks_what_was_open_and_lets_nobody_through(echo_port: int) -> None:
    with Link(echo_port) as link, socket.create_connection(("127.0.0.1", link.port), timeout=30) as line:
        line.sendall(b"first")
        assert line.recv(1024) == b"FIRST"
        link.cut()
        assert line.recv(1024) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", link.port), timeout=30)
        link.mend()
        assert _asked(link.port, b"again") == b"AGAIN"
