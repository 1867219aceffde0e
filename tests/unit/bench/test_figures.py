"""Medians, ratios round by round, and how a figure reads."""

import os
import time

import pytest

from bench.figures import Figure, compared, percentile, stopwatch, timed_ms
from bench.machine import cpu_seconds, resident_mib


def test_a_ratio_is_the_middle_of_the_rounds_ratios_and_not_of_all_rounds_together() -> None:
    figure = compared("x", [2.0, 40.0, 6.0], "bare", [1.0, 10.0, 3.0], "ms", below=2.5)
    assert (figure.value, figure.peer_value, figure.ratio, figure.met) == (6.0, 3.0, 2.0, True)
    assert not compared("x", [5.0], "bare", [2.0], "ms", below=2.5).met


def test_rounds_that_have_no_partner_are_no_comparison() -> None:
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        compared("x", [1.0, 2.0], "bare", [1.0], "ms")


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(10)]
    assert [percentile(values, share) for share in (0.0, 0.1, 0.5, 0.99, 1.0)] == [0.0, 1.0, 5.0, 9.0, 9.0]


def test_a_line_names_the_peer_the_ratio_and_whether_the_aim_is_met() -> None:
    line = compared("payment", [3.0], "bare", [0.5], "ms", below=3).line()
    assert "payment" in line
    assert "bare: 0.5 ms | ratio 6.00 | aim ratio under 3: NOT met" in line
    assert Figure("rows", 12_345.6, "/s").line().endswith("12,346 /s")


def test_time_is_taken_by_the_wall_also_when_the_block_fails() -> None:
    assert timed_ms(lambda: sum(range(10_000))) > 0
    with pytest.raises(KeyError), stopwatch() as watch:
        raise KeyError
    assert watch.seconds > 0


def test_the_time_of_a_process_is_what_it_kept_a_core_busy() -> None:
    before = time.process_time()
    assert before - 0.1 < cpu_seconds(os.getpid()) < time.process_time() + 0.1


def test_a_process_weighs_something_and_one_that_is_gone_can_not_be_weighed() -> None:
    assert resident_mib() > 5
    assert resident_mib(os.getpid()) > 5
    with pytest.raises(FileNotFoundError):
        resident_mib(2**22 + 1)
