"""Traces that no full name betrays: a surname alone in titles, names in two columns, what users were told."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kartoteka.api.work import store_file
from kartoteka.builtin.importing.models import Import
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.privacy import service
from kartoteka.builtin.privacy.words import Words
from kartoteka.builtin.search.models import SavedView
from kartoteka.db.audit import check_chain
from kartoteka.db.session import find
from kartoteka.testing import run_jobs
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

from .test_privacy import PERSON, SECRETS, dump, live
from .test_privacy import _where as where

pytestmark = pytest.mark.needs_module("crm_clients", "crm_inquiries")

ALONE = ("Pelkauskait", "pelkauskait", "PELKAUSKAIT", "Pelkauskait%C4%97")
FOLDER = "c" * 32


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=["crm_clients", "crm_inquiries"])


def leave_traces(company: Company, client_id: int) -> Path:
    """Let the surname stand alone where no column says whose it is; return the folder of a waiting import."""
    user = company.add_user(ADMINISTRATOR, login="importer")
    folder = company.database.files / "imports" / FOLDER
    folder.mkdir(parents=True)
    (folder / "uploaded").write_text("Vardas;Pavardė\nŽydrūnė;Pelkauskaitė\n", "utf-8")
    with company.database.transaction(company.actor(user), _("Imported: %(name)s", name="PELKAUSKAITĖ.csv")) as session:
        session.add(Import(target="clients.clients", filename="Pelkauskaitės sąrašas.csv", folder=FOLDER))
        view = SavedView(list_name="clients", title="Apie Pelkauskaitę", user_id=user)
        view.query = urlencode({"q": "Pelkauskaitė", "state": "active"})
        session.add(view)
        store_file(session, io.BytesIO(b"list"), "Pelkauskaite_Zydrune.csv")
        told = {"message": "Call Pelkauskaitė", "domain": "core"}
        about = RecordRef("clients.client", client_id)
        session.add(Notification(user_id=user, module="clients", type="clients.x", message=told, about=about))
        session.add(Notification(user_id=user, module="clients", type="clients.x", message={"message": "Call Ona"}))
    with company.database.transaction(company.actor(user), "Pelkauskaitė again") as session:
        find(session, SavedView, view.id).title = "Pelkauskaitė"
    return folder


def everything(company: Company) -> str:
    """Return every value of every table, and the bytes and names of all files of the instance but logs."""
    found = [dump(company)]
    for path in company.database.files.rglob("*"):
        found.append(str(path.relative_to(company.database.files)))
        if path.is_file():
            found.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(found)


def erase(company: Company, client_id: int) -> None:
    user = company.actor(company.add_user(ADMINISTRATOR, login="keeper"))
    with company.database.transaction(user, "Erased") as session:
        service.erase_client(session, client_id, "Pelkauskaitė asked for it")
    run_jobs(company)


@pytest.mark.catalogue("X-07", part="a surname alone")
def test_a_surname_alone_is_not_found_again(made: Company) -> None:
    client_id = live(made)
    folder = leave_traces(made, client_id)
    before = everything(made)
    assert [word for word in ALONE if word not in before] == []
    erase(made, client_id)
    after = everything(made)
    left = {word for word in (*ALONE, *SECRETS) if word in after}
    assert not left, where(made, left)
    assert not folder.exists()
    with made.database.transaction(made.system) as session:
        assert check_chain(session).is_whole
        assert [one.message["message"] for one in session.query(Notification)] == ["Call Ona"]
        view = session.query(SavedView).one()
        assert (view.title, "state=active" in view.query) == ("–", True)
        assert session.query(Import).one().filename == "– sąrašas.csv"


@pytest.mark.parametrize("namesake", ["client", "user"])
def test_a_surname_that_others_bear_stays_in_titles(company_on: Callable[..., Company], namesake: str) -> None:
    made = company_on("sqlite", modules=["crm_clients"])
    client_id = made.add_client(**PERSON).id
    if namesake == "client":
        made.add_client(kind="person", first_name="Ona", surname="Pelkauskaitė", country="LT")
    else:
        made.add_user(ADMINISTRATOR, login="ona", name="Ona Pelkauskaitė")
    with made.database.transaction(made.system) as session:
        session.add(Import(target="clients.clients", filename="Pelkauskaitė.csv"))
        session.add(Import(target="clients.clients", filename="Pelkauskaitė, Žydrūnė.csv"))
    erase(made, client_id)
    with made.database.transaction(made.system) as session:
        assert [one.filename for one in session.query(Import)] == ["Pelkauskaitė.csv", "–, –.csv"]


def test_titles_lose_whole_words_only() -> None:
    words = Words(people=(("Ona", "Rasa"), ("Jonas", "Kazlauskas")), surnames=("Kazlauskas",))
    assert words.without_in_title("rasa_ona.pdf, Rasa") == "–_–.pdf, –"
    assert words.without_in_title("Rasa Onatas") == "Rasa Onatas"
    assert words.without_in_title("KAZLAUSKAS 2026") == "– 2026"
    assert words.without_in_title("Kazlauskaserija") == "Kazlauskaserija"
