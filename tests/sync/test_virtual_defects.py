"""The test of the tests: mistakes planted in the product, each of which a few seeds find."""

import gc
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.sync.virtual import defects
from tests.sync.virtual.defects import Defect
from tests.sync.virtual.kit import Kit, make_kit
from tests.sync.virtual.scenario import MINUTES, Plan, play

# A machine that lost its power leaves coroutines behind that nobody will go on with.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
SEEDS = 30
SOON = Plan(patience=12 * MINUTES, moving=0.0, losing=0.0)
LIKELY = {
    defects.forgets_to_run_again: replace(SOON, poisonous=0.2),
    defects.printed_before_commit: replace(SOON, fatal_desk=0.05),
    defects.cursor_before_rows: replace(SOON, fatal_desk=0.05),
    defects.swap_loses_the_outbox: replace(SOON, losing=1.0),
    defects.rows_stay_where_an_account_left: replace(SOON, moving=1.0),
    defects.put_back_and_nothing_sent_again: replace(SOON, losing=1.0),
}
"""Where the bad luck that shows a defect is rare, there is more of it."""
SKIPPED = "differs"


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """What the machines left is swept up before the next test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def kit() -> Iterator[Kit]:
    """What the seeds play on."""
    made = make_kit()
    yield made
    made.close()


@pytest.mark.parametrize("plan", [SOON, *LIKELY.values()])
def test_without_a_defect_the_same_plans_find_nothing(kit: Kit, plan: Plan) -> None:
    for seed in range(2):
        assert play(kit, seed, replace(plan, patience=45 * MINUTES)).findings == []


@pytest.mark.parametrize("defect", defects.DEFECTS, ids=lambda defect: defect.__name__)
def test_a_planted_defect_is_found(kit: Kit, defect: Defect) -> None:
    assert first_seed_that_finds(kit, defect) is not None


def test_a_feed_by_bare_sequence_skips_rows(kit: Kit) -> None:
    """Not only are its positions odd: rows of a slow writer never reach a desk."""
    assert first_seed_that_finds(kit, defects.feed_by_bare_sequence, SKIPPED) is not None


def first_seed_that_finds(kit: Kit, defect: Defect, word: str = "") -> int | None:
    """Return the first seed that finds something with this word in it."""
    plan = LIKELY.get(defect, SOON)
    for seed in range(SEEDS):
        if any(word in finding for finding in play(kit, seed, plan, defect).findings):
            return seed
    return None
