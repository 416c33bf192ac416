"""Pages of the company directory: the list, a company, and making a client of it (CL-40)."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.assistant.begun import first_values
from kartoteka.builtin.clients.assistant.service import StepRefused, enter_client
from kartoteka.builtin.clients.assistant.steps import begun_steps
from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.directory.fields import COMPANY_FIELDS
from kartoteka.builtin.clients.directory.kinds import DIRECTORY
from kartoteka.builtin.clients.directory.models import DirectoryCompany
from kartoteka.builtin.clients.directory.queries import clients_of
from kartoteka.builtin.clients.directory.suggesting import SHORTEST, suggested
from kartoteka.builtin.clients.duplicates import describe_duplicates, probe_for
from kartoteka.builtin.clients.fields import CREATE
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.extension.dispatch import client_steps, find_duplicates
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.identifiers import country_code
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line
from kartoteka.web.blueprint import require
from kartoteka.web.countries import country_name
from kartoteka.web.current import current
from kartoteka.web.i18n import today
from kartoteka.web.lists import choose_columns, show_filters, show_list
from kartoteka.web.pages import is_fragment, render, render_part
from kartoteka.web.toasts import toast

Answer = str | Response


@blueprint.get("/directory/")
@require(CREATE)
def list_directory() -> Answer:
    """List the companies of all directories, searched by name, code, address, phone or e-mail."""
    return show_list(DIRECTORY)


@blueprint.get("/directory/filters")
@require(CREATE)
def filter_directory() -> Answer:
    """Ask for all filters at once."""
    return show_filters(DIRECTORY)


@blueprint.route("/directory/columns", methods=["GET", "POST"])
@require(CREATE)
def choose_directory_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(DIRECTORY, set_preference)


@blueprint.get("/directory/<int:record_id>")
@require(CREATE)
def show_company(record_id: int) -> Answer:
    """Show what a directory says about a company."""
    with reading() as session:
        company = find(session, DirectoryCompany, record_id)
        client_id = _client_of(session, company)
    facts = [(field.title, _shown(company, field.name)) for field in COMPANY_FIELDS if field.name != "name"]
    return render("clients/directory_company.html", listed=company, client_id=client_id, facts=facts)


@blueprint.post("/directory/<int:record_id>/client")
@require(CREATE)
def make_client(record_id: int) -> Answer:
    """Make a client of a company; one that is a client already opens its card.

    A company that looks like another client, or that cannot be stored as it is, goes to the assistant.
    """
    values, known = first_values(record_id)
    with reading() as session:
        client_id = _client_of(session, find(session, DirectoryCompany, record_id))
        hits = describe_duplicates(session, find_duplicates(session, probe_for(values, None)))
        steps = begun_steps(client_steps(session), known)
    if client_id is not None:
        toast(_("This company is a client already."), "info")
        return redirect(url_for("clients.show_client", record_id=client_id))
    if any(one.is_likely for one in hits):
        toast(_("This may be a client already. Look at it before you save."), "warning")
        return redirect(url_for("clients.assist", company=record_id))
    try:
        with transaction(_("Client created from a company directory")) as session:
            client = enter_client(session, {**values, "registered_on": today()}, steps)
    except (Problem, StepRefused) as problem:
        toast(str(getattr(problem, "problem", problem)), "warning")
        return redirect(url_for("clients.assist", company=record_id))
    toast(_("%(name)s is saved as %(number)s.", name=client.name, number=client.number))
    return redirect(url_for("clients.show_client", record_id=client.id))


@blueprint.get("/directory/suggest")
@require(CREATE)
def suggest_directory() -> Answer:
    """Suggest companies while the name or the code of a new client is typed; without script a page that asks for both.

    They come from the directory and from modules that know companies, such as registers.
    """
    typed = [clean_line(request.args.get(name, "")[:200]) for name in ("registration_code", "company_name", "q")]
    query = next((one for one in typed if len(one) >= SHORTEST), "")
    country = country_code(request.args.get("country", "")[:60]) or current().config.country  # type: ignore[attr-defined]
    with reading() as session:
        companies = suggested(session, query, country)
    if is_fragment():
        return render_part("clients/directory_suggestions.html", companies=companies)
    return render("clients/directory_search.html", companies=companies, query=query or typed[-1])


def _client_of(session: Session, company: DirectoryCompany) -> int | None:
    return clients_of(session, [(company.id, company.registration_code, company.country)]).get(company.id)


def _shown(company: DirectoryCompany, name: str) -> str:
    value = str(getattr(company, name) or "")
    return country_name(value) if name == "country" and value else value
