"""The form of a field."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.custom_fields.models import CustomFieldRow
from kartoteka.builtin.custom_fields.naming import LANGUAGES
from kartoteka.builtin.custom_fields.rules import HELP_LENGTH, MONEY, TEXTS, TITLE_LENGTH, TYPES, WITH_CHOICES
from kartoteka.extension.declarations.data import Choice
from kartoteka.vocabulary.message import text as _
from kartoteka.web.forms import BlockField, ChoiceField, Form, LineField, YesNoField

_IN = {
    "en": _("In English"),
    "lt": _("In Lithuanian"),
    "et": _("In Estonian"),
    "uk": _("In Ukrainian"),
    "ru": _("In Russian"),
}
_TITLE = "title_"
_PLAIN = ("title", "help", "currency", "required", "confidential", "personal", "searchable", "closed")


class _FieldForm(Form):
    """A field of the company; what it asks for depends on what is typed into the field."""

    title = LineField(_("Name"), required=True, max_length=TITLE_LENGTH)
    help = LineField(_("Help"), max_length=HELP_LENGTH, help=_("One sentence beside the field in forms."))
    choices = BlockField(
        _("Choices"),
        max_length=50_000,
        help=_("One on each line. “old = new” gives a choice another name; one left out is not offered any more."),
    )
    currency = LineField(_("Currency"), max_length=3, help=_("For money, three letters such as EUR."))
    required = YesNoField(_("Must be filled in"), help=_("Records without it stay; whoever edits them fills it in."))
    confidential = YesNoField(_("Confidential"), help=_("Only for those who may see confidential fields."))
    personal = YesNoField(_("About a person"), default=True, help=_("Cleared when a client's personal data is erased."))
    searchable = YesNoField(_("Found by search"), help=_("For texts: the search finds records by it."))
    closed = YesNoField(_("Closed"), help=_("The field is no longer shown; its values are kept."))

    def field_values(self) -> dict[str, Any]:
        """Return the values as the service takes them."""
        given = self.values()
        titles = {name.removeprefix(_TITLE): given.pop(name) for name in list(given) if name.startswith(_TITLE)}
        return {**given, "titles": titles}

    def fill_field(self, row: CustomFieldRow) -> None:
        """Take over what a field is like."""
        known = {name: getattr(row, name) for name in _PLAIN}
        titles = {f"{_TITLE}{language}": row.titles.get(language) for language in LANGUAGES}
        open_choices = "\n".join(str(one["title"]) for one in row.choices if not one.get("closed"))
        self.fill({**known, **titles, "choices": open_choices, "version": row.version})
        if not self.is_submitted():
            self.renew_version(row.version)

    @property
    def title_fields(self) -> list[Any]:
        """The fields for what it is called by language."""
        return [self[f"{_TITLE}{language}"] for language in LANGUAGES]


_NEW_TYPE = ChoiceField(
    _("Type of value"), choices=tuple(Choice(one.value, one.title) for one in TYPES), empty=None, validate_choice=False
)


def new_form() -> Any:
    """Return the form for another field."""
    form = type("NewFieldForm", (_FieldForm,), {"type": _NEW_TYPE, **_titles()})()
    del form["closed"]
    return form


def field_form(row: CustomFieldRow) -> Any:
    """Return the form of a field; what makes no sense for its type is left out."""
    form = type("FieldForm", (_FieldForm,), _titles())()
    unwanted = [
        *([] if row.type in WITH_CHOICES else ["choices"]),
        *([] if row.type == MONEY else ["currency"]),
        *([] if row.type in TEXTS else ["searchable"]),
    ]
    for name in unwanted:
        del form[name]
    form.fill_field(row)
    return form


def _titles() -> dict[str, Any]:
    return {f"{_TITLE}{language}": LineField(_IN[language], max_length=TITLE_LENGTH) for language in LANGUAGES}
