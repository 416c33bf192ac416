"""Reads of the company's settings."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.builtin.settings.models import Setting
from kartoteka.db.session import Session

COMPANY, COUNTRY, LANGUAGE, TIMEZONE = "company", "country", "language", "timezone"
REGISTRATION_CODE, VAT_CODE = "registration_code", "vat_code"
USUAL_ZONE = "Europe/Vilnius"
NAMES = (COMPANY, COUNTRY, LANGUAGE, TIMEZONE, REGISTRATION_CODE, VAT_CODE)


def stored_settings(session: Session) -> dict[str, str]:
    """Return the settings that somebody has made, by name; the others come from the environment."""
    return {row.name: row.value for row in session.execute(select(Setting.name, Setting.value)) if row.value}


def company_place(session: Session) -> tuple[str, str]:
    """Return the country (ISO 3166 alpha-2) and the time zone that the company works in."""
    stored = stored_settings(session)
    return stored.get(COUNTRY) or session.database.search.region or "LT", stored.get(TIMEZONE) or USUAL_ZONE
