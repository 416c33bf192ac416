"""Changing what the company says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.settings.models import Setting
from kartoteka.builtin.settings.queries import (
    COMPANY,
    COUNTRY,
    LANGUAGE,
    NAMES,
    REGISTRATION_CODE,
    TIMEZONE,
    VAT_CODE,
)
from kartoteka.db.audit import audit
from kartoteka.db.session import Session, as_system, demand
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.identifiers import Checked, company_code, country_code, vat_code
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line
from kartoteka.vocabulary.timezones import known_timezones

MANAGE = "settings.manage"
NAME_LENGTH = 200
LANGUAGES = ("en", "lt", "et", "uk", "ru")


def save_settings(session: Session, values: Mapping[str, Any]) -> None:
    """Change some of the company's settings; every process works with them from its next request on.

    Raises Forbidden without the right ``settings.manage``, and InvalidInput naming each setting that is wrong. Codes
    that are merely unusual are taken (catalogue CL-03).
    """
    demand(session, MANAGE)
    cleaned = {name: clean_line(str(values[name] or "")) for name in NAMES if name in values}
    if errors := problems_with(cleaned):
        raise InvalidInput(errors)
    keep_values(session, cleaned)


def keep_values(session: Session, values: Mapping[str, str]) -> None:
    """Keep settings, those of a room under names like ``files.largest``; what is unchanged leaves no trace.

    Whoever calls has looked at the actor's right and at the values, which have at most 500 characters.
    """
    known = {one.name: one for one in session.scalars(select(Setting).where(Setting.name.in_(values)))}
    changed = sorted(name for name, value in values.items() if name not in known or known[name].value != value)
    for name, value in values.items():
        setting = known.get(name) or Setting(name=name)
        setting.value = value
        session.add(setting)
    session.flush()
    if changed:
        audit(session, "settings.changed", facts={"settings": changed})
    bump_state(session)


def keep_once(session: Session, name: str, value: str) -> str:
    """Keep a value that the program made, unless another process was first; return what is kept."""
    insert = sqlite.insert if session.database.is_sqlite else postgresql.insert
    with as_system(session, reason="a value that is made once"):
        session.execute(insert(Setting.__table__).values(name=name, value=value).on_conflict_do_nothing())
        return session.scalars(select(Setting.value).where(Setting.name == name)).one()


def problems_with(values: Mapping[str, str]) -> dict[str, Message]:
    """Return what is wrong with settings, by name."""
    found = {name: problem for name, value in values.items() if (problem := _problem(name, value))}
    checks = check_codes(values)
    found.update({name: checked.problem for name, checked in checks.items() if checked.is_error and checked.problem})
    return found


def check_codes(values: Mapping[str, str]) -> dict[str, Checked]:
    """Look at the company's registration code and VAT number as its country writes them."""
    country = values.get(COUNTRY, "")
    return {
        REGISTRATION_CODE: company_code(values.get(REGISTRATION_CODE, ""), country),
        VAT_CODE: vat_code(values.get(VAT_CODE, ""), country),
    }


def _problem(name: str, value: str) -> Message | None:
    if name == COMPANY:
        return _name_problem(value)
    if name == COUNTRY and (len(value) != 2 or country_code(value) != value):
        return _("Choose a country.")
    if name == LANGUAGE and value not in LANGUAGES:
        return _("Choose a language.")
    if name == TIMEZONE and value not in known_timezones():
        return _("There is no such time zone.")
    return None


def _name_problem(value: str) -> Message | None:
    if not value:
        return _("Enter the company's name.")
    if len(value) > NAME_LENGTH:
        return _("Use at most %(count)s characters.", count=NAME_LENGTH)
    return None
