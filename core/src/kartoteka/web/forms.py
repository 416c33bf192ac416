"""The base of all forms and the fields they are made of: cleaned input, messages a clerk understands, nothing lost.

A field's ``errors`` block saving; its ``warnings`` are shown and do not. After a `Conflict` a field also has
``theirs``: what somebody else saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Field, HiddenField
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from kartoteka.db.settling import EditConflict
from kartoteka.vocabulary.errors import Conflict, InvalidInput, Problem
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import (
    BlockField,
    ChoiceField,
    CodeField,
    DateField,
    DecimalField,
    EmailField,
    IntegerField,
    LineField,
    ManyChoicesField,
    PasswordField,
    PhoneField,
    UserField,
    WebsiteField,
    YesNoField,
    to_id,
)
from kartoteka.web.security import csrf_token

__all__ = [
    "BlockField",
    "ChoiceField",
    "CodeField",
    "DateField",
    "DecimalField",
    "EmailField",
    "Form",
    "IntegerField",
    "LineField",
    "ManyChoicesField",
    "PasswordField",
    "PhoneField",
    "UserField",
    "ValidationError",
    "WebsiteField",
    "YesNoField",
    "to_id",
]

THEIRS = "take_theirs"
_SENT = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OWN = frozenset({"csrf_token", "version"})

_WTFORMS_TEXTS = {
    "This field is required.": _("Fill this in."),
    "Not a valid choice.": _("Choose one of the values offered."),
    "Not a valid choice": _("Choose one of the values offered."),
    "'%(value)s' is not a valid choice for this field.": _("Choose one of the values offered."),
    "'%(value)s' are not valid choices for this field.": _("Choose one of the values offered."),
    "Invalid Choice: could not coerce.": _("Choose one of the values offered."),
    "Not a valid integer value.": _("Write a whole number here."),
    "Not a valid decimal value.": _("Write a number here."),
    "Not a valid date value.": _("This is not a date. Choose it from the calendar or write it as 2026-11-30."),
    "Not a valid datetime value.": _("This is not a date and time."),
    "Not a valid time value.": _("This is not a time. Write it as 09:30."),
    "Field cannot be longer than %(max)d character.": _("This is too long."),
    "Field cannot be longer than %(max)d characters.": _("This is too long."),
    "CSRF token missing.": _("The page was open for too long. Save again."),
}


class _FormTexts:
    """WTForms' own messages in our words and the reader's language."""

    def gettext(self, text: str) -> str:
        message = _WTFORMS_TEXTS.get(text)
        return text if message is None else str(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


class _KeptToken(FlaskForm.Meta.csrf_class):  # type: ignore[misc,name-defined]
    """Gives a form the token that its browser has on every page, where Flask-WTF would sign one anew."""

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        return csrf_token()


class Form(FlaskForm):
    """A form with the version of the record it was rendered from, for optimistic locking.

    Typical view::

        form = ClientForm()
        form.fill(client)
        if form.validate_on_submit():
            change_client(session, client.id, form.changed_data(), form.version_number)
    """

    version = HiddenField()

    class Meta:
        csrf_class = _KeptToken

        @staticmethod
        def get_translations(form: Any) -> _FormTexts:
            return _FormTexts()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            # Flask-WTF would take a body of JSON for a form, too: lists and deep nesting in it crash.
            if formdata is not _Auto:
                return formdata
            if request.method in _SENT and (request.form or request.files):
                return CombinedMultiDict((request.files, request.form))
            return None

    @property
    def version_number(self) -> int | None:
        """The version that the form was rendered from, None when it is missing or nonsense."""
        written = str(self.version.data or "")
        return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None

    @property
    def data_fields(self) -> list[Field]:
        """The fields that hold values of the record."""
        return [field for field in self._fields.values() if field.short_name not in _OWN]

    @property
    def has_files(self) -> bool:
        """Whether files are sent with it, which takes another encoding of the form."""
        return any(getattr(field, "kind", "") == "file" for field in self._fields.values())

    def values(self) -> dict[str, Any]:
        """Return what was typed, cleaned, by field name."""
        return {field.short_name: field.data for field in self.data_fields}

    def fill(self, record: object) -> None:
        """Show the record's values; on a POST keep what was typed and remember the record's values beside it.

        ``record`` is an object or a mapping. A field ticked as "take theirs" takes the record's value instead.
        """
        is_sent, known = self.is_submitted(), self._known_of(record)
        if is_sent and not self.has_files and all(field.raw_data and not field.process_errors for field in known):
            # What was typed has been read when the form was made; reading it once more would tell the same.
            for field, value in known.items():
                field.object_data = value
        else:
            source = {"data": record} if isinstance(record, Mapping) else {"obj": record}
            self.process(self.meta.wrap_formdata(self, _Auto), **source)  # type: ignore[attr-defined]
        taken = set(request.form.getlist(THEIRS)) if is_sent else ()
        for field in self.data_fields:
            if field.name in taken:
                field.data = field.object_data
                field.process_errors = []
                field.raw_data = None

    def _known_of(self, record: object) -> dict[Field, Any]:
        """Return the record's value for each field that it has one for."""
        find = record.get if isinstance(record, Mapping) else partial(getattr, record)
        found = {field: find(field.short_name, unset_value) for field in self.data_fields}
        return {field: value for field, value in found.items() if value is not unset_value}

    def changed_data(self) -> dict[str, Any]:
        """Return only what differs from the record given to `fill`."""
        return {field.short_name: field.data for field in self.data_fields if field.data != _blank_as(field)}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed; a form of which nothing arrived is not taken for one that was left as it is."""
        if self.is_submitted() and self.data_fields and not self._has_arrived():
            self.process(None)
            self.form_errors = [_("Nothing of the form arrived, so nothing was saved. Reload the page and try again.")]
            return False
        return bool(super().validate(extra_validators))

    def _has_arrived(self) -> bool:
        sent = {**request.form, **request.files}
        fields = [field for field in self._fields.values() if field.short_name != "csrf_token"]
        # What a view hands over, such as parameters of the address, has arrived too.
        return any(field.name in sent or field.raw_data for field in fields)

    def take_problem(self, problem: Problem) -> None:
        """Show a service's refusal: beside its fields where it names them, on top of the form otherwise."""
        if isinstance(problem, Conflict):
            self.take_conflict(problem)
        elif isinstance(problem, InvalidInput):
            for name, message in problem.errors.items():
                self.add_error(name, message)
        else:
            self.add_error(problem.field, problem.message)

    def take_conflict(self, conflict: Conflict) -> None:
        """Put what others saved beside what was typed here."""
        self.conflict = conflict
        for name, theirs in conflict.theirs.items():
            if name in self._fields:
                self._fields[name].theirs = theirs
                self._fields[name].has_theirs = True

    def take_both(self, conflict: EditConflict, version: int) -> None:
        """Show both values of disputed fields, take over what only others changed, save against ``version`` next."""
        self.take_conflict(conflict)
        for name, value in conflict.merged.items():
            if name in self:
                self[name].data = value
                self[name].raw_data = None
        self.renew_version(version)

    def renew_version(self, version: int) -> None:
        """Save against this version from now on: the user has seen what others changed."""
        self.version.data = str(version)
        self.version.raw_data = [str(version)]

    def add_error(self, name: str | None, message: Translatable) -> None:
        """Add an error to a field, or to the form as a whole when it has no such field."""
        field = self._fields.get(name or "")
        if field is None:
            self.form_errors.append(message)  # type: ignore[arg-type]
        else:
            field.errors = [*field.errors, message]

    def warn(self, name: str, message: Translatable) -> None:
        """Add a warning to a field: shown, but it does not block saving."""
        field = self._fields.get(name)
        if field is not None:
            field.warnings = [*getattr(field, "warnings", ()), message]

    def all_errors(self) -> list[tuple[Field | None, Message | str]]:
        """Return every error with its field, for the summary on top of the form."""
        found: list[tuple[Field | None, Message | str]] = [(None, error) for error in self.form_errors]
        for field in self._fields.values():
            found.extend((field, error) for error in field.errors if isinstance(error, (str, Message)))
        return found

    def keep_only(self, names: Iterable[str]) -> None:
        """Drop the fields the user may not write, so that nothing posted for them is read."""
        kept = {*names, *_OWN}
        for name in [name for name in self._fields if name not in kept]:
            del self[name]


def _blank_as(field: Field) -> Any:
    # An empty text field reads "" where the record has None: that is no change.
    original = getattr(field, "object_data", None)
    return field.data if original is None and field.data in ("", [], False) else original


def single_field_form(field: Field, *, name: str, base: type[Form] = Form) -> type[Form]:
    """Return a form class with one field: for editing in place."""
    return type("SingleFieldForm", (base,), {name: field})
