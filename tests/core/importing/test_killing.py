"""A worker killed at any point of an import: it goes on behind the last step, no row twice and none missing."""

from __future__ import annotations

from sqlalchemy import func, select

from kartoteka.builtin.clients.models import Client
from kartoteka.db.journal import JournalEntry
from tests.core.importing.conftest import Importer, numbers
from tests.core.killing import finish, kill_again_and_again, steps_for

ROWS = 500 * steps_for()


def stored(company) -> tuple[int, int, int]:
    """Return how many clients there are, with how many external numbers, and how many the journal has created."""
    with company.database.reading(company.system) as session:
        clients = session.execute(select(func.count(Client.id), func.count(Client.external_id.distinct()))).one()
        about = select(func.count(JournalEntry.id)).where(JournalEntry.kind == "clients.client")
        return (*clients, session.scalar(about.where(JournalEntry.action == "created")) or 0)


def test_a_killed_import_goes_on_where_it_was(importer: Importer):
    rows = [f"{number};UAB Langas {number};+3706{number:07};info{number}@langas.lt" for number in range(ROWS)]
    # Every tenth line stands there again, far away: what was seen must survive the process too.
    text = "\n".join(["ID;Pavadinimas;Telefonas;El. paštas", *rows, *rows[::10]]) + "\n"
    company = importer.company
    number = importer.begin(text.encode(), "langai.csv")
    importer.go_on(number)
    wanted = (ROWS, 0, (ROWS + 9) // 10, 0, 0, 0)
    assert numbers(importer.check(number)) == wanted
    assert importer.browser.post(f"/importing/{number}/start").status_code == 302
    job_id = importer.row(number).job_id

    def check(_done: int) -> None:
        created, different, journaled = stored(company)
        assert created == different == journaled

    kill_again_and_again(company, job_id, check)
    finish(company, job_id)
    assert stored(company) == (ROWS, ROWS, ROWS)
    assert numbers(importer.row(number).result) == wanted
    again, _done = importer.import_all(text.encode(), "langai.csv")
    assert numbers(again) == (0, 0, ROWS + (ROWS + 9) // 10, 0, 0, 0)
