"""The form of the add-in's settings."""

from __future__ import annotations

from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import BlockField
from kartoteka.web.forms import Form


class OriginsForm(Form):
    """Where the add-in may be shown."""

    origins = BlockField(
        _("Sites that may show it in a frame"),
        max_length=500,
        help=_("Office in the browser is such a site. Programs on a computer need none. One on each line."),
        render_kw={"rows": 4, "spellcheck": "false"},
    )
