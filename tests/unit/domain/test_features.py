"""Which features go together: needs are met by what is on, exclusions count from either side."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ccbs_desk.domain.features import FeatureRule, clashing_with, depending_on, missing_for

RULES = {
    rule.code: rule
    for rule in (
        FeatureRule("caller_id"),
        FeatureRule("call_waiting", excludes=frozenset({"hot_line"})),
        FeatureRule("caller_id_waiting", needs=frozenset({"caller_id", "call_waiting"})),
        FeatureRule("hot_line", excludes=frozenset({"short_dialling"})),
        FeatureRule("short_dialling"),
    )
}
CODES = sorted(RULES)


def test_what_is_needed_and_not_on_is_named() -> None:
    assert missing_for("caller_id_waiting", {"caller_id"}, RULES) == ("call_waiting",)
    assert missing_for("caller_id_waiting", {"caller_id", "call_waiting"}, RULES) == ()
    assert missing_for("caller_id", set(), RULES) == ()


def test_an_exclusion_counts_whichever_of_the_two_names_it() -> None:
    assert clashing_with("hot_line", {"call_waiting", "caller_id"}, RULES) == ("call_waiting",)
    assert clashing_with("call_waiting", {"hot_line"}, RULES) == ("hot_line",)
    assert clashing_with("short_dialling", {"hot_line"}, RULES) == ("hot_line",)
    assert clashing_with("caller_id", {"hot_line", "call_waiting"}, RULES) == ()


def test_what_others_need_is_named() -> None:
    assert depending_on("caller_id", {"caller_id", "caller_id_waiting"}, RULES) == ("caller_id_waiting",)
    assert depending_on("caller_id", {"caller_id"}, RULES) == ()


def test_a_feature_that_is_not_sold_any_more_stands_beside_everything() -> None:
    assert missing_for("telex", set(), RULES) == ()
    assert clashing_with("telex", {"hot_line"}, RULES) == ()
    assert depending_on("telex", {"hot_line", "fax"}, RULES) == ()


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "remove"]), st.sampled_from(CODES)), max_size=30))
def test_whatever_is_added_and_removed_by_the_rules_stands_together(steps: list[tuple[str, str]]) -> None:
    on: set[str] = set()
    for what, code in steps:
        if what == "add" and not missing_for(code, on, RULES) and not clashing_with(code, on, RULES):
            on.add(code)
        if what == "remove" and not depending_on(code, on, RULES):
            on.discard(code)
        for there in on:
            assert not missing_for(there, on, RULES)
            assert not clashing_with(there, on - {there}, RULES)
