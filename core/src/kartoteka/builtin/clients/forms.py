"""Forms of the client registry, made from the fields' one description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kartoteka.builtin.clients.checking import LENGTHS, check_values, hidden_fields
from kartoteka.builtin.clients.countries import country_choices
from kartoteka.builtin.clients.fields import CLIENT_KIND, FIELDS, FIXED, KINDS, group_choices
from kartoteka.builtin.clients.grouping import list_groups
from kartoteka.builtin.clients.linking import link_fields, linked_numbers
from kartoteka.builtin.clients.own_files import file_fields, keep_uploads, show_present
from kartoteka.builtin.users.queries import active_users, user_names
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.db.settling import EditConflict
from kartoteka.extension.company_fields import fields_here
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Choice, Field, FieldType
from kartoteka.vocabulary.errors import InvalidInput, Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.forms import (
    BlockField,
    ChoiceField,
    DateField,
    DecimalField,
    Form,
    LineField,
    UserField,
    YesNoField,
)
from kartoteka.web.own_fields import keep_present_choice, make_own_field

SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("Who"),
        ("company_name", "surname", "first_name", "country", "registration_code", "vat_code", "personal_code"),
    ),
    (_("How to reach"), ("phone", "mobile", "fax", "email", "website")),
    (
        _("Relationship"),
        ("relationship", "importance", "client_kind", "group", "manager", "registered_on", "activity"),
    ),
    (_("More"), ("birth_date", "sex", "income", "bank_account", "external_id", "notes")),
)
"""The form's parts in order; ``kind`` stands above them."""

_INPUTS = {FieldType.PHONE: "tel", FieldType.EMAIL: "email", FieldType.URL: "url"}


def make_field(field: Field) -> Any:
    """Return the form field for a field's description."""
    if isinstance(field, CustomField):
        return make_own_field(field)
    options: dict[str, Any] = {"help": field.help}
    if field.type == FieldType.BLOCK:
        return BlockField(field.title, max_length=LENGTHS[field.name], **options)
    if field.type == FieldType.DATE:
        return DateField(field.title, required=field.required, **options)
    if field.type == FieldType.DECIMAL:
        return DecimalField(field.title, **options)
    if field.type == FieldType.USER:
        return UserField(field.title, users=(), empty=_("Nobody"), validate_choice=False, **options)
    if field.type == FieldType.CHOICE:
        choices = field.choices if isinstance(field.choices, tuple) else ()
        empty = None if field.required else _("Not set")
        return ChoiceField(field.title, choices=choices, empty=empty, validate_choice=False, **options)
    return LineField(field.title, max_length=LENGTHS.get(field.name, 300), render_kw=_hints(field), **options)


def _hints(field: Field) -> dict[str, Any]:
    """Return what helps phones and browsers; the input stays a text, because real data is imperfect."""
    hints: dict[str, Any] = {"autocomplete": "off", "spellcheck": "false"}
    if field.type in _INPUTS:
        hints["inputmode"] = _INPUTS[field.type]
    return hints


def field_names() -> list[str]:
    """Return the names of the fields that people type, in the order of the form."""
    return ["kind", *(name for _title, names in SECTIONS for name in names)]


