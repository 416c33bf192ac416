"""Checks the names that declarations refer to: permissions, kinds, slots, lists, endpoints, templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kartoteka.db.series import mask_problem
from kartoteka.extension.checks.mail import check_mail_template
from kartoteka.extension.checks.resources import check_resource
from kartoteka.extension.checks.shape import check_shape, check_unique
from kartoteka.extension.collected import Collected
from kartoteka.extension.cron import is_cron
from kartoteka.extension.declarations.access import Permission, RoleTemplate
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.confidential import field_right
from kartoteka.extension.declarations.data import FieldType, RecordKind
from kartoteka.extension.declarations.dav import COMPONENTS, DavCollection
from kartoteka.extension.declarations.directories import Directory
from kartoteka.extension.declarations.documents import DocumentType, Series
from kartoteka.extension.declarations.importing import ImportTarget
from kartoteka.extension.declarations.lists import ListLink
from kartoteka.extension.declarations.mail import MailTemplate
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.declarations.timeline import TimelineSource
from kartoteka.extension.declarations.ui import LISTS, SLOTS, Badge, Column, Filter, MenuItem, Panel, Tab, Widget
from kartoteka.extension.declarations.work import Action, Job, Report, ReportChart, Schedule
from kartoteka.extension.findings import BrokenModule, unknown
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

Problem = tuple[str, Message]


WIDGET_SIZES: Final = (1, 2, 3)
SHORTEST_REFRESH: Final = 30


def check_declarations(collected: Collected) -> Iterator[BrokenModule]:
    """Yield declarations that are wrong by themselves."""
    for hook, declarations in collected.declared.items():
        for declaration in declarations:
            for field, problem in check_shape(declaration):
                yield _fault(hook, declaration, field, problem)
        for declaration, problem in check_unique(declarations):
            yield _fault(hook, declaration, "name", problem)


def check_owners(collected: Collected) -> Iterator[BrokenModule]:
    """Yield rights and kinds that are not named after their module."""
    for hook, declaration in collected.all():
        if isinstance(declaration, Permission | RecordKind) and declaration.key.partition(".")[0] != declaration.module:
            field = "kind" if isinstance(declaration, RecordKind) else "name"
            problem = _("Must begin with “%(prefix)s”.", prefix=f"{declaration.module}.")
            yield _fault(hook, declaration, field, problem)


def check_references(collected: Collected) -> Iterator[BrokenModule]:
    """Yield declarations that refer to something that is not there."""
    for hook, declaration in collected.all():
        for field, problem in _check_common(collected, declaration):
            yield _fault(hook, declaration, field, problem)
        check = _OWN_CHECKS.get(type(declaration))
        if check is not None:
            for field, problem in check(collected, declaration):
                yield _fault(hook, declaration, field, problem)


def check_objects(collected: Collected) -> Iterator[BrokenModule]:
    """Yield blueprints of other modules and commands of one name."""
    for module, blueprint in collected.objects["register_blueprints"]:
        if blueprint.module != module:
            problem = _("The blueprint belongs to “%(module)s”.", module=str(blueprint.module))
            yield BrokenModule(module, "register_blueprints", str(blueprint.name), problem)
    listed: set[str] = set()
    for module, one in collected.objects["register_lists"]:
        if not one.name or one.name in listed:
            yield BrokenModule(module, "register_lists", one.name, _("Each list needs a name of its own."))
        elif one.kind not in collected.kinds:
            yield BrokenModule(module, "register_lists", f"{one.name}.kind", unknown(one.kind, collected.kinds))
        listed.add(one.name)
    seen: set[tuple[str, str]] = set()
    for module, command in collected.objects["register_commands"]:
        name = str(command.name or "")
        if not name or (module, name) in seen:
            yield BrokenModule(module, "register_commands", name, _("Each command needs a unique name."))
        seen.add((module, name))


def permission_problem(collected: Collected, module: str, permission: str) -> Message | None:
    """Return what is wrong with the name of a right, or None.

    A right of a module that is not installed is fine where the declaring module says it works with that one.
    """
    if permission in collected.permissions:
        return None
    owner = permission.partition(".")[0]
    if owner not in collected.installed and owner in collected.works_with.get(module, ()):
        return None
    return unknown(permission, collected.permissions)


def _fault(hook: str, declaration: Declaration, field: str, problem: Message) -> BrokenModule:
    return BrokenModule(declaration.module, hook, f"{declaration.label}.{field}", problem)


def _check_common(collected: Collected, declaration: Declaration) -> Iterator[Problem]:
    permission = getattr(declaration, "permission", None)
    if isinstance(permission, str) and (problem := permission_problem(collected, declaration.module, permission)):
        yield "permission", problem
    kinds = getattr(declaration, "kinds", ())
    for kind in kinds:
        if problem := _kind_problem(collected, kind):
            yield "kinds", problem
    if not kinds and isinstance(declaration, Tab | Badge | Action):
        yield "kinds", _("Name at least one record kind.")


def _kind_problem(collected: Collected, kind: str) -> Message | None:
    """A kind of a module that is not there is fine: what is declared for it is never shown."""
    if kind in collected.kinds or kind.partition(".")[0] not in collected.installed:
        return None
    return unknown(kind, collected.kinds)


def _check_permission(collected: Collected, permission: Permission) -> Iterator[Problem]:
    for other in permission.also_requires:
        if problem := permission_problem(collected, permission.module, other):
            yield "also_requires", problem
    kind = permission.record_kind
    if kind is not None and (problem := _kind_problem(collected, kind)):
        yield "record_kind", problem


def _check_role(collected: Collected, role: RoleTemplate) -> Iterator[Problem]:
    for permission in role.permissions:
        if permission.partition(".")[0] not in collected.installed:
            continue
        if problem := permission_problem(collected, role.module, permission):
            yield "permissions", problem


def _check_record_kind(collected: Collected, kind: RecordKind) -> Iterator[Problem]:
    changing = kind.change_permission
    if changing is not None and (problem := permission_problem(collected, kind.module, changing)):
        yield "change_permission", problem
    for field in kind.fields:
        for part in ("read_permission", "write_permission"):
            permission = getattr(field, part)
            if permission == field_right(kind.kind, field.name, part.removesuffix("_permission")):
                continue
            if permission is not None and (problem := permission_problem(collected, kind.module, permission)):
                yield f"fields.{field.name}.{part}", problem


def _check_endpoint(collected: Collected, declaration: MenuItem | Tab | ListLink) -> Iterator[Problem]:
    owner, _dot, view = declaration.endpoint.partition(".")
    if owner != declaration.module or not view:
        yield "endpoint", _("Must be a page of the module itself: “%(prefix)s...”.", prefix=f"{declaration.module}.")
        return
    pages = _pages(collected, declaration.module)
    if pages is not None and declaration.endpoint not in pages:
        yield "endpoint", unknown(declaration.endpoint, pages)


def _pages(collected: Collected, module: str) -> set[str] | None:
    """Return the endpoints of a module's pages, None when a blueprint does not tell: then nothing can be checked."""
    found: set[str] = set()
    for owner, blueprint in collected.objects["register_blueprints"]:
        if owner == module:
            own = getattr(blueprint, "endpoints", None)
            if own is None:
                return None
            found |= own
    return found


