"""Import-linter contracts of our own, where the ready-made kinds need every module named one by one."""

from __future__ import annotations

from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def is_within(module: str, package: str) -> bool:
    """True when `module` is `package` or lies inside it."""
    return module == package or module.startswith(f"{package}.")


class DirectImports(Contract):
    """A contract that judges each direct import by itself; subclasses say which ones are wrong."""

    def is_wrong(self, importer: str, imported: str) -> bool:
        """True when `importer` may not import `imported`."""
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect the wrong imports in a stable order."""
        wrong = sorted(pair for pair in self._imports(graph) if self.is_wrong(*pair))
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each wrong import on a line of its own."""
        for importer, imported in check.metadata["wrong"]:
            output.print_error(f"{importer} may not import {imported}")
        output.new_line()

    @staticmethod
    def _imports(graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for importer in graph.modules:
            for imported in graph.find_modules_directly_imported_by(importer):
                yield importer, imported


class DoorsContract(DirectImports):
    """Children of `container` import from each other only the modules named in `doors` (architecture, section 1)."""

    container = fields.StringField()
    doors = fields.SetField(subfield=fields.StringField())

    def is_wrong(self, importer: str, imported: str) -> bool:
        """True for an import from one child into another beside the doors."""
        inside = f"{self.container}."
        if not (importer.startswith(inside) and imported.startswith(inside)):
            return False
        source, target = (name.removeprefix(inside).split(".") for name in (importer, imported))
        return source[0] != target[0] and (len(target) < 2 or target[1] not in self.doors)


class OnlyContract(DirectImports):
    """Whatever lies in `sources` imports from `package` only what lies in `allowed`."""

    sources = fields.SetField(subfield=fields.StringField())
    package = fields.StringField()
    allowed = fields.SetField(subfield=fields.StringField())

    def is_wrong(self, importer: str, imported: str) -> bool:
        """True for an import into the package beside what is allowed."""
        if not any(is_within(importer, source) for source in self.sources) or not is_within(imported, self.package):
            return False
        return not any(is_within(imported, allowed) for allowed in self.allowed)


class RolesContract(DirectImports):
    """Modules of these `names`, wherever under `containers` they lie, import nothing of `forbidden`."""

    containers = fields.SetField(subfield=fields.StringField())
    names = fields.SetField(subfield=fields.StringField())
    forbidden = fields.SetField(subfield=fields.StringField())

    def is_wrong(self, importer: str, imported: str) -> bool:
        """True when a module of that role imports something forbidden."""
        container = next((name for name in self.containers if importer.startswith(f"{name}.")), None)
        if container is None or not any(is_within(imported, name) for name in self.forbidden):
            return False
        return not self.names.isdisjoint(importer.removeprefix(f"{container}.").split("."))
