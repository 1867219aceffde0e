"""How the published directory reaches a desk: one file of an index, then what has changed since."""

from typing import Literal

import msgspec

from ccbs_desk.wire.messages import Message, Moment

COUNTRY = "country"
"""The scope of a desk that carries all listings; any other is a governorate's."""


class DirectoryInfo(Message, frozen=True, kw_only=True):
    """The file of a desk's listings: an index, gzip. `size` and `sha256` are those of what is fetched.

    `format` is that of the index: a desk that can't read it need not fetch it.
    """

    name: str
    state: Literal["building", "ready"]
    scope: str
    position: int = 0
    epoch: str = ""
    format: str = ""
    size: int = 0
    sha256: str = ""
    built_at: Moment
    server_time: Moment


class ListingForm(msgspec.Struct, frozen=True):
    """A published listing as a file of listings has it."""

    name: str
    kind: str
    governorate: str
    town: str
    area: str
    street: str
    number: str
    category: str


class ListingChange(msgspec.Struct, frozen=True):
    """What a listing is now, or that one that was published is so no more."""

    id: str
    listing: ListingForm | None = None


class DirectoryChanges(Message, frozen=True, kw_only=True):
    """The listings that changed after a position, as they are now. `reached` is where the next answer begins."""

    after: int
    reached: int
    head: int
    epoch: str
    scope: str
    changes: tuple[ListingChange, ...]
    server_time: Moment