def _check_menu_item(collected: Collected, item: MenuItem) -> Iterator[Problem]:
    yield from _check_endpoint(collected, item)
    if item.parent is None or item.parent.partition(".")[0] not in collected.installed:
        return
    known = {other.key for other in collected.of("register_menu", MenuItem)} - {item.key}
    if item.parent not in known:
        yield "parent", unknown(item.parent, known)


def _check_panel(collected: Collected, panel: Panel) -> Iterator[Problem]:
    if panel.slot not in SLOTS:
        yield "slot", unknown(panel.slot, SLOTS)
    if not panel.template.startswith(f"{panel.module}/"):
        yield "template", _("Must begin with “%(prefix)s”.", prefix=f"{panel.module}/")
    known = {action.key for action in collected.of("register_actions", Action)}
    for action in panel.actions:
        if action not in known and action.partition(".")[0] in collected.installed:
            yield "actions", unknown(action, known)
    yield from _check_told(collected, panel)


def _check_tab(collected: Collected, tab: Tab) -> Iterator[Problem]:
    yield from _check_endpoint(collected, tab)
    yield from _check_told(collected, tab)


def _check_told(collected: Collected, one: Panel | Tab | TimelineSource) -> Iterator[Problem]:
    yield from (("tells", problem) for kind in one.tells if (problem := _kind_problem(collected, kind)))


