"""Python's collector runs on the UI thread, by Python's own thresholds."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from ccbs_desk.ui.kit import collector
from ccbs_desk.ui.kit.collector import Collector


class Ring:
    """Something that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def owner() -> Iterator[QObject]:
    """Who owns the collector; Python's own goes on afterwards."""
    thresholds = gc.get_threshold()
    made = QObject()
    yield made
    gc.set_threshold(*thresholds)
    gc.enable()


def test_it_takes_over_from_python_and_collects_here(
    qtbot: QtBot, owner: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "PERIOD_MS", 1)
    threads: list[QThread] = []
    Collector(owner)
    assert not gc.isenabled()
    # Made when nothing collects by itself any more: it is young, and no thousand collections are waited for.
    gone = weakref.ref(ring := Ring(), lambda _ref: threads.append(QThread.currentThread()))
    gc.set_threshold(1, 1_000, 1_000)
    del ring
    kept: list[list[int]] = [[] for _ in range(50)]
    qtbot.waitUntil(lambda: gone() is None, timeout=30_000)
    assert threads == [owner.thread()]
    assert kept


def test_below_the_thresholds_nothing_is_collected(owner: QObject) -> None:
    made = Collector(owner)
    gc.collect()
    gc.set_threshold(1_000_000, 1_000_000, 1_000_000)
    ring = weakref.ref(Ring())
    made.collect()
    assert ring() is not None


def test_what_is_there_once_settled_is_left_out(owner: QObject) -> None:
    before = gc.get_freeze_count()
    Collector(owner).settle()
    assert gc.get_freeze_count() > before
