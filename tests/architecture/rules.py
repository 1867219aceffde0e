"""House rules that a reader of the syntax tree can tell: each returns the lines that break it."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Function

CHANCE_MODULES = {"random", "secrets", "time"}
CHANCE_NAMES = {"uuid1", "uuid4", "uuid6", "uuid7", "urandom", "getrandom"}
NOW = {"now", "utcnow", "today", "current_timestamp", "random"}
CLOCKS = {"datetime", "date", "func"}
WRITES = {"insert", "update", "delete"}
BROAD = {"Exception", "BaseException"}


def imports_in_functions(tree: ast.Module) -> list[int]:
    """Return the lines of imports inside functions."""
    functions = (node for node in ast.walk(tree) if isinstance(node, Function))
    inside = (node for function in functions for node in ast.walk(function))
    return sorted({node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)})


def broad_excepts(tree: ast.Module) -> list[int]:
    """Return the lines that catch everything; one that ends by raising the same again catches nothing."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler | ast.Call))
    return sorted(node.lineno for node in nodes if _is_broad_handler(node) or _is_broad_suppress(node))


def _is_broad_handler(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    last = node.body[-1]
    raises_again = isinstance(last, ast.Raise) and last.exc is None
    return not raises_again and (node.type is None or bool(BROAD & set(_names(node.type))))


def _is_broad_suppress(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or last_name(node.func) != "suppress":
        return False
    return any(BROAD & set(_names(argument)) for argument in node.args)


def _names(node: ast.expr) -> list[str]:
    return [last_name(part) for part in (node.elts if isinstance(node, ast.Tuple) else [node])]


def clock_and_chance(tree: ast.Module) -> list[int]:
    """Return the lines that read a clock or draw by chance."""
    lines = {node.lineno for node, module, name in imported(tree) if _is_chance(module, name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            asks_a_clock = node.attr in NOW and last_name(node.value) in CLOCKS
            if asks_a_clock or node.attr in CHANCE_NAMES:
                lines.add(node.lineno)
    return sorted(lines)


def _is_chance(module: str, name: str) -> bool:
    return module in CHANCE_MODULES or name in CHANCE_NAMES


def direct_writes(tree: ast.Module) -> list[int]:
    """Return the lines that make an INSERT, UPDATE or DELETE, by function or by a table's method."""
    lines = {node.lineno for node, module, name in imported(tree) if _is_sqlalchemy(module) and name in WRITES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            # A list's insert and a dictionary's update take arguments, a table's methods none.
            on_library = last_name(node.func.value) in {"sqlalchemy", "sa"}
            if on_library or not (node.args or node.keywords):
                lines.add(node.lineno)
    return sorted(lines)


def _is_sqlalchemy(module: str) -> bool:
    return module.split(".")[0] == "sqlalchemy"


def imported(tree: ast.Module) -> Iterator[tuple[ast.stmt, str, str]]:
    """Return each import as (statement, module, name); the name of a whole module is empty."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, node.module or "", alias.name) for alias in node.names)


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
