"""Forms of users, departments and signing in."""

from __future__ import annotations

from kartoteka.builtin.users import queries
from kartoteka.db.session import reading
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.timezones import timezone_choices
from kartoteka.web.fields import (
    ChoiceField,
    DateField,
    EmailField,
    LineField,
    PasswordField,
    YesNoField,
)
from kartoteka.web.forms import Form, to_id
from kartoteka.web.i18n import languages

THEME_TITLES = {
    "system": _("As on this device"),
    "light": _("Light"),
    "dark": _("Dark"),
}


def _language_choices() -> list[tuple[str, str]]:
    return list(languages().names.items())


def _department_choices() -> list[tuple[int, Translatable]]:
    with reading() as session:
        departments = queries.list_departments(session)
    return [(one.id, _("%(name)s (closed)", name=one.name) if one.closed else one.name) for one in departments]


class SignInForm(Form):
    """Who signs in."""

    login = LineField(_("User name"), required=True, render_kw={"autocomplete": "username", "autocapitalize": "none"})
    password = PasswordField(_("Password"))
    remember = YesNoField(_("Keep me signed in"), help=_("For 30 days; only on a device of your own."))


class ProfileForm(Form):
    """What users change about themselves."""

    name = LineField(_("Full name"), required=True, max_length=100)
    email = EmailField(_("E-mail"))
    birth_date = DateField(_("Birthday"), help=_("Colleagues see the day, not the year."))
    language = ChoiceField(_("Language"), choices=_language_choices, empty=_("As the company"))
    timezone = ChoiceField(_("Time zone"), choices=timezone_choices, empty=_("As the company"))
    theme = ChoiceField(_("Appearance"), choices=tuple(THEME_TITLES.items()), empty=None)


class UserForm(Form):
    """What administrators write about a user."""

    name = LineField(_("Full name"), required=True, max_length=100)
    login = LineField(
        _("User name"),
        required=True,
        max_length=100,
        help=_("What the person signs in with."),
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    email = EmailField(_("E-mail"))
    department_id = ChoiceField(_("Department"), choices=_department_choices, coerce=to_id, empty=_("None"))
    birth_date = DateField(_("Birthday"))
    language = ChoiceField(_("Language"), choices=_language_choices, empty=_("As the company"))
    timezone = ChoiceField(_("Time zone"), choices=timezone_choices, empty=_("As the company"))


class NewUserForm(UserForm):
    """A new user, with the password he begins with."""

    password = PasswordField(
        _("First password"), new=True, help=_("At least 10 characters. The user must change it at the first sign-in.")
    )


class PasswordForm(Form):
    """A new password for somebody else."""

    password = PasswordField(_("New password"), new=True, help=_("At least 10 characters; several words are fine."))
    must_change = YesNoField(_("Require a new password at the next sign-in"), default=True)


class OwnPasswordForm(Form):
    """A new password for oneself."""

    old_password = PasswordField(_("Current password"))
    new_password = PasswordField(
        _("New password"), new=True, help=_("At least 10 characters; several words are easy to remember.")
    )
    again = PasswordField(_("New password again"), new=True)
    keep_programs = YesNoField(
        _("Keep my programs signed in"),
        help=_(
            "Otherwise app passwords, API keys, calendar addresses and push messages end, as all other browsers do."
        ),
    )

    def validate_again(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.new_password.data:
            from wtforms import ValidationError

            raise ValidationError(str(_("The two passwords are not the same.")))


class DepartmentForm(Form):
    """A department."""

    name = LineField(_("Name"), required=True, max_length=100)
    closed = YesNoField(_("Closed"), help=_("Not offered any more; its people stay in it."))