class _ClientForm(Form):
    """One form for companies and natural persons; what the kind hides is kept (CL-02, CL-55)."""

    known: Mapping[str, Any] = {}

    def limit(self, actor: Actor) -> None:
        """Drop the fields that the actor may not write, so that nothing posted for them is read."""
        self.keep_only(name for name in self._fields if name not in FIELDS or FIELDS[name].is_writable(actor.can))

    def offer(self, session: Session, company_country: str = "") -> None:
        """Fill in the choices for showing the form; what was chosen is checked by the services."""
        for name in {"company_name", "surname"} & set(self._fields):
            self[name].required = True  # a mark for people; which of them is demanded depends on the kind
        if "group" in self:
            self.group.choices = self.group._offer(_groups(session, self.group.data))  # type: ignore[attr-defined]
        if "country" in self:
            self.country.choices = self.country._offer(country_choices(company_country))  # type: ignore[attr-defined]
        self._offer_own(session)
        if "manager" in self:
            self.manager.choices = self.manager._offer(_managers(session, self.manager.data))  # type: ignore[attr-defined]

    def _offer_own(self, session: Session) -> None:
        own = {field.name: field for field in _own_fields() if field.name in self}
        for name, field in own.items():
            keep_present_choice(self[name], field)
        links = [self[name] for name, field in own.items() if field.type is FieldType.RECORD]
        numbers = linked_numbers(session, [one.data for one in links if isinstance(one.data, int)])
        for one in links:
            if isinstance(one.data, int):
                one.data = numbers.get(one.data, "")
        show_present(self, CLIENT_KIND)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check as the services do, so that warnings stand beside their fields before anything is saved."""
        sound = bool(super().validate(extra_validators))
        kept = keep_uploads(self, CLIENT_KIND)
        # Found by the services, which know the clients and the documents.
        links = {*link_fields(), *(field.name for field in file_fields())}
        given = {
            FIELDS[field.name].attribute: field.data
            for field in self.data_fields
            if field.name in FIELDS and field.name not in links
        }
        found = check_values(given, self.known)
        for attribute, problem in found.errors.items():
            self.add_error(_form_name(attribute), problem)
        for attribute, warning in found.warnings.items():
            self.warn(_form_name(attribute), warning)
        return sound and kept and not found.errors

    def take_problem(self, problem: Problem) -> None:
        """Show a service's refusal beside its fields; services name them by attribute."""
        if isinstance(problem, InvalidInput):
            problem.errors = {_form_name(name): message for name, message in problem.errors.items()}
        super().take_problem(problem)

    def take_both(self, conflict: EditConflict, version: int) -> None:
        """Show both values of disputed fields, take over what only others changed; ``version`` is saved over next."""
        conflict.theirs = {_form_name(name): value for name, value in conflict.theirs.items()}
        self.take_conflict(conflict)
        for name, value in ((_form_name(name), value) for name, value in conflict.merged.items()):
            if name in self:
                self[name].data = str(value) if name == "group" and value is not None else value
                self[name].raw_data = None
        self.renew_version(version)

    @property
    def is_disputed(self) -> bool:
        """Whether somebody else saved other values meanwhile."""
        return hasattr(self, "conflict")

    @property
    def hidden(self) -> frozenset[str]:
        """The fields that the chosen kind does not show."""
        return hidden_fields(str(self.kind.data)) if "kind" in self else frozenset()


def sections() -> tuple[tuple[Any, tuple[str, ...]], ...]:
    """Return the form's parts in order, the fields that the company has added in one of their own."""
    own = tuple(field.name for field in _own_fields())
    return (*SECTIONS, (_("Custom fields"), own)) if own else SECTIONS


def client_form() -> Any:
    """Return the form of a client with all fields, those of the company among them."""
    own = _own_fields()
    if not own:
        return ClientForm()
    kept = _forms.get(id(own))
    if kept is None:
        members: dict[str, Any] = {field.name: make_field(field) for field in own}
        _forms.clear()  # of companies whose fields have changed there would be ever more
        kept = _forms[id(own)] = (own, type("ClientForm", (ClientForm,), members))
    return kept[1]()


_forms: dict[int, tuple[Any, type[Any]]] = {}


def _own_fields() -> tuple[CustomField, ...]:
    return fields_here(CLIENT_KIND)


def _make_form() -> type[_ClientForm]:
    members: dict[str, Any] = {name: make_field(FIELDS[name]) for name in field_names()}
    members["kind"] = ChoiceField(
        FIELDS["kind"].title, choices=KINDS, empty=None, default=KINDS[0].value, validate_choice=False
    )
    members["accept_duplicates"] = YesNoField(_("This is another client: save it nevertheless"))
    return type("ClientForm", (_ClientForm,), members)


ClientForm = _make_form()


def single_form(name: str) -> type[_ClientForm]:
    """Return the form for editing one field in place; KeyError for what is no field that people type."""
    if name in FIXED:
        raise KeyError(name)
    return type("ClientFieldForm", (_ClientForm,), {name: make_field(FIELDS[name])})


class ShareForm(Form):
    """Let one more user see a client."""

    user = UserField(_("Share with"), users=(), required=True)
    reason = LineField(_("Reason"), required=True, max_length=300)
    until = DateField(_("Until"), help=_("If empty, the user sees the client until you end sharing."))

    def offer(self, session: Session, besides: Iterable[int]) -> None:
        """Offer everybody but those who see the client already."""
        taken = set(besides)
        self.user.choices = self.user._offer(pair for pair in active_users(session) if pair[0] not in taken)


def _groups(session: Session, present: Any) -> list[Choice]:
    """Return open groups, and the present one even when it was closed."""
    groups = list(group_choices(session))
    if present and str(present) not in {group.value for group in groups} and str(present).isdigit():
        groups += [Choice(str(one.id), one.name) for one in list_groups(session) if str(one.id) == str(present)]
    return groups


def _managers(session: Session, present: Any) -> list[tuple[int, str]]:
    """Return active users, and the present manager even when he has left."""
    users = active_users(session)
    if isinstance(present, int) and present not in dict(users):
        users += list(user_names(session, [present]).items())
    return users


def _form_name(attribute: str) -> str:
    return next((field.name for field in FIELDS.values() if field.attribute == attribute), attribute)
