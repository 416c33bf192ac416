"""Checks of codes, phones, e-mails and web addresses; what is odd is told, not refused."""

from kartoteka.vocabulary.identifiers import (
    Checked,
    PhoneNumber,
    bank_account,
    company_code,
    country_code,
    email_address,
    personal_code,
    phone,
    vat_code,
    website,
)

__all__ = [
    "Checked",
    "PhoneNumber",
    "bank_account",
    "company_code",
    "country_code",
    "email_address",
    "personal_code",
    "phone",
    "vat_code",
    "website",
]
