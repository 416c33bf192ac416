"""The module of the how-to pages at work: what it tells, what is told to it, what it does in the background."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module

from click.testing import CliRunner
from sqlalchemy import func, select

from kartoteka.api.clients import Client, create_client
from kartoteka.api.declare import ImportRun
from kartoteka.builtin.dav.queries import collections_of
from kartoteka.builtin.rest.service import make_key
from kartoteka.db.actor import Actor
from kartoteka.db.session import use_workplace
from kartoteka.extension import dispatch
from kartoteka.extension.importing import SeenHere, row_of, take_rows
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.incoming import IncomingMail, MailKind
from kartoteka.vocabulary.lines import Line
from kartoteka.vocabulary.record import RecordRef
from tests.architecture.conftest import RIGHTS


def test_notifications(visits, user, how_to):
    plugin = how_to.plugins["crm_visits"]
    for told in (1, 0):
        with visits.database.transaction(user) as session:
            visit = session.scalar(select(plugin.Visit))
            telling = import_module("kartoteka_crm_visits.telling")
            assert telling.tell_manager(session, visit, user.user_id) == told
    page = visits.browser(user.user_id).get("/notifications/").text
    assert "Alfa" in page
    assert "Visited on 2\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026" in page


def test_mails(visits, how_to, mailbox):
    visit = how_to.plugins["crm_visits"].Visit
    for _each in range(2):
        with visits.database.transaction(visits.system) as session:
            mails = import_module("kartoteka_crm_visits.mails")
            mails.tell_client(session, session.scalar(select(visit)), "UAB Alfa", "alfa@example.lt")
    run_jobs(visits)
    (message,) = mailbox.messages
    assert "Dear UAB Alfa," in message.get_content()
    assert mailbox.subjects == ["We come on Mar 2, 2026 [V-1]"]


def test_incoming_mail(visits, how_to):
    visit = how_to.plugins["crm_visits"].Visit
    day = datetime(2026, 5, 4, tzinfo=UTC)
    mail = IncomingMail(sender=None, subject="Visit on Monday", reply="At nine", client_ids=(2,), sent_at=day)
    with visits.database.transaction(visits.system) as session:
        made = dispatch.receive_mail(session, mail)
        assert (made.kind, session.get(visit, made.id).result) == ("crm_visits.visit", "At nine")
        assert dispatch.receive_mail(session, replace(mail, kind=MailKind.AUTO_REPLY)) is None


def test_timelines(visits):
    browser = visits.browser(visits.add_user(permissions=(*RIGHTS, "timeline.view"), reach="all"))
    sent = {"do": "add:crm_visits.visits", "visited_on": "2026-05-05", "place": "Õismäe"}
    assert browser.post("/clients/1/timeline", data=sent).status_code == 302
    page = browser.get("/clients/1/timeline?only=crm_visits.visits").text
    assert page.index("Õismäe") < page.index("Žvėrynas")
    assert browser.get("/timeline/of/crm_visits.visit/1").text.count("Žvėrynas") >= 1


def test_channels(visits, user):
    user_id = visits.add_user(permissions=RIGHTS, reach="all")
    sent = {"wanted": ["crm_visits.visited"], "with_channels": "1", "via": ["crm_visits.visited|crm_visits.sms"]}
    assert visits.browser(user_id).post("/notifications/types", data=sent).status_code == 302
    with visits.database.transaction(user) as session:
        from kartoteka.api.work import notify
        from kartoteka_crm_visits.texting import SENT, _

        message = _("Visited on %(day)s", day=date(2026, 3, 2))
        notify(session, [user_id], "crm_visits.visited", message, RecordRef("clients.client", 1))
    SENT.clear()
    run_jobs(visits)
    run_jobs(visits)
    assert [one.replace("\xa0", " ") for one in SENT] == ["Client visited: Visited on 2 Mar 2026 Alfa"]


def test_jobs_and_schedules(visits, user, how_to):
    visit = how_to.plugins["crm_visits"].Visit
    with visits.database.transaction(visits.system) as session:
        session.add_all(visit(client_id=1, visited_on=date(2001, 1, 1)) for _each in range(501))
    with visits.database.transaction(user) as session:
        job_id = import_module("kartoteka_crm_visits.jobs").ask_to_forget(session)
    run_jobs(visits)
    with visits.database.reading(user) as session:
        assert session.scalar(select(func.count()).select_from(visit)) == 1
    page = visits.browser(user.user_id).get(f"/jobs/{job_id}").text
    assert "501 visits are forgotten." in page
    assert [one.key for one in visits.installation.registry.schedules if one.module == "crm_visits"] == [
        "crm_visits.forget_old_visits 30 3 * * *"
    ]


def test_import_targets(visits, user):
    with visits.database.reading(user) as session:
        target = dispatch.find_import_target(session, "crm_visits.visits")
        (number,) = session.scalars(select(Client.number).where(Client.id == 2))
    lines = [
        Line(2, {"Klientas": number, "Data": "2026-04-01", "Vieta": "Pärnu"}),
        Line(3, {"Klientas": number, "Data": "2026-04-01", "Vieta": "Pärnu"}),
        Line(4, {"Klientas": "K99999", "Data": "never", "Vieta": ""}),
    ]
    columns = {"client": "Klientas", "visited_on": "Data", "place": "Vieta"}
    rows = [row_of(line, columns, target, "visit") for line in lines]
    for dry, fate in ((True, "created"), (False, "created"), (True, "unchanged")):
        with visits.database.transaction(user) as session:
            done = take_rows(session, target, rows, ImportRun(seen=SeenHere(), key="visit", dry=dry))
        assert [one.fate for one in done] == [fate, "unchanged", "refused"]
    assert set(done[2].errors) == {"client", "visited_on"}


def test_api_resources(visits, user):
    with visits.database.transaction(visits.system) as session:
        _key, token = make_key(session, title="Website", scopes=["crm_visits.visits:create"], user_id=user.user_id)
        _key, reading = make_key(session, title="Reader", scopes=["*:read"], user_id=user.user_id)
    path, browser = "/api/v1/crm_visits/visits", visits.app.test_client()
    writer = {"Authorization": f"Bearer {token}", "Idempotency-Key": "order-4711"}
    visit = {"client": 2, "place": "Pärnu", "visited_on": "2026-11-22"}
    made = [browser.post(path, json=visit, headers=writer) for _each in range(2)]
    assert [(answer.status_code, answer.json["id"]) for answer in made] == [(201, 2), (201, 2)]
    without_a_day = browser.post(path, json={"client": 2}, headers={"Authorization": f"Bearer {token}"})
    assert without_a_day.json["errors"] == [{"field": "visited_on", "message": "This must be filled in."}]
    answer = browser.get(f"{path}?client=2", headers={"Authorization": f"Bearer {reading}"})
    assert [one["place"] for one in answer.json["items"]] == ["Pärnu"]
    visits.switch("crm_visits", on=False)
    assert browser.post(path, json=visit, headers=writer).status_code == 404


def test_calendars(visits, user):
    with visits.database.reading(user) as session:
        (diary,) = collections_of(session)
        (item,) = diary.items(session, None)
        (read,) = diary.read(session, [item.name, "nothing.ics"])
    assert (diary.key, read.etag) == ("crm_visits.diary", item.etag)
    assert "SUMMARY:Žvėrynas" in read.text


def test_commands(visits):
    ((_module, command),) = [one for one in visits.installation.registry.commands if one[0] == "crm_visits"]
    with use_workplace(visits.database, Actor.system("command")):
        assert CliRunner().invoke(command).output == "1\n"


def test_announcements(visits, user, caplog):
    caplog.set_level("INFO", "kartoteka_crm_visits.listening")
    with visits.database.transaction(user) as session:
        create_client(session, {"kind": "company", "company_name": "Gama"})
    assert "1 new clients to visit" in caplog.text
