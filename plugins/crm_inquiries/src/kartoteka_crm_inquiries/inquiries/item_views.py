"""Goods and services that are offered while a line is typed."""

from __future__ import annotations

from flask import request

from kartoteka.api.db import reading
from kartoteka.api.web import render, require
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries.items import TEXT_LENGTH, offered_items
from kartoteka_crm_inquiries.naming import EDIT


@blueprint.get("/inquiries/items")
@require(EDIT)
def offer_items() -> str:
    """Offer the goods and services that may be meant by what is being typed; a fragment of the form."""
    typed = " ".join(request.args.get("line_text", "").split())[:TEXT_LENGTH]
    with reading() as session:
        items = offered_items(session, typed)
    return render("crm_inquiries/inquiries/items.html", items=items)
