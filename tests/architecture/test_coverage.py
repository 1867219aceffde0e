"""Every file is run as far as its place asks. The last test of a whole run; `python3 dev.py test` measures it."""

from pathlib import Path

import pytest

from tests.architecture.exceptions import COVERAGE
from tests.architecture.measure import MEASURE, MONEY, Measured, gate_of, verdicts
from tests.architecture.source import ROOT

PAYMENT, SCREEN, TABLE = "ccbs_desk/services/take_payment.py", "ccbs_desk/ui/card/view.py", "server_stub/seed/plan.py"


def test_what_the_gates_ask() -> None:
    asked = {
        PAYMENT: 100,
        "ccbs_desk/domain/money.py": 100,
        "ccbs_desk/services/outbox.py": 95,
        "ccbs_desk/sync/push.py": 95,
        "ccbs_desk/directory/index.py": 95,
        "server_stub/auth.py": 95,
        TABLE: 85,
        "server_stub/demo/world.py": 85,
        SCREEN: 85,
        "ccbs_desk/models/store.py": 85,
    }
    assert {path: gate_of(path) for path in asked} == asked
    assert all((ROOT / path).is_file() for path in MONEY)


def test_a_file_below_its_gate_is_named_with_what_was_never_run() -> None:
    measured = {PAYMENT: Measured(99.5, "12-14, 20→22"), SCREEN: Measured(85.0, "9")}
    assert verdicts(measured, {}) == [f"{PAYMENT}: 99.5 % of 100; never run: 12-14, 20→22"]


def test_an_exception_only_ever_gets_smaller() -> None:
    at = {SCREEN: Measured(72.5, "9")}
    assert verdicts(at, {SCREEN: 70}) == []
    assert verdicts(at, {SCREEN: 73}) == [f"{SCREEN}: 72.5 % of 73; never run: 9"]
    assert verdicts(at, {SCREEN: 60}) == [f"{SCREEN}: 72.5 % of 60: raise its floor to 72"]
    assert verdicts({SCREEN: Measured(85.0, "9")}, {SCREEN: 82}) == [
        f"{SCREEN}: 85.0 % of 82: take its line out of the exceptions"
    ]
    assert verdicts({}, {SCREEN: 70}) == [f"{SCREEN}: no such file; take its line out of the exceptions"]


def test_every_file_is_run_as_far_as_it_must_be(tmp_path: Path) -> None:
    if not MEASURE.runs:
        pytest.skip("measured in a whole run alone: python3 dev.py test")
    found = verdicts(MEASURE.end(tmp_path), COVERAGE)
    assert not found, "\n" + "\n".join(found)
