"""The bench of the ring runs at the run's exchange."""

from pathlib import Path

from bench import ring


def test_a_ring_is_measured_at_a_real_exchange(joined: Path, tmp_path: Path) -> None:
    report = ring.measure(tmp_path, smoke=True, joined=joined)
    assert [figure.name for figure in report.figures] == ["INVITE to painted card, p50", "INVITE to painted card, p99"]
    assert all(figure.value < ring.AIM and figure.met for figure in report.figures)
