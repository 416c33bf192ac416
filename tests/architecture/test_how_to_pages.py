"""The how-to pages hold one module between them: it is put together here, installed and used, page by page."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from kartoteka.api.clients import Client, create_client, turnover_sources
from kartoteka.api.declare import DuplicateProbe, ImportRun
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.rest.service import make_key
from kartoteka.db.actor import Actor
from kartoteka.db.search import restrict_to_matches
from kartoteka.db.session import use_workplace
from kartoteka.extension import asking, dispatch, selling
from kartoteka.extension.calls import hook_names
from kartoteka.extension.comparing import client_traits
from kartoteka.extension.findings import ConflictingAnswers
from kartoteka.extension.importing import SeenHere, row_of, take_rows
from kartoteka.extension.loading import load_badges, load_panels, load_widget
from kartoteka.testing import run_jobs
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.incoming import IncomingMail, MailKind
from kartoteka.vocabulary.lines import Line
from kartoteka.vocabulary.money import Money
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.search import parse_query
from tests.architecture.machine import Machine

FOLDER = Path(__file__).resolve().parents[2] / "docs/how-to"
RIGHTS = ("clients.view", "clients.create", "clients.edit", "crm_visits.view", "crm_visits.edit")
BUILDING = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["kartoteka_crm_visits"]
"""
_TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+\.md)(?:#[^)]*)?\)")


@pytest.fixture(params=chosen_kinds())
def visits(request, company_on, how_to):
    """A company that has switched Visits on, with two clients, one of them visited."""
    company = company_on(request.param, entry_points=[how_to.entry_point("crm_visits")])
    assert company.installation.registry.broken == ()
    visit = how_to.plugins["crm_visits"].Visit
    visit.__table__.create(company.database.engine)
    company.switch("crm_visits")
    with company.database.transaction(company.system) as session:
        for name in ("Alfa", "Beta"):
            create_client(session, {"kind": "company", "company_name": name})
        values = {"phone": "+370 612 34567", "visited_on": date(2026, 3, 2)}
        session.add(visit(client_id=1, place="Žvėrynas", **values))
    return company


@pytest.fixture
def user(visits):
    """The actor of a user who sees all clients and logs visits."""
    return visits.actor(visits.add_user(permissions=RIGHTS, reach="all"))


def point(name, plugins):
    entry = {"name": name, "value": f"kartoteka_{name}.plugin", "dist": None, "load": lambda self: plugins[name]}
    return type("EntryPoint", (), entry)()


def test_every_page_is_in_the_overview_and_every_link_leads_somewhere(how_to):
    assert {page.name for page in how_to.pages} == {file.name for file in FOLDER.glob("*.md")} - {"README.md"}
    for page in FOLDER.glob("*.md"):
        for link in _LINK.findall(page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_every_block_of_code_says_where_it_belongs(how_to):
    assert [(block.page.name, block.code[:40]) for block in how_to.blocks if not block.file] == []


def test_every_hook_has_a_page(how_to):
    shown = set(re.findall(r"@hookimpl\ndef (\w+)", "".join(block.code for block in how_to.blocks)))
    assert shown == hook_names()


def test_modules_use_the_public_door_only(how_to):
    imported = {line for block in how_to.blocks for line in re.findall(r"^from (kartoteka\.\S+)", block.code, re.M)}
    assert imported
    assert all(name.startswith(("kartoteka.api", "kartoteka.testing")) for name in imported)


def test_panels_and_badges(visits, user):
    with visits.database.reading(user) as session:
        panels = {one.panel.key: one for one in load_panels(session, "card.side", RecordRef("clients.client", 1))}
        assert panels["crm_visits.last_visit"].values["visit"].place == "Žvėrynas"
        others = load_panels(session, "card.side", RecordRef("clients.client", 2))
        assert "crm_visits.last_visit" not in {one.panel.key for one in others}
        badges = load_badges(session, "clients.client", [1, 2])
        assert [str(badge.text) for badge in badges.of(2)] == ["Never visited"]
        assert (badges.of(1), badges.failures) == ((), ())


def test_columns_and_filters(visits, user):
    page = visits.browser(user.user_id).get("/clients/?q=alfa").text
    assert "/crm_visits/plan?where=q%3Dalfa" in page
    assert visits.browser(user.user_id).get("/crm_visits/plan?where=q%3Dalfa").text == "Search: alfa"
    with visits.database.reading(user) as session:
        column = next(one for one in dispatch.columns(session, "clients") if one.module == "crm_visits")
        assert column.value(session, [1, 2]) == {1: date(2026, 3, 2)}
        place = next(one for one in dispatch.filters(session, "clients") if one.module == "crm_visits")
        assert session.scalars(select(Client.id).where(place.condition(Client.id, "Žvėrynas"))).all() == [1]


def test_actions_write_into_the_change_log_and_into_search(visits, user, how_to):
    visit = how_to.plugins["crm_visits"].Visit
    with visits.database.transaction(user) as session:
        action = next(one for one in dispatch.bulk_actions(session, "clients.client") if one.name == "log_visit")
        records = [RecordRef("clients.client", number) for number in (1, 2)]
        outcome = action.run(session, user, records, {"visited_on": date(2026, 5, 5), "place": "Õismäe"})
        assert (outcome.changed, str(outcome.message)) == (2, "2 visits are logged.")
    with visits.database.reading(user) as session:
        found = restrict_to_matches(
            session, select(visit.client_id), visit.id, parse_query("oismae"), ["crm_visits.visit"], column="record_id"
        )
        assert sorted(session.scalars(found)) == [1, 2]


def test_reports(visits, user):
    with visits.database.reading(user) as session:
        report = dispatch.find_report(session, "crm_visits.visits_by_place")
        assert [dict(row) for row in report.rows(session, {})] == [{"place": "Žvėrynas", "visits": 1}]


def test_segments_and_turnover(visits, user):
    mailing = import_module("kartoteka_crm_visits.mailing")
    with visits.database.reading(user) as session:
        assert ("crm_visits.visited", "Visited clients") in mailing.offered(session)
        assert mailing.count_receivers(session, "crm_visits.visited") == 1
        assert mailing.count_receivers(session, "crm_visits.nothing") == 0
        (source,) = turnover_sources(session)
        assert [tuple(row) for row in session.execute(source.rows())] == [(1, date(2026, 3, 2), 50)]


def test_documents(visits, how_to):
    rights = (*RIGHTS, "documents.view")
    browser = visits.browser(visits.add_user(permissions=rights, reach="all"))
    made = browser.post("/documents/new/crm_visits/visit_report", data={"record": "crm_visits.visit:1"})
    page = browser.get(made.location).text
    assert re.search(r"V20\d\d-001 Alfa", page)
    assert browser.get(f"{made.location}/pdf").data.startswith(b"%PDF")


def test_files(visits, user, how_to):
    files, letters = (import_module(f"kartoteka_crm_visits.{name}") for name in ("files", "letters"))
    with visits.database.transaction(user) as session:
        first = files.keep_minutes(session, 1, "We met.")
        assert files.keep_minutes(session, 1, "We met and agreed.") == first
        photo = files.keep_photo(session, 1, BytesIO(b"picture"), "Roof.jpg")
    rights = (*RIGHTS, "files.view")
    seen, unseen = (
        visits.browser(visits.add_user(permissions=[one for one in rights if one != left_out], reach="all"))
        for left_out in ("", "crm_visits.view")
    )
    assert seen.get(f"/files/{first}/download").data == b"We met and agreed."
    assert seen.get(f"/files/{first}/download?version=1").data == b"We met."
    assert "Roof" in seen.get("/clients/1/files").text
    assert unseen.get(f"/files/{photo}/download").status_code == 404
    with visits.app.test_request_context():
        frame = letters.letter_frame(1)
    assert "<h1>Žvėrynas</h1>" in (page := seen.get(frame).text)
    assert "stolen" not in page


def test_widgets(visits, user):
    widget = visits.installation.registry.find_widget("crm_visits.last_visits")
    assert widget is not None
    with visits.database.reading(user) as session:
        loaded = load_widget(session, widget, {"lines": 1})
    assert [visit.place for visit in loaded.values["visits"]] == ["Žvėrynas"]
    browser = visits.browser(user.user_id)
    page = browser.get("/").text
    assert "Žvėrynas, 2\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026" in page
    options = re.search(r'href="(/dashboard/boxes/\d+/options)" aria-label="[^"]*Last visits"', page)
    assert options is not None
    assert browser.post(options[1], data={"lines": "3"}).status_code == 302
    assert browser.post(options[1], data={"lines": "99"}).status_code == 422


def test_health_checks(visits, user, how_to):
    with visits.database.transaction(user) as session:
        visit = session.scalars(select(how_to.plugins["crm_visits"].Visit)).first()
        visit.place = ""
    browser = visits.browser(user.user_id)
    assert "Nobody wrote down where it was." in browser.get("/health/?check=crm_visits.no_place").text
    browser.post("/health/crm_visits.no_place/fix", data={"key": str(visit.id), "value": "Žvėrynas"})
    assert "Nothing is wrong here" in browser.get("/health/").text


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
    assert mailbox.subjects == ["We come on Mar 2, 2026"]


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


def test_commands(visits):
    ((_module, command),) = [one for one in visits.installation.registry.commands if one[0] == "crm_visits"]
    with use_workplace(visits.database, Actor.system("command")):
        assert CliRunner().invoke(command).output == "1\n"


def test_questions(visits, user):
    with visits.database.reading(user) as session:
        (suggested,) = dispatch.suggest_companies(session, "lietk", "LT")
        assert (suggested.name, suggested.registration_code) == ("UAB Lietkompexim", "110003978")
        hits = dispatch.find_duplicates(session, DuplicateProbe(phones=("+370 612 34567",)))
        assert [(hit.client_id, str(hit.reason)) for hit in hits] == [(1, "A visit there noted the same phone")]
        assert dispatch.find_duplicates(session, DuplicateProbe()) == []
        traits = client_traits(session, [1, 2])
        assert [(one.sort, one.value) for one in traits[1]] == [("phone", "+370 612 34567")]


def test_what_is_asked_about_clients(visits, user):
    with visits.database.reading(user) as session:
        (notice,) = asking.client_notices(session, 1, "crm_visits.visit")
        assert (str(notice.title), notice.lines) == ("Visited already", ("Žvėrynas",))
        assert asking.client_notices(session, 2, "crm_visits.visit") == []
        assert asking.choose_recipients(session, 1, ["crm_visits.visit"]) == [RecordRef("crm_visits.visit", 1)]
        assert asking.choose_recipients(session, 1, ["clients.client"]) == []
        assert [one.name for one in asking.client_people(session, 1)] == ["Žvėrynas"]
        assert asking.client_people(session, 2) == []


def test_selling(visits, user):
    with visits.database.reading(user) as session:
        assert selling.client_balances(session, [1, 2]) == {1: [Money(Decimal("20.00"), "EUR")]}
        assert {one: terms.payment_days for one, terms in selling.client_terms(session, [1, 2]).items()} == {1: 14}
        assert selling.sale_objections(session, 1) == []
        (stranger,) = selling.sale_objections(session, 2, Money(Decimal(5), "EUR"))
        assert not stranger.is_refusal


def test_steps(visits, how_to):
    visit = how_to.plugins["crm_visits"].Visit
    with visits.database.transaction(visits.system) as session:
        how_to.plugins["crm_visits"].load_demo(session, 20)
        assert session.scalar(select(func.count()).select_from(visit)) == 3


def test_announcements(visits, user, caplog):
    caplog.set_level("INFO", "kartoteka_crm_visits.listening")
    with visits.database.transaction(user) as session:
        create_client(session, {"kind": "company", "company_name": "Gama"})
    assert "1 new clients to visit" in caplog.text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/crm_visits/", '2026-03-02: <a href="/crm_visits/1">Žvėrynas</a>'),
        ("/crm_visits/1", "<p>2026-03-02: "),
        ("/crm_visits/clients/1/visits", "2026-03-02: Žvėrynas"),
        ("/clients/1", "Last visit"),
        ("/reports/crm_visits/visits_by_place", "Žvėrynas"),
    ],
)
def test_pages(visits, path, shown):
    browser = visits.browser(visits.add_user(permissions=RIGHTS, reach="all"))
    page = browser.get(path)
    assert page.status_code == 200
    assert shown in page.text
    assert 'href="/crm_visits/"' in page.text, "the menu"
    visits.switch("crm_visits", on=False)
    gone = browser.get(path)
    assert gone.status_code == (200 if path.startswith("/clients") else 404)
    assert shown not in gone.text


