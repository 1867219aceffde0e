"""The digests that are kept with the feed are those of the rows. Every synced row is read: by far the dearest check."""

from collections.abc import Iterator

from sqlalchemy import Connection

from ccbs_desk.domain.digests import Digest
from server_stub.check.findings import Check, Finding
from server_stub.digests import EVERYBODY, all_kept, are_kept, computed


def digests_are_of_the_rows(connection: Connection) -> Iterator[Finding]:
    """What is kept with the positions is what the rows come to, in every area."""
    if not are_kept(connection):
        return
    kept, found = all_kept(connection), computed(connection)
    for area_id, table in sorted(kept.keys() | found.keys()):
        said, stands = (digests.get((area_id, table), Digest()) for digests in (kept, found))
        if said != stands:
            where = "everybody" if area_id == EVERYBODY else f"area {area_id}"
            yield Finding("a digest is not that of the rows", f"{table} of {where}: {said.rows} of {stands.rows} rows")


CHECKS: tuple[Check, ...] = (digests_are_of_the_rows,)
