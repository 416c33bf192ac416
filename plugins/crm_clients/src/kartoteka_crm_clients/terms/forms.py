"""The form of sales terms: each field is there for those who may change it."""

from __future__ import annotations

from typing import Any

from kartoteka.api.db import Actor, EditConflict
from kartoteka.api.declare import Field, FieldType
from kartoteka.api.forms import ChoiceField, DecimalField, Form, IntegerField, LineField, YesNoField
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.terms.checking import LONGEST_REASON, MOST_DAYS, check_terms
from kartoteka_crm_clients.terms.fields import FIELDS, TERMS_FIELDS

_ = Texts("crm_clients")


def _make_field(field: Field) -> Any:
    if field.type == FieldType.YES_NO:
        return YesNoField(field.title, help=field.help)
    if field.type == FieldType.DECIMAL:
        return DecimalField(field.title, help=field.help)
    if field.type == FieldType.INTEGER:
        return IntegerField(field.title, help=field.help, least=0, most=MOST_DAYS)
    if field.type == FieldType.CHOICE:
        choices = field.known_choices or field.choices
        return ChoiceField(field.title, choices=choices, empty=_("Not set"), help=field.help)
    return LineField(field.title, max_length=LONGEST_REASON, help=field.help, render_kw={"autocomplete": "off"})


class _TermsForm(Form):
    """Checks as the services do, so that errors stand beside their fields."""

    known: dict[str, Any]

    def limit(self, actor: Actor) -> None:
        """Drop the fields that the actor may not change, so that nothing posted for them is read."""
        self.keep_only(name for name in self._fields if name in FIELDS and FIELDS[name].is_writable(actor.can))

    def begin(self, known: dict[str, Any], version: int) -> None:
        """Show what is agreed already."""
        self.known = known
        shown = {
            name: str(value) if isinstance(self[name], ChoiceField) and value else value
            for name, value in known.items()
            if name in self
        }
        self.fill({**shown, "version": version or ""})

    def validate(self, extra_validators: Any = None) -> bool:
        """Say whether the values can be saved."""
        sound = bool(super().validate(extra_validators))
        found = check_terms(self.values(), self.known)
        for name, problem in found.errors.items():
            self.add_error(name, problem)
        return sound and not found.errors

    def take_both(self, conflict: EditConflict, version: int) -> None:
        """Show both values of disputed fields, take over what only others changed, save against ``version`` next."""
        names = {field.attribute: field.name for field in TERMS_FIELDS}
        conflict.theirs = {names[attribute]: value for attribute, value in conflict.theirs.items()}
        self.take_conflict(conflict)
        for attribute, value in conflict.merged.items():
            self[names[attribute]].data = value
            self[names[attribute]].raw_data = None
        self.renew_version(version)


TermsForm: Any = type("TermsForm", (_TermsForm,), {field.name: _make_field(field) for field in TERMS_FIELDS})
