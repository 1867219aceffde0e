"""What must hold: at every desk while it works, and everywhere once all is home. Each breach is a line of text."""

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.ledger import CASH_TILL
from ccbs_desk.models.central import AppliedCommand
from ccbs_desk.models.database import reading
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import LedgerRow, Receipt
from ccbs_desk.sync import push
from ccbs_desk.wire.codec import decode_envelope
from server_stub.check import run_checks
from tests.sync.simulator import _money
from tests.sync.virtual.desk import VirtualDesk
from tests.sync.virtual.server import VirtualServer
from tests.sync.virtual.work import Work

Findings: TypeAlias = list[str]
ENDS = {"home": "applied", "refused": "refused", "withdrawn": "refused"}
WAITING = "an act is parked"
KNOWN_THERE = ("home", "applied", "refused")


class Broken(AssertionError):
    """Something did not hold while a desk was at work."""


def check_at_work(work: Work, desk: VirtualDesk, server: VirtualServer) -> None:
    """Raise Broken unless the desk's own money stands and the server holds whatever it said that it holds."""
    off, cash, receipts = desk.read(_money)
    if off:
        raise Broken(f"desk {desk.number}: the legs of {off} do not balance")
    for act, (where, amount) in work.taken.items():
        if where is desk and (cash.get(act), receipts.get(act)) != (amount.minor, 1):
            raise Broken(f"desk {desk.number}: payment {act} has the effect {cash.get(act)}, {receipts.get(act)}")
    told = desk.read(_states)
    there = _applied(server, desk)
    for act, state in told.items():
        if state in KNOWN_THERE and act not in there:
            raise Broken(f"desk {desk.number}: {act} was acknowledged and is not there")


def check_home(work: Work, desks: Sequence[VirtualDesk], server: VirtualServer) -> Findings:
    """Return everything that does not hold when all is mended and home."""
    found: Findings = []
    wanted = work.world.central.rows()
    for desk in desks:
        found += _replica(desk, wanted) + _ends(work, desk, server) + _order(server, desk)
        try:
            check_at_work(work, desk, server)
        except Broken as broken:
            found.append(str(broken))
    found += _effects(work, server) + _words(work, server)
    out = io.StringIO()
    run_checks(server.memory.engine, out)
    told = out.getvalue().splitlines()
    found += [line for line in told if line.startswith("BROKEN") or ("pending" in line and WAITING in line)]
    return found


def _replica(desk: VirtualDesk, wanted: Any) -> Findings:
    found = [f"desk {desk.number}: {count} before-images are left"] if (count := desk.undos()) else []
    rows = desk.rows()
    for table, there in wanted.items():
        here = rows[table]
        if here != there:
            odd = [key for key in here.keys() | there.keys() if here.get(key) != there.get(key)]
            found.append(f"desk {desk.number}: {table} differs from the server's in {len(odd)} rows")
    return found


def _ends(work: Work, desk: VirtualDesk, server: VirtualServer) -> Findings:
    """Every act of the outbox has its end, the one that the server recorded, and no number is missing."""
    ends, said = desk.read(_states), _applied(server, desk)
    found = [
        f"desk {desk.number}: {act} is {state}, at the server {said.get(act, ('nowhere',))[0]}"
        for act, state in ends.items()
        if ENDS.get(state) != said.get(act, ("nowhere",))[0]
    ]
    found += [f"desk {desk.number}: {act} is at the server alone" for act in said.keys() - ends.keys()]
    seqs = sorted(seq for _, seq, _ in said.values())
    if seqs != list(range(1, len(ends) + 1)):
        found.append(f"desk {desk.number}: the server has the numbers {seqs}")
    work.refusals += sum(state in ("refused", "withdrawn") for state in ends.values())
    return found


def _order(server: VirtualServer, desk: VirtualDesk) -> Findings:
    """Acts other than money that share a key were recorded in the order in which they were done."""
    query = (
        select(AppliedCommand.device_seq, AppliedCommand.raw, AppliedCommand.kind)
        .where(AppliedCommand.device_id == desk.device_id, AppliedCommand.position.is_not(None))
        .order_by(AppliedCommand.position)
    )
    with reading(server.memory.engine) as connection:
        rows = connection.execute(query).all()
    by_key: dict[str, list[int]] = {}
    for seq, raw, kind in rows:
        if kind not in push._MONEY:
            for key in decode_envelope(raw).command.order_keys():
                by_key.setdefault(key, []).append(seq)
    return [
        f"desk {desk.number}: {later} was recorded before {earlier} of the same key {key}"
        for key, seqs in by_key.items()
        for later, earlier in pairwise(seqs)
        if later > earlier
    ]


def _effects(work: Work, server: VirtualServer) -> Findings:
    """Every receipt that a payer holds has its one effect at the server."""
    cash = (
        select(LedgerRow.command_id, func.sum(LedgerRow.amount_minor))
        .where(LedgerRow.ledger_account == CASH_TILL)
        .group_by(LedgerRow.command_id)
    )
    receipts = select(Receipt.command_id, func.count()).group_by(Receipt.command_id)
    with reading(server.memory.engine) as connection:
        sums = {act: int(total) for act, total in connection.execute(cash)}
        counts = dict(connection.execute(receipts).all())
    return [
        f"the receipt of {act} has the effect {sums.get(act)}, {counts.get(act)} at the server"
        for act, (_, amount) in work.taken.items()
        if (sums.get(act), counts.get(act)) != (amount.minor, 1)
    ]


def _words(work: Work, server: VirtualServer) -> Findings:
    with reading(server.memory.engine) as connection:
        applied = select(AppliedCommand.command_id).where(AppliedCommand.outcome == "applied")
        there = frozenset(connection.execute(applied).scalars())
    try:
        work.care.assert_nothing_said_is_lost(there)
    except AssertionError as lost:
        return [f"words were lost: {lost}"]
    return []


def _states(connection: Connection) -> dict[UUID, str]:
    return dict(connection.execute(select(Outbox.command_id, Outbox.state)).all())


def _applied(server: VirtualServer, desk: VirtualDesk) -> dict[UUID, tuple[str, int, str]]:
    said = select(AppliedCommand.command_id, AppliedCommand.outcome, AppliedCommand.device_seq, AppliedCommand.kind)
    with reading(server.memory.engine) as connection:
        rows = connection.execute(said.where(AppliedCommand.device_id == desk.device_id))
        return {act: (outcome, seq, kind) for act, outcome, seq, kind in rows}
