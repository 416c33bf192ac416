"""Documents made of a client: the sheet with all that is known of it, a letter that asks to check it, an envelope."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from kartoteka.api.clients import CLIENT_KIND, Client, own_facts, reads_field
from kartoteka.api.db import Session, actor_of, find
from kartoteka.api.declare import DocumentContent, DocumentType, Series
from kartoteka.api.errors import Refused
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Message, Texts
from kartoteka.api.users import user_names
from kartoteka.api.values import own_facts_of
from kartoteka_crm_clients import queries
from kartoteka_crm_clients.addressing.queries import address_for
from kartoteka_crm_clients.fields import CONTACT, KIND_TITLES, ROLE_TITLES, VIEW
from kartoteka_crm_clients.models import Address, Contact

_ = Texts("crm_clients")
_PAPERS = Path(__file__).parent / "papers"
_OWN = ("registration_code", "vat_code", "phone", "mobile", "email", "website")
_CHECKED = (
    ("registration_code", _("Registration code")),
    ("vat_code", _("VAT code")),
    ("phone", _("Phone")),
    ("email", _("E-mail")),
    ("website", _("Website")),
)


def build_client_sheet(session: Session, record: RecordRef) -> DocumentContent:
    """Return what the sheet of a client says: its codes and how to reach it, its addresses, its contacts."""
    client = find(session, Client, record.id)
    manager = user_names(session, [client.manager_id] if client.manager_id else [])
    # The sheet says what its maker may see: the company may have marked fields as confidential.
    own = {name: getattr(client, name) if reads_field(name, session) else "" for name in _OWN}
    mobile = own.pop("mobile")
    data = {
        **own,
        "number": client.number,
        "phone": own["phone"] or mobile,
        "manager": manager.get(client.manager_id or 0, ""),
        "own": [{"title": title, "value": value} for title, value in own_facts(session, client, actor_of(session).can)],
        "addresses": [_address(one) for one in queries.addresses_of(session, record.id)],
        "contacts": _contacts(session, record.id),
    }
    return DocumentContent(title=client.name, data=data, client_id=client.id, country=client.country)


def build_data_check(session: Session, record: RecordRef) -> DocumentContent:
    """Return what a letter says that asks the client to check its data; its number is that of the outgoing letters."""
    sheet = build_client_sheet(session, record)
    facts = [{"title": title, "value": sheet.data[name]} for name, title in _CHECKED]
    facts += [{"title": one["kind"], "value": one["line"]} for one in sheet.data["addresses"]]
    return replace(
        sheet, data={"lines": _address_lines(session, record.id, str(sheet.title), "data_check"), "facts": facts}
    )


def sample_data_check() -> DocumentContent:
    """Return an invented client."""
    sheet = sample_client_sheet()
    facts = [{"title": title, "value": sheet.data[name]} for name, title in _CHECKED]
    return replace(sheet, data={**sample_envelope().data, "facts": facts})


def build_envelope(session: Session, record: RecordRef) -> DocumentContent:
    """Return the lines of the address for letters to a client; raises Refused when it has none."""
    client = find(session, Client, record.id)
    lines = _address_lines(session, record.id, client.name, "envelope")
    if len(lines) < 2:
        raise Refused(_("This client has no address yet."))
    return DocumentContent(title=client.name, data={"lines": lines}, client_id=client.id, country=client.country)


def sample_client_sheet() -> DocumentContent:
    """Return an invented client."""
    contacts = [
        {
            "name": "Žydrūnė Šimkutė",
            "role": _("Director"),
            "phone": "+370 612 34567",
            "email": "zydrune@example.com",
            "own": ["Key: 12"],
        },
        {"name": "Олена Їжакевич", "role": _("Accountant"), "phone": "+380 67 123 4567", "email": "olena@example.com"},
    ]
    data = {
        "number": "1001",
        "registration_code": "304871236",
        "vat_code": "LT100012345678",
        "phone": "+370 5 212 3456",
        "email": "info@example.com",
        "website": "https://example.com",
        "manager": "Õnne Kääramees",
        "own": [{"title": _("Custom fields"), "value": "12"}],
        "addresses": [{"kind": KIND_TITLES["legal"], "line": "Gedimino pr. 1-2, 01103 Vilnius"}],
        "contacts": contacts,
    }
    return DocumentContent(title="UAB „Ąžuolo šaknis“", data=data, country="LT")


def sample_envelope() -> DocumentContent:
    """Return an invented address."""
    lines = ["UAB „Ąžuolo šaknis“", "Gedimino pr. 1-2", "01103 Vilnius", "LT"]
    return DocumentContent(title="UAB „Ąžuolo šaknis“", data={"lines": lines}, country="LT")


def _address_lines(session: Session, client_id: int, name: str, document: str) -> list[str]:
    """Return the name and the lines of the address that is right for a document, the name alone without any."""
    place = address_for(session, client_id, f"crm_clients.{document}")
    if place is None:
        return [name]
    return [name, place.street, f"{place.postcode} {place.city}".strip(), place.region, place.country]


def _address(one: Address) -> dict[str, Any]:
    return {"kind": KIND_TITLES.get(one.kind, one.kind), "line": one.line}


def _contacts(session: Session, client_id: int) -> list[dict[str, Any]]:
    contacts = queries.contacts_of(session, client_id)
    own = own_facts_of(session, CONTACT, contacts)
    return [
        {**_contact(one), "own": [f"{fact.title}: {fact.value}" for fact in facts]}
        for one, facts in zip(contacts, own, strict=True)
    ]


def _contact(one: Contact) -> dict[str, Any]:
    role: Message | str = one.job_title or ROLE_TITLES.get(one.role, one.role)
    return {"name": one.name, "role": role, "phone": one.mobile or one.phone, "email": one.email}


DOCUMENT_TYPES = [
    DocumentType(
        name="client_sheet",
        title=_("Client sheet"),
        kinds=(CLIENT_KIND,),
        permission=VIEW,
        template=_PAPERS / "client_sheet.typ",
        build=build_client_sheet,
        sample=sample_client_sheet,
        words={
            "number": _("Number"),
            "registration_code": _("Registration code"),
            "vat_code": _("VAT code"),
            "phone": _("Phone"),
            "email": _("E-mail"),
            "website": _("Website"),
            "manager": _("Manager"),
            "addresses": _("Addresses"),
            "contacts": _("Contacts"),
            "name": _("Full name"),
            "role": _("Role"),
        },
        icon="file-text",
    ),
    DocumentType(
        name="data_check",
        title=_("Letter: please check your data"),
        kinds=(CLIENT_KIND,),
        permission=VIEW,
        template=_PAPERS / "data_check.typ",
        build=build_data_check,
        sample=sample_data_check,
        words={
            "number": _("No."),
            "subject": _("Please check your data"),
            "request": _("This is what we know of you. Please correct what has changed and send the letter back."),
            "name": _("Full name"),
            "signature": _("Date and signature"),
        },
        icon="file-text",
        series=Series(name="letters", gapless=False),
        weight=105,
    ),
    DocumentType(
        name="envelope",
        title=_("Envelope"),
        kinds=(CLIENT_KIND,),
        permission=VIEW,
        template=_PAPERS / "envelope.typ",
        build=build_envelope,
        sample=sample_envelope,
        icon="mail",
        weight=110,
    ),
]
