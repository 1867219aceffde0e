"""A small country for the directory's tests: a few listings with everything that makes names hard."""

from collections.abc import Sequence
from pathlib import Path

from ccbs_desk.directory.build import build
from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.sqlite import SqliteStorage

HEADER = "id\tname\tkind\tgovernorate\ttown\tarea\tstreet\tnumber\tcategory\tlisted"
ROWS = (
    "1\tمحمد عبد الرحمن الخطيب\tperson\tحلب\tحلب\tالعزيزية\tشارع فيصل\t0212345601\t\tyes",
    "2\tمحمد أحمد الخطيب\tperson\tدمشق\tدمشق\tالمزة\tشارع الجلاء\t0112345602\t\tyes",
    "3\tفاطمة علي الحلبي\tperson\tحمص\tحمص\tالوعر\tشارع الحضارة\t0312345603\t\tyes",
    "4\tأبو خالد سمير قاسم\tperson\tحلب\tحلب\tالسبيل\tشارع النيل\t0212345604\t\tyes",
    "5\tصيدلية الشفاء\tbusiness\tحلب\tحلب\tالجميلية\tشارع إسكندرون\t0212345605\tصيدلية\tyes",
    "6\tمستشفى الرازي\tbusiness\tحلب\tحلب\tالجميلية\tشارع الرازي\t0212345606\tمستشفى\tyes",
    "7\tيوسف صلاح الدين ضاهر\tperson\tطرطوس\tبانياس\tالقصور\t\t0432345607\t\tyes",
    "8\tسري محجوب\tperson\tحلب\tحلب\tالعزيزية\tشارع فيصل\t0212345608\t\tno",
    "9\tسمر قاسم الخطيب\tperson\tحماة\tحماة\tالحاضر\tشارع العاصي\t0332345609\t\tyes",
    "10\tعبد الله خالد سمير\tperson\tإدلب\tإدلب\tالثورة\tشارع الجلاء\t0232345610\t\tyes",
)


def write(path: Path, rows: Sequence[str] = ROWS, header: str = HEADER) -> Path:
    """Write listings and return their file."""
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def engine_of(folder: Path, rows: Sequence[str] = ROWS) -> Engine:
    """Build an index of these rows and return its engine."""
    build(write(folder / "listings.tsv", rows), folder / "directory.index", workers=1)
    return Engine(SqliteStorage.open(folder / "directory.index"))
