"""Asks the modules: one typed function for each question and step, and what of the declarations a user gets to see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import orm

from kartoteka.db.actor import Actor
from kartoteka.db.session import actor_of
from kartoteka.extension.active import active_set
from kartoteka.extension.answers import answered, answers, ask_modules
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.companies import CompanySuggestion
from kartoteka.extension.declarations.documents import DocumentType
from kartoteka.extension.declarations.importing import ImportTarget
from kartoteka.extension.declarations.lists import ListLink
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.declarations.timeline import TimelineSource
from kartoteka.extension.declarations.ui import Badge, Column, Filter, MenuItem, Tab
from kartoteka.extension.declarations.work import Action, ClientStep, DuplicateHit, DuplicateProbe, Report
from kartoteka.extension.guarding import attempt
from kartoteka.vocabulary.message import text as _

if TYPE_CHECKING:
    from kartoteka.vocabulary.incoming import IncomingMail
    from kartoteka.vocabulary.mail import SentMail
    from kartoteka.vocabulary.record import RecordRef

D = TypeVar("D", bound=Declaration)
L = TypeVar("L", Column, Filter)


# --- Questions -------------------------------------------------------------------------------------------------------


def find_duplicates(session: orm.Session, probe: DuplicateProbe) -> list[DuplicateHit]:
    """Return clients that may be the probed one, the surest first; a module that fails is left out."""
    hits = answered(session, "find_duplicates", probe=probe)
    return sorted(hits, key=lambda hit: (-hit.strength, hit.client_id, hit.field))


def suggest_companies(session: orm.Session, query: str, country: str) -> list[CompanySuggestion]:
    """Return companies that somebody may be typing, each one once; a module that fails is left out."""
    found: dict[Any, CompanySuggestion] = {}
    for one in answered(session, "suggest_companies", query=query, country=country):
        key = (one.country, one.registration_code) if one.registration_code else one.url
        found.setdefault(key, one)
    return list(found.values())


def receive_mail(session: orm.Session, mail: IncomingMail) -> RecordRef | None:
    """Offer a mail that came in to every active module; return the first record that one has made of it."""
    made: list[RecordRef] = list(answers(session, "receive_mail", mail=mail))
    return made[0] if made else None


# --- Steps -----------------------------------------------------------------------------------------------------------


def merge_clients(session: orm.Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    """Let every installed module, on or off, do what merging takes beyond moving rows; an error stops everything."""
    merge = extension_of(session).registry.calls.on_all("merge_clients")
    merge(session=session, kept_id=kept_id, merged_ids=tuple(merged_ids))


def note_sent_mail(session: orm.Session, mail: SentMail) -> None:
    """Let every active module note a mail that was put into the outbox; an error keeps it from leaving."""
    for _module, note in extension_of(session).registry.calls.each("note_sent_mail", active_set(session)):
        note(session=session, mail=mail)


def settles_undo(session: orm.Session) -> bool:
    """Tell whether an active module takes part at the end of an undo."""
    return any(True for _one in extension_of(session).registry.calls.each("settle_undo", active_set(session)))


def settle_undo(session: orm.Session, kind: str, rows: Sequence[Mapping[str, Any]], *, final: bool) -> None:
    """Let every active module complete what an undo put back; an error stops the undo, unless it is ``final``."""
    for _module, settle in extension_of(session).registry.calls.each("settle_undo", active_set(session)):
        settle(session=session, kind=kind, rows=tuple(rows), final=final)


def check_data(session: orm.Session) -> list[tuple[str, str]]:
    """Return what active modules find wrong with their rows, as module and sentence; one that fails is a fault."""
    found: list[tuple[str, str]] = []
    for module, answer in ask_modules(session, "check_data"):
        if answer.failed:
            found.append((module, "It cannot be asked; the log says why."))
        found += [(module, str(fault)) for faults in answer.value or () for fault in faults or ()]
    return found


def client_delete_blockers(session: orm.Session, client_ids: Sequence[int]) -> list[str]:
    """Return why clients must not be deleted, by every installed module; a module that fails is a reason itself."""
    registry, reasons = extension_of(session).registry, []
    asked = ask_modules(session, "client_delete_blockers", among=registry.installed, client_ids=tuple(client_ids))
    for module, answer in asked:
        if answer.failed:
            reasons.append(str(_("“%(module)s” cannot be asked.", module=registry.module(module).title)))
        reasons.extend(str(reason) for part in answer.value or () for reason in part)
    return reasons


def export_client(session: orm.Session, client_ids: Sequence[int]) -> dict[str, list[Mapping[str, Any]]]:
    """Return what every installed module adds to the file of a client's data; an error stops everything."""
    registry = extension_of(session).registry
    found: dict[str, list[Mapping[str, Any]]] = {}
    for _module, ask in registry.calls.each("export_client", registry.installed):
        for answer in ask(session=session, client_ids=tuple(client_ids)):
            for title, rows in (answer or {}).items():
                found.setdefault(str(title), []).extend(rows)
    return found


