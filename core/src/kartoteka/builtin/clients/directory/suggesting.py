"""What the directory answers while somebody types, and who of all that is suggested is a client already (CL-40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from kartoteka.builtin.clients.directory.models import DirectoryCompany, normal_code
from kartoteka.builtin.clients.directory.queries import clients_of, suggest_companies
from kartoteka.db.session import Session
from kartoteka.extension import dispatch
from kartoteka.extension.declarations.companies import CompanySuggestion
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

SHORTEST = 3
SHOWN = 10
_TOLD = (
    "name",
    "country",
    "registration_code",
    "vat_code",
    "street",
    "city",
    "region",
    "postcode",
    "phone",
    "mobile",
    "email",
    "website",
    "activity",
)


@dataclass(frozen=True)
class Suggested:
    """A suggestion as pages show it: ``client_id`` is the client that it is already."""

    company: CompanySuggestion
    client_id: int | None


def suggest_from_directory(session: Session, query: str) -> Sequence[CompanySuggestion]:
    """Return companies of the imported directories; at most three statements."""
    ids = [row.id for row in suggest_companies(session, query)]
    if not ids:
        return []
    companies = session.scalars(select(DirectoryCompany).where(DirectoryCompany.id.in_(ids)))
    found = {one.id: _suggestion(one) for one in companies}
    return [found[one] for one in ids if one in found]


def _suggestion(company: DirectoryCompany) -> CompanySuggestion:
    told = {name: getattr(company, name) for name in _TOLD}
    url = f"/clients/assistant?company={company.id}"
    return CompanySuggestion(source=_("Company directory"), url=url, **told)


def suggested(session: Session, query: str, country: str) -> list[Suggested]:
    """Return what all modules suggest, with the client that each company is already."""
    query = clean_line(query)
    if len(query.replace(" ", "")) < SHORTEST:
        return []
    companies = dispatch.suggest_companies(session, query, country)[:SHOWN]
    clients = clients_of(session, [(at, one.registration_code, one.country) for at, one in enumerate(companies)])
    return [Suggested(one, clients.get(at)) for at, one in enumerate(companies)]


def find_suggestion(session: Session, country: str, code: str) -> CompanySuggestion | None:
    """Return the suggested company with this code, None when nobody knows it any more."""
    wanted = normal_code(clean_line(code), country)
    if not wanted:
        return None
    companies = dispatch.suggest_companies(session, wanted, country)
    same = (one for one in companies if one.country == country)
    return next((one for one in same if normal_code(one.registration_code, country) == wanted), None)
