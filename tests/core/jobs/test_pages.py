"""Pages of jobs: the list, one job while it waits, runs and has ended, the buttons."""

from __future__ import annotations

from typing import Any

import pytest

from kartoteka.testing import run_jobs
from tests.core.jobs.asking import ask, change, job_of
from tests.core.jobs.test_doing import begin

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def anna(office: Any) -> Any:
    """A browser of somebody who may change clients."""
    user = office.add_user(permissions=["clients.view", "clients.edit"], reach="all", name="Anna")
    browser = office.browser(user)
    browser.user_id = user
    return browser


def test_nothing_has_been_asked_for_yet(anna: Any) -> None:
    assert "No jobs yet" in anna.get("/jobs/").text
    assert "Nothing is being done now" in anna.get("/jobs/?show=unfinished").text
    assert anna.get("/jobs/7").status_code == 404
    assert anna.get("/jobs/99999999999999999999").status_code == 404
    assert anna.get("/jobs/?before=nonsense").status_code == 200
    assert anna.get("/jobs/?before=99999999999999999999").status_code == 200


def test_a_job_from_waiting_to_done(office: Any, anna: Any) -> None:
    job_id = ask(office, actor=office.actor(anna.user_id))
    page = anna.get(f"/jobs/{job_id}").text
    assert "Waiting" in page
    assert 'hx-trigger="every 1s"' in page
    assert "Refresh" in page
    part = anna.get(f"/jobs/{job_id}", headers=FRAGMENT).text
    assert part.lstrip().startswith("<section")
    run_jobs(office)
    page = anna.get(f"/jobs/{job_id}").text
    for text in ("Done", "5 of 5", "5 clients have notes.", 'href="/clients/"', "5 things are worth a look"):
        assert text in page
    assert "hx-trigger" not in anna.get(f"/jobs/{job_id}", headers=FRAGMENT).text
    assert "Notes for everybody" in anna.get("/jobs/").text
    assert "Notes for everybody" not in anna.get("/jobs/?show=unfinished").text


def test_a_running_job_shows_rate_and_time_left_and_can_be_stopped(office: Any, anna: Any) -> None:
    job_id, workshop, held = begin(office, actor=office.actor(anna.user_id))
    change(office, job_id, worked_seconds=20.0)
    page = anna.get(f"/jobs/{job_id}").text
    for text in ("Running", "2 of 5", "6 a minute", "about 30 seconds left", "<progress"):
        assert text in page
    answer = anna.post(f"/jobs/{job_id}/cancel", follow_redirects=True)
    assert "stops after the step" in answer.text
    from kartoteka.builtin.jobs.stepping import do_step

    assert not do_step(workshop, held)
    page = anna.get(f"/jobs/{job_id}").text
    assert "Stopped" in page
    assert "What had been done before stays." in page
    assert "ended already" in anna.post(f"/jobs/{job_id}/cancel", follow_redirects=True).text
    anna.post(f"/jobs/{job_id}/retry")
    run_jobs(office)
    assert job_of(office, job_id).state == "done"
    assert "Only a job that failed" in anna.post(f"/jobs/{job_id}/retry", follow_redirects=True).text


def test_a_failed_job_says_why_without_secrets(office: Any, anna: Any) -> None:
    job_id = ask(office, actor=office.actor(anna.user_id), refuse_at=1)
    run_jobs(office)
    page = anna.get(f"/jobs/{job_id}").text
    assert "Not this one." in page
    assert "Try again" in page


def test_what_a_job_waits_for(office: Any, anna: Any, clock: Any) -> None:
    job_id = ask(office, actor=office.actor(anna.user_id))
    office.switch("crm_visits", on=False)
    assert "switched on" in anna.get(f"/jobs/{job_id}").text
    change(office, job_id, name="gone.job")
    assert "not installed" in anna.get(f"/jobs/{job_id}").text
    change(office, job_id, name="jobs.clean_up")
    clock.move(minutes=2)
    assert "kartoteka worker" in anna.get(f"/jobs/{job_id}").text


def test_others_see_only_what_is_theirs_and_managers_everything(office: Any, anna: Any) -> None:
    job_id = ask(office, actor=office.actor(anna.user_id))
    other = office.browser(office.add_user(permissions=["clients.view"]))
    assert other.get(f"/jobs/{job_id}").status_code == 404
    assert other.post(f"/jobs/{job_id}/cancel").status_code == 404
    assert "Notes for everybody" not in other.get("/jobs/").text
    manager = office.browser(office.add_user(permissions=["jobs.manage"]))
    assert "Anna" in manager.get("/jobs/").text
    assert manager.get(f"/jobs/{job_id}").status_code == 200


def test_many_jobs_are_listed_in_pages(office: Any, anna: Any) -> None:
    actor = office.actor(anna.user_id)
    ids = [ask(office, actor=actor) for _each in range(52)]
    page = anna.get("/jobs/").text
    assert f'href="/jobs/{ids[2]}"' in page
    assert f'href="/jobs/{ids[1]}"' not in page
    older = anna.get(f"/jobs/?before={ids[2]}").text
    assert f'href="/jobs/{ids[1]}"' in older
    assert "Older" not in older


def test_pages_read_in_few_statements(office: Any, anna: Any) -> None:
    from kartoteka.testing.statements import counted_statements

    job_id = ask(office, actor=office.actor(anna.user_id))
    anna.get("/jobs/")
    for path, most in (("/jobs/", 4), (f"/jobs/{job_id}", 4)):
        with counted_statements(office.database) as seen:
            anna.get(path)
        assert len(seen) <= most, seen
    with counted_statements(office.database) as seen:
        anna.get(f"/jobs/{job_id}", headers=FRAGMENT)
    assert len(seen) <= 2, seen