def _check_widget(collected: Collected, widget: Widget) -> Iterator[Problem]:
    if not widget.template.startswith(f"{widget.module}/"):
        yield "template", _("Must begin with “%(prefix)s”.", prefix=f"{widget.module}/")
    if widget.size not in WIDGET_SIZES:
        yield "size", _("Must be 1, 2 or 3.")
    if widget.refresh is not None and widget.refresh < SHORTEST_REFRESH:
        yield "refresh", _("Must be at least %(seconds)s seconds.", seconds=SHORTEST_REFRESH)


def _check_list(collected: Collected, declaration: Column | Filter) -> Iterator[Problem]:
    name = declaration.list_name
    # A list of a module is named module.noun; whether it is there is the business of that module.
    if name not in LISTS and "." not in name:
        yield "list_name", unknown(name, LISTS)
    known = {
        f"{kind.kind}.{one.name}" for kind in collected.of("register_record_kinds", RecordKind) for one in kind.fields
    }
    for field in declaration.fields:
        if field not in known:
            yield "fields", unknown(field, sorted(known))


def _check_list_link(collected: Collected, link: ListLink) -> Iterator[Problem]:
    if link.list_name not in LISTS and "." not in link.list_name:
        yield "list_name", unknown(link.list_name, LISTS)
    yield from _check_endpoint(collected, link)


def _check_column(collected: Collected, column: Column) -> Iterator[Problem]:
    yield from _check_list(collected, column)
    if (column.expression is None) == (column.value is None):
        yield "expression", _("Give either “expression” or “value”.")
    if column.sort is not None and column.expression is None:
        yield "sort", _("Only an expression can be sorted by.")


def _check_report(collected: Collected, report: Report) -> Iterator[Problem]:
    names = [column.name for column in report.columns]
    if not names or len(names) != len(set(names)):
        yield "columns", _("Each report needs columns with names of their own.")
    for column in report.columns:
        for field, problem in check_shape(column):
            yield f"columns.{column.name}.{field}", problem
        if column.unit is not None and column.unit not in names:
            yield f"columns.{column.name}.unit", unknown(column.unit, names)
    if report.group is not None and report.group not in names:
        yield "group", unknown(report.group, names)
    if report.chart is not None:
        yield from (("chart", problem) for problem in _chart_problems(report.chart, report))


def _check_document_type(collected: Collected, one: DocumentType) -> Iterator[Problem]:
    if not one.kinds:
        yield "kinds", _("Name at least one record kind.")
    if not (isinstance(one.template, Path) and one.template.suffix == ".typ" and one.template.is_file()):
        yield "template", _("Must be the path of a Typst file that exists.")
    if not isinstance(one.words, Mapping) or not all(isinstance(word, Message) for word in one.words.values()):
        yield "words", _("Must be a dictionary of translatable texts.")
    if one.series is None:
        return
    if not isinstance(one.series, Series):
        yield "series", _("Must be a Series.")
    elif problem := mask_problem(one.series.mask):
        yield "series", problem


def _check_job(collected: Collected, job: Job) -> Iterator[Problem]:
    if job.retries < 0:
        yield "retries", _("Must be a whole number, 0 or above.")


