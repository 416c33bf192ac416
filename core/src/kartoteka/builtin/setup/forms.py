"""The forms of the first steps."""

from __future__ import annotations

from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import EmailField, LineField, PasswordField
from kartoteka.web.forms import Form, ValidationError


class TokenForm(Form):
    """The proof that whoever sets up is who started the server."""

    token = LineField(
        _("Set-up code"),
        required=True,
        max_length=40,
        help=_(
            "It is shown in the window in which Kartoteka was started. The command “kartoteka setup” shows it, too."
        ),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class AdministratorForm(Form):
    """The first user, who may do everything."""

    name = LineField(_("Your name"), required=True, max_length=100, render_kw={"autocomplete": "name"})
    login = LineField(
        _("User name"),
        required=True,
        max_length=100,
        help=_("What you sign in with."),
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    email = EmailField(_("E-mail"))
    password = PasswordField(
        _("Password"), new=True, help=_("At least 10 characters; several words are easy to remember.")
    )
    again = PasswordField(_("Password again"), new=True)

    def validate_again(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise ValidationError(str(_("The two passwords are not the same.")))
