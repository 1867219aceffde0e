"""What must hold: at every desk while it works, and everywhere once all is home. Each breach is a line of text."""

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.ledger import CASH_TILL
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import AppliedCommand, FeedRow
from ccbs_desk.models.database import reading
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import LedgerRow, Receipt
from ccbs_desk.models.reference import Device
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.models.subscribers import AccountScope
from ccbs_desk.sync import push
from ccbs_desk.wire.codec import decode_envelope
from server_stub.check import run_checks
from tests.sync.simulator import _money
from tests.sync.virtual.desk import VirtualDesk
from tests.sync.virtual.server import VirtualServer
from tests.sync.virtual.work import Work
from tests.sync.world import Central

Findings: TypeAlias = list[str]
ENDS = {"home": "applied", "refused": "refused", "withdrawn": "refused"}
SCOPES = table_of(AccountScope).name
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
    if desk.cursor.epoch != server.epoch:
        # What the server has forgotten is not here for ever: the desk has yet to hear of it.
        return
    told = desk.read(_states)
    there = _applied(server, desk)
    for act, state in told.items():
        if state in KNOWN_THERE and act not in there:
            raise Broken(f"desk {desk.number}: {act} was acknowledged and is not there")


def check_home(work: Work, desks: Sequence[VirtualDesk], server: VirtualServer) -> Findings:
    """Return everything that does not hold when all is mended and home."""
    found: Findings = []
    for desk in desks:
        found += _replica(desk, work.world.central) + _ends(work, desk, server) + _order(server, desk)
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


def _replica(desk: VirtualDesk, central: Central) -> Findings:
    """The rows of the desk's area are the server's; beyond them there is only what this desk did."""
    found = [f"desk {desk.number}: {count} before-images are left"] if (count := desk.undos()) else []
    area, device = desk.area_id, central.row(table_of(Device), desk.device_id)
    if area is None or area != device["area_id"]:
        return [*found, f"desk {desk.number}: it is of area {area}, at the server of {device['area_id']}"]
    rows, own = desk.rows(), desk.read(_own_acts)
    done_here = _done_by(central, desk)
    for name, there in central.rows(area).items():
        here, columns = rows[name], list(SYNCED[name].columns.keys())
        odd = [key for key, row in there.items() if here.get(key) != row]
        beyond = here.keys() - there.keys()
        if odd:
            found.append(f"desk {desk.number}: {name} differs from the server's in {len(odd)} rows")
        left = [key for key in beyond if (name, key) not in done_here and not _is_of(here[key], columns, own)]
        if left and name != SCOPES:
            found.append(f"desk {desk.number}: {len(left)} rows of {name} are left that the area does not hold")
        held = desk.read(_held_ids, name, area) & beyond if beyond else set()
        if held:
            found.append(f"desk {desk.number}: {len(held)} rows of {name} count as the area's and are not")
    return found


def _is_of(row: Any, columns: Sequence[str], acts: frozenset[object]) -> bool:
    return "command_id" in columns and row[columns.index("command_id")] in acts


def _done_by(central: Central, desk: VirtualDesk) -> frozenset[tuple[str, object]]:
    """Return the rows that acts of a desk wrote: it is told of them wherever their account is."""
    told = select(FeedRow.table_name, FeedRow.row_id).where(FeedRow.device_id == desk.device_id)
    with reading(central.engine) as connection:
        return frozenset((name, row_id.bytes) for name, row_id in connection.execute(told))


def _own_acts(connection: Connection) -> frozenset[object]:
    return frozenset(act.bytes for act in connection.execute(select(Outbox.command_id)).scalars())


def _held_ids(connection: Connection, name: str, area: int) -> set[object]:
    table = SYNCED[name]
    return {row_id.bytes for row_id in connection.execute(select(table.c.id).where(in_scope(table, area))).scalars()}


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
