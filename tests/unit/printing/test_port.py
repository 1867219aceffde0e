"""A receipt reaches the printer byte for byte, or the desk knows that it did not."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ccbs_desk.domain.errors import PrinterGone, Unavailable
from ccbs_desk.printing.port import FilePrinter, PrintJob, ReceiptPrinter, SocketPrinter, printer_at

JOB = PrintJob("0217-B-000001", 0, bytes(range(256)) * 400, b"%PDF-1.4 and so on")
COPY = PrintJob("0217-B-000001", 2, b"a copy", b"%PDF-1.4 copy")


@contextmanager
def listener() -> Iterator[tuple[int, list[bytes], threading.Thread]]:
    """A machine that takes one connection and keeps what comes until it ends."""
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)

        def take() -> None:
            link, _ = server.accept()
            with link:
                link.settimeout(30)
                while part := link.recv(4096):
                    taken.append(part)

        thread = threading.Thread(target=take)
        thread.start()
        yield server.getsockname()[1], taken, thread
        thread.join(30)


def gone(printer: ReceiptPrinter) -> None:
    """Check that the printer is told to be gone."""
    with pytest.raises(Unavailable) as caught:
        printer.send(JOB)
    assert caught.value.reason == PrinterGone()


def test_the_network_printer_gets_exactly_the_bytes() -> None:
    with listener() as (port, taken, thread):
        SocketPrinter("127.0.0.1", port).send(JOB)
        thread.join(30)
        assert b"".join(taken) == JOB.escpos


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    gone(SocketPrinter("127.0.0.1", port))


def test_a_printer_that_takes_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        port = server.getsockname()[1]
        endless = PrintJob("0217-B-000001", 0, bytes(32_000_000), b"")
        with pytest.raises(Unavailable):
            SocketPrinter("127.0.0.1", port, timeout=0.2).send(endless)


def test_a_name_that_leads_nowhere() -> None:
    gone(SocketPrinter("printer.invalid", timeout=0.5))


def test_the_folder_gets_both_files(tmp_path: Path) -> None:
    printer = FilePrinter(tmp_path / "receipts")
    printer.send(JOB)
    printer.send(COPY)
    files = {path.name: path.read_bytes() for path in printer.folder.iterdir()}
    assert files == {
        "0217-B-000001.bin": JOB.escpos,
        "0217-B-000001.pdf": JOB.pdf,
        "0217-B-000001-copy2.bin": COPY.escpos,
        "0217-B-000001-copy2.pdf": COPY.pdf,
    }


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    gone(FilePrinter(tmp_path / "file"))


def test_printers_by_address(tmp_path: Path) -> None:
    assert printer_at("tcp://192.168.1.20") == SocketPrinter("192.168.1.20", 9100)
    assert printer_at("tcp://printer.local:9101") == SocketPrinter("printer.local", 9101)
    assert printer_at(str(tmp_path)) == FilePrinter(tmp_path)
    with pytest.raises(ValueError, match="no printer address"):
        printer_at("tcp://")
