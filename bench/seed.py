"""Rows a second of the seed, on SQLite and PostgreSQL, into empty databases, indexes included."""

from pathlib import Path

from sqlalchemy import Engine

from bench.country import CYCLES, SEED, SMOKE_SUBSCRIBERS, SUBSCRIBERS
from bench.figures import Figure, Report
from ccbs_desk.models.database import migrate, open_database
from server_stub.seed import SeedReport, seed
from tests.factories.postgres import running_postgres

NAME = "seed"
AIM_SECONDS = 60.0


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Seed the same country into both databases."""
    subscribers = SMOKE_SUBSCRIBERS if smoke else SUBSCRIBERS
    path = folder / "seed.db"
    for left in folder.glob("seed.db*"):
        left.unlink()
    done = {"SQLite": _seeded(open_database(f"sqlite:///{path}"), subscribers)}
    path.unlink()
    with running_postgres(fsync=True) as cluster:
        done["PostgreSQL"] = _seeded(open_database(cluster.fresh_database("seed")), subscribers)
    figures = [figure for name, report in done.items() for figure in _figures(name, report)]
    return Report(NAME, f"{subscribers:,} subscribers, {CYCLES} cycles of bills", tuple(figures))


def _seeded(engine: Engine, subscribers: int) -> SeedReport:
    try:
        migrate(engine, "server")
        return seed(engine, subscribers=subscribers, cycles=CYCLES, seed=SEED)
    finally:
        engine.dispose()


def _figures(name: str, report: SeedReport) -> list[Figure]:
    met = report.seconds < AIM_SECONDS
    aim = f"under {AIM_SECONDS:g} s"
    return [
        Figure(f"{name}: rows a second", report.rows_a_second, "/s", spread=f"{report.rows:,} rows"),
        Figure(f"{name}: the whole country", report.seconds, "s", aim=aim, met=met),
    ]
