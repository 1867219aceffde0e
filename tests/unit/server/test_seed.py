"""The demo country as a database: the same every time and everywhere, its books balance, its numbers exist."""

import argparse
import hashlib
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import phonenumbers
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine, func, select

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.ledger import CUSTOMER_CREDIT, RECEIVABLE, in_chart
from ccbs_desk.domain.numbers import parse_number
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import Password
from ccbs_desk.models.database import migrate, open_database
from ccbs_desk.models.money import Bill, BillLine, BillPart, LedgerRow, Payment, PaymentAllocation
from ccbs_desk.models.reference import Exchange, NumberRange, Staff
from ccbs_desk.models.registry import METADATA
from ccbs_desk.models.subscribers import Account, Complaint, LineBar, LineFeature, LineNumber, Listing, Subscriber
from ccbs_desk.services.accounts import account_facts, billed_parts
from server_stub.seed import NotEmpty, add_arguments, demo, run, seed
from server_stub.seed.catalogue import feature_id
from server_stub.seed.shape import COLUMNS
from tests.factories.postgres import Postgres

TABLES = [METADATA.tables[name] for name in COLUMNS]


def contents(engine: Engine) -> dict[str, str]:
    """Return a hash of every table's rows, as the models read them."""
    found = {}
    with engine.connect() as connection:
        for table in TABLES:
            digest = hashlib.sha256()
            for row in connection.execute(select(table).order_by(*table.primary_key)):
                digest.update(repr(tuple(row)).encode())
            found[table.name] = digest.hexdigest()
    return found


def country_in(path: Path, *, subscribers: int = 200, cycles: int = 6, number: int = 1) -> Engine:
    engine = open_database(f"sqlite:///{path}")
    METADATA.create_all(engine)
    seed(engine, subscribers=subscribers, cycles=cycles, seed=number)
    return engine


def test_the_same_figures_make_the_same_rows(country: Engine, tmp_path: Path) -> None:
    assert contents(country_in(tmp_path / "again.db")) == contents(country)


def test_another_seed_makes_another_country(country: Engine, tmp_path: Path) -> None:
    one, other = contents(country), contents(country_in(tmp_path / "other.db", number=2))
    assert one["feature"] == other["feature"]
    assert one["subscriber"] != other["subscriber"]
    assert one["bill"] != other["bill"]


def test_postgresql_holds_the_same_rows(country: Engine, postgres: Postgres) -> None:
    engine = open_database(postgres.fresh_database("seed"))
    try:
        migrate(engine, "server")
        before = indexes(engine)
        report = seed(engine, subscribers=200, cycles=6, seed=1)
        assert contents(engine) == contents(country)
        assert indexes(engine) == before
        assert report.rows == sum(report.rows_by_table.values())
    finally:
        engine.dispose()


def indexes(engine: Engine) -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'index'"
    if engine.dialect.name == "postgresql":
        query = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    with engine.connect() as connection:
        return {name for (name,) in connection.exec_driver_sql(query)}


def test_loading_leaves_indexes_and_durability_as_they_were(country: Engine, tmp_path: Path) -> None:
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    migrate(fresh, "server")
    assert indexes(country) == indexes(fresh)
    with country.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_the_report_counts_what_is_there(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'country.db'}")
    METADATA.create_all(engine)
    report = seed(engine, subscribers=50, cycles=1, seed=3)
    with engine.connect() as connection:
        there = {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in TABLES}
    assert {name: rows for name, rows in report.rows_by_table.items() if rows} == {k: n for k, n in there.items() if n}
    assert report.rows == sum(there.values())
    assert report.rows_a_second > 0


def test_every_act_sums_to_zero_in_accounts_of_the_chart(country: Engine) -> None:
    with country.connect() as connection:
        sums = connection.execute(
            select(func.sum(LedgerRow.amount_minor)).group_by(LedgerRow.command_id, LedgerRow.currency)
        ).scalars()
        assert set(sums) == {0}
        accounts = connection.execute(select(LedgerRow.ledger_account).distinct()).scalars().all()
    assert len(accounts) > 8
    assert all(map(in_chart, accounts))


def test_bills_are_their_parts_and_parts_their_lines(country: Engine) -> None:
    lines = select(BillLine.part_id, func.sum(BillLine.amount_minor).label("sum")).group_by(BillLine.part_id).subquery()
    parts = select(BillPart.bill_id, func.sum(BillPart.amount_minor).label("sum")).group_by(BillPart.bill_id).subquery()
    with country.connect() as connection:
        pairs = connection.execute(
            select(BillPart.amount_minor, lines.c.sum).outerjoin(lines, lines.c.part_id == BillPart.id)
        )
        assert all(amount == total for amount, total in pairs)
        pairs = connection.execute(select(Bill.total_minor, parts.c.sum).outerjoin(parts, parts.c.bill_id == Bill.id))
        assert all(amount == total for amount, total in pairs)
        assert connection.execute(select(func.count()).select_from(Bill)).scalar_one() == 6 * 202
        orphans = select(func.count()).select_from(BillLine).where(BillLine.part_id.not_in(select(BillPart.id)))
        assert connection.execute(orphans).scalar_one() == 0


