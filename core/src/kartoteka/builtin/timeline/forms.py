"""Forms of notes and reminders."""

from __future__ import annotations

from kartoteka.builtin.timeline.service import TEXT_LENGTH
from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import BlockField, LineField
from kartoteka.web.forms import Form
from kartoteka.web.moments import MomentField


class NoteForm(Form):
    """A note."""

    text = BlockField(
        _("Note"),
        required=True,
        max_length=TEXT_LENGTH,
        help=_("Write @ and a colleague's name to tell somebody who may see this."),
    )


class ReminderForm(Form):
    """A reminder that a user sets for himself."""

    text = LineField(_("Remind me of"), required=True, max_length=200)
    at = MomentField(_("When"), required=True, help=_("You are told then, with all browsers closed too."))
