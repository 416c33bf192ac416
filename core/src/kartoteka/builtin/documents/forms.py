"""Forms of documents: taking one back, changing a template, changing a number series."""

from __future__ import annotations

from kartoteka.builtin.documents.service import LARGEST_START, LONGEST_REASON, LONGEST_TEMPLATE
from kartoteka.db.series import MASK_LENGTH
from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import BlockField, IntegerField, LineField
from kartoteka.web.forms import Form


class VoidForm(Form):
    """Why a document is taken out of force."""

    reason = BlockField(_("Why"), required=True, max_length=LONGEST_REASON)


class SendForm(Form):
    """To whom a document is sent, and what the mail says."""

    to = LineField(_("To"), required=True, max_length=1000, help=_("Addresses, with commas between them."))
    subject = LineField(_("Subject"), required=True, max_length=300)
    text = BlockField(_("Text"))


class TemplateForm(Form):
    """The text of a template."""

    source = BlockField(_("Template"), max_length=LONGEST_TEMPLATE, render_kw={"rows": 28, "spellcheck": "false"})


class SeriesForm(Form):
    """How the numbers of a series are written, and where they begin."""

    mask = LineField(
        _("Number format"),
        required=True,
        max_length=MASK_LENGTH,
        help=_(
            "{number:04} becomes 0017, {year} the year of the document. With the year, numbers begin anew each year."
        ),
    )
    start = IntegerField(
        _("Next number"),
        least=1,
        most=LARGEST_START,
        help=_("To continue after the last number of another program. If empty, nothing changes."),
    )
