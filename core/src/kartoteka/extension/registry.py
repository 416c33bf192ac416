"""The declarations of all modules that can be used, checked, ordered and ready to be looked up."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import click

from kartoteka.extension.calls import HookCalls, first_result_hooks
from kartoteka.extension.checks.everything import find_faults
from kartoteka.extension.collected import Answers, Collected, collect, order
from kartoteka.extension.declarations.access import Module, Permission, RoleTemplate
from kartoteka.extension.declarations.analysis import TurnoverSource
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.channels import Channel
from kartoteka.extension.declarations.data import ClientReference, Field, PersonalData, RecordKind, SearchText
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
from kartoteka.extension.declarations.work import (
    EVERY_KIND,
    Action,
    ClientStep,
    Job,
    NotificationType,
    Report,
    Schedule,
)
from kartoteka.extension.documents import making_of
from kartoteka.extension.findings import BrokenCore, BrokenModule, ConflictingAnswers
from kartoteka.extension.loader import Loaded
from kartoteka.extension.protocols import ListOfRecords, MountedBlueprint

log = logging.getLogger(__name__)
D = TypeVar("D", bound=Declaration)


@dataclass(frozen=True, eq=False)
class Registry:
    """What the installed modules declare, on or off; one object for the life of the application.

    Everything is in its final order. The lookups know nothing about who is asking: `dispatch` limits them to active
    modules and to what the user may see.
    """

    calls: HookCalls
    modules: tuple[Module, ...]
    builtins: frozenset[str]
    broken: tuple[BrokenModule, ...]
    models: tuple[tuple[str, type[Any]], ...]
    permissions: tuple[Permission, ...]
    roles: tuple[RoleTemplate, ...]
    record_kinds: tuple[RecordKind, ...]
    search_texts: tuple[SearchText, ...]
    client_references: tuple[ClientReference, ...]
    personal_data: tuple[PersonalData, ...]
    blueprints: tuple[MountedBlueprint, ...]
    menu: tuple[MenuItem, ...]
    all_tabs: tuple[Tab, ...]
    all_panels: tuple[Panel, ...]
    all_badges: tuple[Badge, ...]
    all_columns: tuple[Column, ...]
    all_filters: tuple[Filter, ...]
    all_list_links: tuple[ListLink, ...]
    all_actions: tuple[Action, ...]
    client_steps: tuple[ClientStep, ...]
    reports: tuple[Report, ...]
    document_types: tuple[DocumentType, ...]
    import_targets: tuple[ImportTarget, ...]
    jobs: tuple[Job, ...]
    schedules: tuple[Schedule, ...]
    widgets: tuple[Widget, ...]
    health_checks: tuple[HealthCheck, ...]
    notification_types: tuple[NotificationType, ...]
    mail_templates: tuple[MailTemplate, ...]
    api_resources: tuple[ApiResource, ...]
    channels: tuple[Channel, ...]
    timeline_sources: tuple[TimelineSource, ...]
    directories: tuple[Directory, ...]
    turnover_sources: tuple[TurnoverSource, ...]
    dav_collections: tuple[DavCollection, ...]
    commands: tuple[tuple[str, click.Command], ...]
    lists: tuple[tuple[str, ListOfRecords], ...]

    @cached_property
    def installed(self) -> frozenset[str]:
        """The names of all modules that can be used, on or off."""
        return frozenset(module.name for module in self.modules)

    def module(self, name: str) -> Module:
        """Return a module by name; KeyError when it is not installed."""
        return self._modules[name]

    def permission(self, name: str) -> Permission:
        """Return a right by name; KeyError when no installed module knows it."""
        return self._permissions[name]

    def kind(self, kind: str) -> RecordKind:
        """Return a record kind; KeyError when no installed module knows it."""
        return self._kinds[kind]

    def find_kind(self, kind: str) -> RecordKind | None:
        """Return a record kind, or None when no installed module knows it."""
        return self._kinds.get(kind)

    def field(self, name: str) -> Field:
        """Return the field ``kind.field``; KeyError when there is none."""
        kind, _dot, field = name.rpartition(".")
        return self._kinds[kind].field(field)

    def kind_of(self, model: type[Any]) -> RecordKind | None:
        """Return the record kind of a model, or None when it has none."""
        return next((kind for kind in self.record_kinds if kind.model is model), None)

    def panels(self, slot: str) -> tuple[Panel, ...]:
        """Return the panels of a slot."""
        return self._panels.get(slot, ())

    def tabs(self, kind: str) -> tuple[Tab, ...]:
        """Return the tabs of a record kind's page."""
        return self._tabs.get(kind, ())

    def badges(self, kind: str) -> tuple[Badge, ...]:
        """Return the badges of a record kind."""
        return self._badges.get(kind, ())

    def actions(self, kind: str) -> tuple[Action, ...]:
        """Return the actions for records of a kind, those for every kind among them."""
        found = self._actions.get(kind)
        if found is None:
            of_kind = (one for one in self.all_actions if kind in one.kinds or EVERY_KIND in one.kinds)
            found = tuple(of_kind)
            if kind in self._kinds:
                self._actions[kind] = found
        return found

    def columns(self, list_name: str) -> tuple[Column, ...]:
        """Return the columns offered for a list."""
        return self._columns.get(list_name, ())

    def filters(self, list_name: str) -> tuple[Filter, ...]:
        """Return the filters offered for a list."""
        return self._filters.get(list_name, ())

    def list_links(self, list_name: str) -> tuple[ListLink, ...]:
        """Return the links offered beside the filters of a list."""
        return self._list_links.get(list_name, ())

    def find_list(self, name: str, active: frozenset[str]) -> ListOfRecords | None:
        """Return the list of this name, None when there is none or its module is not among the active ones."""
        return next((one for module, one in self.lists if one.name == name and module in active), None)

    def find_action(self, key: str) -> Action | None:
        """Return an action by its key, ``module.name``."""
        return self._by_key(self.all_actions).get(key)

    def find_report(self, key: str) -> Report | None:
        """Return a report by its key, ``module.name``."""
        return self._by_key(self.reports).get(key)

    def find_widget(self, key: str) -> Widget | None:
        """Return a widget by its key, ``module.name``."""
        return self._by_key(self.widgets).get(key)

    def find_document_type(self, key: str) -> DocumentType | None:
        """Return a type of documents by its key, ``module.name``."""
        return self._by_key(self.document_types).get(key)

    def find_notification_type(self, key: str) -> NotificationType | None:
        """Return a type of notification by its key, ``module.name``."""
        return self._by_key(self.notification_types).get(key)

    def find_channel(self, key: str) -> Channel | None:
        """Return a way that notifications go by its key, ``module.name``."""
        return self._by_key(self.channels).get(key)

    def find_timeline_source(self, key: str) -> TimelineSource | None:
        """Return a source of timelines by its key, ``module.name``."""
        return self._by_key(self.timeline_sources).get(key)

    def find_api_resource(self, key: str) -> ApiResource | None:
        """Return a resource of the API by its key, ``module.name``."""
        return self._by_key(self.api_resources).get(key)

    def find_mail_template(self, key: str) -> MailTemplate | None:
        """Return a mail template by its key, ``module.name``."""
        return self._by_key(self.mail_templates).get(key)

    def find_job(self, key: str) -> Job | None:
        """Return a job by its key, ``module.name``."""
        return self._by_key(self.jobs).get(key)

    def find_import_target(self, key: str) -> ImportTarget | None:
        """Return an import target by its key, ``module.name``."""
        return self._by_key(self.import_targets).get(key)

    def find_panel(self, key: str) -> Panel | None:
        """Return a panel by its key, ``module.name``."""
        return self._by_key(self.all_panels).get(key)

    def requiring(self, name: str) -> tuple[Module, ...]:
        """Return the modules that cannot run without this one, directly or through others."""
        found: dict[str, Module] = {}
        for module in self.modules:
            if any(required == name or required in found for required in module.requires):
                found[module.name] = module
        return tuple(found.values())

    def contributions(self, name: str) -> dict[str, int]:
        """Return how many declarations of each kind a module adds, for the modules page."""
        counted: dict[str, int] = {}
        for field, items in vars(self).items():
            if isinstance(items, tuple) and (own := _owned_by(name, items)):
                counted[field.removeprefix("all_")] = own
        return counted

    @cached_property
    def _modules(self) -> dict[str, Module]:
        return {module.name: module for module in self.modules}

    @cached_property
    def _permissions(self) -> dict[str, Permission]:
        return {permission.name: permission for permission in self.permissions}

    @cached_property
    def _kinds(self) -> dict[str, RecordKind]:
        return {kind.kind: kind for kind in self.record_kinds}

    @cached_property
    def _panels(self) -> Mapping[str, tuple[Panel, ...]]:
        return _grouped((panel.slot, panel) for panel in self.all_panels)

    @cached_property
    def _actions(self) -> dict[str, tuple[Action, ...]]:
        return {}

    @cached_property
    def _tabs(self) -> Mapping[str, tuple[Tab, ...]]:
        return _grouped((kind, tab) for tab in self.all_tabs for kind in tab.kinds)

    @cached_property
    def _badges(self) -> Mapping[str, tuple[Badge, ...]]:
        return _grouped((kind, badge) for badge in self.all_badges for kind in badge.kinds)

    @cached_property
    def _columns(self) -> Mapping[str, tuple[Column, ...]]:
        return _grouped((column.list_name, column) for column in self.all_columns)

    @cached_property
    def _filters(self) -> Mapping[str, tuple[Filter, ...]]:
        return _grouped((one.list_name, one) for one in self.all_filters)

    @cached_property
    def _list_links(self) -> Mapping[str, tuple[ListLink, ...]]:
        return _grouped((one.list_name, one) for one in self.all_list_links)

    @staticmethod
    def _by_key(declarations: Iterable[D]) -> dict[str, D]:
        return {declaration.key: declaration for declaration in declarations}


