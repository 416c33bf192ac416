"""The whole card as of a day, every tab and panel of it, equals what the card said on that day (M-02)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import or_, select

from kartoteka.builtin.clients.as_of.rebuilding import journalled_kinds
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.timeline.models import Note
from kartoteka.db.clock import at_moment
from kartoteka.db.journal import delete_rows
from kartoteka.db.members import MEMBERS
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.record import RecordRef, RecordState
from tests.core.clients_as_of.busy import CLIENT, BusyLife

pytestmark = pytest.mark.needs_module("crm_clients")

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOKEN = re.compile(r"zod\d+q", re.IGNORECASE)
PEOPLE = {"Contact persons", "Addresses", "Positions"}
SHOWN_AS = {
    "/clients/{}": {*PEOPLE, "Properties", "Notes", "Tags on clients", "Shared clients", "Sales terms"},
    "/clients/{}/files": {"Documents"},
    "/clients/{}/timeline?only=timeline.notes": {"Notes"},
    "/crm_clients/clients/{}/contacts": PEOPLE,
    "/crm_clients/clients/{}/related": {"Positions", "Related organisations"},
    "/crm_clients/clients/{}/contracts": {"Contracts"},
    "/crm_clients/clients/{}/relationship": {"Stages of relationships"},
    "/crm_clients/clients/{}/marketing": {"Properties", "Marketing data"},
    "/panels/crm_clients/signatories?record=clients.client:{}": {"Positions"},
    "/panels/crm_clients/related?record=clients.client:{}": {"Related organisations"},
    "/panels/crm_clients/stages?record=clients.client:{}": {"Stages of relationships"},
}
"""Tabs and lazy panels of the card, and the panels of a former day that say the same."""


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=["crm_clients"])


def words_of(html: str) -> str:
    """Return the text of a piece of a page, its white space evened out."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def panels_of(page: str) -> dict[str, str]:
    """Return the header and each panel of the page of a former day as text, by its heading."""
    header = re.search(r"<header class=\"k-card-head\".*?</header>", page, re.DOTALL)
    assert header is not None, words_of(page)
    found = {"header": words_of(header[0])}
    for section in re.findall(r"<section class=\"card k-panel\".*?</section>", page, re.DOTALL):
        heading = re.search(r"<h2>.*?</h2>", section, re.DOTALL)
        assert heading is not None, section
        title = words_of(heading[0])
        found[title] = f"{found.get(title, '')} {words_of(section)}"
    return found


def tokens(text: str) -> set[str]:
    return {one.lower() for one in TOKEN.findall(text)}


class Watcher:
    """Somebody who looks at a client: at its card, and at its rows."""

    def __init__(self, life: BusyLife) -> None:
        self.life, self.client_id = life, life.client_id

    def page(self, address: str) -> str:
        self.life.office.tokens.clear()  # who signed in days ago is signed out
        answer = self.life.office.browser(self.life.user_id).get(address)
        assert answer.status_code == 200, address
        return str(answer.text)

    def card(self) -> dict[str, set[str]]:
        """Return the words of each tab and panel of today's card."""
        pages = {one: self.page(one.format(self.client_id)) for one in SHOWN_AS}
        return {one: tokens(page.partition("k-card-body")[2] or page) for one, page in pages.items()}

    def as_of(self, day: Any) -> dict[str, str]:
        return panels_of(self.page(f"/clients/{self.client_id}/as-of?day={day.isoformat()}"))

    def rows(self) -> dict[str, set[str]]:
        """Return the words in today's rows of every kind that belongs to clients, by the kind's title."""
        with self.life.office.database.reading(self.life.office.system) as session:
            return {str(kind.plural_title): self._words(session, kind) for kind in journalled_kinds(session)}

    def _words(self, session: Any, kind: Any) -> set[str]:
        table = kind.model.__table__
        names = {one.attribute for one in kind.fields if one.tracked} | {MEMBERS}
        mine = [key.parent == self.client_id for key in table.foreign_keys if key.column.table is Client.__table__]
        found = select(*(table.c[name] for name in sorted(names & {*table.c.keys()}))).where(or_(*mine))
        if kind.kind == CLIENT:
            found = found.with_only_columns(*found.selected_columns).where(table.c.id == self.client_id)
        wholes = [key for key in table.foreign_keys if key.ondelete == "CASCADE" and "state" in key.column.table.c]
        for key in wholes:
            kept = select(key.column).where(key.column.table.c.state != RecordState.DELETED)
            found = found.where(or_(key.parent.is_(None), key.parent.in_(kept)))
        if "state" in table.c:
            found = found.where(table.c.state != RecordState.DELETED)
        return tokens(" ".join(str(row) for row in session.execute(found)))


