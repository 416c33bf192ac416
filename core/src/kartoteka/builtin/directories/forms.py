"""The form of an entry."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.directories.checking import LANGUAGES
from kartoteka.builtin.directories.models import NAME_LENGTH, DirectoryEntry
from kartoteka.extension.declarations.data import Choice, Colour
from kartoteka.extension.declarations.directories import Directory
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.countries import country_choices
from kartoteka.web.forms import ChoiceField, Form, LineField, YesNoField

COLOURS = (
    Choice(Colour.PLANNED, _("Blue")),
    Choice(Colour.DONE, _("Green")),
    Choice(Colour.TODAY, _("Orange")),
    Choice(Colour.OVERDUE, _("Red")),
)
_IN = {
    "en": _("In English"),
    "lt": _("In Lithuanian"),
    "et": _("In Estonian"),
    "uk": _("In Ukrainian"),
    "ru": _("In Russian"),
}
_TITLE = "title_"


def _to_id(value: Any) -> int | None:
    return read_id(str(value)) if value not in (None, "") else None


class _EntryForm(Form):
    """An entry of a directory; which fields it has depends on the directory."""

    def fill_entry(self, entry: DirectoryEntry) -> None:
        """Take over the values of an entry."""
        known = {name: getattr(entry, name) for name in ("name", "parent_id", "country", "colour", "closed")}
        titles = {f"{_TITLE}{language}": entry.titles.get(language) for language in LANGUAGES}
        self.fill({name: value for name, value in {**known, **titles}.items() if name in self})
        if not self.is_submitted():
            self.renew_version(entry.version)

    def entry_values(self) -> dict[str, Any]:
        """Return the values as the service takes them."""
        given = self.values()
        titles = {name.removeprefix(_TITLE): given.pop(name) for name in list(given) if name.startswith(_TITLE)}
        return {**given, "titles": titles}

    @property
    def title_fields(self) -> list[Any]:
        """The fields for what the entry is called by language."""
        return [self[f"{_TITLE}{language}"] for language in LANGUAGES]


def make_form(directory: Directory, parents: list[tuple[int, Any]], *, is_new: bool) -> _EntryForm:
    """Return the form for entries of a directory."""
    members: dict[str, Any] = {"name": LineField(_("Name"), required=True, max_length=NAME_LENGTH)}
    if directory.parent is not None:
        members["parent_id"] = ChoiceField(_("Belongs to"), choices=parents, empty=_("Nothing above it"), coerce=_to_id)
    if directory.by_country:
        members["country"] = ChoiceField(_("Country"), choices=country_choices, empty=_("Same as its parent"))
    if directory.coloured:
        members["colour"] = ChoiceField(_("Colour"), choices=COLOURS, empty=_("Grey"))
    if not is_new:
        members["closed"] = YesNoField(_("Closed"), help=_("Records keep a closed entry; it is not offered any more."))
    for language in LANGUAGES:
        members[f"{_TITLE}{language}"] = LineField(_IN[language], max_length=NAME_LENGTH)
    form: _EntryForm = type("EntryForm", (_EntryForm,), members)()
    return form
