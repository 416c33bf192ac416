"""The form about the company: for the page of settings and for the first step of setting up."""

from __future__ import annotations

from collections.abc import Iterable

from kartoteka.extension.declarations.data import Choice
from kartoteka.vocabulary.identifiers import company_code, vat_code
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.timezones import timezone_choices
from kartoteka.web.countries import country_choices
from kartoteka.web.current import current
from kartoteka.web.fields import ChoiceField, CodeField, LineField
from kartoteka.web.forms import Form
from kartoteka.web.i18n import LANGUAGES

NAME_LENGTH = 200


def _countries() -> Iterable[Choice]:
    return country_choices(current().config.country)


class CompanyForm(Form):
    """What the company is called and where it works."""

    company = LineField(
        _("Company name"), required=True, max_length=NAME_LENGTH, render_kw={"autocomplete": "organization"}
    )
    country = ChoiceField(
        _("Country"), choices=_countries, empty=None, help=_("Codes and phone numbers are checked by its rules.")
    )
    language = ChoiceField(
        _("Language"),
        choices=tuple(LANGUAGES.items()),
        empty=None,
        help=_("Everybody may choose another one for themselves."),
    )
    timezone = ChoiceField(_("Time zone"), choices=timezone_choices, empty=None)
    registration_code = CodeField(_("Registration code"))
    vat_code = CodeField(_("VAT code"))

    def warn_about_codes(self) -> None:
        """Show what is unusual about the codes; it doesn't keep anybody from saving."""
        country = self.country.data or ""
        for field, check in ((self.registration_code, company_code), (self.vat_code, vat_code)):
            checked = check(field.data or "", country)
            if checked.is_unusual and checked.problem:
                self.warn(field.name, checked.problem)