def build(loaded: Loaded) -> Registry:
    """Return the registry of the modules that declare sense; the others join those set aside.

    Raises BrokenCore when a part of the core itself is at fault, and ConflictingAnswers.
    """
    answers: Answers = {}
    while True:
        collected = collect(loaded, answers)
        faults = find_faults(collected)
        if not faults:
            break
        for fault in faults:
            if fault.name in loaded.builtins:
                raise BrokenCore(str(fault))
            log.error("Module set aside: %s", fault)
        loaded = loaded.without(faults)
    calls = HookCalls(loaded.manager, _chosen_answers(loaded))
    return _registry(loaded, collected, calls)


def _registry(loaded: Loaded, collected: Collected, calls: HookCalls) -> Registry:
    return Registry(
        calls=calls,
        modules=loaded.modules,
        builtins=loaded.builtins,
        broken=loaded.broken,
        models=collected.objects["register_models"],
        permissions=collected.of("register_permissions", Permission),
        roles=collected.of("register_roles", RoleTemplate),
        record_kinds=collected.of("register_record_kinds", RecordKind),
        search_texts=collected.of("register_search", SearchText),
        client_references=collected.of("register_client_references", ClientReference),
        personal_data=collected.of("register_personal_data", PersonalData),
        blueprints=tuple(blueprint for _module, blueprint in collected.objects["register_blueprints"]),
        menu=collected.of("register_menu", MenuItem),
        all_tabs=collected.of("register_tabs", Tab),
        all_panels=collected.of("register_panels", Panel),
        all_badges=collected.of("register_badges", Badge),
        all_columns=collected.of("register_columns", Column),
        all_filters=collected.of("register_filters", Filter),
        all_list_links=collected.of("register_list_links", ListLink),
        all_actions=_all_actions(collected),
        client_steps=collected.of("register_client_steps", ClientStep),
        reports=collected.of("register_reports", Report),
        document_types=collected.of("register_document_types", DocumentType),
        import_targets=collected.of("register_import_targets", ImportTarget),
        jobs=collected.of("register_jobs", Job),
        schedules=collected.of("register_schedules", Schedule),
        widgets=collected.of("register_widgets", Widget),
        health_checks=collected.of("register_health_checks", HealthCheck),
        notification_types=collected.of("register_notification_types", NotificationType),
        mail_templates=collected.of("register_mail_templates", MailTemplate),
        api_resources=collected.of("register_api_resources", ApiResource),
        channels=collected.of("register_channels", Channel),
        timeline_sources=collected.of("register_timeline", TimelineSource),
        directories=collected.of("register_directories", Directory),
        turnover_sources=collected.of("register_turnover_sources", TurnoverSource),
        dav_collections=collected.of("register_dav_collections", DavCollection),
        lists=collected.objects["register_lists"],
        commands=tuple(sorted(collected.objects["register_commands"], key=lambda pair: (pair[0], pair[1].name or ""))),
    )


