"""How quickly a document is put on paper: the sheet of a client with 40 contacts, read and set."""

from __future__ import annotations

import statistics
import time
from datetime import date

import ours
from whole import Fact

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.documents.queries import content_of, draft, type_of
from kartoteka.builtin.documents.typesetting import set_pdf
from kartoteka.builtin.modules.overview import requirements
from kartoteka.builtin.modules.service import switch_on
from kartoteka.db.journal import insert_rows
from kartoteka.installation import Installation
from kartoteka.vocabulary.record import RecordRef

LINES = 40
ROUNDS = 15
SHEET = "crm_clients.client_sheet"


def printing(url: str) -> Fact:
    """Set the sheet again and again; the first ones only warm up."""
    installation = ours.open_bench(url)
    try:
        client = _add_client(installation)
        times = [_set(installation, client) for _round in range(-3, ROUNDS)][3:]
    finally:
        installation.database.dispose()
    return Fact(f"PDF of {LINES} lines, ms", statistics.median(times) * 1_000, most=60.0)


def _add_client(installation: Installation) -> int:
    with installation.database.transaction(ours.SYSTEM) as session:
        switch_on(session, requirements(installation.registry), "crm_clients")
        company = {"kind": "company", "country": "LT", "registered_on": date(2026, 1, 1)}
        (client,) = insert_rows(session, Client, [{**company, "number": "P1", "company_name": "UAB Ąžuolo šaknis"}])
        insert_rows(session, "crm_clients_contact", [_contact(client, number) for number in range(LINES)])
    return client


def _contact(client: int, number: int) -> dict[str, object]:
    names = {"first_name": "Žydrūnė", "surname": f"Šimkutė {number}", "email": f"zydrune{number}@azuolas.lt"}
    return {"client_id": client, "job_title": "Director", "phone": f"+3706{number:07}", **names}


def _set(installation: Installation, client: int) -> float:
    begun = time.perf_counter()
    with installation.database.reading(ours.SYSTEM) as session:
        declared = type_of(session, SHEET)
        content = content_of(session, declared, RecordRef("clients.client", client))
        setting = draft(session, declared, content, "lt")
    set_pdf(setting)
    seconds = time.perf_counter() - begun
    if len(content.data["contacts"]) != LINES:
        raise RuntimeError(f"The sheet has {len(content.data['contacts'])} lines instead of {LINES}.")
    return seconds
