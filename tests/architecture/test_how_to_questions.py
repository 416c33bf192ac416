"""The module of the how-to pages answers questions, takes part in steps, and is counted on by others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from sqlalchemy import func, select

from kartoteka.api.clients import turnover_sources
from kartoteka.api.db import utc_now
from kartoteka.api.declare import DuplicateProbe, PlannedContact
from kartoteka.api.mail import Mail, MailDraft
from kartoteka.api.work import plan_contacts, send_mail
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.extension import asking, dispatch, selling
from kartoteka.extension.active import active_set
from kartoteka.extension.comparing import client_traits
from kartoteka.extension.findings import ConflictingAnswers
from kartoteka.vocabulary.money import Money
from kartoteka.vocabulary.record import RecordRef


def test_segments_and_turnover(visits, user):
    mailing = import_module("kartoteka_crm_visits.mailing")
    with visits.database.reading(user) as session:
        assert ("crm_visits.visited", "Visited clients") in mailing.offered(session)
        assert mailing.count_receivers(session, "crm_visits.visited") == 1
        assert mailing.count_receivers(session, "crm_visits.nothing") == 0
        (source,) = turnover_sources(session)
        assert [tuple(row) for row in session.execute(source.rows())] == [(1, date(2026, 3, 2), 50)]


def test_health_checks(visits, user, how_to):
    with visits.database.transaction(user) as session:
        visit = session.scalars(select(how_to.plugins["crm_visits"].Visit)).first()
        visit.place = ""
    browser = visits.browser(user.user_id)
    assert "Nobody wrote down where it was." in browser.get("/health/?check=crm_visits.no_place").text
    browser.post("/health/crm_visits.no_place/fix", data={"key": str(visit.id), "value": "Žvėrynas"})
    assert "Nothing is wrong here" in browser.get("/health/").text


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
        (link,) = asking.document_links(session, 1)
        assert (link.ref, link.title) == (RecordRef("crm_visits.visit", 1), "Žvėrynas")
        assert asking.document_links(session, 2) == []


def test_planning_contacts(visits, user):
    contacts = [PlannedContact(client_id=1, user_id=user.user_id, at=utc_now(), text="Ask what they need")]
    with visits.database.transaction(user) as session:
        (planned,) = plan_contacts(session, contacts)
        visit = import_module("kartoteka_crm_visits.models").Visit
        assert session.scalar(select(visit.place).where(visit.id == planned.id)) == "Ask what they need"
    with visits.database.transaction(replace(user, permissions=frozenset({"clients.view"}))) as session:
        assert plan_contacts(session, contacts) is None


def test_selling(visits, user):
    with visits.database.reading(user) as session:
        assert selling.client_balances(session, [1, 2]) == {1: [Money(Decimal("20.00"), "EUR")]}
        assert {one: terms.payment_days for one, terms in selling.client_terms(session, [1, 2]).items()} == {1: 14}
        assert selling.sale_objections(session, 1) == []
        (stranger,) = selling.sale_objections(session, 2, Money(Decimal(5), "EUR"))
        assert not stranger.is_refusal
        assert selling.has_catalogue(session)
        offered = selling.catalogue_items(session, ["žvėr", "", "Paris"])
        assert [(one.name, one.price) for one in offered.pop("žvėr")] == [("Žvėrynas", Money(Decimal("20.00"), "EUR"))]
        assert offered == {}


def test_steps(visits, how_to):
    visit = how_to.plugins["crm_visits"].Visit
    with visits.database.transaction(visits.system) as session:
        how_to.plugins["crm_visits"].load_demo(session, 20)
        assert session.scalar(select(func.count()).select_from(visit)) == 3


def test_whose_answer_counts(company_on, how_to):
    points = [how_to.entry_point(name) for name in ("crm_visits", "licences")]
    with pytest.raises(ConflictingAnswers, match="licences and modules both answer active_modules"):
        company_on(entry_points=points)
    company = company_on(entry_points=points, first_result={"active_modules": "licences"})
    with company.database.reading(company.system) as session:
        assert {"licences", "crm_visits"} < active_set(session)


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


def test_mail_about_a_record_carries_its_tag(visits, user):
    with visits.database.transaction(user) as session:
        draft = MailDraft(to=("ona@alfa.lt",), subject="Offer", text="Here", ref=RecordRef("crm_visits.visit", 1))
        first, second = (send_mail(session, one) for one in (draft, replace(draft, ref=None)))
        subjects = session.scalars(select(Mail.subject).where(Mail.id.in_([first, second])).order_by(Mail.id)).all()
    assert subjects == ["Offer [V-1]", "Offer"]