def test_what_was_billed_and_paid_is_what_the_ledger_has(country: Engine) -> None:
    ledger = table_of(LedgerRow)
    with country.connect() as connection:

        def sums(*where: object) -> int:
            query = select(func.sum(ledger.c.amount_minor)).where(*where)  # type: ignore[arg-type]
            return int(connection.execute(query).scalar_one())

        billed = connection.execute(select(func.sum(Bill.total_minor))).scalar_one()
        paid = connection.execute(select(func.sum(Payment.amount_minor))).scalar_one()
        allocated = connection.execute(select(func.sum(PaymentAllocation.amount_minor))).scalar_one()
        assert sums(ledger.c.ledger_account == RECEIVABLE, ledger.c.amount_minor > 0) == billed
        assert sums(ledger.c.ledger_account == RECEIVABLE, ledger.c.amount_minor < 0) == -allocated
        assert sums(ledger.c.ledger_account == CUSTOMER_CREDIT) == allocated - paid
        assert allocated < billed
        assert paid > allocated
        methods = connection.execute(select(Payment.method).distinct()).scalars()
        assert set(methods) == {"cash", "cheque", "bank", "card", "electronic"}


def test_nobody_paid_more_on_a_part_than_it_came_to(country: Engine) -> None:
    with country.connect() as connection:
        rest = select(func.sum(LedgerRow.amount_minor)).where(LedgerRow.ledger_account == RECEIVABLE)
        assert min(connection.execute(rest.group_by(LedgerRow.part_id)).scalars()) == 0


def test_bill_numbers_have_no_gaps_by_centre_and_year(country: Engine) -> None:
    series: dict[str, list[int]] = {}
    with country.connect() as connection:
        for number, issued in connection.execute(select(Bill.number, Bill.issued_on).order_by(Bill.number)):
            centre, year, serial = number.split("-")
            assert year == str(issued.year)
            series.setdefault(f"{centre}-{year}", []).append(int(serial))
    assert len(series) == 2
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in series.values())


def test_numbers_are_syrian_fixed_lines_within_a_range_of_their_area(country: Engine) -> None:
    with country.connect() as connection:
        ranges = connection.execute(
            select(NumberRange.first, NumberRange.last, Exchange.area_id, NumberRange.area_code).join(
                Exchange, Exchange.id == NumberRange.exchange_id
            )
        ).all()
        numbers = connection.execute(select(LineNumber.e164, LineNumber.area_id)).all()
    assert len({e164 for e164, _ in numbers}) == len(numbers)
    stems = {first[:-4]: (first, last, area, code) for first, last, area, code in ranges}
    assert len(stems) == len(ranges)
    for e164, area in numbers:
        first, last, home, code = stems[e164[:-4]]
        assert len(first) == len(last) == len(e164)
        assert first <= e164 <= last
        assert home == area
        parsed = parse_number(f"+{e164}", None)
        assert parsed.number is not None
        assert parsed.number.area == code
        assert phonenumbers.is_valid_number(phonenumbers.parse(f"+{e164}"))


def test_some_are_unlisted_and_most_are_found(tmp_path: Path) -> None:
    with country_in(tmp_path / "larger.db", subscribers=4_000, cycles=0).connect() as connection:
        listed = connection.execute(select(Listing.listed, func.count()).group_by(Listing.listed)).all()
    shares = {bool(kind): number for kind, number in listed}
    assert 0.06 < shares[False] / (shares[False] + shares[True]) < 0.10


def test_without_cycles_there_are_opening_balances_instead_of_bills(tmp_path: Path) -> None:
    with country_in(tmp_path / "opening.db", cycles=0).connect() as connection:
        assert connection.execute(select(func.count()).select_from(Bill)).scalar_one() == 0
        legs = connection.execute(
            select(func.count(), func.sum(LedgerRow.amount_minor)).group_by(LedgerRow.command_id)
        ).all()
        owing = select(func.count()).where(LedgerRow.ledger_account == RECEIVABLE)
        assert connection.execute(owing).scalar_one() > 20
        assert connection.execute(owing.where(LedgerRow.account_id == demo.ACCOUNT_ID)).scalar_one() == 1
    assert set(map(tuple, legs)) == {(2, 0)}


