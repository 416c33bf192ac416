"""The tab "Inquiries" of the client card (CL-19, CL-28)."""

from __future__ import annotations

from flask import request

from kartoteka.api.clients import Client
from kartoteka.api.db import find, reading, utc_now
from kartoteka.api.web import render_card, require
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries import queries
from kartoteka_crm_inquiries.inquiries.rules import SORTS
from kartoteka_crm_inquiries.naming import VIEW

TAB = "crm_inquiries.inquiries"


@blueprint.get("/clients/<int:record_id>/inquiries")
@require(VIEW)
def show_client_inquiries(record_id: int) -> str:
    """List a client's inquiries, orders and tenders, open ones first; ``sort`` limits them."""
    asked = request.args.get("sort", "")
    sort = asked if asked in SORTS else ""
    with reading() as session:
        find(session, Client, record_id)
        rows = queries.inquiries_of(session, record_id, sort)
    return render_card(
        "crm_inquiries/inquiries/of_client.html",
        record_id,
        tab=TAB,
        rows=rows,
        sort=sort,
        sorts=SORTS,
        now=utc_now(),
        most=queries.MOST,
    )
