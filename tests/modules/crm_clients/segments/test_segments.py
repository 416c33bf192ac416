"""Segments: groups of clients by any attribute, live or picked by hand, for lists and for other modules (CL-45)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.clients import Client, client_segments, find_segment
from kartoteka.api.errors import Forbidden, Refused
from kartoteka.builtin.operations.service import undo
from kartoteka.db.journal import operation_of
from kartoteka_crm_clients.segments import service
from kartoteka_crm_clients.segments.models import Segment, SegmentClient
from kartoteka_crm_clients.segments.queries import FILTER

RIGHTS = ("clients.view", "clients.create", "clients.edit", "crm_clients.view", "crm_clients.segments")


@pytest.fixture
def maker(house: Any) -> Any:
    """A browser of somebody who sees all clients and makes segments."""
    house.maker_id = house.company.add_user(permissions=RIGHTS, reach="all")
    return house.company.browser(house.maker_id)


def make(maker: Any, name: str, **values: str) -> int:
    answer = maker.post("/crm_clients/segments/new", data={"name": name, "sort": "live", **values})
    assert answer.status_code == 302, answer.text
    return int(answer.location.split("/segments/")[1].split("/")[0])


def members(house: Any, segment_id: int, user_id: int | None = None) -> set[str]:
    """Return the names of a segment's clients that somebody sees, as another module reads them."""
    with house.company.database.reading(house.company.actor(user_id or house.maker_id)) as session:
        segment = find_segment(session, f"crm_clients.segment:{segment_id}")
        assert segment is not None
        return set(session.scalars(select(Client.name).where(Client.id.in_(segment.clients(session)))))


@pytest.mark.catalogue("CL-45", part="segments")
def test_a_live_segment_holds_whom_one_of_its_groups_finds(house: Any, maker: Any) -> None:
    house.client("UAB Alfa", importance="a")
    house.client("UAB Beta", importance="b")
    house.client("OÜ Gamma", country="EE", importance="c")
    segment_id = make(maker, "Best")
    url = f"/crm_clients/segments/{segment_id}"
    first = maker.post(f"{url}/groups/1", data={"importance": "a", "country": "LT"})
    assert first.status_code == 302, first.text
    assert members(house, segment_id) == {"UAB Alfa"}
    maker.post(f"{url}/groups/2", data={"country": "EE"})
    assert members(house, segment_id) == {"UAB Alfa", "OÜ Gamma"}
    page = maker.get(url).text
    assert "Clients that you may see: 2" in page
    listed = maker.get(f"/clients/?{FILTER}={segment_id}").text
    assert "Alfa" in listed
    assert "Beta" not in listed
    house.client("UAB Delta", importance="a")
    assert members(house, segment_id) == {"UAB Alfa", "OÜ Gamma", "UAB Delta"}
    assert "Best" in maker.get("/crm_clients/segments/").text
    maker.post(f"{url}/groups/2/remove")
    assert members(house, segment_id) == {"UAB Alfa", "UAB Delta"}


@pytest.mark.catalogue("CORE-21", part="filters of which one is enough")
def test_one_of_the_filters_of_a_group_may_be_enough(house: Any, maker: Any) -> None:
    house.client("UAB Alfa", importance="a")
    house.client("UAB Beta", importance="b")
    house.client("OÜ Gamma", country="EE", importance="c")
    segment_id = make(maker, "Best")
    url = f"/crm_clients/segments/{segment_id}"
    maker.post(f"{url}/groups/1", data={"importance": "a", "country": "EE", "any": "1"})
    assert members(house, segment_id) == {"UAB Alfa", "OÜ Gamma"}
    assert "<li>One of these filters is enough<" in maker.get(url).text
    assert 'name="any" value="1" checked' in maker.get(f"{url}/groups/1").text


def test_everybody_sees_those_of_its_clients_he_may_see(house: Any, maker: Any) -> None:
    house.client("UAB Alfa", importance="a")
    house.client("UAB Beta", importance="a", owner=house.other_id)
    segment_id = make(maker, "Best", is_shared="y")
    maker.post(f"/crm_clients/segments/{segment_id}/groups/1", data={"importance": "a"})
    reader = house.company.add_user(permissions=RIGHTS)
    assert members(house, segment_id) == {"UAB Alfa", "UAB Beta"}
    assert members(house, segment_id, reader) == set()
    own = make(maker, "Mine")
    stranger = house.company.browser(reader)
    assert stranger.get(f"/crm_clients/segments/{own}").status_code == 404
    assert stranger.get(f"/crm_clients/segments/{segment_id}").status_code == 200
    assert stranger.post(f"/crm_clients/segments/{segment_id}/delete").status_code == 403
    with house.company.database.reading(house.company.actor(reader)) as session:
        assert [one.title for one in client_segments(session)] == ["Best"]


def test_without_filters_nobody_is_in_it_and_nonsense_is_not_kept(house: Any, maker: Any) -> None:
    house.client("UAB Alfa")
    segment_id = make(maker, "Best")
    url = f"/crm_clients/segments/{segment_id}/groups/1"
    assert members(house, segment_id) == set()
    assert maker.post(url, data={}).status_code == 422
    assert maker.post(url, data={"registered_on.from": "yesterday"}).status_code == 422
    assert maker.post(f"/crm_clients/segments/{segment_id}/groups/7", data={"country": "LT"}).status_code == 404
    assert members(house, segment_id) == set()


