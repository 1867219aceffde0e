"""Where an index came from, and how far it has followed the listings since: kept in the index itself."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ccbs_desk.directory.sqlite import NotAnIndex, SqliteStorage
from ccbs_desk.directory.storage import Storage

_NOTE: Final = "origin"


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose listings they are, up to which position of which run of the feed, and when the index was built."""

    scope: str
    position: int
    epoch: str
    built_at: datetime


def put_origin(storage: Storage, origin: Origin) -> None:
    """Write it into an index, in the caller's transaction."""
    told = asdict(origin) | {"built_at": origin.built_at.isoformat()}
    storage.put_note(_NOTE, json.dumps(told).encode())


def origin_of(path: Path) -> Origin | None:
    """Return where the index in a file came from; None when there is none, or one that was built by hand."""
    try:
        storage = SqliteStorage.open(path)
    except NotAnIndex:
        return None
    try:
        told = storage.note(_NOTE)
    finally:
        storage.close()
    if not told:
        return None
    facts = json.loads(told)
    return Origin(facts["scope"], facts["position"], facts["epoch"], datetime.fromisoformat(facts["built_at"]))
