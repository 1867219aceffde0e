"""The index of names follows what the feed brings: also a place that is no part of the entry in the directory."""

import json

from sqlalchemy import select

from ccbs_desk.directory.index import StoreIndex
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.subscribers import Address, Line
from ccbs_desk.sync.rebase import lay_over
from ccbs_desk.wire.messages import Change
from server_stub.seed import demo
from tests.factories.desk import Desk

QUARTER = "الطنطاوية"


def test_who_lives_in_another_quarter_is_found_there(desk: Desk) -> None:
    def sure() -> list[bool]:
        found = desk.read(StoreIndex().find, f"{demo.GIVEN} {demo.FAMILY} {QUARTER}", 5)
        return [not hit.near for hit in found if hit.account_id == demo.ACCOUNT_ID]

    row = desk.read(
        lambda c: c.execute(
            select(Address.__table__).join(Line, Line.address_id == Address.id).where(Line.id == demo.LINE_ID)
        ).mappings().one()
    )  # fmt: skip
    assert sure() == [False]
    moved = json.loads(to_wire({**row, "quarter": QUARTER}))
    desk.write(lay_over, [Change(position=1, table="address", id=row["id"], row=moved)])
    assert sure() == [True]
