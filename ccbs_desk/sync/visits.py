"""Accounts of other areas on this desk: fetched when a call needs one, fresh while they visit, then gone again.

The answer to a fetch is the rest of the feed and the account's rows at its end, written in one transaction: rows and
cursor are of one position, so that the feed goes on from there without a gap and nothing older ever comes over them.
From the fetch on the server sends this desk what changes on the account. Whatever is unsent here is laid on top, as
with any page.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, insert, select, true

from ccbs_desk.directory.index import reindex
from ccbs_desk.domain.errors import LinkDown, ServerFault, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.account_rows import rows_of_account
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox, Visiting
from ccbs_desk.models.money import LedgerRow, Payment
from ccbs_desk.models.registry import PERMANENT
from ccbs_desk.models.store import Store
from ccbs_desk.models.subscribers import Account, AccountScope, Subscriber
from ccbs_desk.services.look_up import Found
from ccbs_desk.services.take_payment import payment_id_of
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.rebase import LIVE, Applied, apply_page, lay_over
from ccbs_desk.wire.codec import Malformed
from ccbs_desk.wire.visits import LONGEST, LookUpRequest, VisitAnswer, VisitRequest

_log = logging.getLogger(__name__)

ROUNDS = 20
"""Answers after which a fetch is given up: the feed runs away, or never fits."""
SWEEP_SECONDS = 60.0
FRESH = timedelta(minutes=5)
"""A visit that ends sooner than this is begun anew when the account is wanted again."""
UNSETTLED = (*LIVE, "seen")
_VISITING, _OUTBOX = table_of(Visiting), table_of(Outbox)
_HAS_OTHER_ACCOUNT = select(Account.id).where(Account.subscriber_id == Subscriber.id)


class Visits:
    """The accounts that visit this desk. All methods are for the loop's own thread; `told` hears what has changed."""

    def __init__(
        self,
        store: Store,
        client: Client,
        now: Callable[[], datetime],
        told: Callable[[Applied], None] = lambda _applied: None,
        home_area: str | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._now = now
        self._told = told
        self._home_area = home_area
        self._under_way: dict[UUID, asyncio.Task[None]] = {}
        self._sweeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to let go of what has been here long enough."""
        self._sweeping = self._sweeping or asyncio.get_running_loop().create_task(self._sweep_for_ever())

    async def stop(self) -> None:
        """End what is under way."""
        tasks = [*self._under_way.values(), *filter(None, (self._sweeping,))]
        self._sweeping = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def bring(self, account_id: UUID, call_id: UUID | None = None) -> None:
        """Have the account here, fresh; one that is of this desk's own area, or visits it, is not fetched again.

        Raises Refused: account.unknown, permission.missing, sign_in.needed; Unavailable: link.down, server.fault.
        """
        if await asyncio.wrap_future(self._store.read(lambda c: is_here(c, account_id, self._now() + FRESH))):
            return
        task = self._under_way.get(account_id)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._fetch(account_id, call_id))
            self._under_way[account_id] = task
            task.add_done_callback(lambda _: self._under_way.pop(account_id, None))
        # Whoever asks second must not end it for the first.
        await asyncio.shield(task)

    async def look_up(self, text: str) -> Found:
        """Return who is meant in the whole country. Raises Refused, Unavailable."""
        return await self._client.look_up(LookUpRequest(text=text[:LONGEST], home_area=self._home_area))

    async def sweep(self) -> None:
        """Let go of what is over."""
        gone = await asyncio.wrap_future(self._store.write(lambda c: drop_old(c, self._now())))
        if gone:
            self._told(Applied(gone))

    async def _fetch(self, account_id: UUID, call_id: UUID | None) -> None:
        for _ in range(ROUNDS):
            cursor = await asyncio.wrap_future(self._store.read(desk_state.cursor))
            asked = VisitRequest(account_id=account_id, after=cursor.position, call_id=call_id)
            answer = await self._client.visit(asked)
            written = await asyncio.wrap_future(self._store.write(partial(self._write, answer=answer, asked=asked)))
            if written is not None:
                self._told(written)
                return
        raise Unavailable(ServerFault(200))

    def _write(self, connection: Connection, answer: VisitAnswer, asked: VisitRequest) -> Applied | None:
        """Write an answer; None when the account itself has not come yet, or no longer fits what is here."""
        page, cursor = answer.page, desk_state.cursor(connection)
        if cursor.position < page.after:
            return None
        try:
            applied = apply_page(connection, page)
        except (Malformed, msgspec.ValidationError) as bad:
            # Of another epoch, or damaged: following the feed deals with it, and then a fetch does as well.
            raise Unavailable(LinkDown()) from bad
        if desk_state.cursor(connection).position != page.reached or page.reached != page.head:
            return None
        applied |= lay_over(connection, answer.rows)
        keep(connection, asked, answer, self._now())
        return applied

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
            except Unavailable as gone:
                _log.warning("accounts that visit can't be let go: %s", gone)
            await asyncio.sleep(SWEEP_SECONDS)


def is_here(connection: Connection, account_id: UUID, until: datetime) -> bool:
    """Return whether the account is on this desk and its rows are kept fresh until then."""
    if connection.execute(select(Account.id).where(Account.id == account_id)).first() is None:
        return False
    visit = connection.execute(select(Visiting.until).where(Visiting.account_id == account_id)).scalar_one_or_none()
    return visit is None or visit >= until


def visiting(connection: Connection) -> frozenset[UUID]:
    """Return the accounts that visit this desk: they are none of its area's, and no digest counts them."""
    return frozenset(connection.execute(select(Visiting.account_id)).scalars())


def keep(connection: Connection, asked: VisitRequest, answer: VisitAnswer, now: datetime) -> None:
    """Keep that an account visits, and until when."""
    connection.execute(delete(_VISITING).where(_VISITING.c.account_id == asked.account_id))
    row = {
        "account_id": asked.account_id,
        "fetched_at": now,
        # By this desk's own clock, whatever the server's says.
        "until": now + (answer.until - answer.page.server_time),
        "position": answer.page.reached,
        "call_id": asked.call_id,
    }
    connection.execute(insert(_VISITING), row)


def drop_old(connection: Connection, now: datetime) -> frozenset[UUID]:
    """Remove the accounts whose visit is over and of which nothing is unsent; return them."""
    over = set(connection.execute(select(Visiting.account_id).where(Visiting.until <= now)).scalars())
    if not over:
        return frozenset()
    unsent = connection.execute(select(_OUTBOX.c.order_keys).where(_OUTBOX.c.state.in_(UNSETTLED))).scalars()
    concerned = {key for keys in unsent for key in keys}
    gone = frozenset(account_id for account_id in over if f"account:{account_id}" not in concerned)
    place = desk_state.device(connection)
    for account_id in sorted(gone):
        if place is None or not _is_of_area(connection, account_id, place.area_id):
            _drop(connection, account_id, place.till_id if place else None)
    connection.execute(delete(_VISITING).where(_VISITING.c.account_id.in_(gone)))
    return gone


def _is_of_area(connection: Connection, account_id: UUID, area_id: int | None) -> bool:
    """Return whether the account has moved into this desk's own area meanwhile."""
    held = select(AccountScope.id).where(AccountScope.account_id == account_id, AccountScope.area_id == area_id)
    return area_id is not None and connection.execute(held).first() is not None


def _drop(connection: Connection, account_id: UUID, till_id: UUID | None) -> None:
    """Remove an account's rows, but for what this desk's own till stands for: receipts, and what its sessions took."""
    own = select(LedgerRow.command_id).where(
        LedgerRow.account_id == account_id, LedgerRow.till_id == till_id, LedgerRow.session_id.is_not(None)
    )
    acts = set(connection.execute(own).scalars()) if till_id is not None else set()
    kept = {
        LedgerRow.__tablename__: table_of(LedgerRow).c.command_id.not_in(acts),
        Payment.__tablename__: table_of(Payment).c.id.not_in([payment_id_of(act) for act in acts]),
        Subscriber.__tablename__: ~_HAS_OTHER_ACCOUNT.where(Account.id != account_id).exists(),
    }
    # All are found before any goes: one leads to the next.
    ids = [
        (table, list(connection.execute(select(table.c.id).where(chosen, kept.get(table.name, true()))).scalars()))
        for table, chosen in rows_of_account(account_id)
        if table.name not in PERMANENT
    ]
    for table, gone in ids:
        connection.execute(delete(table).where(table.c.id.in_(gone)))
    reindex(connection, {account_id})
