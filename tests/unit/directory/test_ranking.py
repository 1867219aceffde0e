"""How well a row meets a query: by its name, its category, its place, and by words that no spelling leads to."""

import pytest

from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.query import Query
from tests.unit.directory.country import ROWS, engine_of

MORE = (
    "11\tمحل الأمين\tbusiness\tحلب\tحلب\tالجميلية\tشارع فيصل\t0212345611\tحلويات\tyes",
    "12\tمحل الأمين\tbusiness\tحلب\tحلب\tالسبيل\tشارع النيل\t0212345612\tبقالة\tyes",
    "13\tزهير قرنفلاوي\tperson\tحلب\tحلب\tالسبيل\tشارع النيل\t0212345613\t\tyes",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine_of(tmp_path_factory.mktemp("ranking"), (*ROWS, *MORE))


def test_a_category_that_is_not_in_the_name_tells_two_shops_apart(engine: Engine) -> None:
    sweets = engine.search(Query("الأمين حلويات")).hits[0]
    assert (sweets.id, sweets.why) == ("11", ("exact", "category"))
    assert engine.search(Query("بقالة الأمين")).ids[0] == "12"


def test_a_street_and_its_town_together_are_better_than_either(engine: Engine) -> None:
    both = engine.search(Query("محل الأمين حلب شارع النيل"))
    assert both.ids[0] == "12"
    assert both.hits[0].score > engine.search(Query("محل الأمين النيل")).hits[0].score


def test_a_word_that_is_heard_quite_wrong_is_compared_with_those_whom_the_others_name(engine: Engine) -> None:
    hit = engine.search(Query("زهير كرمفلاوي")).hits[0]
    assert (hit.id, hit.why) == ("13", ("exact", "spelling"))
    assert [hit.name[start:end] for start, end in hit.spans] == ["زهير", "قرنفلاوي"]
