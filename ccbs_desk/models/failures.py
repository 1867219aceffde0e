"""What lies behind an error of the database: the environment, told as a reason, or a mistake of ours."""

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DatabaseError

from ccbs_desk.domain.errors import DiskFull, Reason, StoreDamaged, StoreKeyWrong, Unavailable
from ccbs_desk.domain.store_errors import StoreReadOnly

_REASONS: tuple[tuple[str, Reason], ...] = (
    ("disk is full", DiskFull()),
    ("database or disk", DiskFull()),
    ("disk i/o error", DiskFull()),
    ("readonly", StoreReadOnly()),
    ("unable to open", StoreReadOnly()),
    ("not a database", StoreKeyWrong()),
    ("file is encrypted", StoreKeyWrong()),
    # The pages are authenticated: one that was changed by disk or hand is found as soon as it is read.
    ("malformed", StoreDamaged()),
)


def explained(error: DatabaseError | sqlcipher.DatabaseError) -> Exception:
    """Return the failure of the environment behind a database error, or the error itself when it is ours."""
    text = str(error.orig if isinstance(error, DatabaseError) else error).lower()
    return next((Unavailable(reason) for part, reason in _REASONS if part in text), error)
