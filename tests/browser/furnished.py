"""Records of the demo company that the pages of the pictures need."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.bin.service import delete_clients
from kartoteka.builtin.clients.pairs.service import keep_apart
from kartoteka.builtin.clients.service import create_client
from kartoteka.builtin.dashboard.service import post_notice
from kartoteka.builtin.notifications.service import notify
from kartoteka.builtin.users.models import User
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import insert_rows
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef


def tell(session: Session, client_id: int) -> None:
    """Post notices and tell Rasa something, so that there is something to see."""
    rasa = session.scalar(select(User.id).where(User.login == "rasa"))
    today = utc_now().date()
    long = "The office is closed on Friday.\nOrders that arrive before Thursday noon go out this week."
    post_notice(session, {"title": "Office closed on Friday", "text": long, "valid_from": today, "important": True})
    post_notice(session, {"title": "New price list from Monday", "valid_from": today, "valid_until": today})
    about = RecordRef("clients.client", client_id)
    for number in range(3):
        notify(
            session, [rasa], "dashboard.birthday", Message("Birthday today: turns %(age)s", {"age": 40 + number}), about
        )


def add_directory(session: Session) -> int:
    """Put companies into the company directory and return the id of one."""
    names = ("UAB „Žuvėdra“", "Ąžuolas, UAB", "MB Ėglė ir partneriai")
    values = {"country": "LT", "city": "Vilnius", "street": "Gedimino pr. 1", "phone": "+370 5 299 0001"}
    rows = [{**values, "name": name, "registration_code": f"3024175{index}"} for index, name in enumerate(names)]
    return insert_rows(session, "core_directory_company", rows)[0]


def add_idle_user(session: Session) -> int:
    """Add a user to whom nothing belongs."""
    idle = User(login="idle", name="Irena Idle", active=True, preferences={})
    session.add(idle)
    session.flush()
    return idle.id


def fill_bin(session: Any, client: int, other: int) -> int:
    """Put a client into the bin, and say of two others that they are no duplicates; return the one in the bin."""
    binned = create_client(session, {"company_name": "UAB Nebėra"}).id
    delete_clients(session, [binned])
    keep_apart(session, client, other)
    return binned


def add_file(session: Session, client_id: int) -> int:
    """Register a PDF with two versions, and return it."""
    import typst

    from kartoteka.builtin.files.service import save_version, store_file

    first, second = (BytesIO(typst.compile(f"= Sutartis Nr. {number}".encode())) for number in (5, 6))
    file = store_file(session, first, "Sutartis su priedais.pdf", client_id=client_id, kind="contract", status="signed")
    save_version(session, file.id, second, comment="Kaina pakeista")
    return file.id