def erase_client(session: orm.Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
    """Let every installed module, on or off, erase what only it can find of clients; an error stops everything."""
    erase = extension_of(session).registry.calls.on_all("erase_client")
    erase(session=session, client_ids=tuple(client_ids), words=tuple(words))


def load_demo(session: orm.Session, size: int) -> None:
    """Let every active module add its part to the demo company; an error stops everything."""
    extension_of(session).registry.calls.on("load_demo", active_set(session))(session=session, size=size)


# --- What a user sees ------------------------------------------------------------------------------------------------


def visible(session: orm.Session, declarations: Iterable[D]) -> list[D]:
    """Return those of active modules whose permission the session's actor has."""
    actor = actor_of(session)
    if actor.is_system or not isinstance(declarations, tuple):
        return _visible(session, actor, declarations)
    # What the registry holds never changes, nor do the rights of an actor: what he sees is worked out once.
    kept = actor.kept.get(id(declarations))
    if kept is None:
        kept = actor.kept[id(declarations)] = (declarations, _visible(session, actor, declarations))
    return list(kept[1])


def _visible(session: orm.Session, actor: Actor, declarations: Iterable[D]) -> list[D]:
    active = active_set(session)
    return [one for one in declarations if one.module in active and _may(actor.can, one)]


def menu(session: orm.Session) -> list[MenuItem]:
    """Return the entries of the main menu; one below a parent that is not shown is not shown either."""
    items = visible(session, extension_of(session).registry.menu)
    keys = {item.key for item in items}
    return [item for item in items if item.parent is None or item.parent in keys]


def tabs(session: orm.Session, kind: str) -> list[Tab]:
    """Return the tabs of a record kind's page."""
    return visible(session, extension_of(session).registry.tabs(kind))


def badges(session: orm.Session, kind: str) -> list[Badge]:
    """Return the badges of a record kind."""
    return visible(session, extension_of(session).registry.badges(kind))


def columns(session: orm.Session, list_name: str) -> list[Column]:
    """Return the columns that modules offer for a list."""
    return _readable(session, visible(session, extension_of(session).registry.columns(list_name)))


def filters(session: orm.Session, list_name: str) -> list[Filter]:
    """Return the filters that modules offer for a list."""
    return _readable(session, visible(session, extension_of(session).registry.filters(list_name)))


def list_links(session: orm.Session, list_name: str) -> list[ListLink]:
    """Return the links that modules offer beside the filters of a list."""
    return visible(session, extension_of(session).registry.list_links(list_name))


def _readable(session: orm.Session, declarations: Iterable[L]) -> list[L]:
    """Return those that show nothing but values of fields that the session's actor may read."""
    registry, can = extension_of(session).registry, actor_of(session).can
    return [one for one in declarations if all(registry.field(name).is_readable(can) for name in one.fields)]


def client_steps(session: orm.Session) -> list[ClientStep]:
    """Return what modules ask about a new client."""
    return visible(session, extension_of(session).registry.client_steps)


def reports(session: orm.Session) -> list[Report]:
    """Return all reports."""
    return visible(session, extension_of(session).registry.reports)


def find_report(session: orm.Session, key: str) -> Report | None:
    """Return the report ``module.name``, or None when it is not for the session's actor."""
    return _first(visible(session, _present(extension_of(session).registry.find_report(key))))


def timeline_sources(session: orm.Session, kind: str) -> list[TimelineSource]:
    """Return where the entries in streams of a record kind come from."""
    found = visible(session, extension_of(session).registry.timeline_sources)
    return [one for one in found if not one.kinds or kind in one.kinds]


def document_types(session: orm.Session) -> list[DocumentType]:
    """Return all types of documents."""
    return visible(session, extension_of(session).registry.document_types)


def find_document_type(session: orm.Session, key: str) -> DocumentType | None:
    """Return the type of documents ``module.name``, or None when it is not for the session's actor."""
    return _first(visible(session, _present(extension_of(session).registry.find_document_type(key))))


def import_targets(session: orm.Session) -> list[ImportTarget]:
    """Return everything that lines of a file can become."""
    return visible(session, extension_of(session).registry.import_targets)


def find_import_target(session: orm.Session, key: str) -> ImportTarget | None:
    """Return the import target ``module.name``, or None when it is not for the session's actor."""
    return _first(visible(session, _present(extension_of(session).registry.find_import_target(key))))


def api_resources(session: orm.Session) -> list[ApiResource]:
    """Return the resources of the API whose records the session's actor may see."""
    registry, actor = extension_of(session).registry, actor_of(session)
    offered = visible(session, registry.api_resources)
    return [one for one in offered if actor.can(registry.kind(one.kind).permission)]


def find_action(session: orm.Session, key: str) -> Action | None:
    """Return the action ``module.name``, or None when it is not for the session's actor."""
    return _first(visible(session, _present(extension_of(session).registry.find_action(key))))


def actions(session: orm.Session, record: RecordRef) -> list[Action]:
    """Return the actions for one record, by ``when``; an action whose ``when`` fails is left out."""
    offered = [one for one in visible(session, extension_of(session).registry.actions(record.kind)) if one.single]
    return [action for action in offered if _is_offered(session, action, record)]


def bulk_actions(session: orm.Session, kind: str) -> list[Action]:
    """Return the actions for many records of a kind."""
    return [action for action in visible(session, extension_of(session).registry.actions(kind)) if action.bulk]


def _may(can: object, declaration: Declaration) -> bool:
    permission = getattr(declaration, "permission", None)
    return permission is None or bool(can(permission))  # type: ignore[operator]


def _is_offered(session: orm.Session, action: Action, record: RecordRef) -> bool:
    when = action.when
    if when is None:
        return True
    return bool(attempt(session, f"when of {action.key}", action.module, lambda: when(session, record)).value)  # type: ignore[arg-type]


def _present(declaration: D | None) -> list[D]:
    return [] if declaration is None else [declaration]


def _first(declarations: list[D]) -> D | None:
    return declarations[0] if declarations else None
