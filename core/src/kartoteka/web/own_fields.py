"""Form fields for fields that a company has added to its records."""

from __future__ import annotations

from typing import Any

from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Choice, FieldType
from kartoteka.vocabulary.message import text as _
from kartoteka.web.choices import ChoiceField, ManyChoicesField
from kartoteka.web.fields import BlockField, DateField, DecimalField, LineField

_YES_NO = (Choice("true", _("Yes")), Choice("false", _("No")))
_PLACES = 6


class _AnyNumberField(DecimalField):
    """A number with as many decimals as were typed."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format(self.data, "f")


def make_own_field(field: CustomField) -> Any:
    """Return the form field for a field of the company; services check what is typed, by `CustomField.read`."""
    options: dict[str, Any] = {"help": field.help}
    if field.type is FieldType.BLOCK:
        return BlockField(field.title, required=field.required, **options)
    if field.type is FieldType.DATE:
        return DateField(field.title, required=field.required, **options)
    if field.type is FieldType.DECIMAL:
        made = DecimalField if field.currency else _AnyNumberField
        return made(field.title, required=field.required, places=field.places, **options)
    if field.type in (FieldType.CHOICE, FieldType.YES_NO):
        choices = field.choices if field.type is FieldType.CHOICE else _YES_NO
        return ChoiceField(
            field.title, choices=choices, empty=_("Not set"), required=field.required, validate_choice=False, **options
        )
    if field.is_many:
        return ManyChoicesField(field.title, choices=field.choices, validate_choice=False, **options)
    hints = {"autocomplete": "off", "inputmode": _MODES.get(field.type, "text")}
    if field.type is FieldType.RECORD and field.help is None:
        options["help"] = _("Write the client's number, code or whole name.")
    return LineField(field.title, required=field.required, max_length=field.longest or 300, render_kw=hints, **options)


def shown_in_form(field: CustomField, stored: Any) -> Any:
    """Return a stored value as its form field takes it."""
    typed = field.typed(stored)
    if field.type is FieldType.YES_NO:
        return None if typed is None else str(bool(typed)).lower()
    if field.is_many:
        return typed or []
    return str(typed) if field.type is FieldType.INTEGER and typed is not None else typed


def keep_present_choice(bound: Any, field: CustomField) -> None:
    """Offer the choice that a record has although nobody else gets it any more."""
    present = bound.data if isinstance(bound.data, list) else [bound.data]
    offered = {choice.value for choice in field.choices} if isinstance(field.choices, tuple) else set()
    known = field.known_choices if isinstance(field.known_choices, tuple) else ()
    lost = [choice for choice in known if choice.value in present and choice.value not in offered]
    if lost and field.type in (FieldType.CHOICE, FieldType.CHOICES):
        bound.choices = [*bound.choices, *((choice.value, choice.title) for choice in lost)]


_MODES = {FieldType.INTEGER: "numeric", FieldType.URL: "url"}
