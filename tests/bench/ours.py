"""Our side of the bench: a database with the generated rows, and the application with its statements counted."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from pathlib import Path
from typing import Any

import working
from sqlalchemy import insert, select, text
from sqlalchemy.schema import CreateIndex, CreateTable

from kartoteka.app import create_app
from kartoteka.builtin.access.service import add_role, ensure_administrator, give_role
from kartoteka.builtin.modules.overview import requirements
from kartoteka.builtin.modules.service import switch_on
from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.service import add_user
from kartoteka.config import Config
from kartoteka.db.actor import Actor, Reach
from kartoteka.db.base import Model
from kartoteka.db.journal import insert_rows
from kartoteka.db.session import Session
from kartoteka.extension.active import active_set
from kartoteka.extension.lineages import lineages
from kartoteka.installation import Installation, open_installation, requires_of

PASSWORD = "bench-bench-7"
ADMINISTRATOR, SELLER = "bench", "manager05"
"""Who asks for the pages: one who sees everything, and one who sees own clients only."""
SYSTEM = Actor.system("bench")
_FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
"""How statements begin that only frame a transaction."""
TYPES = {
    "client": "existing",
    "partner": "existing",
    "supplier": "existing",
    "potential": "potential",
    "lost": "potential",
}
KINDS = {"client": "regular", "partner": "key", "supplier": "occasional", "potential": "", "lost": ""}
IMPORTANCE = {"A": "a", "B": "b", "C": "c", "D": ""}


def modules() -> list[EntryPoint]:
    """Return the installed modules and the one that stands for offers."""
    group = "kartoteka.modules"
    return [*entry_points(group=group), EntryPoint("bench_offers", "bench_offers.plugin", group)]


def open_bench(url: str) -> Installation:
    """Return the installation that is measured."""
    return open_installation(Config(database=url, secret="only for measuring"), entry_points=modules())


def tables() -> str:
    """Return what the database consists of, in words, so that one with other tables is not taken for ours."""
    open_bench("sqlite:///unused.db")  # maps the classes of the modules
    parts: list[Any] = [sorted(table.info.items(), key=str) for table in Model.metadata.sorted_tables]
    for table in Model.metadata.sorted_tables:
        parts += [CreateTable(table), *map(CreateIndex, sorted(table.indexes, key=lambda index: str(index.name)))]
    return "\n".join(str(part) for part in parts)


def build(url: str, rows: Path) -> None:
    """Fill an empty database with the generated rows through the same verbs that imports use."""
    from kartoteka.db.migrate import upgrade  # a web process, which is measured, does without Alembic

    installation = open_bench(url)
    database = installation.database
    upgrade(database, lineages(installation.registry))
    own = [table for table in Model.metadata.sorted_tables if table.name.startswith("bench_")]
    Model.metadata.create_all(database.engine, tables=own)
    with database.transaction(SYSTEM) as session:
        for module in modules():
            switch_on(session, requirements(installation.registry), module.name)
        managers = _add_users(session, installation, rows)
        known = working.prepare(session, managers)
    _fill(database, "core_client", (_client(row, managers) for row in _read(rows, "companies")))
    _fill(database, "crm_clients_contact", map(_contact, _read(rows, "contacts")))
    _fill(database, "crm_clients_address", map(_address, _read(rows, "companies")))
    _fill(database, working.INQUIRIES, working.inquiries(_read(rows, "activities"), known))
    of_inquiries = {row["id"] for row in working.inquiries(_read(rows, "activities"), known)}
    _fill(database, working.ACTIVITIES, working.activities(_read(rows, "activities"), known, of_inquiries))
    with database.engine.begin() as connection:
        offers = {int(row["id"]): int(row["company_id"]) for row in _read(rows, "offers")}
        _insert(connection, "bench_offers_offer", map(_offer, _read(rows, "offers")))
        _insert(connection, "bench_offers_line", (_line(row, offers) for row in _read(rows, "offer_lines")))
    _settle(database)
    database.dispose()


def application() -> Any:
    """Return the application on the database of BENCH_DATABASE; X-Statements says how many statements a page took."""
    installation = open_bench(os.environ["BENCH_DATABASE"])
    app = create_app(installation=installation)
    sent: list[str] = []
    _note_statements(installation.database.engine.dialect, sent)

    @app.after_request
    def tell(response: Any) -> Any:
        response.headers["X-Statements"] = str(sum(not one.startswith(_FRAMES) for one in sent))
        sent.clear()
        return response

    return app


def _note_statements(dialect: Any, sent: list[str]) -> None:
    """Write down what goes to the database; not by events, which an engine then looks for around every statement."""
    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        setattr(dialect, name, partial(_send, getattr(dialect, name), sent))


def _send(run: Callable[..., None], sent: list[str], cursor: Any, statement: str, *rest: Any) -> None:
    sent.append(statement)
    run(cursor, statement, *rest)


def _add_users(session: Session, installation: Installation, rows: Path) -> dict[str, int]:
    known = requires_of(installation.registry, active_set(session))
    role = add_role(session, title="Seller", reach=Reach.OWN, rights=dict.fromkeys(known, True))
    administrator = add_user(session, {"login": ADMINISTRATOR, "name": "Bench"}, password=PASSWORD)
    give_role(session, administrator.id, ensure_administrator(session).id)
    for row in _read(rows, "managers"):
        login = row["login"]
        user = add_user(session, {"login": login, "name": login}, password=PASSWORD if login == SELLER else None)
        give_role(session, user.id, role.id)
    session.flush()
    return dict(session.execute(select(User.login, User.id)).tuples().all())


def _fill(database: Any, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    source = iter(rows)
    while batch := list(islice(source, 5_000)):
        with database.transaction(SYSTEM) as session:
            insert_rows(session, table, batch)


def _insert(connection: Any, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    source = iter(rows)
    while batch := list(islice(source, 10_000)):
        connection.execute(insert(Model.metadata.tables[table]), batch)


def _settle(database: Any) -> None:
    """Bring the database into the state of one that has been in use: ids given go on counting, statistics are there."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.is_sqlite:
            return  # what its planner knows is written by the upgrade
        for table in ("core_client", working.INQUIRIES, working.ACTIVITIES, "bench_offers_offer"):
            highest = text(f"select setval(pg_get_serial_sequence('{table}', 'id'), max(id)) from {table}")
            connection.execute(highest)
        connection.execute(text("vacuum analyze"))