def _check_schedule(collected: Collected, schedule: Schedule) -> Iterator[Problem]:
    own = {job.key for job in collected.of("register_jobs", Job) if job.module == schedule.module}
    if schedule.job not in own:
        yield "job", unknown(schedule.job, own)
    if not is_cron(schedule.cron):
        yield "cron", _("Must be the five fields of a crontab, such as “30 3 * * *”.")
    if not schedule.as_system:
        yield "as_system", _("Nobody asked for what a schedule does: it runs as the system.")


def _check_import_target(collected: Collected, target: ImportTarget) -> Iterator[Problem]:
    if problem := _kind_problem(collected, target.kind):
        yield "kind", problem
    names = [column.name for column in target.columns]
    if not names or len(names) != len(set(names)):
        yield "columns", _("Each import target needs columns with names of their own.")
    for key in target.keys:
        yield from (("keys", unknown(name, names)) for name in key.fields if name not in names)


def _check_timeline(collected: Collected, source: TimelineSource) -> Iterator[Problem]:
    yield from _check_told(collected, source)
    if source.template is not None and not source.template.startswith(f"{source.module}/"):
        yield "template", _("Must begin with “%(prefix)s”.", prefix=f"{source.module}/")
    slot = source.composer
    if slot is None:
        return
    yield from ((f"composer.{field}", problem) for field, problem in check_shape(slot))
    if problem := permission_problem(collected, source.module, slot.permission):
        yield "composer.permission", problem
    if (slot.page is None) == (slot.form is None or slot.save is None):
        yield "composer", _("Give either “page”, or “form” and “save”.")


def _chart_problems(chart: ReportChart, report: Report) -> Iterator[Message]:
    types = {column.name: column.type for column in report.columns}
    if chart.kind not in ("bar", "line", "pie"):
        yield _("The charts are: %(kinds)s.", kinds="bar, line, pie")
    for name in (chart.label, chart.series):
        if name is not None and name not in types:
            yield unknown(name, types)
    if chart.value is None:
        return
    if chart.value not in types:
        yield unknown(chart.value, types)
    elif types[chart.value] not in (FieldType.INTEGER, FieldType.DECIMAL):
        yield _("The values of a chart must be numbers.")


def _check_directory(collected: Collected, directory: Directory) -> Iterator[Problem]:
    """Yield what is wrong with the directory above; one of a module that is not installed is left out."""
    above = {one.key: one.parent for one in collected.of("register_directories", Directory)}
    parent, seen = directory.parent, {directory.key}
    if parent is not None and parent not in above and parent.partition(".")[0] in collected.installed:
        yield "parent", unknown(parent, above)
    while parent is not None and parent in above:
        if parent in seen:
            yield "parent", _("Lies below itself.")
            return
        seen.add(parent)
        parent = above[parent]


def _check_collection(collected: Collected, collection: DavCollection) -> Iterator[Problem]:
    if collection.component not in COMPONENTS:
        yield "component", unknown(collection.component, COMPONENTS)
    if (collection.write is None) != (collection.delete is None):
        yield "write", _("Give both write and delete, or neither.")
    right = collection.change_permission
    if right is not None and (problem := permission_problem(collected, collection.module, right)):
        yield "change_permission", problem


_OWN_CHECKS: Mapping[type[Declaration], Callable[[Collected, Any], Iterator[Problem]]] = {
    Permission: _check_permission,
    RoleTemplate: _check_role,
    RecordKind: _check_record_kind,
    MenuItem: _check_menu_item,
    Tab: _check_tab,
    Panel: _check_panel,
    Widget: _check_widget,
    Column: _check_column,
    Filter: _check_list,
    ListLink: _check_list_link,
    Report: _check_report,
    DocumentType: _check_document_type,
    ImportTarget: _check_import_target,
    MailTemplate: check_mail_template,
    Job: _check_job,
    Schedule: _check_schedule,
    ApiResource: check_resource,
    DavCollection: _check_collection,
    TimelineSource: _check_timeline,
    Directory: _check_directory,
}
