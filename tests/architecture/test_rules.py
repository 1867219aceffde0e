"""The house rules of `rules` hold everywhere; each is first shown to see what it forbids."""

import ast
from collections.abc import Callable, Iterable

import pytest

from tests.architecture import exceptions, rules
from tests.architecture.source import Source, sources, sources_in

Rule = Callable[[ast.Module], list[int]]
ENTRY_POINTS = {"ccbs_desk/desktop.py", "ccbs_desk/__main__.py", "server_stub/__main__.py"}
WORK = "ccbs_desk/services/work.py"
REPLAYED = ("ccbs_desk/domain", "ccbs_desk/services")


def broken(rule: Rule, files: Iterable[Source]) -> dict[str, str]:
    """Return the files that break a rule, each with its lines."""
    found = {source.path: rule(source.tree) for source in files}
    return {path: "lines " + ", ".join(map(str, lines)) for path, lines in found.items() if lines}


def test_imports_stand_at_the_top() -> None:
    files = [source for source in sources() if source.path not in ENTRY_POINTS]
    exceptions.judge(broken(rules.imports_in_functions, files), exceptions.LOCAL_IMPORTS)


def test_a_broad_except_is_rare_and_named() -> None:
    exceptions.judge(broken(rules.broad_excepts, sources()), exceptions.BROAD_EXCEPT)


def test_domain_and_services_know_no_clock_and_no_chance() -> None:
    exceptions.judge(broken(rules.clock_and_chance, sources_in(*REPLAYED)), exceptions.CLOCK_AND_CHANCE)


def test_services_write_through_work() -> None:
    files = [source for source in sources_in("ccbs_desk/services") if source.path != WORK]
    exceptions.judge(broken(rules.direct_writes, files), exceptions.DIRECT_WRITES)


FORBIDDEN: list[tuple[Rule, str]] = [
    (rules.imports_in_functions, "def f():\n    import os"),
    (rules.imports_in_functions, "async def f():\n    if True:\n        from os import path"),
    (rules.broad_excepts, "try: ...\nexcept: ..."),
    (rules.broad_excepts, "try: ...\nexcept Exception as error: log(error)"),
    (rules.broad_excepts, "try: ...\nexcept (OSError, BaseException): ..."),
    (rules.broad_excepts, "try: ...\nexcept Exception as error:\n    raise OSError from error"),
    (rules.broad_excepts, "with contextlib.suppress(Exception): ..."),
    (rules.clock_and_chance, "import random"),
    (rules.clock_and_chance, "import time"),
    (rules.clock_and_chance, "from time import monotonic"),
    (rules.clock_and_chance, "from uuid import uuid4"),
    (rules.clock_and_chance, "from os import urandom"),
    (rules.clock_and_chance, "datetime.now(UTC)"),
    (rules.clock_and_chance, "dt.datetime.utcnow()"),
    (rules.clock_and_chance, "date.today()"),
    (rules.clock_and_chance, "uuid.uuid4()"),
    (rules.clock_and_chance, "os.urandom(16)"),
    (rules.clock_and_chance, "select(func.now())"),
    (rules.direct_writes, "from sqlalchemy import insert, select"),
    (rules.direct_writes, "from sqlalchemy.dialects.sqlite import insert"),
    (rules.direct_writes, "sqlalchemy.update(table)"),
    (rules.direct_writes, "table.delete().where(x)"),
]

ALLOWED: list[tuple[Rule, str]] = [
    (rules.imports_in_functions, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os"),
    (rules.broad_excepts, "try: ...\nexcept OSError: ..."),
    (rules.broad_excepts, "try: ...\nexcept BaseException:\n    roll_back()\n    raise"),
    (rules.broad_excepts, "with suppress(OSError): ..."),
    (rules.clock_and_chance, "from datetime import datetime, time\nstamp.occurred_at"),
    (rules.clock_and_chance, "from uuid import UUID, uuid5"),
    (rules.clock_and_chance, "bar.now()"),
    (rules.direct_writes, "from sqlalchemy import select\nlines.insert(0, line)\nvalues.update(more)"),
]


@pytest.mark.parametrize(("rule", "text"), FORBIDDEN)
def test_what_a_rule_forbids(rule: Rule, text: str) -> None:
    assert rule(ast.parse(text))


@pytest.mark.parametrize(("rule", "text"), ALLOWED)
def test_what_a_rule_allows(rule: Rule, text: str) -> None:
    assert rule(ast.parse(text)) == []
