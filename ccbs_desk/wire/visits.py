"""What a desk asks the centre about accounts that are not of its area, and what it is given."""

from typing import Annotated
from uuid import UUID

import msgspec

from ccbs_desk.wire.messages import Change, FeedPage, Message, Moment

LONGEST = 200


class VisitRequest(Message, frozen=True, kw_only=True):
    """Have an account here for a while. `after` is how far the desk has followed the feed."""

    account_id: UUID
    after: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
    call_id: UUID | None = None


class VisitAnswer(Message, frozen=True, kw_only=True):
    """The rest of the feed, and all rows of the account as they stand at the position that it reaches.

    Where the feed has more than a page, there are no rows yet: write the page and ask again. `until` is when the rows
    are to go; till then the feed brings what changes on the account.
    """

    page: FeedPage
    rows: tuple[Change, ...]
    until: Moment


class LookUpRequest(Message, frozen=True, kw_only=True):
    """Find whom a caller means in the whole country. `home_area` is the area code of local numbers."""

    text: Annotated[str, msgspec.Meta(max_length=LONGEST)]
    home_area: Annotated[str, msgspec.Meta(max_length=8)] | None = None
