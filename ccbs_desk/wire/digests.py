"""How a desk and the server compare what they hold, and what the desk is given where it differs.

Each answer is of one moment: `head` is how far the feed was then, `changed` where the table last changed for this desk.
What a desk holds at a position between the two must come to the same.
"""

from typing import Annotated, Any

import msgspec

from ccbs_desk.domain.digests import BUCKETS
from ccbs_desk.wire.messages import Message, Moment

Position = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
Sum = Annotated[int, msgspec.Meta(ge=0)]
Bucket = Annotated[int, msgspec.Meta(ge=0, lt=BUCKETS)]


class TableDigest(Message, frozen=True, kw_only=True):
    """What a desk of this area holds of a table; `position` is where it last changed, `form` its columns' mark."""

    table: str
    form: str
    rows: Count
    sum: Sum
    position: Position


class Digests(Message, frozen=True, kw_only=True):
    """All tables of a desk's area. A table that is not named holds nothing; none are named until digests are kept."""

    tables: tuple[TableDigest, ...]
    area_id: int | None
    head: Position
    epoch: str
    server_time: Moment


class BucketDigest(Message, frozen=True, kw_only=True):
    """One part of a table."""

    bucket: Bucket
    rows: Count
    sum: Sum


class Buckets(Message, frozen=True, kw_only=True):
    """The parts of a table that hold anything."""

    buckets: tuple[BucketDigest, ...]
    changed: Position
    area_id: int | None
    head: Position
    epoch: str
    server_time: Moment


class BucketRows(Message, frozen=True, kw_only=True):
    """All rows of some parts of a table."""

    rows: list[dict[str, Any]]
    changed: Position
    area_id: int | None
    head: Position
    epoch: str
    server_time: Moment


class MendedReport(Message, frozen=True, kw_only=True):
    """What a desk had to replace and to remove in a table, at the position that it had reached."""

    table: Annotated[str, msgspec.Meta(max_length=64)]
    replaced: Count
    removed: Count
    position: Position
