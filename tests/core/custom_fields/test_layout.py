"""The layout of the client card: for the company, a department, oneself; nobody else's card changes."""

from __future__ import annotations

import re

import pytest

from kartoteka.builtin.access.queries import marked_fields
from kartoteka.builtin.clients.layout.service import ARRANGE
from kartoteka.builtin.users.models import Department

FULL = {"phone": "+37061234567", "email": "info@example.com", "website": "www.example.com", "activity": "Windows"}


@pytest.fixture
def desk(bare):
    company = bare.company
    with company.database.transaction(company.system) as session:
        session.add_all([sales := Department(name="Sales"), other := Department(name="Service")])
        session.flush()
        company.sales, company.other = sales.id, other.id
    rights = ("clients.view", "clients.edit")
    company.head = company.add_user(permissions=(*rights, ARRANGE), reach="all", department_id=company.sales)
    company.seller = company.add_user(permissions=rights, reach="all", department_id=company.sales)
    company.fitter = company.add_user(permissions=rights, reach="all", department_id=company.other)
    company.client_id = company.add_client("Ramp", **FULL).id
    return company


def card(company, user, tab=""):
    return company.browser(user).get(f"/clients/{company.client_id}{tab}").text


def properties(company, user):
    return re.findall(r'<div class="k-value" id="value-(\w+)"', card(company, user).partition('id="properties"')[2])


def arrange(company, user, do, whose="me", **data):
    return company.browser(user).post("/clients/layout", data={"for": whose, "do": do, **data})


@pytest.mark.catalogue("CORE-06")
def test_each_arranges_his_own_card_and_nobody_elses(desk):
    before = properties(desk, desk.seller)
    assert {"email", "activity"} <= set(before)
    assert arrange(desk, desk.seller, "hide:fields:email").status_code == 302
    arrange(desk, desk.seller, f"up:fields:{before[1]}")
    arrange(desk, desk.seller, "hide:header:phone")
    arrange(desk, desk.seller, "hide:tabs:clients.log")
    mine = properties(desk, desk.seller)
    assert "email" not in mine
    assert mine[:2] == [before[1], before[0]]
    assert "+37061234567" not in card(desk, desk.seller).partition('<ul class="k-facts">')[2].partition("</ul>")[0]
    assert f"/clients/{desk.client_id}/log" not in card(desk, desk.seller)
    assert desk.browser(desk.seller).get(f"/clients/{desk.client_id}/log").status_code == 200
    assert properties(desk, desk.head) == properties(desk, desk.fitter) == before
    arrange(desk, desk.seller, "show:fields:email")
    assert "email" in properties(desk, desk.seller)
    arrange(desk, desk.seller, "reset")
    assert properties(desk, desk.seller) == before


@pytest.mark.catalogue("CORE-06")
def test_user_goes_before_department_and_department_before_company(desk):
    arrange(desk, desk.head, "hide:fields:website", "company")
    arrange(desk, desk.head, "hide:fields:activity", f"department-{desk.sales}")
    assert "website" not in properties(desk, desk.fitter)
    assert "activity" in properties(desk, desk.fitter)
    assert "activity" not in properties(desk, desk.seller)
    arrange(desk, desk.seller, "show:fields:activity")
    assert "activity" in properties(desk, desk.seller)
    assert "activity" not in properties(desk, desk.head)
    arrange(desk, desk.head, "reset", f"department-{desk.sales}")
    assert "activity" in properties(desk, desk.head)
    arrange(desk, desk.head, "reset", "company")
    assert "website" in properties(desk, desk.fitter)


@pytest.mark.catalogue("CORE-06")
def test_numbers_put_things_into_order_and_a_new_field_stands_at_the_end(desk, bare):
    before = properties(desk, desk.seller)
    last = before[-1]
    page = desk.browser(desk.seller).get("/clients/layout").text
    places = dict(
        re.findall(r'name="(place-\w+)" value="(\d+)"', page.partition('id="fields"')[2].partition("</form>")[0])
    )
    arrange(desk, desk.seller, "order:fields", **{**places, f"place-{last}": "1"})
    assert properties(desk, desk.seller)[0] == last
    name = bare.add(type="line", title="Cake")
    assert properties(desk, desk.seller)[-1] == name
    arrange(desk, desk.seller, f"hide:fields:{name}")
    assert name not in properties(desk, desk.seller)


@pytest.mark.catalogue("CORE-06")
def test_panels_are_hidden_and_moved(desk):
    panels = re.findall(r'value="hide:panels:([\w.]+)"', desk.browser(desk.seller).get("/clients/layout").text)
    assert panels
    title = re.search(
        rf'<td class="k-cell-main">([^<]+)</td>(?:(?!</tr>).)*hide:panels:{re.escape(panels[0])}"',
        desk.browser(desk.seller).get("/clients/layout").text,
        re.S,
    )
    assert title
    arrange(desk, desk.seller, f"hide:panels:{panels[0]}")
    assert f"show:panels:{panels[0]}" in desk.browser(desk.seller).get("/clients/layout").text


@pytest.mark.catalogue("CORE-06")
def test_what_is_confidential_stays_so_however_the_card_is_arranged(desk):
    from kartoteka.builtin.access.confidential.service import mark_fields

    with desk.database.transaction(desk.system) as session:
        mark_fields(session, "clients.client", ["email"])
        assert ("clients.client", "email") in marked_fields(session)
    arrange(desk, desk.seller, "show:fields:email")
    arrange(desk, desk.seller, "order:fields", **{"place-email": "1"})
    assert "info@example.com" not in card(desk, desk.seller)
    assert "hide:fields:email" not in desk.browser(desk.seller).get("/clients/layout").text


def test_only_those_with_the_right_arrange_for_others(desk):
    assert arrange(desk, desk.seller, "hide:fields:email", "company").status_code == 403
    assert arrange(desk, desk.seller, "hide:fields:email", f"department-{desk.sales}").status_code == 403
    browser = desk.browser(desk.head)
    for wrong in ("department-0", "department-999999", "department-9" * 9, "user-1", "department-x"):
        assert browser.get(f"/clients/layout?for={wrong}").status_code == 404
    for wrong in ("hide:nothing:email", "x", "up", ""):
        assert arrange(desk, desk.head, wrong).status_code == 404
    assert arrange(desk, desk.head, "up:fields:nothing").status_code == 302
