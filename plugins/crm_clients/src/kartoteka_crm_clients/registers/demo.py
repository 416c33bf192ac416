"""Registers of the demo company: some hundred made-up firms to be suggested, and what they say of a few clients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select

from kartoteka.api.clients import Client, ClientKind
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka_crm_clients.registers.fields import NAME, OPEN, STATUS, VAT, WITHDRAWN
from kartoteka_crm_clients.registers.made_up import Row, made_up_rows
from kartoteka_crm_clients.registers.models import RegisterCompany, RegisterDifference, RegisterLoad
from kartoteka_crm_clients.registers.rules import COUNTRIES, Company, Status, name_keys

FIRMS = 90
FIRST = 5_000_000
"""Far behind the codes of the demo company's clients."""
_FORMS = {"LT": ("UAB “{}”", "UAB"), "EE": ("{} OÜ", "Osaühing"), "LV": ("SIA “{}”", "SIA"), "UA": ("ТОВ «{}»", "ТОВ")}
_SAID = (Status.LIQUIDATION, "", Status.ACTIVE, Status.ACTIVE, Status.BANKRUPT)


def add_demo_registers(session: Session) -> None:
    """Load a small register for each country, and note what differs from the first clients."""
    for country in COUNTRIES:
        load = _load(session, country)
        rows = [_values(load.id, country, row) for row in made_up_rows(country, FIRMS, sound_codes=True, first=FIRST)]
        session.connection().execute(insert(RegisterCompany.__table__), rows)  # type: ignore[arg-type]
    clients = session.execute(
        select(Client.id, Client.country, Client.company_name, Client.registration_code_norm, Client.vat_code)
        .where(Client.kind == ClientKind.COMPANY, Client.registration_code_norm != "", Client.country.in_(COUNTRIES))
        .order_by(Client.id)
        .limit(len(_SAID))
    ).all()
    _differ(session, clients)


def _load(session: Session, country: str) -> RegisterLoad:
    load = RegisterLoad(country=country, filename=f"register-{country.lower()}.csv", digest="demo", size=FIRMS * 160)
    load.stage, load.records, load.finished_at = "done", FIRMS, utc_now()
    load.counts, load.problems = {"new": FIRMS}, []
    session.add(load)
    session.flush()
    return load


def _values(load_id: int, country: str, row: Row) -> dict[str, Any]:
    pattern, form = _FORMS[country]
    company = Company(
        code=row.code,
        name=pattern.format(row.name),
        legal_form=form,
        vat_code=f"EE1{row.code}" if country == "EE" and row.has_vat else "",
        status=Status.LIQUIDATION if row.status != "active" else Status.ACTIVE,
        street=row.street,
        city=row.city.removesuffix(" linn"),
        region=row.region,
        postcode=row.postcode,
    )
    return _row(load_id, country, company)


def _row(load_id: int, country: str, company: Company) -> dict[str, Any]:
    keys = name_keys(company.name)
    told = {name: getattr(company, name) for name in Company.__slots__}
    return {
        **told,
        "country": country,
        "first_key": keys[0],
        "second_key": keys[1],
        "third_key": keys[2],
        "digest": company.digest,
        "seen_in": load_id,
        "gone_on": None,
    }


def _differ(session: Session, clients: Any) -> None:
    loads = {row.country: row.id for row in session.execute(select(RegisterLoad.country, RegisterLoad.id))}
    rows_known = session.execute(select(RegisterCompany.country, RegisterCompany.code))
    known = {(row.country, row.code) for row in rows_known}
    new = [
        (client, _as_registered(client, status))
        for client, status in zip(clients, _SAID, strict=False)
        if (client.country, client.registration_code_norm) not in known
    ]
    rows = [_row(loads[client.country], client.country, company) for client, company in new]
    if not rows:
        return
    session.connection().execute(insert(RegisterCompany.__table__), rows)  # type: ignore[arg-type]
    insert_rows(session, RegisterDifference, _differences(session, new))


def _as_registered(client: Any, status: str) -> Company:
    name = client.company_name if status else f"Group {client.company_name}"
    return Company(code=client.registration_code_norm, name=name[:300], status=status or Status.ACTIVE)


def _differences(session: Session, new: list[tuple[Any, Company]]) -> Iterator[dict[str, Any]]:
    codes = [company.code for _client, company in new]
    found = session.execute(select(RegisterCompany.code, RegisterCompany.id).where(RegisterCompany.code.in_(codes)))
    ids = {row.code: row.id for row in found}
    for client, company in new:
        common = {"client_id": client.id, "company_id": ids[company.code], "decision": OPEN}
        common["found_on"] = utc_now().date()
        if company.status != Status.ACTIVE:
            yield {**common, "what": STATUS, "ours": "", "theirs": "", "mark": company.status}
        elif company.name != client.company_name:
            yield {**common, "what": NAME, "ours": client.company_name, "theirs": company.name, "mark": ""}
        elif client.vat_code and client.country == "EE":
            yield {**common, "what": VAT, "ours": client.vat_code, "theirs": "", "mark": WITHDRAWN}