def test_the_demo_subscriber_is_as_the_guide_says(country: Engine) -> None:
    with country.connect() as connection:
        row = connection.execute(
            select(Subscriber.name, Account.id, Account.area_id, Account.number)
            .join(Account, Account.subscriber_id == Subscriber.id)
            .join(LineNumber, LineNumber.account_id == Account.id)
            .where(LineNumber.e164 == demo.NUMBER)
        ).one()
        assert tuple(row) == ("محمد عبد الرحمن الحلبي", demo.ACCOUNT_ID, demo.AREA, demo.ACCOUNT_NUMBER)
        account = account_facts(connection, demo.ACCOUNT_ID)
        assert account is not None
        parts = billed_parts(connection, account)
        complaints = select(Complaint.state, Complaint.resolved_at).where(Complaint.account_id == demo.ACCOUNT_ID)
        assert connection.execute(complaints).all() == [("inProgress", None)]
        adsl = select(LineFeature.valid_to).where(
            LineFeature.line_id == demo.LINE_ID, LineFeature.feature_id == demo.ADSL_ID
        )
        assert connection.execute(adsl).scalars().all() == [None]
    owed = [part.item.remaining.minor > 0 for part in parts]
    assert owed == [False] * 6 + [False, True, True, True, True, True]


def test_demo_logins_have_passwords_and_nobody_else(country: Engine) -> None:
    with country.connect() as connection:
        hashes = connection.execute(select(Staff.login, Password.hash).join(Staff, Staff.id == Password.staff_id)).all()
    assert {login for login, _ in hashes} == set(demo.LOGINS)
    assert len({hashed for _, hashed in hashes}) == len(demo.LOGINS)
    assert all(PasswordHasher().verify(hashed, demo.PASSWORD) for _, hashed in hashes)


def test_a_country_is_never_added_to(country: Engine) -> None:
    before = contents(country)
    with pytest.raises(NotEmpty):
        seed(country, subscribers=10, cycles=0, seed=1)
    assert contents(country) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_breaks_off_leaves_an_empty_database(kind: str, tmp_path: Path, postgres: Postgres) -> None:
    url = f"sqlite:///{tmp_path / 'broken.db'}" if kind == "sqlite" else postgres.fresh_database("broken")
    engine = open_database(url)
    METADATA.create_all(engine)
    before = indexes(engine)

    def stop(_progress: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(engine, subscribers=20, cycles=1, seed=1, progress=stop)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(Staff)).scalar_one() == 0
    assert indexes(engine) == before
    engine.dispose()
    assert seed(url, subscribers=20, cycles=0, seed=1).rows > 0


def test_lines_are_cut_for_debts_that_are_due_and_never_without(country: Engine) -> None:
    with country.connect() as connection:
        owed = (
            select(Bill.account_id, func.min(Bill.due_on).label("due"))
            .join(LedgerRow, LedgerRow.bill_id == Bill.id)
            .where(LedgerRow.ledger_account == RECEIVABLE)
            .group_by(Bill.id)
            .having(func.sum(LedgerRow.amount_minor) > 0)
        ).subquery()
        oldest = select(owed.c.account_id, func.min(owed.c.due).label("due")).group_by(owed.c.account_id).subquery()
        bars = connection.execute(
            select(LineBar.since, LineBar.reason, LineBar.until, oldest.c.due).outerjoin(
                oldest, oldest.c.account_id == LineBar.account_id
            )
        ).all()
    assert len(bars) > 5
    for since, reason, until, due in bars:
        assert (reason, until) == ("debt", None)
        assert damascus_date(since) == due + timedelta(days=11)
        assert damascus_date(since) < demo.TODAY


def test_a_database_that_is_in_use_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "used.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine, "server")
    engine.dispose()
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args(["--subscribers", "5", "--database", f"sqlite:///{path}?timeout=0.1"])
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT one FROM feed_head").fetchall() == [(1,)]
        assert run(arguments) == 1
    assert "another program" in capsys.readouterr().err
    assert run(arguments) == 0


@pytest.mark.parametrize(("subscribers", "cycles"), [(0, 1), (-5, 0), (10, -1)])
def test_impossible_figures_are_refused(tmp_path: Path, subscribers: int, cycles: int) -> None:
    with pytest.raises(ValueError, match="no country"):
        country_in(tmp_path / "none.db", subscribers=subscribers, cycles=cycles)


def test_the_command_makes_the_schema_and_tells_the_rate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'country.db'}"
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args(["--subscribers", "30", "--cycles", "1", "--seed", "7", "--database", url])
    assert run(arguments) == 0
    said = capsys.readouterr()
    assert "rows a second (sqlite)" in said.out
    assert "30 of 30 subscribers" in said.err
    assert run(arguments) == 1
    assert "holds a country already" in capsys.readouterr().err
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(Subscriber)).scalar_one() == 30
    engine.dispose()


def test_the_id_of_adsl_in_the_guide_is_the_catalogues() -> None:
    assert demo.ADSL_ID.bytes == feature_id("adsl_8")
