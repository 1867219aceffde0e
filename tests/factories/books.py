"""The server's own check, as a test asks it."""

import io
from collections.abc import Collection

from sqlalchemy import Engine

from server_stub.check import FAMILIES, run_checks

BOOKS = FAMILIES.keys() - {"digests"}
"""What reads the books. The digests are made anew of every row: by far the longest, and what a test writes by hand is
not in them; tests that are about them ask for all families."""


def checked(engine: Engine, *, strict: bool = False, families: Collection[str] = BOOKS) -> tuple[int, str]:
    """Return the exit status of a check and what was printed."""
    out = io.StringIO()
    return run_checks(engine, out, strict=strict, families=families), out.getvalue()


def assert_clean(engine: Engine, *, strict: bool = False) -> None:
    """Fail with what is broken in the books."""
    status, printed = checked(engine, strict=strict)
    assert status == 0, printed
