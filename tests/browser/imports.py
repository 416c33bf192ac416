"""Imports at every step, for looking at their pages."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.importing.files import take_in
from kartoteka.builtin.importing.models import Import, ImportProblem
from kartoteka.builtin.importing.service import begin_import, decide_form
from kartoteka.builtin.importing.tables import guess_form
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import text as _

LIST = (
    "ID;Įmonės kodas;Pavadinimas;Telefonas;Suma\n1;304444444;UAB Durų ir langų namai;+37061234567;13,50\n2;;A.B.;;7\n"
)
COUNTS = {"read": 8612, "created": 5730, "changed": 3, "unchanged": 2878, "no_data": 1, "unusual": 2210}
COUNTS |= {"duplicate": 12, "refused": 2, "problems": 3}


def add_imports(company: Any, session: Session) -> dict[str, int]:
    """Add an import at each step and return their ids by step."""
    owner = session.scalar(select(User.id).where(User.login == "rasa"))
    made = {step: _begin(company, session) for step in ("file", "columns", "checked", "done")}
    decide_form(session, made["columns"].id, guess_form(_folder(company), {"id"}), is_final=True)
    for step in ("checked", "done"):
        made[step].stage = step
        made[step].checked = made[step].result = COUNTS
        phase = "check" if step == "checked" else "import"
        for line, severity in ((7, "error"), (9, "duplicate"), (12, "warning")):
            message = _("There is no such country. Write its name or its two letters, such as LT.")
            values = {"phase": phase, "line": line, "field": "country", "severity": severity, "message": message}
            session.add(ImportProblem(import_id=made[step].id, **values))
    for one in made.values():
        one.user_id = owner
    session.flush()
    return {f"import_{step}": one.id for step, one in made.items()}


def _folder(company: Any) -> Any:
    return take_in(company.database, BytesIO(LIST.encode()))


def _begin(company: Any, session: Session) -> Import:
    folder = _folder(company)
    return begin_import(session, "clients.clients", "kontaktų sąrašas 2026.csv", folder, guess_form(folder, {"id"}))
