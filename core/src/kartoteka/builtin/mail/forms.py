"""Forms of mail: writing one, accounts, templates, and one's own signature."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import widgets

from kartoteka.builtin.mail.accounts import SECURITIES, SIGNATURE_LENGTH
from kartoteka.builtin.mail.models import ADDRESS_LENGTH, NAME_LENGTH, SUBJECT_LENGTH
from kartoteka.builtin.mail.writing import BODY_LENGTH
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import (
    BlockField,
    ChoiceField,
    DateField,
    EmailField,
    IntegerField,
    LineField,
    PasswordField,
    YesNoField,
)
from kartoteka.web.forms import Form, to_id

_SECURITY_TITLES = {
    "starttls": _("STARTTLS (usually port 587)"),
    "tls": _("TLS (usually port 465)"),
    "none": _("None: only for a server on this machine"),
}
_NO_CORRECTION = {"autocapitalize": "none", "spellcheck": "false"}


class WriteForm(Form):
    """A mail that somebody writes."""

    account_id = ChoiceField(_("Sender"), coerce=to_id, empty=None)
    to = LineField(
        _("To"),
        required=True,
        max_length=4000,
        help=_("Several addresses are divided by commas."),
        render_kw={**_NO_CORRECTION, "list": "known-addresses", "autocomplete": "off"},
    )
    cc = LineField(
        _("Copy to"), max_length=4000, render_kw={**_NO_CORRECTION, "list": "known-addresses", "autocomplete": "off"}
    )
    subject = LineField(_("Subject"), required=True, max_length=SUBJECT_LENGTH)
    text = BlockField(_("Text"), required=True, max_length=200_000, render_kw={"rows": 12})
    send_on = DateField(_("Send on"), help=_("If empty, the e-mail is sent at once."))
    send_at = LineField(
        _("At"),
        max_length=5,
        help=_("In your time zone; if empty, at eight in the morning."),
        widget=widgets.TimeInput(),
    )

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """Return when the mail is to leave, None for at once; raises InvalidInput."""
        if self.send_on.data is None:
            if self.send_at.data:
                raise InvalidInput({"send_on": _("Choose the day, too.")})
            return None
        try:
            at = time.fromisoformat(self.send_at.data or "08:00")
        except ValueError:
            raise InvalidInput({"send_at": _("This is not a time. Write it as 09:30.")}) from None
        return datetime.combine(self.send_on.data, at.replace(tzinfo=None), tzinfo=zone).astimezone(UTC)


class AccountForm(Form):
    """A mail account of the company."""

    title = LineField(_("Name of the account"), max_length=NAME_LENGTH, help=_("What users choose it by."))
    address = EmailField(_("Address"), required=True, max_length=ADDRESS_LENGTH)
    sender_name = LineField(_("Name beside the address"), max_length=NAME_LENGTH)
    host = LineField(_("Mail server"), required=True, max_length=255, render_kw=_NO_CORRECTION)
    port = IntegerField(_("Port"), required=True)
    security = ChoiceField(
        _("Encryption"), choices=tuple((one, _SECURITY_TITLES[one]) for one in SECURITIES), required=True, empty=None
    )
    username = LineField(_("User name"), max_length=ADDRESS_LENGTH, render_kw={**_NO_CORRECTION, "autocomplete": "off"})
    password = PasswordField(
        _("Password"), required=False, new=True, help=_("Stored encrypted. If empty, the current one is kept.")
    )
    signature = BlockField(
        _("Signature"), max_length=SIGNATURE_LENGTH, help=_("For users without a signature of their own.")
    )
    is_default = YesNoField(_("The company's e-mails are sent from here"))
    active = YesNoField(_("In use"), default=True)


class OwnAccountForm(Form):
    """A user's own address on one of the company's servers."""

    server_id = ChoiceField(_("Mail server"), coerce=to_id, required=True, empty=None)
    address = EmailField(_("Address"), required=True, max_length=ADDRESS_LENGTH)
    sender_name = LineField(_("Name beside the address"), max_length=NAME_LENGTH)
    username = LineField(_("User name"), max_length=ADDRESS_LENGTH, render_kw={**_NO_CORRECTION, "autocomplete": "off"})
    password = PasswordField(
        _("Password"), required=False, new=True, help=_("Stored encrypted. If empty, the current one is kept.")
    )
    active = YesNoField(_("In use"), default=True)


class SignatureForm(Form):
    """What a user writes below his mails."""

    signature = BlockField(_("Signature"), max_length=SIGNATURE_LENGTH)


class TextForm(Form):
    """What a template says in one language."""

    title = LineField(_("Name of the template"), max_length=NAME_LENGTH)
    subject = LineField(_("Subject"), max_length=SUBJECT_LENGTH)
    body = BlockField(_("Text"), required=True, max_length=BODY_LENGTH, render_kw={"rows": 14})
    is_html = YesNoField(_("The text is HTML"), help=_("Pictures, tables and colours; scripts are taken out."))

    def typed(self) -> dict[str, Any]:
        """Return what was typed, as the service wants it."""
        return {"title": self.title.data if self.title else "", **self.values()}
