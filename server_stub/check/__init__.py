"""Verify in production what the design promises: one module a family of invariants, one line a promise.

A finding is either broken (a promise does not hold) or pending (something is still on its way, or waits for a person).
Everything is read as a stream in one read transaction, so that the whole country is checked without its size in memory.
"""

import time
from collections.abc import Collection
from typing import TextIO

from sqlalchemy import Engine

from ccbs_desk.models.database import reading
from server_stub.check import acts, calls, devices, digests, feeds, journals, ledger, orders, receipts, sessions
from server_stub.check.findings import Check, Finding

SHOWN = 20
"""Findings of one check that are named; the rest is counted."""
FAMILIES: dict[str, tuple[Check, ...]] = {
    "ledger": ledger.CHECKS,
    "receipts": receipts.CHECKS,
    "sessions": sessions.CHECKS,
    "orders": orders.CHECKS,
    "calls": calls.CHECKS,
    "journals": journals.CHECKS,
    "acts": acts.CHECKS,
    "feed": feeds.CHECKS,
    "devices": devices.CHECKS,
    "digests": digests.CHECKS,
}


def run_checks(
    engine: Engine, out: TextIO, *, strict: bool = False, families: Collection[str] = FAMILIES.keys()
) -> int:
    """Print a table and what is broken, by id; return 0 when clean.

    `strict` counts what is pending as broken too; of other `families` than the named ones nothing is said.
    """
    broken = pending = 0
    named: list[Finding] = []
    with reading(engine) as connection:
        for family in (name for name in FAMILIES if name in families):
            for check in FAMILIES[family]:
                began = time.monotonic()
                found = {False: 0, True: 0}
                for finding in check(connection):
                    found[finding.pending] += 1
                    if found[finding.pending] <= SHOWN:
                        named.append(finding)
                broken, pending = broken + found[False], pending + found[True]
                name = f"{family}.{getattr(check, '__name__', '')}"
                out.write(_line(name, found[False], found[True], time.monotonic() - began))
    for finding in named:
        out.write(f"{'pending' if finding.pending else 'BROKEN'}  {finding.what}: {finding.subject}\n")
    bad = bool(broken or (strict and pending))
    out.write(f"{broken} broken, {pending} pending\n" if broken or pending else "")
    out.write("broken\n" if bad else "clean\n")
    return 1 if bad else 0


def _line(name: str, broken: int, pending: int, seconds: float) -> str:
    state = "BROKEN" if broken else "pending" if pending else "ok"
    return f"{name:44} {state:8} {broken:8} {pending:8} {seconds:8.2f} s\n"
