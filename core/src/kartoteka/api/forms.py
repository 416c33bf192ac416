"""Forms and their fields."""

from kartoteka.builtin.clients.countries import country_choices, country_name
from kartoteka.builtin.clients.own_forms import ExtensibleForm
from kartoteka.builtin.files.service import LARGEST_FORM
from kartoteka.builtin.reports.forms import PeriodForm
from kartoteka.web.forms import (
    BlockField,
    ChoiceField,
    CodeField,
    DateField,
    DecimalField,
    EmailField,
    Form,
    IntegerField,
    LineField,
    ManyChoicesField,
    PasswordField,
    PhoneField,
    UserField,
    ValidationError,
    WebsiteField,
    YesNoField,
    single_field_form,
    to_id,
)
from kartoteka.web.moments import MomentField
from kartoteka.web.saving import save_form

__all__ = [
    "LARGEST_FORM",
    "BlockField",
    "ChoiceField",
    "CodeField",
    "DateField",
    "DecimalField",
    "EmailField",
    "ExtensibleForm",
    "Form",
    "IntegerField",
    "LineField",
    "ManyChoicesField",
    "MomentField",
    "PasswordField",
    "PeriodForm",
    "PhoneField",
    "UserField",
    "ValidationError",
    "WebsiteField",
    "YesNoField",
    "country_choices",
    "country_name",
    "save_form",
    "single_field_form",
    "to_id",
]
