"""Events of the audit chain in words; what no installed module knows is shown as it was written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kartoteka.builtin.access.queries import role_titles
from kartoteka.db.audit.chain import SEAL_BROKEN
from kartoteka.db.audit.work import DELETED, WORK
from kartoteka.db.session import Session
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.lists.known import all_lists

TITLES: Mapping[str, Message] = {
    "sign_in.done": _("Signed in"),
    "sign_in.failed": _("Wrong password"),
    "sign_in.locked": _("Locked out after wrong passwords"),
    "sign_in.wrong_code": _("Wrong second factor"),
    "sign_in.wrong_passkey": _("Passkey refused"),
    "sign_in.ended": _("Signed out"),
    "app_password.added": _("App password made"),
    "app_password.ended": _("App password ended"),
    "second_factor.codes_added": _("Codes of a phone set up"),
    "second_factor.codes_removed": _("Codes of a phone removed"),
    "second_factor.passkey_added": _("Passkey added"),
    "second_factor.passkey_removed": _("Passkey removed"),
    "second_factor.recovery_renewed": _("Recovery codes renewed"),
    "second_factor.all_removed": _("Second factor removed"),
    "confidential.changed": _("Confidential fields changed"),
    "user.added": _("User added"),
    "user.changed": _("User changed"),
    "user.password_set": _("Password set by somebody else"),
    "user.password_changed": _("Own password changed"),
    "user.deactivated": _("User deactivated"),
    "user.reactivated": _("User activated again"),
    "role.added": _("Role added"),
    "role.changed": _("Role changed"),
    "role.deleted": _("Role deleted"),
    "access.changed": _("Rights of a user changed"),
    "module.on": _("Module switched on"),
    "module.off": _("Module switched off"),
    "module.purged": _("Data of a module deleted for good"),
    "settings.changed": _("Company settings changed"),
    "setup.done": _("Kartoteka set up for the first time"),
    "mail.account_saved": _("Mail account saved"),
    "mail.text_saved": _("Mail template changed"),
    "mail.text_dropped": _("Own mail template removed"),
    "mail.key_made": _("Signing key of mails made"),
    "mail.key_dropped": _("Signing key of mails removed"),
    "card.arranged": _("Layout of the card changed"),
    "inbox.mailbox_saved": _("Mailbox set up"),
    "list.exported": _("List exported"),
    "report.downloaded": _("Report downloaded"),
    "report.planned": _("Report planned to be sent by mail"),
    "report.sent": _("Report sent by mail"),
    "document.made": _("Document made"),
    "document.voided": _("Document voided"),
    "document.template_changed": _("Template of documents changed"),
    "document.series_changed": _("Number series changed"),
    "client.deleted": _("Client put into the bin"),
    "client.purged": _("Client deleted for good"),
    "client.exported": _("Personal data given out"),
    "client.erased": _("Personal data erased"),
    "person.exported": _("Personal data of one person given out"),
    "person.erased": _("One person erased"),
    "api_key.made": _("API key made"),
    "api_key.ended": _("API key ended"),
    "webhook.added": _("Webhook added"),
    "webhook.changed": _("Webhook changed"),
    "webhook.removed": _("Webhook removed"),
    "webhook.replayed": _("Message to a webhook sent again"),
    "audit.checked": _("Audit log checked"),
    "calendar_feed.added": _("Calendar address made"),
    "calendar_feed.ended": _("Calendar address ended"),
    DELETED: _("Records deleted"),
    WORK: _("Work saved"),
    SEAL_BROKEN: _("The end of the log was changed from outside"),
}
GROUPS: Mapping[str, tuple[Message, tuple[str, ...]]] = {
    "sign_in": (_("Signing in and out"), ("sign_in.",)),
    "users": (
        _("Users and rights"),
        ("user.", "role.", "access.", "second_factor.", "app_password.", "api_key.", "confidential."),
    ),
    "export": (
        _("Exports and downloads"),
        ("list.exported", "report.downloaded", "report.sent", "client.exported", "person.exported"),
    ),
    "deleted": (
        _("Deletions"),
        (DELETED, "client.deleted", "client.purged", "client.erased", "person.erased", "module.purged"),
    ),
    "modules": (_("Modules"), ("module.",)),
    "settings": (_("Settings"), ("settings.", "setup.", "webhook.")),
    "work": (_("All saved work"), (WORK,)),
}


FACTS: Mapping[str, Message] = {
    "delivery": _("message"),
    "enabled": _("switched on"),
    "key": _("key"),
    "kinds": _("kinds"),
    "scopes": _("may"),
    "user": _("user"),
    "webhook": _("webhook"),
    "address": _("address"),
    "all": _("all rights"),
    "columns": _("columns"),
    "count": _("how many"),
    "entries": _("entries"),
    "fields": _("fields"),
    "account": _("Account"),
    "mailbox": _("Mailbox"),
    "port": _("Port"),
    "file": _("file"),
    "findings": _("findings"),
    "mask": _("mask"),
    "own": _("own"),
    "series": _("series"),
    "start": _("start"),
    "type": _("type"),
    "format": _("format"),
    "granted": _("granted"),
    "ids": _("numbers"),
    "language": _("language"),
    "template": _("template"),
    "kind": _("kind"),
    "list": _("list"),
    "module": _("module"),
    "number": _("number"),
    "reach": _("reach"),
    "refused": _("refused"),
    "report": _("report"),
    "roles": _("roles"),
    "rows": _("rows"),
    "second_factor": _("second factor demanded"),
    "settings": _("settings"),
}
SETTINGS: Mapping[str, Message] = {
    "company": _("Company name"),
    "country": _("Country"),
    "language": _("Language"),
    "registration_code": _("Registration code"),
    "timezone": _("Time zone"),
    "vat_code": _("VAT number"),
}
_UNTOLD = {"digest"}
_USER, _ROLE = "users.user", "access.role"


class Wording:
    """Says what entries tell in the words of the modules that are installed, on or off.

    ``facts`` are those of all entries to be told: titles of roles are read once for all of them.
    """

    def __init__(self, session: Session, facts: Iterable[Mapping[str, Any] | None] = ()) -> None:
        roles = {one for told in facts if told for one in _listed(told.get("roles")) if isinstance(one, int)}
        self.roles = role_titles(session, roles) if roles else {}
        self.registry = extension_of(session).registry
        self.lists = {one.name: one for one in all_lists(session)}
        self.words: Mapping[str, Callable[[str], Translatable]] = {
            "fields": self._field,
            "file": str.upper,
            "format": str.upper,
            "granted": self._right,
            "kind": self._kind,
            "kinds": self._kind,
            "list": self._list,
            "module": self._module,
            "reach": self._reach,
            "refused": self._right,
            "report": self._report,
            "roles": self._role,
            "settings": lambda name: SETTINGS.get(name, name),
            "type": self._document_type,
        }

    def subject_of(self, event: str, subject: str) -> Translatable:
        """Return what an event is about: modules and reports by their titles, everything else by its name."""
        if event.startswith("module."):
            return self._module(subject)
        return self._report(subject) if event.startswith("report.") else subject

    def details_of(
        self, facts: Mapping[str, Any] | None, details: Mapping[str, Any] | None
    ) -> list[tuple[Translatable, str]]:
        """Return what is known of an entry, each with its title."""
        told = {**(facts or {}), **(details or {})}
        columns = self._columns(told.get("list"))
        words = {**self.words, "columns": lambda name: columns.get(name, name)}
        shown = [(name, value) for name, value in told.items() if name not in _UNTOLD and value not in ([], "", False)]
        return [(FACTS.get(name, name), _written(value, words.get(name, str))) for name, value in shown]

    def _columns(self, name: Any) -> Mapping[str, Translatable]:
        own = {one.name: one.title for one in self.lists[name].columns} if name in self.lists else {}
        added = {f"{one.module}.{one.name}": one.title for one in self.registry.columns(str(name))}
        return {**added, **own}

    def _field(self, name: str) -> Translatable:
        return next((field.title for field in self.registry.kind(_USER).fields if field.name == name), name)

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

    def _document_type(self, key: str) -> Translatable:
        declared = self.registry.find_document_type(key)
        return declared.title if declared is not None else key

    def _report(self, key: str) -> Translatable:
        report = self.registry.find_report(key)
        return report.title if report is not None else key


def _written(value: Any, word: Callable[[str], Translatable]) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return ", ".join(str(word(str(one))) for one in _listed(value))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def title_of(event: str) -> Translatable:
    """Return an event in words."""
    return TITLES.get(event, event)
