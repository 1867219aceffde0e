"""Ledger rows of the demo country: every act's legs sum to zero, checked as they are written."""

from collections.abc import Sequence

from ccbs_desk.domain.money import SYP
from server_stub.seed.ids import COMMAND, id_stream
from server_stub.seed.shape import Batch

Leg = tuple[str, int, bytes | None, bytes | None]
"""Ledger account, minor units (debits positive), bill, part."""


class Postings:
    """Posts the acts of one area's history."""

    def __init__(self, area: int) -> None:
        self._area = area
        self._ids = id_stream("ledger", area)
        self._commands = id_stream(COMMAND, area)

    def post(self, batch: Batch, period: int, moment: int, account_id: bytes, legs: Sequence[Leg]) -> None:
        """Add the rows of one act; legs of nothing are left out. Raises ValueError for legs that do not balance."""
        if sum(leg[1] for leg in legs):
            raise ValueError(f"legs that do not balance: {legs}")
        rows, ids, area, command_id = batch.dated("ledger", period), self._ids, self._area, next(self._commands)
        for ledger_account, minor, bill_id, part_id in legs:
            if minor:
                rows.append(
                    (area, period, next(ids), command_id, ledger_account, minor, SYP, account_id, bill_id, part_id,
                     None, None, moment)
                )  # fmt: skip
