"""Finding in the stream of a client: by kind, employee, period and words (CL-21)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kartoteka.builtin.timeline import streams
from kartoteka.builtin.timeline.service import write_note
from kartoteka.db.clock import at_moment
from kartoteka.testing.company import Company
from kartoteka.vocabulary.record import RecordRef
from tests.core.timeline.test_stream import write_many

FIRST = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def office(company: Callable[..., Company]) -> Any:
    """A company with a client, of whom two employees noted something on different days."""
    made = company()
    client = made.add_client("UAB Langai").id
    people = {
        name: made.add_user("administrator", name=name, login=name.split()[0]) for name in ("Ona Ona", "Petras P")
    }
    about = RecordRef("clients.client", client)
    for number, (name, said) in enumerate(
        (
            ("Ona Ona", "Called about the Žaluzės order"),
            ("Petras P", "Visited, wants a discount"),
            ("Ona Ona", "Žaluzės sent"),
        )
    ):
        actor = made.actor(people[name])
        with at_moment(FIRST + timedelta(days=number)), made.database.transaction(actor) as session:
            write_note(session, about, said)
    made.url = f"/clients/{client}/timeline"
    made.reader = made.browser(people["Ona Ona"])
    made.client_id = client
    return made


def found(office: Any, query: str) -> list[str]:
    page = office.reader.get(f"{office.url}?{query}").text.partition('class="k-stream"')[2]
    return [said for said in ("Called", "Visited", "sent") if said in page]


@pytest.mark.catalogue("CL-21")
def test_the_history_is_filtered_by_kind_employee_period_and_words(office: Any) -> None:
    assert found(office, "") == ["Called", "Visited", "sent"]
    assert found(office, "only=timeline.changes") == []
    assert found(office, "who=Petras+P") == ["Visited"]
    assert found(office, "since=2026-03-03") == ["Visited", "sent"]
    assert found(office, "until=2026-03-03") == ["Called", "Visited"]
    assert found(office, "since=2026-03-03&until=2026-03-03") == ["Visited"]
    assert found(office, "words=zaluzes") == ["Called", "sent"]
    assert found(office, "words=zaluzes+order") == ["Called"]
    assert found(office, "words=zaluzes&until=2026-03-02&who=Ona+Ona&only=timeline.notes") == ["Called"]
    assert "Nothing found" in office.reader.get(f"{office.url}?words=nonsense").text


def test_the_newest_stand_first(office: Any) -> None:
    page = office.reader.get(f"{office.url}?words=zaluzes").text
    assert page.index("sent") < page.index("Called about")


@pytest.mark.parametrize("query", ["since=x", "until=0001-01-01", "until=9999-12-31", "who=%00", "words=%22%3E%3Cb%3E"])
def test_any_search_is_answered(office: Any, query: str) -> None:
    answer = office.reader.get(f"{office.url}?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text


def test_a_search_goes_on_page_by_page_and_reads_no_more_than_it_must(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "SEARCHED", 20)
    monkeypatch.setattr(streams, "MOST_TURNS", 2)
    write_many(office, office.client_id, 200, FIRST + timedelta(days=5))
    address, seen = f"{office.url}?words=note+00003", 0
    for _page in range(20):
        page = office.reader.get(address).text
        seen += page.partition('class="k-stream"')[2].count("note 00003")
        if 'rel="next"' not in page:
            break
        address = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == 1
    assert _page > 2
