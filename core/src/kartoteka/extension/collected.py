"""All that the modules have declared, by hook, with its owner stamped on it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeVar

import click

from kartoteka.extension.declarations.access import Module, Permission, RoleTemplate
from kartoteka.extension.declarations.analysis import TurnoverSource
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.channels import Channel
from kartoteka.extension.declarations.data import ClientReference, PersonalData, RecordKind, SearchText
from kartoteka.extension.declarations.dav import DavCollection
from kartoteka.extension.declarations.directories import Directory
from kartoteka.extension.declarations.documents import DocumentType
from kartoteka.extension.declarations.health import HealthCheck
from kartoteka.extension.declarations.importing import ImportTarget
from kartoteka.extension.declarations.lists import ListLink
from kartoteka.extension.declarations.mail import MailTemplate
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.declarations.timeline import TimelineSource
from kartoteka.extension.declarations.ui import Badge, Column, Filter, MenuItem, Panel, Tab, Widget
from kartoteka.extension.declarations.work import Action, ClientStep, Job, NotificationType, Report, Schedule
from kartoteka.extension.findings import BrokenModule
from kartoteka.extension.hookspecs import HOOKS
from kartoteka.extension.loader import Loaded
from kartoteka.extension.protocols import ListOfRecords, MountedBlueprint
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

log = logging.getLogger(__name__)
D = TypeVar("D", bound=Declaration)

DECLARED: Final[Mapping[str, type[Declaration]]] = {
    "register_permissions": Permission,
    "register_roles": RoleTemplate,
    "register_record_kinds": RecordKind,
    "register_search": SearchText,
    "register_client_references": ClientReference,
    "register_personal_data": PersonalData,
    "register_menu": MenuItem,
    "register_tabs": Tab,
    "register_panels": Panel,
    "register_badges": Badge,
    "register_columns": Column,
    "register_filters": Filter,
    "register_list_links": ListLink,
    "register_actions": Action,
    "register_client_steps": ClientStep,
    "register_reports": Report,
    "register_document_types": DocumentType,
    "register_import_targets": ImportTarget,
    "register_jobs": Job,
    "register_schedules": Schedule,
    "register_widgets": Widget,
    "register_health_checks": HealthCheck,
    "register_notification_types": NotificationType,
    "register_mail_templates": MailTemplate,
    "register_channels": Channel,
    "register_timeline": TimelineSource,
    "register_directories": Directory,
    "register_api_resources": ApiResource,
    "register_turnover_sources": TurnoverSource,
    "register_dav_collections": DavCollection,
}
"""The hooks that return declarations, and which."""

OBJECTS: Final[Mapping[str, type[Any]]] = {
    "register_models": type,
    "register_blueprints": MountedBlueprint,
    "register_lists": ListOfRecords,
    "register_commands": click.Command,
}
"""The hooks that return other things."""

_COLLECTED: Final = tuple(name for name in HOOKS if name in DECLARED or name in OBJECTS)


@dataclass(frozen=True)
class Collected:
    """What the modules declared; ``faults`` are the answers that could not even be collected."""

    modules: tuple[Module, ...]
    builtins: frozenset[str]
    plugins: Mapping[str, Any]
    declared: Mapping[str, tuple[Declaration, ...]]
    objects: Mapping[str, tuple[tuple[str, Any], ...]]
    faults: tuple[BrokenModule, ...]

    def of(self, hook: str, kind: type[D]) -> tuple[D, ...]:
        """Return the declarations of one hook."""
        return tuple(item for item in self.declared[hook] if isinstance(item, kind))

    def all(self) -> Iterator[tuple[str, Declaration]]:
        """Yield every declaration with the hook it came from."""
        for hook, declarations in self.declared.items():
            for declaration in declarations:
                yield hook, declaration

    @cached_property
    def installed(self) -> frozenset[str]:
        """The names of all modules that can be used, on or off."""
        return frozenset(module.name for module in self.modules)

    @cached_property
    def works_with(self) -> Mapping[str, frozenset[str]]:
        """For each module, the others it says it does more with."""
        return {module.name: frozenset((*module.works_with, *module.requires)) for module in self.modules}

    @cached_property
    def permissions(self) -> frozenset[str]:
        """The names of all rights."""
        return frozenset(permission.name for permission in self.of("register_permissions", Permission))

    @cached_property
    def kinds(self) -> Mapping[str, RecordKind]:
        """The record kinds by name."""
        return {kind.kind: kind for kind in self.of("register_record_kinds", RecordKind)}

    def models_of(self, module: str) -> list[type[Any]]:
        """Return the mapped classes that a module registered."""
        return [model for owner, model in self.objects["register_models"] if owner == module]


Answers = dict[tuple[str, str], "list[Any] | BrokenModule"]
"""What each module answered to each hook."""


def collect(loaded: Loaded, answers: Answers) -> Collected:
    """Ask every module for its declarations; one whose answer is already among ``answers`` is not asked again."""
    declared: dict[str, list[Declaration]] = {hook: [] for hook in DECLARED}
    objects: dict[str, list[tuple[str, Any]]] = {hook: [] for hook in OBJECTS}
    faults: list[BrokenModule] = []
    for hook in _COLLECTED:
        for module in loaded.modules:
            for item in _ask(loaded, hook, module, answers, faults):
                if hook in OBJECTS:
                    objects[hook].append((module.name, item))
                elif not (fault := _ownership(module.name, hook, item)):
                    declared[hook].append(replace(item, module=module.name))
                else:
                    faults.append(fault)
    return Collected(
        modules=loaded.modules,
        builtins=loaded.builtins,
        plugins={candidate.name: candidate.plugin for candidate in loaded.candidates},
        declared={hook: tuple(sorted(items, key=order)) for hook, items in declared.items()},
        objects={hook: tuple(items) for hook, items in objects.items()},
        faults=tuple(faults),
    )


def order(declaration: Declaration) -> tuple[int, str, str]:
    """Return what declarations are ordered by; a nonsensical weight is found by the checks later."""
    weight = declaration.weight if isinstance(declaration.weight, int) else 0
    return weight, declaration.module, str(declaration.key)


def _ask(loaded: Loaded, hook: str, module: Module, answers: Answers, faults: list[BrokenModule]) -> list[Any]:
    answer = answers.get((hook, module.name))
    if answer is None:
        answer = answers[hook, module.name] = _answer(loaded, hook, module)
    if isinstance(answer, BrokenModule):
        faults.append(answer)
        return []
    return answer


def _answer(loaded: Loaded, hook: str, module: Module) -> list[Any] | BrokenModule:
    impls = getattr(loaded.manager.hook, hook).get_hookimpls()
    impl = next((impl for impl in impls if impl.plugin_name == module.name), None)
    if impl is None:
        return []
    try:
        answer = impl.function()
    except Exception as error:
        log.exception("%s of module %s failed", hook, module.name)
        failed = _("Failed: %(error)s", error=f"{type(error).__name__}: {error}")
        return BrokenModule(module.name, hook, "", failed, module.version)
    problem = _wrong_items(hook, answer)
    return list(answer) if problem is None else BrokenModule(module.name, hook, "", problem, module.version)


def _wrong_items(hook: str, answer: Any) -> Message | None:
    wanted = {**DECLARED, **OBJECTS}[hook]
    if not isinstance(answer, list | tuple):
        return _("Must return a list.")
    if not all(isinstance(item, wanted) for item in answer):
        return _("Must return a list of %(type)s.", type=wanted.__name__)
    return None


def _ownership(module: str, hook: str, item: Declaration) -> BrokenModule | None:
    if item.module in ("", module):
        return None
    problem = _("The owner is filled in by the core; leave it out.")
    return BrokenModule(module, hook, f"{item.label}.module", problem)
