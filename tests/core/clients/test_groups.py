"""Client groups: the company's own directory (CL-06)."""

from __future__ import annotations

import re

import pytest

from kartoteka.builtin.clients.fields import MANAGE_GROUPS, VIEW

from .conftest import CLERK


@pytest.mark.catalogue("CL-06", part="groups")
def test_groups_are_added_renamed_and_closed(company, login_as):
    keeper = login_as(permissions=(*CLERK, MANAGE_GROUPS))
    assert "There are no groups yet" in keeper.get("/clients/groups").text
    assert keeper.post("/clients/groups", data={"name": "Builders", "colour": "done"}).status_code == 302
    assert "There is a group with this name" in keeper.post("/clients/groups", data={"name": "BUILDERS"}).text
    assert keeper.post("/clients/groups", data={"name": ""}).status_code == 422
    assert keeper.post("/clients/groups", data={"name": "A", "colour": "pink"}).status_code == 422
    assert ">Builders</option>" in keeper.get("/clients/new").text
    changed = {"name": "House builders", "closed": "y", "version": "1"}
    assert keeper.post("/clients/groups/1", data=changed).status_code == 302
    page = keeper.get("/clients/groups").text
    assert "House builders" in page
    assert "closed" in page
    assert "House builders" not in keeper.get("/clients/new").text


def test_a_client_keeps_its_closed_group(company, add_client):
    desk = company()
    keeper = desk.actor(desk.add_user(permissions=(*CLERK, MANAGE_GROUPS)))
    browser = desk.browser(keeper.user_id)
    browser.post("/clients/groups", data={"name": "Builders"})
    client = add_client(desk, keeper, group="1")
    browser.post("/clients/groups/1", data={"name": "Builders", "closed": "y", "version": "1"})
    form = {"kind": "company", "company_name": "UAB A", "relationship": "existing", "registered_on": "2026-01-05"}
    saved = browser.post(f"/clients/{client.id}/edit", data={**form, "group": "1", "version": "1"})
    assert saved.status_code == 302
    assert "Builders" in browser.get(f"/clients/{client.id}").text


def test_groups_need_their_right(login_as):
    onlooker = login_as(permissions=(VIEW,))
    assert onlooker.get("/clients/groups").status_code == 403
    assert onlooker.post("/clients/groups", data={"name": "A"}).status_code == 403


def test_what_only_somebody_else_changed_stays_when_a_disputed_group_is_saved_again(login_as):
    keeper = login_as(permissions=(*CLERK, MANAGE_GROUPS))
    keeper.post("/clients/groups", data={"name": "Builders", "colour": "done"})
    keeper.post("/clients/groups/1", data={"name": "House builders", "colour": "today", "version": "1"})
    mine = keeper.post("/clients/groups/1", data={"name": "Roofers", "colour": "done", "version": "1"})
    assert mine.status_code == 422
    assert "House builders" in mine.text
    assert re.search(r'<option[^>]*value="today"[^>]* selected|<option selected[^>]*value="today"', mine.text), (
        re.findall("<option[^>]*>", mine.text)
    )
    sent = {"name": "Roofers", "colour": "today", "version": "2"}
    assert keeper.post("/clients/groups/1", data=sent).status_code == 302
    assert "Roofers" in keeper.get("/clients/groups").text
