"""The facts of an inquiry, order or tender as its page shows them."""

from __future__ import annotations

from typing import Any

from kartoteka.api.declare import ClientPerson
from kartoteka.api.texts import Texts, Translatable
from kartoteka.api.values import write_value
from kartoteka.api.web import Fact, format_number
from kartoteka_crm_inquiries.inquiries.fact_forms import is_edited_here
from kartoteka_crm_inquiries.inquiries.fields import BY_NAME
from kartoteka_crm_inquiries.inquiries.forms import BY_SORT
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.queries import Shown
from kartoteka_crm_inquiries.inquiries.rules import ORDER_SORT

_ = Texts("crm_inquiries")

_FIRST = ("subject", "manager_id", "received_at", "value", "source_id", "client_number", "goods", "person")


def facts_of(shown: Shown, person: ClientPerson | None, *, may_edit: bool, may_assign: bool) -> dict[str, Fact]:
    """Return the facts of an inquiry by name in the order of the page, its description last.

    ``person`` is who speaks for the client about it.
    """
    names = (*_FIRST, *BY_SORT.get(shown.inquiry.sort, ()), "description")
    return {name: one_fact(name, shown, person, may_edit=may_edit, may_assign=may_assign) for name in names}


def one_fact(name: str, shown: Shown, person: ClientPerson | None, *, may_edit: bool, may_assign: bool) -> Fact:
    """Return one fact, with a pencil where it is edited in place."""
    inquiry = shown.inquiry
    edited = may_edit and is_edited_here(name, inquiry.sort, may_assign=may_assign)
    more: dict[str, Any] = {}
    if name == "manager_id" and not shown.performer:
        more = {"colour": "overdue", "icon": "alert-triangle"}
    elif name == "link" and inquiry.link:
        more = {"link": inquiry.link, "is_outside": True}
    elif name == "person" and person is not None:
        more = {"phone": person.phone}
    value = _written(name, shown, person)
    return Fact(name, _title(name, inquiry), value, may_edit=edited, is_block=name == "description", **more)


def _written(name: str, shown: Shown, person: ClientPerson | None) -> Translatable:
    inquiry = shown.inquiry
    if name == "manager_id":
        return shown.performer or _("nobody")
    if name == "source_id":
        return shown.source
    if name == "person":
        return person.name if person is not None else ""
    if name == "value":
        return "" if inquiry.value is None else f"{format_number(inquiry.value, 2)} {inquiry.currency}"
    return write_value(BY_NAME[name], getattr(inquiry, name))


def _title(name: str, inquiry: Inquiry) -> Translatable:
    if name == "deadline" and inquiry.sort == ORDER_SORT:
        return _("Delivery")
    return {"person": _("Contact person"), "link": _("Where it was published")}.get(name) or BY_NAME[name].title
