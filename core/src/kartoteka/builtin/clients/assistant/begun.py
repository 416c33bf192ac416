"""What a new client begins with: nothing, a company of the directory, or one that a module suggests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from kartoteka.builtin.clients.directory.making import known_of, values_of
from kartoteka.builtin.clients.directory.models import DirectoryCompany
from kartoteka.builtin.clients.directory.suggesting import find_suggestion
from kartoteka.builtin.clients.models import ClientKind, Relationship
from kartoteka.db.session import find, reading
from kartoteka.extension.declarations.companies import CompanySuggestion
from kartoteka.vocabulary.errors import NotFound
from kartoteka.web.asked import asked_id
from kartoteka.web.current import current, visitor

_SAME = ("country", "registration_code", "vat_code", "phone", "mobile", "email", "website", "activity")
_KNOWN = ("country", "region", "city", "street", "postcode", "phone", "mobile", "email", "website")


@dataclass(frozen=True)
class Begun:
    """Values of a new client by field name, what modules are told of it, and the page's address values for both."""

    values: Mapping[str, Any]
    known: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)
    suggestion: CompanySuggestion | None = None


def begun_client() -> Begun:
    """Return what the address of the page asks for.

    ``company`` is the id of a company of the directory; ``of`` and ``code`` are country and registration code of one
    that a module suggests. Raises NotFound for a company that nobody knows.
    """
    company_id = asked_id("company")
    country, code = request.args.get("of", "")[:2], request.args.get("code", "")[:80]
    if company_id is not None or not code:
        values, known = first_values(company_id)
        return Begun(values, known, {} if company_id is None else {"company": company_id})
    with reading() as session:
        found = find_suggestion(session, country, code)
    if found is None:
        raise NotFound
    values = {name: getattr(found, name) for name in _SAME if getattr(found, name)}
    first = {**first_values(None)[0], "relationship": Relationship.POTENTIAL, "company_name": found.name, **values}
    known = {name: getattr(found, name) for name in _KNOWN}
    return Begun(first, known, {"of": country, "code": code}, found)


def first_values(company_id: int | None) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Return what a new client begins with, and what is known of a directory company; raises NotFound for no company.

    The first are by field name.
    """
    first: dict[str, Any] = {
        "kind": ClientKind.COMPANY,
        "relationship": Relationship.EXISTING,
        "country": current().config.country,  # type: ignore[attr-defined]
        "manager": visitor().id,
    }
    if company_id is None:
        return first, {}
    with reading() as session:
        company = find(session, DirectoryCompany, company_id)
    return {**first, "relationship": Relationship.POTENTIAL, **values_of(company)}, known_of(company)
