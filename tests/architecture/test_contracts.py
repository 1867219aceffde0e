"""Every import contract can be broken: one planted import for each, in a copy of the packages."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import dev
from tests.architecture.source import ROOT

# Contract, file, what is planted in it.
PLANTED = [
    ("each layer uses only those below it", "ccbs_desk/wire/planted.py", "import ccbs_desk.sync"),
    ("domain knows the standard library alone", "ccbs_desk/domain/planted.py", "import phonenumbers"),
    ("ui never speaks to a database or a socket", "ccbs_desk/ui/planted/view.py", "import sqlite3"),
    ("Qt lives in ui, printing.receipts and desktop", "ccbs_desk/printing/planted.py", "import PySide6.QtGui"),
    ("the server never reaches Qt, not even indirectly", "server_stub/planted.py", "import ccbs_desk.printing.planted"),
    ("the desk knows nothing of the server's code", "ccbs_desk/sync/planted.py", "import server_stub"),
    ("screens never import each other", "ccbs_desk/ui/planted/presenter.py", "import ccbs_desk.ui.other.view"),
    ("the walker uses the desk as a person does", "ccbs_desk/ui/walker/planted.py", "import ccbs_desk.services"),
    ("no cycles", "ccbs_desk/ui/planted/one.py", "import ccbs_desk.ui.planted.two"),
    ("no cycles", "ccbs_desk/ui/planted/two.py", "import ccbs_desk.ui.planted.one"),
]
EMPTY = ["ccbs_desk/ui/planted/__init__.py", "ccbs_desk/ui/other/__init__.py", "ccbs_desk/ui/other/view.py"]


def test_every_contract_sees_a_planted_import(tmp_path: Path) -> None:
    for name in ("ccbs_desk", "server_stub"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "architecture", tmp_path / "tests" / "architecture")
    for name in ("pyproject.toml", "tests/__init__.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in EMPTY:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for _, name, line in PLANTED:
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    command = [dev.lint_commands()["lint-imports"][0], "--no-logo", "--no-cache"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    broken = set(re.findall(r"^(.+) BROKEN\b", told, re.MULTILINE))
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert broken == {contract["name"] for contract in declared}, told
    assert broken == {contract for contract, _, _ in PLANTED}