@pytest.mark.catalogue("M-02", part="every tab and panel")
@pytest.mark.parametrize("seed", [11, 12])
def test_the_whole_card_of_a_day_equals_the_card_on_that_day(office: Company, seed: int) -> None:
    with at_moment(FIRST):
        life = BusyLife(office, seed)
        life.live(25)
    watcher, evening = Watcher(life), FIRST + timedelta(hours=8)
    with at_moment(evening):
        card, rows, wanted = watcher.card(), watcher.rows(), watcher.as_of(FIRST.date())
    header = tokens(wanted["header"])
    for address, panels in SHOWN_AS.items():
        said = {word for title in panels for word in tokens(wanted.get(title, ""))}
        assert card[address] - header <= said, (seed, address)
    for title, words in rows.items():
        assert words <= tokens(wanted[title] if title in wanted else wanted["Properties"]) | header, (seed, title)
    for day in (2, 5, 9):
        with at_moment(FIRST + timedelta(days=day)):
            life.live(25)
            found = watcher.as_of(FIRST.date())
        assert found.keys() == wanted.keys(), (seed, day)
        for title, text in wanted.items():
            assert found[title] == text, (seed, day, title)


def test_what_is_worked_out_anew_each_time_is_named_as_not_shown(office: Company) -> None:
    client = office.add_client("UAB Sena")
    for permissions, hidden in (((), ()), (("crm_clients.see_terms",), ("Class by turnover",))):
        rights = ("clients.view", "crm_clients.view", *(permissions or ("crm_clients.classes",)))
        browser = office.browser(office.add_user(permissions=rights, reach="all"))
        page = words_of(browser.get(f"/clients/{client.id}/as-of").text)
        named = page.partition("Not kept there, so not shown: ")[2].partition(".")[0].split(", ")
        assert {"Class by turnover", "How complete the card is", "Company register"} - set(named) == set(hidden)
        assert not {"Contacts", "Addresses", "Timeline", "Sales terms", "Tags", "Related"} & set(named)
        assert "are called as they are today" in page


def test_notes_that_ask_for_a_right_stay_hidden_when_they_are_gone(office: Company) -> None:
    with at_moment(FIRST):
        client = office.add_client("UAB Sena")
    with at_moment(FIRST), office.database.transaction(office.system) as session:
        note = Note(about=RecordRef(CLIENT, client.id), client_id=client.id, text="Slapta")
        note.needs = "crm_clients.see_terms"
        session.add(note)
    with at_moment(FIRST + timedelta(days=1)), office.database.transaction(office.system) as session:
        delete_rows(session, Note, list(session.scalars(select(Note.id))))
    for right, is_shown in (("crm_clients.view", False), ("crm_clients.see_terms", True)):
        rights = ("clients.view", "timeline.view", right)
        browser = office.browser(office.add_user(permissions=rights, reach="all"))
        with at_moment(FIRST + timedelta(days=2)):
            page = browser.get(f"/clients/{client.id}/as-of?day={FIRST.date()}").text
        assert ("Slapta" in page) is is_shown