def _read(rows: Path, table: str) -> Iterator[dict[str, str]]:
    with (rows / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _client(row: Mapping[str, str], managers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": int(row["id"]),
        "number": f"K{int(row['id']):06}",
        "kind": "company",
        "company_name": row["name"],
        "first_name": "",
        "surname": "",
        "personal_code": "",
        "registration_code": row["reg_code"],
        "vat_code": row["vat_code"],
        "country": row["country"],
        "phone": row["phone"],
        "mobile": "",
        "fax": "",
        "email": row["email"],
        "website": row["website"],
        "bank_account": "",
        "notes": row["notes"],
        "manager_id": managers[row["manager"]],
        "importance": IMPORTANCE[row["importance"]],
        "relationship": TYPES[row["type"]],
        "client_kind": KINDS[row["type"]],
        "registered_on": date.fromisoformat(row["registered_on"]),
        "state": "active",
    }


def _contact(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "client_id": int(row["company_id"]),
        "first_name": row["first_name"],
        "surname": row["last_name"],
        "job_title": row["position"],
        "phone": row["phone"],
        "email": row["email"],
    }


def _address(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "client_id": int(row["id"]),
        "kind": "legal",
        "country": row["country"],
        "city": row["city"],
        "street": row["street"],
        "postcode": row["postcode"],
    }


def _offer(row: Mapping[str, str]) -> dict[str, Any]:
    own = {name: row[name] for name in ("number", "manager", "status", "total")}
    return {
        **own,
        "id": int(row["id"]),
        "client_id": int(row["company_id"]),
        "offered_on": date.fromisoformat(row["offered_on"]),
    }


def _line(row: Mapping[str, str], clients: Mapping[int, int]) -> dict[str, Any]:
    return {
        "offer_id": int(row["offer_id"]),
        "client_id": clients[int(row["offer_id"])],
        "product_name": row["product_name"],
        "quantity": row["qty"],
        "unit_price": row["unit_price"],
        "amount": row["amount"],
    }
