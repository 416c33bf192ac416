"""Forms of notes."""

from __future__ import annotations

from kartoteka.builtin.timeline.service import TEXT_LENGTH
from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import BlockField
from kartoteka.web.forms import Form


class NoteForm(Form):
    """A note."""

    text = BlockField(
        _("Note"),
        required=True,
        max_length=TEXT_LENGTH,
        help=_("Write @ and a colleague's name to tell somebody who may see this."),
    )
