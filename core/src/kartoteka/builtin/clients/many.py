"""Changing fields of many clients at once: the form, made from the fields' one description, and its use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.checking import check_values
from kartoteka.builtin.clients.fields import CLIENT_KIND, EDIT, FIELDS
from kartoteka.builtin.clients.guard import client_writes
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import EDITABLE, refuse_unknown, stored_values, tell_managers
from kartoteka.db.actor import Actor
from kartoteka.db.announce import announce
from kartoteka.db.journal import name_operation
from kartoteka.db.session import Session, demand, reading
from kartoteka.extension.declarations.data import Choice, Choices, Field, FieldType
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.extension.signals import client_changed
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.countries import country_choices
from kartoteka.web.forms import ChoiceField, Form

KEEP = "keep"
"""What stands in a field of the form that is to be left alone."""
NOTHING = "nothing"
"""What stands in a field that is to be emptied."""

_ONE_BY_ONE = frozenset({"kind", "sex"})
"""Choices that are about one client alone."""


def change_clients(session: Session, ids: Sequence[int], values: Mapping[str, Any]) -> int:
    """Give fields of many clients the same values, by attribute, and return how many clients are different now.

    Raises Forbidden, and InvalidInput when the values cannot be stored with one of the clients: none is changed then.
    Clients in the bin and those that the actor does not see are passed over.
    """
    demand(session, EDIT)
    refuse_unknown(session, values)
    clients = session.scalars(select(Client).where(Client.id.in_(set(ids)), Client.state.in_(EDITABLE))).all()
    touched: dict[int, list[str]] = {}
    former: dict[int, int | None] = {}
    with client_writes(session):
        for client in clients:
            changes = _changes(client, values)
            if "manager_id" in changes:
                former[client.id] = client.manager_id
            for name, value in changes.items():
                setattr(client, name, value)
            if changes:
                touched[client.id] = sorted(changes)
    if touched:
        names = sorted({name for changed in touched.values() for name in changed})
        announce(session, client_changed, CLIENT_KIND, ids=list(touched), fields=names)
    tell_managers(session, former, values.get("manager_id"))
    return len(touched)


def _changes(client: Client, values: Mapping[str, Any]) -> dict[str, Any]:
    found = check_values(values, stored_values(client))
    if found.errors:
        raise InvalidInput(found.errors)
    return {name: value for name, value in found.values.items() if getattr(client, name) != value}


def changeable_fields() -> list[Field]:
    """Return the fields that many clients may be given at once: those with choices."""
    return [
        field
        for field in FIELDS.values()
        if field.type == FieldType.CHOICE and field.name not in _ONE_BY_ONE and not field.personal
    ]


def _choices_of(field: Field) -> Callable[[], list[Choice]]:
    choices: Choices = field.choices

    def offered() -> list[Choice]:
        if field.name == "country":
            found = list(country_choices())
        elif isinstance(choices, tuple):
            found = list(choices)
        else:
            with reading() as session:
                found = list(choices(session))
        none = [] if field.required else [Choice(NOTHING, _("– none –"))]
        return [*none, *found]

    return offered


class _ChangeForm(Form):
    """Which fields of the chosen clients get which values; what is not touched stays as it is in each of them."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Demand at least one field."""
        sound = bool(super().validate(extra_validators))
        if sound and not any(self.values().values()):
            self.add_error(None, _("Choose a value for at least one field."))
            return False
        return sound


def _make_form() -> type[Form]:
    members = {
        field.name: ChoiceField(field.title, choices=_choices_of(field), empty=_("Leave as it is"))
        for field in changeable_fields()
    }
    return type("ChangeClientsForm", (_ChangeForm,), members)


def change(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Give the chosen fields of all these clients their new value."""
    values = {name: value for name, value in data.items() if value}
    name_operation(session, _title(values))
    changed = change_clients(session, [record.id for record in records], _by_attribute(values))
    message = plural_text("One client is changed.", "%(count)s clients are changed.", changed)
    return Outcome(message if changed else _("Nothing needed changing."), changed)


def _by_attribute(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        field = FIELDS[name]
        empty = None if field.attribute.endswith("_id") else ""
        found[field.attribute] = empty if value == NOTHING else value
        if field.attribute.endswith("_id") and value != NOTHING:
            found[field.attribute] = int(value)
    return found


def _title(values: Mapping[str, Any]) -> Message:
    fields = ", ".join(str(FIELDS[name].title) for name in FIELDS if name in values)
    return _("Many clients changed: %(fields)s", fields=fields)


CHANGE = Action(
    name="change",
    kinds=(CLIENT_KIND,),
    title=_("Change fields"),
    icon="edit",
    permission=EDIT,
    form=_make_form(),
    run=change,
    bulk=True,
    single=False,
    weight=700,
)
