"""Who is meant by what was typed, in the whole country: for desks whose own area does not hold the subscriber."""

from datetime import datetime

from sqlalchemy import Engine

from ccbs_desk.directory.index import NameIndex
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.errors import NotAllowed, Refused
from ccbs_desk.domain.permissions import DIRECTORY_LOOK_UP, SUBSCRIBER_VIEW
from ccbs_desk.models.database import reading, writing
from ccbs_desk.services.look_up import Found, asked_hash, look_up
from ccbs_desk.wire.visits import LookUpRequest
from server_stub.auth import Session
from server_stub.visits import note

SHOWN = 50


def find(engine: Engine, names: NameIndex, session: Session, asked: LookUpRequest, now: datetime) -> Found:
    """Return who is meant, and keep that it was asked. Raises Refused: NotAllowed, NamesBeingPrepared."""
    for right in (DIRECTORY_LOOK_UP, SUBSCRIBER_VIEW):
        if not session.may(right):
            raise Refused(NotAllowed(right))
    with reading(engine) as connection:
        found = look_up(
            connection,
            asked.text,
            home_area=asked.home_area,
            today=damascus_date(now),
            limit=SHOWN,
            index=names,
            at_desk=False,
        )
    digest = asked_hash(found.meant or asked.text, asked.home_area)
    with writing(engine) as connection:
        note(connection, session, found.kind, now, found=len(found.hits), asked=digest)
    return found
