"""The published directory leaves the database as a file, and an index of it answers; the unlisted never leave."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from ccbs_desk.models.database import open_database, reading
from ccbs_desk.models.subscribers import Listing
from server_stub.__main__ import main
from server_stub.listings import COLUMNS


def test_every_published_listing_is_written_and_no_other(
    country_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "listings.tsv"
    assert main(["listings", str(out), "--database", f"sqlite:///{country_file}"]) == 0
    header, *lines = out.read_text(encoding="utf-8").splitlines()
    engine = open_database(f"sqlite:///{country_file}")
    with reading(engine) as connection:
        published = connection.execute(select(func.count()).where(Listing.listed)).scalar_one()
        unlisted = set(connection.execute(select(Listing.id).where(~Listing.listed)).scalars())
    engine.dispose()
    assert tuple(header.split("\t")) == COLUMNS
    assert len(lines) == published
    assert f"{published:,} listings" in capsys.readouterr().out
    assert unlisted
    assert not {str(one) for one in unlisted} & {line.split("\t")[0] for line in lines}
    assert all(line.split("\t")[7].startswith("0") for line in lines)
