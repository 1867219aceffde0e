"""A payment confirmed to durable commit on the desk, against a bare SQLCipher transaction of the same rows."""

import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from uuid import UUID

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection

from bench.country import SMOKE_SUBSCRIBERS, SUBSCRIBERS, debtors, desk_at_work, desk_folder
from bench.figures import Figure, Report, compared, timed_ms
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.models.store import CACHE_KIB
from ccbs_desk.services.accounts import account_facts, balance
from ccbs_desk.services.desk_bus import DeskBus, Submitted
from ccbs_desk.services.drafts import save_draft
from ccbs_desk.services.take_payment import payment_id_of
from tests.factories.desk import KEY, LONGEST_WAIT, Desk

NAME = "payment"
ROUNDS, SMOKE_ROUNDS = 150, 3
WARM_UP = 10
AIM = 3.0

# What a payment leaves behind, by table, and which column names the act (of `payment`, its own id does).
WRITTEN = {
    "payment": "id",
    "payment_allocation": "payment_id",
    "ledger": "command_id",
    "receipt": "command_id",
    "till_journal": "command_id",
    "audit": "command_id",
    "outbox": "command_id",
    "undo": "command_id",
}
Rows = Mapping[str, Sequence[tuple[Any, ...]]]


class Bare:
    """The same file without the product: sqlcipher3, `executemany`, one transaction."""

    def __init__(self, filled: Path, folder: Path) -> None:
        shutil.copytree(filled, folder)
        self._connection = sqlcipher.connect(str(folder / "desk.db"), isolation_level=None)
        self._connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        for pragma in ("journal_mode = WAL", "synchronous = FULL", f"cache_size = -{CACHE_KIB}", "temp_store = MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")
        triggers = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            self._connection.execute(f"DROP TRIGGER {name}")

    def write(self, rows: Rows) -> None:
        """Make these rows durable."""
        self._connection.execute("BEGIN IMMEDIATE")
        for table, some in rows.items():
            marks = ", ".join("?" * len(some[0]))
            self._connection.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES ({marks})', some)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()


class BareThread:
    """The same in a thread of its own, asked and answered as the desk's store is."""

    def __init__(self, filled: Path, folder: Path) -> None:
        self._asked: SimpleQueue[tuple[Rows, Future[None]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, args=(filled, folder), name="bare")
        self._thread.start()

    def write(self, rows: Rows) -> None:
        """Make these rows durable; return when they are."""
        future: Future[None] = Future()
        self._asked.put((rows, future))
        future.result(LONGEST_WAIT)

    def close(self) -> None:
        """End the thread."""
        self._asked.put(None)
        self._thread.join()

    def _serve(self, filled: Path, folder: Path) -> None:
        bare = Bare(filled, folder)
        while (asked := self._asked.get()) is not None:
            rows, future = asked
            try:
                bare.write(rows)
            except sqlcipher.Error as error:
                future.set_exception(error)
            else:
                future.set_result(None)
        bare.close()


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Take payments over several bills, each beside the bare transactions of the rows that it wrote."""
    subscribers, rounds = (SMOKE_SUBSCRIBERS, SMOKE_ROUNDS) if smoke else (SUBSCRIBERS, ROUNDS)
    filled = desk_folder(folder, subscribers)
    ours: list[float] = []
    threaded: list[float] = []
    direct: list[float] = []
    counts: list[int] = []
    with _three(filled, folder / "payment") as (desk, thread, bare):
        bus = DeskBus(desk.clock)
        for n, account_id in enumerate(debtors(desk, rounds + WARM_UP)):
            command_id, payment = _form(desk, account_id)
            taken = timed_ms(partial(_take, desk, bus, command_id, payment))
            desk.clock.forward()
            rows = desk.read(_rows_of, command_id)
            times = taken, timed_ms(partial(thread.write, rows)), timed_ms(partial(bare.write, rows))
            if n >= WARM_UP or smoke:
                for kept, time in zip((ours, threaded, direct), times, strict=True):
                    kept.append(time)
                counts.append(sum(map(len, rows.values())))
    figures: tuple[Figure, ...] = (
        compared("payment confirmed to durable", ours, "bare, by a thread", threaded, "ms", below=AIM),
        compared("the same", ours, "bare, in this thread", direct, "ms"),
    )
    on = {
        "database": f"SQLCipher {_cipher()}, WAL, synchronous=FULL",
        "store": f"area 1 of {subscribers:,} subscribers",
        "rows an act": f"{min(counts)} to {max(counts)}",
    }
    return Report(NAME, "payment over all open bills of an account, through Store, DeskBus and handler", figures, on=on)


@contextmanager
def _three(filled: Path, folder: Path) -> Iterator[tuple[Desk, BareThread, Bare]]:
    shutil.rmtree(folder, ignore_errors=True)
    with ExitStack() as stack:
        desk = stack.enter_context(desk_at_work(filled, folder / "desk"))
        thread = BareThread(filled, folder / "thread")
        stack.callback(thread.close)
        bare = Bare(filled, folder / "bare")
        stack.callback(bare.close)
        yield desk, thread, bare


def _form(desk: Desk, account_id: UUID) -> tuple[UUID, TakePayment]:
    """Fill the form, as the clerk does before the measured moment: a payment of all that is owed, and its draft."""
    owed = desk.read(_owed, account_id)
    payment = desk.payment(owed, account_id=account_id)
    command_id = desk.new_id()
    fields = {"amount": owed, "tendered": owed}
    desk.write(
        lambda connection: save_draft(
            connection,
            command_id,
            kind="payment",
            staff_id=desk.people.clerk,
            subject=str(account_id),
            fields=fields,
            now=desk.clock.now,
        )
    )
    return command_id, payment


def _owed(connection: Connection, account_id: UUID) -> int:
    account = account_facts(connection, account_id)
    if account is None:
        raise LookupError(account_id)
    return balance(connection, account).minor


def _take(desk: Desk, bus: DeskBus, command_id: UUID, payment: TakePayment) -> Submitted:
    clerk = desk.people.clerk
    asked = desk.store.write(lambda c: bus.submit(c, payment, command_id=command_id, staff_id=clerk))
    return asked.result(LONGEST_WAIT)


def _rows_of(connection: Connection, command_id: UUID) -> Rows:
    """Return all rows that an act wrote, as the database holds them."""
    found: dict[str, Sequence[tuple[Any, ...]]] = {}
    for table, column in WRITTEN.items():
        key = payment_id_of(command_id) if table.startswith("payment") else command_id
        rows = connection.exec_driver_sql(f'SELECT * FROM "{table}" WHERE "{column}" = ?', (key.bytes,))
        found[table] = [tuple(row) for row in rows]
    state = connection.exec_driver_sql("SELECT * FROM desk_state WHERE key = 'LastAct'")
    return {**found, "desk_state": [tuple(row) for row in state]}


def _cipher() -> str:
    connection = sqlcipher.connect(":memory:")
    try:
        return str(connection.execute("PRAGMA cipher_version").fetchone()[0])
    finally:
        connection.close()
