"""Forms of API keys and webhooks."""

from __future__ import annotations

from collections.abc import Iterable

from kartoteka.builtin.rest.resources import seen_resources
from kartoteka.builtin.rest.service import EVERYTHING, VERBS
from kartoteka.builtin.users.queries import active_users
from kartoteka.db.session import reading
from kartoteka.extension.binding import extension_of
from kartoteka.extension.dispatch import visible
from kartoteka.extension.registry import Registry
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import DateField, LineField, ManyChoicesField, UserField, YesNoField
from kartoteka.web.forms import Form

VERB_TITLES = {"read": _("Read"), "create": _("Add"), "change": _("Change")}


def scope_rows() -> list[tuple[Translatable, dict[str, str]]]:
    """Return each resource with the scopes that it knows, by verb; all resources together come first."""
    rows: list[tuple[Translatable, dict[str, str]]] = [
        (_("Everything"), {verb: f"{EVERYTHING}:{verb}" for verb in VERBS})
    ]
    with reading() as session:
        for seen in seen_resources(session):
            one = seen.resource
            known = {"read": True, "create": bool(one.create or one.content), "change": bool(one.change or one.remove)}
            rows.append((one.title, {verb: f"{one.key}:{verb}" for verb in VERBS if known[verb]}))
    return rows


def scope_words(scopes: Iterable[str], registry: Registry) -> list[tuple[Translatable, list[Message]]]:
    """Return what a key is for in words: each resource with what may be done with it."""
    verbs: dict[str, list[Message]] = {}
    for resource, _sign, verb in sorted((scope.partition(":") for scope in scopes), key=_as_in_the_form):
        verbs.setdefault(resource, []).append(VERB_TITLES.get(verb, Message(verb)))
    return [(_resource_title(resource, registry), words) for resource, words in verbs.items()]


def _as_in_the_form(scope: tuple[str, str, str]) -> tuple[str, int]:
    resource, _sign, verb = scope
    return resource, VERBS.index(verb) if verb in VERBS else len(VERBS)


def _resource_title(resource: str, registry: Registry) -> Translatable:
    if resource == EVERYTHING:
        return _("Everything")
    known = registry.find_api_resource(resource)
    return resource if known is None else known.title


def _scope_choices() -> list[tuple[str, Translatable]]:
    return [(scope, scope) for _title, scopes in scope_rows() for scope in scopes.values()]


def _kind_choices() -> list[tuple[str, Translatable]]:
    with reading() as session:
        offered = visible(session, extension_of(session).registry.api_resources)
    titles: dict[str, Translatable] = {}
    for one in offered:
        titles.setdefault(one.kind, one.title)  # others of the same kind are ways to send it
    return list(titles.items())


def _users() -> list[tuple[int, str]]:
    with reading() as session:
        return active_users(session)


class KeyForm(Form):
    """What a new key is for."""

    title = LineField(_("Program"), required=True, max_length=100, help=_("For example: orders of our website."))
    user_id = UserField(
        _("Works for"), users=_users, empty=None, help=_("The program can do what this user can, and no more.")
    )
    expires_on = DateField(_("Works until"), help=_("If empty, the key works until you revoke it."))
    scopes = ManyChoicesField(_("What the program may do"), choices=_scope_choices)


class WebhookForm(Form):
    """Whom to tell of what."""

    title = LineField(_("Program"), required=True, max_length=100)
    url = LineField(
        _("Address"),
        required=True,
        max_length=500,
        help=_("Begins with https:// and can be reached from the internet."),
    )
    kinds = ManyChoicesField(_("Tell of changes in"), choices=_kind_choices)
    enabled = YesNoField(_("Switched on"))
