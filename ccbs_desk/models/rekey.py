"""Give a desk's database another key: a whole copy under the new one, which then takes its place (`Store.exchange`).

SQLCipher can change the key of a file in place, but a machine that stops in the middle leaves pages of both.
"""

from pathlib import Path
from typing import Any

from ccbs_desk.models.store import Build


def under(key: bytes) -> Build:
    """Return what copies an open database into a file that opens with this key."""

    def build(connection: Any, fresh: Path) -> None:
        # A key can't be a bound parameter here; it is hexadecimal digits only.
        connection.execute(f"ATTACH DATABASE ? AS fresh KEY \"x'{key.hex()}'\"", (str(fresh),))
        try:
            connection.execute("SELECT sqlcipher_export('fresh')").fetchall()
        finally:
            connection.execute("DETACH DATABASE fresh")

    return build
