"""Accounts that visit a desk: fetched for a call by a desk that has no area, or another one, and fresh for a while.

The visit is entered under the feed lock, then the account is read at a position after it: whatever is written later
finds the visit, and goes to that desk with its feed. So rows and feed leave no gap, and nothing comes twice.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, delete, insert, select

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.errors import AccountUnknown, NotAllowed, Refused
from ccbs_desk.domain.permissions import SUBSCRIBER_VIEW
from ccbs_desk.models.account_rows import rows_of_account
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import LookUp, Visit
from ccbs_desk.models.database import reading
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.subscribers import Account, AccountScope
from ccbs_desk.services.bus import rules_on
from ccbs_desk.wire.visits import VisitRequest
from server_stub.auth import Session
from server_stub.feed import PAGE, Page, Row, feeding, read_page

MINUTES = "visit.minutes"
_VISIT, _LOOK_UP = table_of(Visit), table_of(LookUp)


def begin(engine: Engine, session: Session, asked: VisitRequest, now: datetime) -> datetime:
    """Enter the visit and who asked for it; return until when it is. Raises Refused: NotAllowed, AccountUnknown."""
    if not session.may(SUBSCRIBER_VIEW):
        raise Refused(NotAllowed(SUBSCRIBER_VIEW))
    with feeding(engine) as (connection, _):
        if connection.execute(select(Account.id).where(Account.id == asked.account_id)).first() is None:
            raise Refused(AccountUnknown(asked.account_id))
        until = now + timedelta(minutes=rules_on(connection, damascus_date(now)).number(MINUTES))
        connection.execute(delete(_VISIT).where(_VISIT.c.until <= now))
        if not _is_of_scope(connection, asked.account_id, session.area_id):
            key = {"device_id": session.device_id, "account_id": asked.account_id}
            connection.execute(delete(_VISIT).filter_by(**key))
            connection.execute(insert(_VISIT), {**key, "until": until})
        note(connection, session, "visit", now, account_id=asked.account_id, call_id=asked.call_id, found=1)
    return until


def note(
    connection: Connection,
    session: Session,
    kind: str,
    at: datetime,
    *,
    found: int,
    account_id: UUID | None = None,
    call_id: UUID | None = None,
    asked: bytes | None = None,
) -> None:
    """Keep that somebody asked for something."""
    row = {
        "id": uuid4(),
        "staff_id": session.staff_id,
        "device_id": session.device_id,
        "kind": kind,
        "account_id": account_id,
        "call_id": call_id,
        "asked": asked,
        "found": found,
        "at": at,
    }
    connection.execute(insert(_LOOK_UP), row)


def read(engine: Engine, session: Session, asked: VisitRequest) -> tuple[Page, list[Row]]:
    """Return the rest of the desk's feed, and the account's rows where that reaches the head; all of one moment."""
    with reading(engine) as connection:
        page = read_page(
            connection, after=asked.after, limit=PAGE, area_id=session.area_id, device_id=session.device_id
        )
        if page.reached != page.head:
            return page, []
        return page, list(_rows(connection, asked.account_id, page.reached))


def _rows(connection: Connection, account_id: UUID, position: int) -> Iterator[Row]:
    for table, chosen in rows_of_account(account_id):
        for row in connection.execute(select(table).where(chosen)).mappings():
            yield Row(position, str(table.name), row["id"], None, to_wire(dict(row)))


def _is_of_scope(connection: Connection, account_id: UUID, area_id: int | None) -> bool:
    held = select(AccountScope.id).where(AccountScope.account_id == account_id, AccountScope.area_id == area_id)
    return area_id is not None and connection.execute(held).first() is not None
