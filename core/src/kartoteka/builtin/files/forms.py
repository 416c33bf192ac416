"""Forms of documents."""

from __future__ import annotations

from typing import Any

import wtforms
from wtforms import widgets

from kartoteka.builtin.directories.queries import coded_choices
from kartoteka.builtin.files.fields import NOTE, OTHER
from kartoteka.builtin.files.limits import MOST_MB
from kartoteka.builtin.files.models import KIND_DIRECTORY, NAME_LENGTH, STATUS_DIRECTORY
from kartoteka.builtin.files.pages import RecordsField
from kartoteka.builtin.files.service import NOTE_LENGTH
from kartoteka.db.session import who_works
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.field_base import KartotekaField
from kartoteka.web.fields import BlockField, ChoiceField, CodeField, DateField, IntegerField, LineField
from kartoteka.web.forms import Form


class UploadField(KartotekaField, wtforms.MultipleFileField):
    """One or several files from the visitor's disk; those that were chosen and are not empty fields."""

    kind = "file"
    full_width = True

    def __init__(
        self, label: Translatable | None = None, *, many: bool = False, help: Translatable | None = None, **options: Any
    ) -> None:
        super().__init__(label, description=help or "", **options)  # type: ignore[arg-type]
        self.required = True
        self.widget = widgets.FileInput(multiple=many)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what is a file."""
        self.data = [one for one in valuelist if getattr(one, "filename", "")]

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Ask for a file."""
        if not self.data:
            raise wtforms.ValidationError(str(_("Choose a file.")))


class RegisterForm(Form):
    """What the register says about a document."""

    title = LineField(_("Title"), max_length=NAME_LENGTH, help=_("If empty, the file name is used."))
    kind = ChoiceField(_("Kind"), choices=coded_choices(KIND_DIRECTORY), required=True, empty=None, default=OTHER)
    status = ChoiceField(_("Status"), choices=coded_choices(STATUS_DIRECTORY))
    registered_on = DateField(_("Registered on"), required=True)
    client_number = CodeField(
        _("Client"),
        max_length=200,
        help=_("Number, name or code. If empty, the document belongs to no client."),
        render_kw={
            "list": "k-clients",
            "autocomplete": "off",
            "hx-get": "/files/clients",
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#k-clients",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        },
    )
    note = BlockField(NOTE.title, max_length=NOTE_LENGTH)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        if not NOTE.is_writable(who_works().can):
            del self.note


class NewFileForm(RegisterForm):
    """A new document, or several that are registered alike."""

    file = UploadField(_("File"), many=True, help=_("Several files become several documents."))
    records = RecordsField(_("Belongs to"))


class ChangeForm(RegisterForm):
    """What the register says about a document that is there."""

    title = LineField(_("Title"), max_length=NAME_LENGTH, required=True)
    keep_until = DateField(_("Kept by law until"), help=_("Until that day nobody can delete the document."))


class LinksForm(Form):
    """To which records of its client a document belongs."""

    records = RecordsField(_("Belongs to"))


class LimitsForm(Form):
    """What the company takes into its register."""

    largest = IntegerField(_("Largest file, in MB"), required=True, least=1, most=MOST_MB)
    refused = LineField(
        _("Ends of names that are not taken"), max_length=400, help=_("For example: zip mp4. Apart by spaces.")
    )


class VersionForm(Form):
    """A new version of a document."""

    file = UploadField(_("New version"))
    comment = LineField(_("What was changed"), max_length=NAME_LENGTH)
