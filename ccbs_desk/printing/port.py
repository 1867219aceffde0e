"""Where a receipt goes: a printer in the network, or a folder.

`send` waits for the printer, up to its time limit. Call it in a thread (`asyncio.to_thread`), never in the event loop.
A receipt is durable before it is sent, so that a printer that is gone costs a copy later and nothing else.
"""

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from ccbs_desk.domain.errors import PrinterGone, Unavailable

RAW_PORT = 9100
TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One sheet, ready for any printer."""

    number: str
    copy_number: int
    escpos: bytes
    pdf: bytes


class ReceiptPrinter(Protocol):
    """A place that receipts go to."""

    def send(self, job: PrintJob) -> None:
        """Hand the sheet over. Blocks. Raises Unavailable with PrinterGone."""


@dataclass(frozen=True, slots=True)
class FilePrinter:
    """Keeps each sheet as a file of printer bytes and as a PDF. A file is whole or not there."""

    folder: Path

    def send(self, job: PrintJob) -> None:
        """Write both files, named by number and copy. Raises Unavailable with PrinterGone."""
        name = f"{job.number}-copy{job.copy_number}" if job.copy_number else job.number
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for suffix, content in ((".bin", job.escpos), (".pdf", job.pdf)):
                part = self.folder / f"{name}{suffix}.part"
                part.write_bytes(content)
                part.replace(self.folder / f"{name}{suffix}")
        except OSError as error:
            raise Unavailable(PrinterGone()) from error


@dataclass(frozen=True, slots=True)
class SocketPrinter:
    """A printer that takes raw bytes over TCP, as nearly all of them do on port 9100."""

    host: str
    port: int = RAW_PORT
    timeout: float = TIMEOUT

    def send(self, job: PrintJob) -> None:
        """Send the printer's bytes. Raises Unavailable with PrinterGone, within twice the time limit."""
        try:
            with socket.create_connection((self.host, self.port), self.timeout) as link:
                link.sendall(job.escpos)
                link.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise Unavailable(PrinterGone()) from error


def printer_at(address: str) -> ReceiptPrinter:
    """Return the printer of a setting: `tcp://192.168.1.20:9100`, or else the path of a folder. Raises ValueError."""
    if not address.startswith("tcp://"):
        return FilePrinter(Path(address))
    parts = urlsplit(address)
    if not parts.hostname:
        raise ValueError(f"no printer address: {address!r}")
    return SocketPrinter(parts.hostname, parts.port or RAW_PORT)