def test_the_module_keeps_the_contract_and_its_tests_pass(how_to, tmp_path):
    project = tmp_path / "crm_visits"
    for name in ("kartoteka_crm_visits", "tests"):
        shutil.copytree(how_to.folder / name, project / name)
    project_file = _TOML.search((FOLDER / "module.md").read_text("utf-8"))[1]
    (project / "pyproject.toml").write_text(project_file + BUILDING, "utf-8")
    (project / "README.md").write_text("Visits. " + "Who visited which client, and what came of it. " * 3, "utf-8")
    machine = Machine(tmp_path)
    machine.install(project, editable=True)
    machine.stage([["db", "upgrade"], ["db", "revision", "crm_visits", "Add visits"]], [])
    done = machine.pytest(project, "--import-mode=importlib")
    assert done.returncode == 0, done.stdout
    (passed,) = re.findall(r"(\d+) passed", done.stdout)
    assert int(passed) > 30, "the contract ran beside the tests of the page"


def test_whose_answer_counts(company_on, how_to):
    points = [how_to.entry_point(name) for name in ("crm_visits", "licences")]
    with pytest.raises(ConflictingAnswers, match="licences and modules both answer active_modules"):
        company_on(entry_points=points)
    company = company_on(entry_points=points, first_result={"active_modules": "licences"})
    with company.database.reading(company.system) as session:
        assert {"licences", "crm_visits"} < dispatch.active_set(session)


def test_fields_from_elsewhere(company_on, how_to):
    points = [how_to.entry_point("fleet")]
    with pytest.raises(ConflictingAnswers, match="custom_fields and fleet both answer company_fields"):
        company_on(entry_points=points)
    company = company_on(entry_points=points, first_result={"company_fields": "fleet"})
    form = company.browser(company.add_user("administrator")).get("/clients/new").text
    assert 'name="x_trucks"' in form


def test_visits_are_merged_and_stop_a_deletion(visits):
    visit = next(model for name, model in visits.installation.registry.models if name == "crm_visits")
    with visits.database.transaction(visits.system) as session:
        session.add(visit(client_id=2, place="Žvėrynas", visited_on=date(2026, 3, 2)))
        session.add(visit(client_id=2, place="Antakalnis", visited_on=date(2126, 3, 2)))
        session.flush()
        assert [str(reason) for reason in dispatch.client_delete_blockers(session, [2])] == [
            "One visit is still to come."
        ]
        merge_clients(session, 1, [2])
        places = session.scalars(select(visit.place).where(visit.client_id == 1).order_by(visit.id)).all()
        assert places == ["Žvėrynas", "Antakalnis"]
