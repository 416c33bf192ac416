"""The module declares sense, uses what it declares, and reaches for nothing that is private."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any

from kartoteka.extension.declarations.access import Permission, RoleTemplate
from kartoteka.extension.declarations.confidential import is_field_right
from kartoteka.extension.version import ENTRY_POINT_GROUP
from kartoteka.testing.contract.base import ContractBase, promise
from kartoteka.testing.contract.subject import Source, Subject
from kartoteka.web.blueprint import requirement_of

_OPEN = ("kartoteka.api", "kartoteka.testing")
_WEB = (
    "flask",
    "flask_login",
    "flask_wtf",
    "werkzeug",
    "wtforms",
    "jinja2",
    "kartoteka.api.web",
    "kartoteka.api.forms",
)
_WITHOUT_WEB = frozenset({"models", "rules", "service", "queries"})
_README_WORDS = 25


class DeclaringContract(ContractBase):
    """Declarations, rights, imports and the page about the module."""

    def test_it_is_installed_and_declares_sense(self, subject: Subject) -> None:
        """A module that declares nonsense is set aside, and ``subject`` says with what."""
        assert subject.module.name == self.module

    def test_every_permission_is_used(self, subject: Subject) -> None:
        declared = {permission.name for permission in subject.own(subject.registry.permissions)}
        unused = sorted(declared - used_permissions(subject))
        promise(
            (f"{name} guards nothing" for name in unused),
            "Use it: on a route (@require), in a declaration, or by asking .can(...); otherwise remove it.",
        )

    def test_every_route_needs_a_right(self, subject: Subject) -> None:
        promise(
            open_endpoints(subject, self.open_routes),
            'Put @require("...") under the route. One that is open on purpose is named in open_routes of the contract.',
        )

    def test_it_imports_only_the_public_door(self, subject: Subject) -> None:
        promise(
            private_imports(subject),
            "Import from kartoteka.api and kartoteka.testing only, and from modules named in requires: everything else "
            "may change with any release.",
        )

    def test_its_inner_files_know_no_web(self, subject: Subject) -> None:
        promise(
            web_imports(subject),
            "models, rules, service and queries work for pages, commands and imports alike: let views talk to the web.",
        )

    def test_it_has_a_page_about_it(self, subject: Subject) -> None:
        words = len(description_of(subject).split())
        promise(
            [f"README.md has {words} words"] if words < _README_WORDS else [],
            "Say in README.md what a company gets with the module; pyproject.toml names the file as its readme.",
        )


def used_permissions(subject: Subject) -> set[str]:
    """Return the rights that guard something of the module: its routes, declarations, fields, or code that asks."""
    used: set[str] = set()
    for rule in subject.company.app.url_map.iter_rules():
        requirement = requirement_of(subject.company.app.view_functions[rule.endpoint])
        used.update(requirement.permissions if requirement is not None else ())
    for declaration in _declarations(subject):
        used.add(str(getattr(declaration, "permission", "")))
        for field in getattr(declaration, "fields", ()):
            named = {str(getattr(field, name, "")) for name in ("read_permission", "write_permission")}
            used.update(name for name in named if not is_field_right(name))
    for source in subject.sources:
        used.update(_asked_for(source))
    return used


def _declarations(subject: Subject) -> Iterator[Any]:
    for items in vars(subject.registry).values():
        if isinstance(items, tuple):
            yield from (one for one in items if not isinstance(one, Permission | RoleTemplate))


def _asked_for(source: Source) -> Iterator[str]:
    """Yield the rights that code asks for: ``user.can("...")`` or ``actor.can(NAME)``."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "can":
            for argument in node.args:
                if isinstance(argument, ast.Constant):
                    yield str(argument.value)
                elif isinstance(argument, ast.Name):
                    module = sys.modules.get(source.dotted) or importlib.import_module(source.dotted)
                    yield str(getattr(module, argument.id, ""))


def open_endpoints(subject: Subject, allowed: Any) -> Iterator[str]:
    """Yield the module's routes that need no right, but for those that may be open."""
    for rule in subject.company.app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] != subject.name or rule.endpoint.endswith(".static"):
            continue
        requirement = requirement_of(subject.company.app.view_functions[rule.endpoint])
        if (requirement is None or not requirement.permissions) and rule.endpoint not in allowed:
            yield f"{rule.rule} ({rule.endpoint}) lets in everybody"


def private_imports(subject: Subject) -> Iterator[str]:
    """Yield the imports of private parts of the core and of modules that this one does not require."""
    foreign = _packages_of_others(subject)
    for source in subject.sources:
        for line, name in source.imports():
            top = name.partition(".")[0]
            is_private = top == "kartoteka" and not f"{name}.".startswith(tuple(f"{one}." for one in _OPEN))
            if is_private or top in foreign:
                yield f"{source.place}:{line} imports {name}"


def _packages_of_others(subject: Subject) -> set[str]:
    required = {subject.name, *subject.module.requires}
    points = entry_points(group=ENTRY_POINT_GROUP)
    mine = {point.value.partition(".")[0].partition(":")[0] for point in points if point.name in required}
    return {point.value.partition(".")[0].partition(":")[0] for point in points} - mine


def web_imports(subject: Subject) -> Iterator[str]:
    """Yield the imports of the web in files that must do without."""
    for source in subject.sources:
        if source.path.stem in _WITHOUT_WEB:
            for line, name in source.imports():
                if f"{name}.".startswith(tuple(f"{one}." for one in _WEB)):
                    yield f"{source.place}:{line} imports {name}"


def description_of(subject: Subject) -> str:
    """Return the module's README: the file beside its sources, or the description it was installed with."""
    for folder in list(subject.folder.parents)[:2]:
        if (folder / "pyproject.toml").exists() and (folder / "README.md").exists():
            return (folder / "README.md").read_text("utf-8")
    for point in entry_points(group=ENTRY_POINT_GROUP, name=subject.name):
        if point.dist is not None:
            metadata = point.dist.metadata
            return str(metadata.get("Description") or metadata.get_payload() or "")  # type: ignore[attr-defined]
    return ""
