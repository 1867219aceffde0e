"""The parts of the demo country, each alone: words, plan, plant, dates, numbers, progress."""

import io
import tracemalloc
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import phonenumbers
import pytest

from ccbs_desk.domain.permissions import ROLES
from ccbs_desk.models.registry import METADATA
from server_stub.seed import demo
from server_stub.seed.catalogue import FEATURES, packs, write_catalogue
from server_stub.seed.country import PIECE, area_batches, country_batches
from server_stub.seed.dates import at_midnight, cycles_before, days_from
from server_stub.seed.ids import COMMAND, id_stream, row_id, uuid_of
from server_stub.seed.people import account_number
from server_stub.seed.plan import Country, plan_country, write_places
from server_stub.seed.postings import Postings
from server_stub.seed.progress import Printer, Progress
from server_stub.seed.shape import COLUMNS, Batch, Row
from server_stub.seed.shapes import SHAPES, accounts_in, lines_in, numbers_in, shape_of
from server_stub.seed.staff import write_staff
from server_stub.seed.vocabulary import vocabulary, zipf_pool

WHOLE_COUNTRY = 4_200_000


def plan(subscribers: int, cycles: int = 0) -> Country:
    return plan_country(subscribers, cycles, 1, demo.TODAY)


def rows_of(country: Country, *tables: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {table: [] for table in tables}
    for batch, _ in country_batches(country, demo.PASSWORD):
        for table, rows in batch.tables():
            if table in found:
                found[table] += rows
    return found


@pytest.mark.parametrize("table", COLUMNS)
def test_rows_fill_every_column_that_must_be_filled(table: str) -> None:
    model = METADATA.tables[table]
    assert set(COLUMNS[table]) <= set(model.c.keys())
    assert {column.name for column in model.c if not column.nullable} <= set(COLUMNS[table])


def test_the_vocabulary_is_large_and_names_are_as_frequent_as_they_are() -> None:
    words = vocabulary()
    given, families = {w.ar for w in (*words.men, *words.women)}, {w.ar for w in words.families}
    assert len(given) >= 400
    assert len(families) >= 1500
    assert {"عبد الرحمن", "صلاح الدين"} <= given
    assert {"الحلبي", "حلبي", "أبو زيد", "أبو محمد"} <= families
    counted = Counter(words.family_pool)
    assert set(counted) == families
    top = counted.most_common(200)
    assert top[0][1] > 1.5 * top[9][1] > 3 * top[199][1]
    staff = [word for word in (*words.men, *words.women, *words.families) if word.en]
    assert len(staff) >= 120


def test_a_word_that_bulk_loading_would_misread_is_refused() -> None:
    with pytest.raises(ValueError, match="mark"):
        zipf_pool(["محمد", "أح\tمد"], 1.0)


def test_the_plan_gives_each_subscriber_a_home_and_the_demo_area_its_share() -> None:
    for subscribers in (1, 7, 200, 20_000, WHOLE_COUNTRY):
        country = plan(subscribers)
        assert len(country.areas) == 300
        assert sum(area.subscribers for area in country.areas) == subscribers
        assert country.areas[0].subscribers >= min(subscribers // 4, 400)
        assert min(area.subscribers for area in country.areas) >= 0
    assert {area.governorate.code for area in plan(1).areas} == {g.code for g in plan(1).governorates}
    assert len(plan(1).governorates) == 14


def test_the_whole_country_has_valid_numbers_enough() -> None:
    batch = Batch()
    write_places(plan(WHOLE_COUNTRY), batch)
    ranges = [(str(first), str(last)) for _, _, _, first, last in batch.of("number_range")]
    assert len({first for first, _ in ranges}) == len(ranges)
    for number in (number for pair in ranges for number in pair):
        parsed = phonenumbers.parse(f"+{number}")
        assert phonenumbers.is_valid_number(parsed), number
        assert phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE


def test_more_people_than_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="do not suffice"):
        plan(20 * WHOLE_COUNTRY)


def test_what_subscribers_have_can_be_counted_beforehand() -> None:
    for subscribers in (0, 1, 99, 100, 101, 2_345):
        shapes = [shape_of(n) for n in range(subscribers)]
        assert accounts_in(subscribers) == sum(len(shape.accounts) for shape in shapes)
        assert lines_in(subscribers) == sum(sum(shape.accounts) for shape in shapes)
        assert numbers_in(subscribers) >= lines_in(subscribers)
    assert not SHAPES[0].organisation
    assert 8 <= sum(shape.organisation for shape in SHAPES) <= 15


def test_lines_have_numbers_and_pairs_of_their_own_exchange() -> None:
    country = plan(WHOLE_COUNTRY)
    area = country.areas[0]
    assert area.exchanges > 1
    found: dict[str, list[Row]] = {}
    for batch, _ in area_batches(country, area):
        for table, rows in batch.tables():
            found.setdefault(table, []).extend(rows)
    cabinets = {row[0]: row[2] for row in found["cabinet"]}
    points = {row[0]: cabinets[row[2]] for row in found["distribution_point"]}
    pairs = {row[0]: (points[row[2]], row[4]) for row in found["pair"]}
    exchanges = {numbers.stem: numbers.exchange_id for numbers in area.ranges}
    current = {row[3]: str(row[4]) for row in found["line_number"] if row[6] is None}
    assert len(found["line"]) == lines_in(area.subscribers)
    assert len({row[4] for row in found["line"]}) == len(found["line"])
    for row in found["line"]:
        assert pairs[row[4]] == (row[3], "used")
        assert exchanges[current[row[0]][:-4]] == row[3]
    states = Counter(state for _, state in pairs.values())
    assert states["free"] > states["faulty"] > 0
    assert len({row[4] for row in found["line_number"]}) == len(found["line_number"])
    assert any(row[6] for row in found["line_number"])


def test_an_area_where_nobody_lives_yet_has_plant() -> None:
    country = plan(1)
    ((batch, people),) = area_batches(country, country.areas[5])
    assert people == 0
    assert len(batch.of("pair")) == 10
    assert batch.of("subscriber") == []


def test_nothing_is_made_before_it_is_asked_for() -> None:
    country = plan(WHOLE_COUNTRY, 6)
    pieces = [people for _, people in islice(country_batches(country, demo.PASSWORD), 4)]
    assert pieces == [0, PIECE, PIECE, PIECE]


def test_memory_does_not_grow_with_the_country() -> None:
    country = plan(WHOLE_COUNTRY)
    batches = area_batches(country, country.areas[0])
    tracemalloc.start()
    try:
        for _ in islice(batches, 3):
            pass
        _, three = tracemalloc.get_traced_memory()
        for _ in islice(batches, 12):
            pass
        _, fifteen = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert fifteen < 1.2 * three


def test_rows_come_in_the_order_of_their_keys() -> None:
    country = plan(600, 3)
    last: dict[str, tuple[object, ...]] = {}
    for batch, _ in country_batches(country, demo.PASSWORD):
        for table, rows in batch.tables():
            keys = [row[:3] if COLUMNS[table][1] == "period" else row[:1] for row in rows]
            if table not in {"centre", "exchange", "number_range"}:
                assert keys == sorted(keys)
                assert table not in last or last[table] < keys[0]
                last[table] = keys[-1]


def test_ids_are_uuids_of_version_8_each_once_and_growing() -> None:
    first = uuid_of("account", 300, 1)
    assert (first.version, first.variant) == (8, "specified in RFC 4122")
    ids = list(islice(id_stream("account", 1), 3)) + list(islice(id_stream("account", 2), 3))
    assert ids == sorted(set(ids))
    assert ids[0] == row_id("account", 1, 1)
    assert row_id(COMMAND, 1, 1) not in {row_id(table, 1, 1) for table in COLUMNS}


def test_an_account_number_shows_a_wrong_digit_and_two_swapped() -> None:
    number = account_number(217, 3_481)
    assert number[:9] == "217003481"
    valid = {account_number(int(n[:3]), int(n[3:9])) for n in (number, *_slips(number))}
    assert not valid & set(_slips(number))
    assert account_number(demo.AREA, 1) == demo.ACCOUNT_NUMBER


def _slips(number: str) -> list[str]:
    wrong = [number[:n] + digit + number[n + 1 :] for n in range(10) for digit in "0123456789" if digit != number[n]]
    pairs = [(n, number[n : n + 2]) for n in range(9)]
    swapped = [
        number[:n] + pair[::-1] + number[n + 2 :] for n, pair in pairs if set(pair) not in ({"0", "9"}, {pair[0]})
    ]
    return wrong + swapped


def test_cycles_are_two_months_and_end_before_today() -> None:
    cycles = cycles_before(date(2026, 11, 20), 6)
    assert [cycle.months for cycle in cycles][::5] == [("2025-11", "2025-12"), ("2026-09", "2026-10")]
    assert (cycles[-1].issued_on, cycles[-1].due_on, cycles[-1].period) == ("2026-11-05", "2026-12-05", 202611)
    assert [cycle.before_in_year for cycle in cycles] == [0, 1, 2, 3, 4, 5]
    assert cycles_before(date(2026, 12, 31), 1)[0].months == ("2026-09", "2026-10")
    assert cycles_before(date(2026, 11, 4), 1)[0].months == ("2026-07", "2026-08")
    assert cycles_before(date(2026, 1, 4), 2)[1].months == ("2025-09", "2025-10")
    assert [cycle.before_in_year for cycle in cycles_before(date(2026, 3, 5), 3)] == [0, 0, 1]


def test_days_are_those_of_damascus() -> None:
    midnight = datetime(2026, 11, 19, 21, tzinfo=UTC)
    assert at_midnight(date(2026, 11, 20)) == midnight.timestamp() * 1_000_000
    (cycle,) = cycles_before(date(2026, 11, 20), 1)
    days = days_from(cycle, date(2026, 11, 8), 35)
    assert [day.start for day in days] == [at_midnight(date(2026, 11, 6)), at_midnight(date(2026, 11, 7))]
    assert len(days_from(cycle, date(2027, 3, 1), 35)) == 35


@pytest.mark.parametrize(("today", "cycles"), [(date(2026, 11, 5), 1), (date(2026, 11, 5), 3), (date(2026, 3, 1), 9)])
def test_any_day_and_number_of_cycles_makes_a_country(today: date, cycles: int) -> None:
    found = rows_of(plan_country(120, cycles, 5, today), "bill", "ledger", "payment")
    assert len(found["bill"]) == accounts_in_all(120) * cycles
    sums: Counter[object] = Counter()
    for row in found["ledger"]:
        sums[row[3]] += int(str(row[5]))
    assert set(sums.values()) == {0}
    assert all(int(str(row[8])) < at_midnight(today) for row in found["payment"])


def accounts_in_all(subscribers: int) -> int:
    return sum(accounts_in(area.subscribers) for area in plan(subscribers).areas)


def test_legs_that_do_not_balance_are_never_written() -> None:
    batch = Batch()
    with pytest.raises(ValueError, match="balance"):
        Postings(1).post(batch, 202611, 0, b"a" * 16, [("receivable", 5, None, None), ("opening", -4, None, None)])
    assert list(batch.tables()) == []


def test_features_keep_to_what_they_need_and_exclude() -> None:
    batch = Batch()
    write_catalogue(batch)
    by_id = {row[0]: kind for row, kind in zip(batch.of("feature"), FEATURES, strict=True)}
    codes = {kind.code for kind in FEATURES}
    for kind in FEATURES:
        assert set(kind.needs) | set(kind.excludes) <= codes
        assert all(kind.code in other.excludes for other in FEATURES if other.code in kind.excludes)
    for pack in packs(10):
        held = {by_id[feature_id].code for feature_id in pack.features}
        assert len(held) == len(pack.features)
        for feature_id in pack.features:
            assert set(by_id[feature_id].needs) <= held
            assert not held & set(by_id[feature_id].excludes)


def test_every_centre_is_staffed_and_every_counter_has_a_till() -> None:
    country, batch = plan(1), Batch()
    write_staff(country, demo.PASSWORD, batch)
    kinds = Counter(row[2] for row in batch.of("centre"))
    assert kinds == {"care": 300, "call": 6, "fault": 10, "billing": 2, "printing": 2}
    roles: dict[object, set[object]] = {}
    held = {row[1]: row[2] for row in batch.of("staff_role")}
    for row in batch.of("staff"):
        roles.setdefault(row[4], set()).add(held[row[0]])
    assert set(held.values()) <= set(ROLES)
    for centre in batch.of("centre"):
        wanted = {"care": {"clerk", "supervisor"}, "call": {"agent", "supervisor"}}.get(str(centre[2]), {"supervisor"})
        assert wanted <= roles[centre[0]]
    tills = batch.of("till")
    assert {row[2] for row in tills} == {row[0] for row in batch.of("centre") if row[2] in ("care", "call")}
    assert len({row[1] for row in tills}) == len(tills)
    assert all(len(str(row[1])) == 4 and row[4] is None and row[5] == "A" for row in tills)
    assert (demo.TILL_ID.bytes, demo.TILL_CODE, demo.CARE_CENTRE_ID.bytes) == tills[0][:3]
    assert [row[2] for row in tills if row[1] == demo.SECOND_TILL_CODE] == [demo.CARE_CENTRE_ID.bytes]
    assert sum(row[4] == demo.CARE_CENTRE_ID.bytes for row in batch.of("staff")) == 3


def test_progress_is_told_now_and_then_and_at_the_end() -> None:
    out = io.StringIO()
    printer = Printer(out)
    for seconds in range(0, 25, 5):
        printer(Progress(rows=1_000 * seconds, subscribers=10 * seconds, of=400, seconds=seconds))
    printer(Progress(rows=40_000, subscribers=400, of=400, seconds=40.0))
    told = out.getvalue().splitlines()
    assert told == [
        "100 of 400 subscribers, 10,000 rows, 1,000 rows a second, 30 s left",
        "200 of 400 subscribers, 20,000 rows, 1,000 rows a second, 20 s left",
        "400 of 400 subscribers, 40,000 rows, 1,000 rows a second, the indexes are next",
    ]


def test_progress_writes_over_itself_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    printer = Printer(out)
    printer(Progress(rows=0, subscribers=0, of=10, seconds=2.0))
    printer(Progress(rows=70, subscribers=10, of=10, seconds=3.0))
    assert out.getvalue().count("\r") == 2
    assert out.getvalue().endswith("\n")
    assert Progress(0, 0, 10, 2.0).seconds_left is None
    assert timedelta(seconds=Progress(70, 5, 10, 3.0).seconds_left or 0) == timedelta(seconds=3)