def test_a_segment_may_be_made_of_another_but_not_of_itself(house: Any, maker: Any) -> None:
    house.client("UAB Alfa", importance="a")
    inner, outer = make(maker, "Inner"), make(maker, "Outer")
    maker.post(f"/crm_clients/segments/{inner}/groups/1", data={"importance": "a"})
    maker.post(f"/crm_clients/segments/{outer}/groups/1", data={FILTER: str(inner)})
    assert members(house, outer) == {"UAB Alfa"}
    circle = maker.post(f"/crm_clients/segments/{inner}/groups/1", data={FILTER: str(outer)})
    assert circle.status_code == 422
    assert "made of itself" in circle.text
    assert maker.post(f"/crm_clients/segments/{inner}/delete").status_code == 422
    maker.post(f"/crm_clients/segments/{outer}/delete")
    assert maker.post(f"/crm_clients/segments/{inner}/delete").status_code == 302


@pytest.mark.catalogue("CL-45", part="fixed lists")
def test_fixed_lists_are_filled_from_the_client_list(house: Any, maker: Any) -> None:
    first, second = house.client("UAB Alfa"), house.client("UAB Beta")
    segment_id = make(maker, "Fair", sort="fixed")
    data = {"kind": "clients.client", "id": [str(first), str(second)], "segment": str(segment_id), "confirmed": "1"}
    answer = maker.post("/actions/crm_clients/put_into_list", data=data)
    assert answer.status_code == 302, answer.text
    assert members(house, segment_id) == {"UAB Alfa", "UAB Beta"}
    with house.company.database.transaction(house.company.actor(house.maker_id)) as session:
        assert service.remove_clients(session, segment_id, [first]) == 1
        assert service.add_clients(session, segment_id, [second]) == 0
    assert members(house, segment_id) == {"UAB Beta"}
    live = make(maker, "Live")
    with (
        house.company.database.transaction(house.company.actor(house.maker_id)) as session,
        pytest.raises(Refused),
    ):
        service.add_clients(session, live, [first])


def test_a_deleted_list_comes_back_with_its_clients(house: Any, maker: Any) -> None:
    first, second = house.client("UAB Alfa"), house.client("UAB Beta")
    segment_id = make(maker, "Fair", sort="fixed")
    with house.company.database.transaction(house.company.actor(house.maker_id)) as session:
        service.add_clients(session, segment_id, [first, second])
    with house.company.database.transaction(house.company.actor(house.maker_id)) as session:
        service.delete_segment(session, segment_id)
        operation = operation_of(session)
    with house.company.database.reading(house.company.system) as session:
        assert session.scalars(select(SegmentClient.id)).all() == []
    with house.company.database.transaction(house.company.actor(house.maker_id)) as session:
        undo(session, operation)
    assert members(house, segment_id) == {"UAB Alfa", "UAB Beta"}


def test_merged_clients_stand_in_a_list_once(house: Any, maker: Any) -> None:
    from kartoteka.builtin.clients.merging.service import merge_clients

    first, second = house.client("UAB Alfa"), house.client("UAB Alfa 2")
    segment_id = make(maker, "Fair", sort="fixed")
    with house.company.database.transaction(house.company.system) as session:
        service.add_clients(session, segment_id, [first, second])
        merge_clients(session, first, [second], {})
    with house.company.database.reading(house.company.system) as session:
        assert session.scalars(select(SegmentClient.client_id)).all() == [first]


def test_only_who_has_the_right_makes_segments(house: Any) -> None:
    with house.writing() as session, pytest.raises(Forbidden):
        service.add_segment(session, {"name": "Best"})
    assert house.browser.get("/crm_clients/segments/").status_code == 403


def test_the_list_asks_the_same_number_of_times_however_many_there_are(house: Any, maker: Any) -> None:
    from tests.modules.crm_clients.test_statements import statements_of

    counts = []
    for number in (1, 6):
        for place in range(number):
            segment_id = make(maker, f"Segment {number} {place}")
            maker.post(f"/crm_clients/segments/{segment_id}/groups/1", data={"importance": "a"})
        maker.get("/crm_clients/segments/")
        with statements_of(house) as heard:
            maker.get("/crm_clients/segments/")
        counts.append(len(heard))
    assert counts[0] == counts[1]
    with house.company.database.reading(house.company.system) as session:
        assert len(session.scalars(select(Segment)).all()) == 7


@pytest.mark.catalogue("CL-45", part="a filtered list is kept as a segment")
def test_what_a_list_finds_becomes_a_live_segment(house: Any, maker: Any) -> None:
    house.client("UAB Alfa", importance="a")
    house.client("UAB Beta", importance="b")
    assert "Save as a segment" not in maker.get("/clients/").text
    listed = maker.get("/clients/?importance=a&sort=-name").text
    link = re.search(r'href="(/crm_clients/segments/new\?where=[^"]+)"', listed)
    assert link is not None
    form = maker.get(unescape(link[1])).text
    assert "Importance: <strong>A" in form
    assert 'name="sort"' not in form
    made = maker.post(unescape(link[1]), data={"name": "Important"})
    assert made.status_code == 302, made.text
    segment_id = int(made.location.rsplit("/", 1)[1])
    assert members(house, segment_id) == {"UAB Alfa"}
    house.client("UAB Gamma", importance="a")
    assert members(house, segment_id) == {"UAB Alfa", "UAB Gamma"}


def test_an_address_that_makes_no_sense_makes_no_segment_of_everybody(house: Any, maker: Any) -> None:
    for where in ("sort=-name", "=", "&" * 900, "importance=purple", "x=" + "a" * 500, "%00"):
        answer = maker.post("/crm_clients/segments/new", query_string={"where": where}, data={"name": "Odd"})
        assert answer.status_code < 500, where
    with house.company.database.reading(house.company.system) as session:
        assert [one.groups for one in session.scalars(select(Segment)) if one.groups] == []


def test_who_makes_no_segments_sees_no_link(house: Any) -> None:
    reader = house.company.browser(house.company.add_user(permissions=("clients.view",), reach="all"))
    assert "Save as a segment" not in reader.get("/clients/?importance=a").text
