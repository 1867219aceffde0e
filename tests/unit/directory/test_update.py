"""An index is changed in place: what is added is found, what is removed is gone, others search meanwhile."""

from pathlib import Path

from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.query import Query
from ccbs_desk.directory.sqlite import SqliteStorage
from ccbs_desk.directory.update import Updated, update
from tests.unit.directory.country import HEADER, engine_of, write

ADD = "21\tزكريا المستجد\tperson\tحلب\tحلب\tالفرقان\tشارع الأكرمية\t0212345621\t\tyes"
CHANGE = "2\tمحمد أحمد الكيالي\tperson\tدمشق\tدمشق\tالمزة\tشارع الجلاء\t0112345602\t\tyes"


def changes(folder: Path, *rows: str) -> Path:
    return write(folder / "changes.tsv", rows, f"change\t{HEADER}")


def test_additions_changes_and_removals(tmp_path: Path) -> None:
    engine = engine_of(tmp_path)
    assert engine.search(Query("محمد أحمد الخطيب")).ids[0] == "2"

    done = update(
        tmp_path / "directory.index",
        changes(tmp_path, f"add\t{ADD}", f"change\t{CHANGE}", "remove\t3" + "\t" * 9, "drop\t4" + "\t" * 9, "add\t4"),
        batch=2,
    )

    assert done == Updated(added=1, changed=1, removed=1, rejected=2)
    assert engine.search(Query("زكريا مستجد الفرقان")).ids == ("21",)
    assert engine.search(Query("زكري", keystroke=True)).ids == ("21",)
    assert engine.search(Query("زكرا المستجد")).ids == ("21",)
    assert engine.search(Query("محمد احمد الكيالي")).ids[0] == "2"
    assert engine.by_id("3") is None
    assert "3" not in engine.search(Query("فاطمة الحلبي")).ids
    assert [hit.id for hit in engine.by_number("0212345621")] == ["21"]
    assert "unknown change" in (tmp_path / "changes.tsv.rejected").read_text(encoding="utf-8")


def test_the_same_changes_twice_change_nothing(tmp_path: Path) -> None:
    engine_of(tmp_path)
    file = changes(tmp_path, f"add\t{ADD}", "remove\t3" + "\t" * 9)
    update(tmp_path / "directory.index", file)

    assert update(tmp_path / "directory.index", file) == Updated(same=2)
    assert not (tmp_path / "changes.tsv.rejected").exists()


def test_an_entry_that_is_unlisted_now_is_gone_with_its_name(tmp_path: Path) -> None:
    engine_of(tmp_path)

    done = update(tmp_path / "directory.index", changes(tmp_path, "change\t" + CHANGE.removesuffix("yes") + "no"))

    assert done.removed == 1
    engine = Engine(SqliteStorage.open(tmp_path / "directory.index"))
    assert engine.by_id("2") is None
    assert engine.by_number("0112345602") == ()


def test_many_batches_end_as_one_build(tmp_path: Path) -> None:
    engine_of(tmp_path)
    rows = [f"add\t{n}\tاسم{n % 7} كنية{n}\tperson\tحلب\tحلب\tالفرقان\t\t\t\tyes" for n in range(100, 180)]
    update(tmp_path / "directory.index", changes(tmp_path, *rows), batch=9)

    engine = Engine(SqliteStorage.open(tmp_path / "directory.index"))
    assert all(engine.search(Query(f"كنية{n}")).ids[0] == str(n) for n in range(100, 180))
