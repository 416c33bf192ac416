"""Forms of incoming mail: a mailbox, the client a mail belongs to, and an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms.fields.choices import SelectChoice

from kartoteka.builtin.directories.queries import coded_choices
from kartoteka.builtin.files.pages import RecordsField
from kartoteka.builtin.inbox.accounts import SECURITIES
from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import BlockField, ChoiceField, CodeField, IntegerField, LineField, PasswordField, YesNoField
from kartoteka.web.forms import Form, to_id

_TITLES = {
    "tls": _("TLS (usually port 993)"),
    "starttls": _("STARTTLS (usually port 143)"),
    "none": _("None: only for a server on this machine"),
}
_NO_CORRECTION = {"autocapitalize": "none", "spellcheck": "false"}


class MailboxForm(Form):
    """A mailbox that mail is fetched from."""

    title = LineField(_("Name"), max_length=200, help=_("What the mailbox is called here, such as Office."))
    host = LineField(_("Mail server"), required=True, max_length=255, render_kw=_NO_CORRECTION)
    port = IntegerField(_("Port"), required=True)
    security = ChoiceField(
        _("Encryption"), choices=[(one, _TITLES[one]) for one in SECURITIES], required=True, empty=None
    )
    username = LineField(_("User name"), required=True, max_length=320, render_kw=_NO_CORRECTION)
    password = PasswordField(
        _("Password"), required=False, new=True, help=_("Stored encrypted. If empty, the current one is kept.")
    )
    folder = LineField(_("Folder"), max_length=200, help=_("Usually INBOX. Nothing is changed or deleted there."))
    owner_id = ChoiceField(
        _("Whose mailbox"), coerce=to_id, empty=None, help=_("A user's own e-mails are seen by that user.")
    )
    active = YesNoField(_("Fetch e-mails"))


class ClientForm(Form):
    """Which client a mail belongs to."""

    client_number = CodeField(_("Client's number"), help=_("If empty, the e-mail belongs to no client."))


class SaveForm(Form):
    """What of a mail becomes a document of which client."""

    client_number = CodeField(_("Client's number"), required=True)
    kind = ChoiceField(_("Kind"), choices=coded_choices("files.kinds"), required=True, empty=None, default="letter")
    title = LineField(_("Title"), max_length=200, help=_("If empty, the subject or the file name is used."))
    part = ChoiceField(_("What is saved"))
    records = RecordsField(_("Belongs to"))

    def offer(self, attachments: Iterable[Mapping[str, Any]]) -> None:
        """Offer the whole mail and each of its files."""
        files = (SelectChoice(str(one["position"]), one["name"]) for one in attachments)
        self.part.choices = [SelectChoice("", _("The whole e-mail")), *files]


class AnswerForm(Form):
    """An answer to a mail."""

    text = BlockField(_("Reply"), required=True, max_length=200_000, render_kw={"rows": 8})
