"""Forms of second factors."""

from __future__ import annotations

from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import LineField, PasswordField, YesNoField
from kartoteka.web.forms import Form

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(Form):
    """The second half of signing in."""

    code = LineField(
        _("Code"),
        required=True,
        max_length=40,
        help=_("The six digits that your phone shows, or one of your recovery codes."),
        render_kw=_CODE,
    )
    trust = YesNoField(_("Don't ask in this browser for 30 days"), help=_("Only on a device of your own."))


class CodeGeneratorForm(Form):
    """A first code, which proves that the secret has arrived in the phone."""

    code = LineField(_("Code from the app"), required=True, max_length=40, render_kw=_CODE)
    password = PasswordField(_("Your current password"))


class PasskeyForm(Form):
    """A new passkey's name; what the browser answers comes in a field of its own."""

    name = LineField(_("Name"), required=True, max_length=100, help=_("For example: my phone, my security key."))
    password = PasswordField(_("Your current password"))


class PasswordAgainForm(Form):
    """The password once more."""

    password = PasswordField(_("Your current password"))
