"""Two kinds of import contract that import-linter does not bring along; pyproject.toml names them."""

import sys
from abc import abstractmethod
from collections.abc import Iterable
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class _LinesContract(Contract):
    """A contract whose breaches are each told in one line."""

    @abstractmethod
    def breaches(self, graph: ImportGraph) -> list[str]:
        """Return one line for each import that should not be there."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return whether the contract is kept."""
        lines = self.breaches(graph)
        return ContractCheck(kept=not lines, metadata={"lines": lines})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the breaches."""
        for line in check.metadata["lines"]:
            output.print_error(line)


class StandardLibraryContract(_LinesContract):
    """A package uses the standard library and itself only, but for named exceptions `module -> package`."""

    package = fields.StringField()
    exceptions = fields.SetField(subfield=fields.StringField(), required=False)

    def breaches(self, graph: ImportGraph) -> list[str]:
        """Return each import of something outside the package and the standard library."""
        package, exceptions = str(self.package), set(_values(self.exceptions))
        modules = {package} | graph.find_descendants(package)
        found = {f"{one} -> {other}" for one in modules for other in graph.find_modules_directly_imported_by(one)}
        outside = {line for line in found if not _is_own_or_standard(line.split(" -> ")[1], package)}
        return sorted(outside - exceptions)


def _values(field: object) -> Iterable[str]:
    """Return what a set field was given; import-linter puts that in the place of the field."""
    return cast("Iterable[str] | None", field) or ()


def _is_own_or_standard(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.") or module.split(".")[0] in sys.stdlib_module_names


class SeparatePackagesContract(_LinesContract):
    """The packages in a container never import each other, but for the shared ones; single modules are shared too."""

    container = fields.StringField()
    shared = fields.SetField(subfield=fields.StringField())

    def breaches(self, graph: ImportGraph) -> list[str]:
        """Return each import from one package of the container to another."""
        container = str(self.container)
        shared = {f"{container}.{name}" for name in _values(self.shared)}
        packages = {child for child in graph.find_children(container) if graph.find_children(child)} - shared
        return sorted(
            f"{importer} -> {imported}"
            for one in packages
            for other in packages - {one}
            for importer in {one} | graph.find_descendants(one)
            for imported in graph.find_modules_directly_imported_by(importer)
            if f"{imported}.".startswith(f"{other}.")
        )
