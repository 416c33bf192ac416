"""Pages of the list of contact persons."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kartoteka.api.clients import EXPORT
from kartoteka.api.lists import choose_columns, export_list, show_filters, show_list
from kartoteka.api.users import set_preference
from kartoteka.api.web import require
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.fields import VIEW
from kartoteka_crm_clients.people.lists import CONTACT_LIST

Answer = str | Response


@blueprint.get("/contacts/")
@require(VIEW)
def list_contacts() -> Answer:
    """List the contact persons of all clients that the visitor sees."""
    return show_list(CONTACT_LIST)


@blueprint.get("/contacts/filters")
@require(VIEW)
def filter_contacts() -> Answer:
    """Ask for all filters at once."""
    return show_filters(CONTACT_LIST)


@blueprint.route("/contacts/columns", methods=["GET", "POST"])
@require(VIEW)
def choose_contact_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(CONTACT_LIST, set_preference)


@blueprint.route("/contacts/export", methods=["GET", "POST"])
@require(VIEW, EXPORT)
def export_contacts() -> Answer:
    """Take the list away as a file, as it is filtered, sorted and shown (X-03)."""
    return export_list(CONTACT_LIST)