def _all_actions(collected: Collected) -> tuple[Action, ...]:
    """Return the declared actions, and one for each document that can be made of a record."""
    making = [making_of(one) for one in collected.of("register_document_types", DocumentType)]
    return tuple(sorted([*collected.of("register_actions", Action), *making], key=order))


def _chosen_answers(loaded: Loaded) -> dict[str, str]:
    """Return, for each question with one answer, the module that the settings name; refuse two answers otherwise."""
    calls = HookCalls(loaded.manager)
    chosen: dict[str, str] = {}
    for hook in sorted(first_result_hooks()):
        answering = calls.answerers(hook)
        wanted = loaded.answers.get(hook)
        if wanted is not None and wanted not in answering:
            raise ConflictingAnswers(f"The settings let {wanted} answer {hook}, but it does not answer that.")
        if wanted is None and len(answering) > 1:
            modules = " and ".join(sorted(answering))
            raise ConflictingAnswers(f"{modules} both answer {hook}; name one of them in the settings.")
        if wanted is not None:
            chosen[hook] = wanted
    return chosen


def _grouped(pairs: Iterable[tuple[str, D]]) -> dict[str, tuple[D, ...]]:
    groups: dict[str, list[D]] = defaultdict(list)
    for name, item in pairs:
        groups[name].append(item)
    return {name: tuple(items) for name, items in groups.items()}


def _owned_by(name: str, items: tuple[Any, ...]) -> int:
    return sum(1 for item in items if not isinstance(item, Module | BrokenModule) and _owner(item) == name)


def _owner(item: Any) -> str:
    return str(item[0]) if isinstance(item, tuple) else str(getattr(item, "module", ""))
