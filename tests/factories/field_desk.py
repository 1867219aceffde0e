"""A counter's desk without a window: its own store, its own stamps, and the bytes that it would send."""

import itertools
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, func, insert, select, update

from ccbs_desk.domain.allocation import allocate
from ccbs_desk.domain.commands import Command, Envelope, OpenTill, Stamps, TakePayment, TillStamp
from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.domain.journal import GENESIS, entry_hash
from ccbs_desk.domain.ledger import RECEIVABLE
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.till import Note, Series, receipt_number
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import open_database, reading, writing
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.models.reference import Device, Policy, Staff, Till
from ccbs_desk.services.accounts import account_facts, billed_parts, open_items
from ccbs_desk.services.bus import Done, act_hash, execute
from ccbs_desk.services.handlers import HANDLERS
from ccbs_desk.wire.codec import encode_envelope
from ccbs_desk.wire.messages import Enrolment
from server_stub.seed import demo

MOMENT = datetime.now(UTC).replace(microsecond=0)
"""When the desks of tests do what they do: the servers that hear of it go by the real time."""
_milliseconds = itertools.count(int(MOMENT.timestamp() * 1000))
assert HANDLERS


def new_id() -> UUID:
    """Return the id of a new act; each is later than the one before."""
    return uuid7(next(_milliseconds), secrets.token_bytes(RANDOM_BYTES))


class FieldDesk:
    """One enrolled desk with a copy of the country. `do` decides an act here and returns the bytes of its outbox."""

    def __init__(self, folder: Path, country_file: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(country_file, folder / "replica.db")
        self.engine: Engine = open_database(f"sqlite:///{folder / 'replica.db'}")
        self.key = Ed25519PrivateKey.generate()
        self.device_id = UUID(int=0)
        self.till_id: UUID | None = None
        self.till_code, self.letter = "", ""
        self.clerk, self.account_id = demo.CLERK, demo.ACCOUNT_ID
        self.seq, self.till_seq, self.receipts = 0, 0, 0
        self._audit, self._journal = GENESIS, GENESIS

    def enrolled(self, as_what: Enrolment) -> None:
        """Take note of who the server says that this desk is."""
        self.device_id, self.till_id = as_what.device_id, as_what.till_id
        self.till_code, self.letter = as_what.till_code or "", as_what.series_letter or ""
        with writing(self.engine) as connection:
            connection.execute(insert(table_of(Device)), self._device_row(as_what))
            tills = update(table_of(Till)).where(Till.id == self.till_id)
            connection.execute(tills.values(device_id=self.device_id, letter=self.letter))

    def _device_row(self, as_what: Enrolment) -> dict[str, object]:
        return {
            "id": self.device_id,
            "name": "desk",
            "centre_id": demo.CARE_CENTRE_ID,
            "area_id": as_what.area_id,
            "public_key": self.public_key,
            "state": "approved",
            "approved_by": None,
            "approved_at": MOMENT,
        }

    @property
    def public_key(self) -> bytes:
        """The raw key that the device is enrolled with."""
        return self.key.public_key().public_bytes_raw()

    def staff(self, login: str) -> UUID:
        """Return the id of a person of the country."""
        with reading(self.engine) as connection:
            return connection.execute(select(Staff.id).where(Staff.login == login)).scalar_one()

    def do(self, command: Command, *, by: str | None = None, command_id: UUID | None = None) -> bytes:
        """Decide an act on this desk, as the clerk does, and keep it; return its bytes."""
        with writing(self.engine) as connection:
            stamped = self.stamp(connection, command, by=by, command_id=command_id)
            done: Done = execute(connection, stamped, deciding=True)
        return self.sent(done.envelope)

    def forced(self, command: Command, *, by: str | None = None) -> bytes:
        """Return the bytes of an act that no rule of this desk has seen."""
        with reading(self.engine) as connection:
            return self.sent(self.stamp(connection, command, by=by))

    def sent(self, envelope: Envelope) -> bytes:
        """Count the act as done, chain it, and return its bytes."""
        stamps, digest = envelope.stamps, act_hash(envelope)
        self.seq = stamps.device_seq
        self._audit = entry_hash(stamps.audit_prev, stamps.device_id, stamps.device_seq, envelope.command_id, digest)
        if stamps.till is not None:
            till = stamps.till
            self.till_seq = till.seq
            self.receipts += till.receipt_number is not None
            self._journal = entry_hash(till.prev_hash, till.till_id, till.seq, envelope.command_id, digest)
        return encode_envelope(envelope)

    def stamp(
        self, connection: Connection, command: Command, *, by: str | None = None, command_id: UUID | None = None
    ) -> Envelope:
        """Return the act with the stamps that this desk would give it now; nothing is counted yet."""
        stamps = Stamps(
            occurred_at=MOMENT,
            staff_id=connection.execute(select(Staff.id).where(Staff.login == (by or self.clerk))).scalar_one(),
            device_id=self.device_id,
            device_seq=self.seq + 1,
            audit_prev=self._audit,
            policy_version=connection.execute(select(func.max(Policy.version))).scalar_one(),
            till=self._till_stamp(command),
        )
        return Envelope(command_id=command_id or new_id(), command=command, stamps=stamps)

    def _till_stamp(self, command: Command) -> TillStamp | None:
        till_id = command.at_till()
        if till_id is None:
            return None
        number = receipt_number(Series(self.till_code, self.letter), self.receipts + 1)
        return TillStamp(
            till_id=till_id,
            letter=self.letter,
            seq=self.till_seq + 1,
            prev_hash=self._journal,
            receipt_number=number if command.GIVES_RECEIPT else None,
        )

    def open_till(self, float_minor: int = 50_000) -> OpenTill:
        """Return the act that opens this desk's till."""
        assert self.till_id is not None
        return OpenTill(till_id=self.till_id, float_notes=(Note(SYP, float_minor, 1),))

    def payment(self, minor: int, account_id: UUID | None = None) -> TakePayment:
        """Return the act that takes cash on an account (this desk's own one), split as the rule says."""
        assert self.till_id is not None
        account_id = account_id or self.account_id
        amount = Money(minor, SYP)
        with reading(self.engine) as connection:
            facts = account_facts(connection, account_id)
            items = open_items(billed_parts(connection, facts)) if facts else ()
        return TakePayment(
            till_id=self.till_id,
            account_id=account_id,
            method="cash",
            amount=amount,
            tendered=(amount,),
            shares=allocate(amount, items).shares,
        )

    def accounts(self, count: int) -> Sequence[UUID]:
        """Return the first accounts of the country that owe something, the demo account first."""
        with reading(self.engine) as connection:
            return accounts_that_owe(connection, count)


def accounts_that_owe(connection: Connection, count: int) -> Sequence[UUID]:
    """Return accounts with open bills, the demo account first."""
    owing = (
        select(LedgerRow.account_id)
        .where(LedgerRow.ledger_account == RECEIVABLE, LedgerRow.account_id != demo.ACCOUNT_ID)
        .group_by(LedgerRow.account_id)
        .having(func.sum(LedgerRow.amount_minor) > 0)
        .order_by(LedgerRow.account_id)
        .limit(count - 1)
    )
    return [demo.ACCOUNT_ID, *(found for found in connection.execute(owing).scalars() if found is not None)]


@contextmanager
def field_desk(folder: Path, country_file: Path) -> Iterator[FieldDesk]:
    """Give a desk with its store, and close it."""
    desk = FieldDesk(folder, country_file)
    try:
        yield desk
    finally:
        desk.engine.dispose()
