"""Codes and addresses as people type them, checked kindly.

Real data is imperfect: a code that fails its check digit is *unusual* (a warning, stored nevertheless); only what
makes no sense at all, or is far too long, is an error.
"""

from kartoteka.vocabulary.identifiers.banks import bank_account
from kartoteka.vocabulary.identifiers.checked import Checked, Severity
from kartoteka.vocabulary.identifiers.companies import company_code
from kartoteka.vocabulary.identifiers.countries import COUNTRIES, country_code
from kartoteka.vocabulary.identifiers.emails import email_address
from kartoteka.vocabulary.identifiers.people import personal_code
from kartoteka.vocabulary.identifiers.phones import PhoneNumber, phone
from kartoteka.vocabulary.identifiers.vat_codes import vat_code
from kartoteka.vocabulary.identifiers.websites import website

__all__ = [
    "COUNTRIES",
    "Checked",
    "PhoneNumber",
    "Severity",
    "bank_account",
    "company_code",
    "country_code",
    "email_address",
    "personal_code",
    "phone",
    "vat_code",
    "website",
]
