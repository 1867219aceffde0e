"""Every module and public class says what it is; in the layers that others build on, every public function too.

A method that a documented one of a base class stands for needs no words of its own.
"""

import ast
from collections.abc import Iterable, Mapping

from tests.architecture.exceptions import DOCSTRINGS, judge
from tests.architecture.rules import last_name
from tests.architecture.source import Source, parse, sources

SPOKEN_FOR = tuple(f"ccbs_desk/{layer}/" for layer in ("domain", "services", "sync", "directory"))

Classes = Mapping[str, list[ast.ClassDef]]


def classes_by_name(files: Iterable[Source]) -> Classes:
    """Return the classes of these files; different ones may share a name."""
    found: dict[str, list[ast.ClassDef]] = {}
    for source in files:
        for definition in source.definitions():
            if isinstance(definition.node, ast.ClassDef):
                found.setdefault(definition.node.name, []).append(definition.node)
    return found


def explained_by_base(owner: ast.ClassDef, method: str, classes: Classes) -> bool:
    """Tell whether a base class of this one, near or far, documents the method."""
    for base in (found for name in map(last_name, owner.bases) for found in classes.get(name, []) if found != owner):
        own = [node for node in base.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        if any(node.name == method and ast.get_docstring(node) for node in own):
            return True
        if explained_by_base(base, method, classes):
            return True
    return False


def undocumented(source: Source, classes: Classes) -> list[str]:
    """Return the places in a file where a docstring is missing."""
    missing = [] if ast.get_docstring(source.tree) else [source.path]
    owners = {d.name: d.node for d in source.definitions() if isinstance(d.node, ast.ClassDef)}
    for definition in source.definitions():
        owner = owners.get(definition.name.rpartition(".")[0])
        wanted = isinstance(definition.node, ast.ClassDef) or source.path.startswith(SPOKEN_FOR)
        if not wanted or not definition.public or ast.get_docstring(definition.node):
            continue
        if owner is None or not explained_by_base(owner, definition.node.name, classes):
            missing.append(f"{source.path}::{definition.name}")
    return missing


def test_everything_public_is_documented() -> None:
    classes = classes_by_name(sources())
    judge([place for source in sources() for place in undocumented(source, classes)], DOCSTRINGS)


def test_the_rule_sees_what_is_missing() -> None:
    text = "class A:\n    def b(self): ...\n    def _c(self): ...\nclass _D: ...\ndef e():\n    class F: ...\n"
    assert undocumented(parse(text, "ccbs_desk/ui/x.py"), {}) == ["ccbs_desk/ui/x.py", "ccbs_desk/ui/x.py::A"]
    names = ["", "::A", "::A.b", "::e"]
    assert undocumented(parse(text, "ccbs_desk/domain/x.py"), {}) == [f"ccbs_desk/domain/x.py{name}" for name in names]


def test_a_method_may_be_explained_in_a_base_class() -> None:
    bases = '"""M."""\nclass A:\n    """A."""\n    def b(self):\n        """B."""\n    def c(self): ...\n'
    text = bases + 'class D(A):\n    """D."""\n    def b(self): ...\n    def c(self): ...\n'
    source = parse(text, "ccbs_desk/domain/x.py")
    missing = undocumented(source, classes_by_name([source]))
    assert missing == [f"ccbs_desk/domain/x.py::{name}" for name in ("A.c", "D.c")]
