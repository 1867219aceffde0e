"""A database that is damaged as disks do it: a byte in the middle of a page."""

from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from ccbs_desk.models.store import STORE_FILE

PAGE = 4096


def damage_table(folder: Path, key: bytes, table: str) -> None:
    """Damage the page at which a table begins: nothing of it can be read any more."""
    damage_page(folder / STORE_FILE, _root_of(folder / STORE_FILE, key, table))


def damage_page(path: Path, page: int) -> None:
    """Change one byte in the middle of a page."""
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE + PAGE // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 0xFF]))


def _root_of(path: Path, key: bytes, table: str) -> int:
    connection = sqlcipher.connect(str(path))
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(found[0])
    finally:
        connection.close()
