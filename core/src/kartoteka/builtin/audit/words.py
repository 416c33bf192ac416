"""Events of the audit chain in words; what no installed module knows is shown as it was written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kartoteka.builtin.access.queries import role_titles
from kartoteka.builtin.audit.titles import FACTS, FIELDS, SETTINGS, TITLES, VERBS
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.session import Session
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.i18n import languages
from kartoteka.web.lists.known import all_lists

_UNTOLD = {"digest"}
_USER, _ROLE = "users.user", "access.role"


class Wording:
    """Says what entries tell in the words of the modules that are installed, on or off.

    ``facts`` are those of all entries to be told: titles of roles and names of users are read once for all of them.
    """

    def __init__(self, session: Session, facts: Iterable[Mapping[str, Any] | None] = ()) -> None:
        told = [one for one in facts if one]
        roles, users = _numbers_in(told, "roles"), _numbers_in(told, "user")
        self.roles = role_titles(session, roles) if roles else {}
        self.users = user_names(session, sorted(users)) if users else {}
        self.registry = extension_of(session).registry
        self.lists = {one.name: one for one in all_lists(session)}
        self.words: Mapping[str, Callable[[str], Translatable]] = {
            "file": str.upper,
            "for": _whose_card,
            "format": str.upper,
            "granted": self._right,
            "kind": self._kind,
            "kinds": self._kind,
            "language": lambda code: languages().names.get(code, code),
            "list": self._list,
            "module": self._module,
            "reach": self._reach,
            "refused": self._right,
            "report": self._report,
            "roles": self._role,
            "scopes": self._scope,
            "settings": lambda name: SETTINGS.get(name, name),
            "template": self._mail_template,
            "type": self._document_type,
            "user": lambda number: self.users.get(int(number), number) if number.isdecimal() else number,
        }

    def title_of(self, event: str) -> Translatable:
        """Return an event in words."""
        return TITLES.get(event) or self._module_words(event).get(event.partition(".")[2], event)

    def subject_of(self, event: str, subject: str) -> Translatable:
        """Return what an event is about: modules, kinds and reports by their titles, everything else by its name."""
        if event.startswith("module."):
            return self._module(subject)
        if event.startswith("confidential."):
            return self._kind(subject)
        return self._report(subject) if event.startswith("report.") else subject

    def details_of(
        self, event: str, facts: Mapping[str, Any] | None, details: Mapping[str, Any] | None
    ) -> list[tuple[Translatable, str]]:
        """Return what is known of an entry, each with its title."""
        told = {**(facts or {}), **(details or {})}
        columns, fields = self._columns(told.get("list")), self._fields(told.get("kind") or _USER)
        words = {
            **self.words,
            "columns": lambda name: columns.get(name, name),
            "fields": lambda name: fields.get(name, name),
        }
        titles = {**FACTS, **self._module_words(event)}
        shown = [(name, value) for name, value in told.items() if name not in _UNTOLD and _says_something(name, value)]
        return [(titles.get(name, name), _written(value, words.get(name, str))) for name, value in shown]

    def _module_words(self, event: str) -> Mapping[str, Message]:
        module = event.partition(".")[0]
        return self.registry.module(module).audit_words if module in self.registry.installed else {}

    def _columns(self, name: Any) -> Mapping[str, Translatable]:
        own = {one.name: one.title for one in self.lists[name].columns} if name in self.lists else {}
        added = {f"{one.module}.{one.name}": one.title for one in self.registry.columns(str(name))}
        return {**added, **own}

    def _fields(self, kind: str) -> Mapping[str, Translatable]:
        known = self.registry.find_kind(kind)
        return {**FIELDS, **{field.name: field.title for field in (known.fields if known is not None else ())}}

    def _kind(self, name: str) -> Translatable:
        return next((one.plural_title for one in self.registry.record_kinds if one.kind == name), name)

    def _right(self, name: str) -> Translatable:
        return next((one.title for one in self.registry.permissions if one.name == name), name)

    def _list(self, name: str) -> Translatable:
        return self.lists[name].title if name in self.lists else name

    def _module(self, name: str) -> Translatable:
        return self.registry.module(name).title if name in self.registry.installed else name

    def _reach(self, value: str) -> Translatable:
        choices = next(field.choices for field in self.registry.kind(_ROLE).fields if field.name == "reach")
        offered = () if callable(choices) else choices
        return next((one.title for one in offered if one.value == value), value)

    def _role(self, number: str) -> Translatable:
        title = self.roles.get(int(number)) if number.isdecimal() else None
        return _("role %(number)s (deleted)", number=number) if title is None else title

    def _scope(self, scope: str) -> Translatable:
        resource, _sign, verb = scope.partition(":")
        known = self.registry.find_api_resource(resource)
        title = _("Everything") if resource == "*" else resource if known is None else known.title
        return f"{title} ({VERBS.get(verb, verb)})"

    def _mail_template(self, key: str) -> Translatable:
        declared = self.registry.find_mail_template(key)
        return _("own template") if declared is None else declared.title

    def _document_type(self, key: str) -> Translatable:
        declared = self.registry.find_document_type(key)
        return declared.title if declared is not None else key

    def _report(self, key: str) -> Translatable:
        report = self.registry.find_report(key)
        return report.title if report is not None else key


def _says_something(name: str, value: Any) -> bool:
    """False for what is empty; that something was switched off says much."""
    return value not in ([], "") and (value is not False or name == "enabled")


def _written(value: Any, word: Callable[[str], Translatable]) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return ", ".join(str(word(str(one))) for one in _listed(value))


def _whose_card(key: str) -> Translatable:
    if key == "company":
        return _("the whole company")
    return _("department number %(number)s", number=key.rpartition("-")[2])


def _numbers_in(facts: Iterable[Mapping[str, Any]], name: str) -> set[int]:
    return {one for told in facts for one in _listed(told.get(name)) if isinstance(one, int)}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
