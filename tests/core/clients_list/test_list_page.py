"""The client list through its page: tabs, filters, search, order, columns, rights."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kartoteka.builtin.clients.fields import CREATE, EDIT, SEE_PERSONAL_CODE, VIEW
from kartoteka.builtin.clients.service import archive_clients
from kartoteka.testing.company import Company
from kartoteka.testing.statements import counted_statements
from tests.core.clients_list.conftest import add_clients, listed, many

RIGHTS = (VIEW, CREATE, EDIT)


@pytest.fixture
def clerk(office: Company) -> int:
    return office.add_user(permissions=RIGHTS, reach="all", name="Ona Petraitė")


def page(company: Company, user_id: int, address: str = "/clients/", **options: Any) -> str:
    answer = company.browser(user_id).get(address, **options)
    assert answer.status_code == 200, answer.status
    return answer.text


@pytest.mark.catalogue("CL-34")
def test_tabs_show_existing_and_potential_clients_separately(office: Company, clerk: int) -> None:
    ids = add_clients(office, [{"company_name": "A"}, {"company_name": "B", "relationship": "potential"}])
    assert listed(page(office, clerk)) == ids
    assert listed(page(office, clerk, "/clients/?relationship=potential")) == ids[1:]
    existing = page(office, clerk, "/clients/?relationship=existing")
    assert listed(existing) == ids[:1]
    assert 'href="/clients/?relationship=existing" aria-current="page"' in existing


@pytest.mark.catalogue("CL-35")
@pytest.mark.parametrize(
    "query", ["zuvedra", "ŽUVĖDRA", "302345671", "info@zuv", "612 34567", "(8-612) 34567", "+37061234567"]
)
def test_quick_search_finds_by_name_code_phone_and_mail(office: Company, clerk: int, query: str) -> None:
    values = {"registration_code": "302345671", "email": "info@zuvedra.lt", "phone": "+370 612 34567"}
    ids = add_clients(office, [{"company_name": "Other"}, {"company_name": "UAB „Žuvėdra“", **values}])
    found = office.browser(clerk).get("/clients/", query_string={"q": query}).text
    assert listed(found) == ids[1:]
    assert f'href="/clients/{ids[1]}"' in found


@pytest.mark.catalogue("CL-37")
def test_filters_by_owner_importance_kind_and_days(office: Company, clerk: int) -> None:
    other = office.add_user(permissions=RIGHTS, reach="all", name="Jonas")
    rows = [
        {"company_name": "A", "manager_id": clerk, "importance": "a"},
        {"company_name": "B", "manager_id": other, "importance": "b", "client_kind": "key"},
        {"company_name": "C", "importance": "", "registered_on": date(2026, 3, 1)},
        {"company_name": "D", "manager_id": clerk, "importance": "a", "registered_on": date(2025, 12, 31)},
    ]
    a, b, c, d = add_clients(office, rows)
    expected = {
        "manager=me": [a, d],
        "manager=others": [b],
        "manager=none": [c],
        f"manager={other}": [b],
        f"manager={other}&manager=none": [b, c],
        "importance=a": [a, d],
        "importance=b&importance=none": [b, c],
        "client_kind=key": [b],
        "registered_on.from=2026-01-01&registered_on.to=2026-01-31": [a, b],
        "registered_on.to=2025-12-31": [d],
        "importance=a&manager=me&registered_on.from=2026-01-01&relationship=existing&country=LT": [a],
        "name=d": [d],
    }
    for address, ids in expected.items():
        assert listed(page(office, clerk, f"/clients/?{address}")) == ids, address


@pytest.mark.catalogue("CORE-21", part="filters combined by AND, in the address")
def test_the_address_carries_every_filter_and_each_can_be_taken_away(office: Company, clerk: int) -> None:
    add_clients(office, many(20, clerk))
    html = page(
        office, clerk, "/clients/?manager=me&importance=a&registered_on.from=2026-01-01&sort=-registered_on&q=uab"
    )
    assert 'href="/clients/?manager=me&amp;registered_on.from=2026-01-01&amp;sort=-registered_on&amp;q=uab"' in html
    assert (
        'href="/clients/?importance=a&amp;manager=me&amp;registered_on.from=2026-01-01&amp;sort=-registered_on"' in html
    )
    assert 'aria-sort="descending"' in page(office, clerk, "/clients/?sort=-name")


@pytest.mark.catalogue("CORE-21", part="filters combined by AND, in the address")
@pytest.mark.parametrize(
    "field",
    [
        "number",
        "kind",
        "name",
        "country",
        "registration_code",
        "vat_code",
        "phone",
        "mobile",
        "fax",
        "email",
        "website",
        "bank_account",
        "importance",
        "client_kind",
        "activity",
        "group",
        "manager",
        "notes",
        "birth_date",
        "sex",
        "income",
        "external_id",
        "state",
    ],
)
def test_every_column_can_be_filtered(office: Company, clerk: int, field: str) -> None:
    html = page(office, clerk, "/clients/filters")
    assert f'name="{field}"' in html or f'name="{field}.from"' in html


def test_what_makes_no_sense_is_told_and_left_out(office: Company, clerk: int) -> None:
    ids = add_clients(office, [{"company_name": "A"}])
    address = (
        "importance=zzz&manager=99999&registered_on.from=2026-13-45&income.from=x&sort=;drop&at=nonsense&go=%27%00"
    )
    html = page(office, clerk, f"/clients/?{address}")
    assert listed(html) == ids
    assert html.count("k-chip k-overdue") == 4
    filters = page(office, clerk, f"/clients/filters?{address}")
    assert "This is not a date." in filters
    assert "There is no such user." in filters


@pytest.mark.parametrize("hostile", ["%27%22%3Cscript%3E", "%00", "%25%25%25", "%F0%9F%92%A9", "a" * 5000, "%ff%fe"])
def test_hostile_addresses_are_answered(office: Company, clerk: int, hostile: str) -> None:
    add_clients(office, [{"company_name": "<script>alert(1)</script>"}])
    names = (
        "q",
        "go",
        "at",
        "sort",
        "name",
        "manager",
        "importance",
        "registered_on.from",
        "income.to",
        "country",
        "notes",
    )
    asked = "&".join(f"{name}={hostile}" for name in names)
    html = page(office, clerk, f"/clients/?{asked}", follow_redirects=True)
    assert "<script>" not in html.replace('<script src="/static/', "")
    assert "<script>alert" not in page(office, clerk)


def test_empty_parameters_lead_to_the_short_address(shop: Company) -> None:
    clerk = shop.add_user(permissions=RIGHTS, reach="all")
    answer = shop.browser(clerk).get("/clients/?q=&manager=me&importance=&registered_on.from=")
    assert answer.status_code == 302
    assert answer.location == "/clients/?manager=me"


def test_typing_gets_the_rows_only_and_keeps_the_address(shop: Company) -> None:
    clerk = shop.add_user(permissions=RIGHTS, reach="all")
    ids = add_clients(shop, [{"company_name": "Alfa"}, {"company_name": "Beta"}])
    answer = shop.browser(clerk).get("/clients/?q=bet&manager=", headers={"HX-Request": "true"})
    assert listed(answer.text) == ids[1:]
    assert "<html" not in answer.text
    assert answer.headers["HX-Replace-Url"] == "/clients/?q=bet"
    assert "HX-Request" in answer.headers["Vary"]


def test_archived_clients_are_shown_when_asked(shop: Company) -> None:
    clerk = shop.add_user("administrator")
    ids = add_clients(shop, [{"company_name": "Alfa"}, {"company_name": "Beta"}])
    with shop.database.transaction(shop.system) as session:
        archive_clients(session, ids[1:])
    assert listed(page(shop, clerk)) == ids[:1]
    archived = page(shop, clerk, "/clients/?state=archived")
    assert listed(archived) == ids[1:]
    assert '<span class="k-badge k-none">Archived</span>' in archived
    assert listed(page(shop, clerk, "/clients/?state=archived&state=active")) == ids


def test_an_empty_list_says_why(office: Company, clerk: int) -> None:
    own = office.add_user(permissions=(VIEW,), reach="own")
    assert "Nothing here yet" in page(office, clerk)
    assert 'href="/clients/new"' in page(office, clerk)
    add_clients(office, [{"company_name": "A", "manager_id": clerk}])
    filtered = page(office, clerk, "/clients/?q=nowhere&importance=c")
    assert "Nothing found" in filtered
    assert 'href="/clients/">Clear all filters' in filtered
    blind = page(office, own)
    assert "Nothing here that you may see" in blind
    assert "/clients/new" not in blind


def test_own_clients_only(office: Company, clerk: int) -> None:
    own = office.add_user(permissions=RIGHTS, reach="own")
    mine, theirs = add_clients(office, [{"company_name": "Mine", "manager_id": own}, {"company_name": "Theirs"}])
    html = page(office, own)
    assert listed(html) == [mine]
    assert "Total: 1" in html
    assert listed(page(office, own, "/clients/?q=theirs")) == []
    assert listed(page(office, own, "/clients/?manager=none")) == []
    assert "Theirs" not in page(office, own, "/clients/suggest?q=theirs")
    assert listed(page(office, clerk)) == [mine, theirs]


def test_a_confidential_field_is_absent_without_its_right(shop: Company) -> None:
    clerk = shop.add_user(permissions=RIGHTS, reach="all")
    trusted = shop.add_user(permissions=(*RIGHTS, SEE_PERSONAL_CODE), reach="all")
    ids = add_clients(
        shop, [{"kind": "person", "surname": "Ona", "personal_code": "48001010008"}, {"company_name": "B"}]
    )
    assert "personal_code" in page(shop, trusted, "/clients/columns")
    assert listed(page(shop, trusted, "/clients/?personal_code=4800")) == ids[:1]
    for address in ("/clients/columns", "/clients/filters"):
        assert "personal_code" not in page(shop, clerk, address)
    assert listed(page(shop, clerk, "/clients/?personal_code=4800")) == ids[::-1]
    with_column = {"do": "save", "order": "personal_code", "shown": "personal_code"}
    shop.browser(clerk).post("/clients/columns", data=with_column)
    assert "48001010008" not in page(shop, clerk)


def test_nobody_enters_without_the_right(shop: Company) -> None:
    stranger = shop.add_user(permissions=())
    for address in ("/clients/", "/clients/filters", "/clients/columns", "/clients/suggest?q=a"):
        assert shop.browser(stranger).get(address).status_code == 403
        assert shop.browser().get(address).status_code in (302, 401)


@pytest.mark.catalogue("CL-38")
def test_a_row_leads_to_its_card_and_its_form_and_to_actions(shop: Company) -> None:
    clerk = shop.add_user("administrator")
    (client_id,) = add_clients(shop, [{"company_name": "A"}])
    html = page(shop, clerk)
    assert f'href="/clients/{client_id}"' in html
    assert f'href="/clients/{client_id}/edit"' in html
    assert 'href="/clients/new"' in html
    assert f'value="{client_id}"' in html
    assert 'formaction="/actions/clients/' in html
    reader = shop.add_user(permissions=(VIEW,), reach="all")
    seen = page(shop, reader)
    assert "/edit" not in seen
    assert "/clients/new" not in seen
    assert "data-k-row" not in seen


@pytest.mark.catalogue("CL-39")
def test_suggestions_name_a_few_clients(office: Company, clerk: int) -> None:
    add_clients(
        office, [{"company_name": f"Alfa {index}", "registration_code": f"30000000{index}"} for index in range(9)]
    )
    add_clients(office, [{"number": "K90000", "company_name": "The Alfa Romeo <b>"}])
    html = page(office, clerk, "/clients/suggest?q=alfa")
    assert html.count('class="k-suggestion"') == 8
    assert "Alfa 0" in html
    assert "300000000" in html
    assert "/clients/?q=alfa" in html
    assert "&lt;b&gt;" in page(office, clerk, "/clients/suggest?q=romeo")
    assert "k-suggestion-none" in page(office, clerk, "/clients/suggest?q=zzz")
    assert 'class="k-suggestion"' not in page(office, clerk, "/clients/suggest?q=")


def test_total_is_exact_up_to_a_limit(office: Company, clerk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from kartoteka.web.lists import loading

    add_clients(office, many(30))
    assert "Total: 30" in page(office, clerk)
    monkeypatch.setattr(loading, "MOST_COUNTED", 10)
    html = page(office, clerk, "/clients/?relationship=existing")
    assert "Total: 10+" in html
    assert 'href="/clients/?relationship=existing&amp;count=exact">Count exactly' in html
    assert "Total: 24<" in page(office, clerk, "/clients/?relationship=existing&count=exact")


def test_phones_are_filtered_however_they_are_written(office: Company, clerk: int) -> None:
    ids = add_clients(
        office, [{"company_name": "A", "phone": "+370 612 34567"}, {"company_name": "B", "phone": "8 5 2123456"}]
    )
    for typed in ("612 34567", "861234567", "+37061234567"):
        html = office.browser(clerk).get("/clients/", query_string={"phone": typed}).text
        assert listed(html) == ids[:1], typed


def test_text_filters_ignore_case(office: Company, clerk: int) -> None:
    ids = add_clients(
        office, [{"company_name": "A", "activity": "Žuvų Prekyba"}, {"company_name": "B", "activity": "50%_off"}]
    )
    for typed, found in {"žuvų": ids[:1], "ŽUVŲ": ids[:1], "prekyba": ids[:1], "50%_": ids[1:], "5_%": []}.items():
        html = office.browser(clerk).get("/clients/", query_string={"activity": typed}).text
        assert listed(html) == found, typed


def test_columns_that_are_not_shown_are_not_loaded(shop: Company) -> None:
    clerk = shop.add_user(permissions=RIGHTS, reach="all")
    add_clients(shop, [{"company_name": "A"}])
    with counted_statements(shop.database) as sent:
        page(shop, clerk)
    selects = [one for one in sent if "core_client" in one]
    assert selects
    assert not any("bank_account" in one or "notes" in one or "personal_code" in one for one in selects)


def test_a_new_name_of_a_manager_is_offered_at_once(shop: Company) -> None:
    from kartoteka.builtin.users.service import change_user

    clerk = shop.add_user("administrator", name="Ona Petraitė")
    assert "Ona Petraitė" in page(shop, clerk, f"/clients/?manager={clerk}").partition("k-chips")[2]
    with shop.database.transaction(shop.system) as session:
        change_user(session, clerk, {"name": "Ona Jonaitienė"})
    assert "Ona Jonaitienė" in page(shop, clerk, f"/clients/?manager={clerk}").partition("k-chips")[2]
