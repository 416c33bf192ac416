"""Sales terms on the client: who may see and change what, on the card, in the list, by API and from files."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import EditConflict
from kartoteka.api.errors import Forbidden, InvalidInput, NotFound
from kartoteka.builtin.access.confidential.service import mark_fields
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.directories.service import add_entry, change_entry
from kartoteka.db.journal import JournalEntry, Operation, operation_of
from kartoteka.db.journal.undo import undo_operation
from kartoteka_crm_clients.terms.models import Terms
from kartoteka_crm_clients.terms.service import set_terms


def only(shop: Any, client_id: int) -> Terms:
    with shop.company.database.reading(shop.company.system) as session:
        return session.scalars(select(Terms).where(Terms.client_id == client_id)).one()


def last_operation(session: Any) -> Any:
    return session.scalars(select(Operation.id).order_by(Operation.id.desc())).first()


def entry(shop: Any, directory: str, name: str) -> int:
    with shop.company.database.transaction(shop.company.system) as session:
        return add_entry(session, f"crm_clients.{directory}", {"name": name}).id


@pytest.mark.catalogue("CL-07")
def test_a_block_stands_in_the_header_with_its_reason(shop: Any) -> None:
    client_id = shop.client()
    page = f"/crm_clients/clients/{client_id}/terms"
    assert "Say why" in shop.desk.post(page, data={"is_blocked": "y"}).text
    assert shop.desk.post(page, data={"is_blocked": "y", "block_reason": "Debt of <2024>"}).status_code == 302
    card = shop.desk.get(f"/clients/{client_id}").text
    header = card[card.index('id="client-head"') :].partition("</header>")[0]
    assert "Sales blocked" in header
    assert "Debt of &lt;2024&gt;" in header


@pytest.mark.catalogue("CL-08")
@pytest.mark.catalogue("CL-09")
@pytest.mark.catalogue("CL-10")
@pytest.mark.catalogue("CL-51")
def test_limit_term_prices_and_discounts_are_typed_and_shown(shop: Any) -> None:
    client_id = shop.client()
    level, group = entry(shop, "price_levels", "Didmena"), entry(shop, "discount_groups", "Ištikimi")
    data = {
        "credit_limit": "5 000,50",
        "credit_currency": "EUR",
        "payment_days": "14",
        "price_level": str(level),
        "discount_group": str(group),
        "discount": "7,5",
    }
    assert shop.desk.post(f"/crm_clients/clients/{client_id}/terms", data=data).status_code == 302
    terms = only(shop, client_id)
    assert (terms.credit_limit, terms.credit_currency, terms.payment_days) == (Decimal("5000.50"), "EUR", 14)
    assert (terms.price_level_id, terms.discount_group_id, terms.discount) == (level, group, Decimal("7.50"))
    card = shop.desk.get(f"/clients/{client_id}").text
    for shown in ("5,000.50 EUR", "14 days", "Didmena", "Ištikimi", "7.50", "used: no data"):
        assert shown in card, shown
    assert f'value="{level}" selected' in shop.desk.get(f"/crm_clients/clients/{client_id}/terms").text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("credit_limit", "-1"),
        ("credit_limit", "1e30"),
        ("credit_limit", "NaN"),
        ("credit_currency", "XXX"),
        ("payment_days", "366"),
        ("payment_days", "-3"),
        ("price_level", "999"),
        ("price_level", "99999999999999999999"),
        ("discount", "101"),
        ("discount", "abc"),
        ("nothing", "1"),
    ],
)
def test_wrong_terms_are_refused_by_field(shop: Any, name: str, typed: str) -> None:
    client_id = shop.client()
    with pytest.raises(InvalidInput) as refused:
        shop.terms(client_id, **{name: typed})
    assert set(refused.value.errors) == {name}


@pytest.mark.parametrize(
    ("right", "values"),
    [
        ("block_sales", {"is_blocked": True, "block_reason": "Debt"}),
        ("set_credit", {"credit_limit": "100"}),
        ("set_payment_term", {"payment_days": 3}),
        ("set_prices", {"discount": "3"}),
    ],
)
def test_each_of_the_terms_is_changed_under_its_own_right(shop: Any, right: str, values: dict[str, Any]) -> None:
    client_id = shop.client()
    base = ["clients.view", "crm_clients.see_terms", "crm_clients.see_credit"]
    others = [one for one in ("block_sales", "set_credit", "set_payment_term", "set_prices") if one != right]
    without = shop.company.add_user(permissions=[*base, *(f"crm_clients.{one}" for one in others)], reach="all")
    having = shop.company.add_user(permissions=[*base, f"crm_clients.{right}"], reach="all")
    with pytest.raises(Forbidden), shop.company.database.transaction(shop.company.actor(without)) as session:
        set_terms(session, client_id, values)
    with shop.company.database.transaction(shop.company.actor(having)) as session:
        set_terms(session, client_id, values)


def words_of(page: str) -> str:
    """Return what a page says: tokens in its tags are made by chance, and may hold any figure."""
    return re.sub(r"<[^>]*>", " ", page)


def test_who_may_not_see_terms_sees_none(shop: Any) -> None:
    client_id = shop.client()
    shop.terms(client_id, is_blocked=True, block_reason="Old debt", credit_limit="777", payment_days=9)
    stranger = shop.seller()
    assert "Old debt" not in stranger.get(f"/clients/{client_id}").text
    assert stranger.get(f"/crm_clients/clients/{client_id}/terms").status_code == 403
    reader = shop.seller("crm_clients.see_terms")
    card = reader.get(f"/clients/{client_id}").text
    assert "Old debt" in card
    assert "777" not in words_of(card)
    assert "Change sales terms" not in card
    assert reader.get(f"/crm_clients/clients/{client_id}/terms").location == f"/clients/{client_id}"
    log = reader.get(f"/clients/{client_id}/log").text
    assert "777" not in words_of(log)


def test_terms_of_clients_out_of_sight_do_not_exist(shop: Any) -> None:
    client_id = shop.client(owner=shop.other_id)
    terms_id = shop.terms(client_id, payment_days=9)
    with pytest.raises(NotFound), shop.writing() as session:
        set_terms(session, client_id, {"payment_days": 3})
    assert shop.desk.get(f"/crm_clients/terms/{terms_id}").status_code == 302
    own = shop.company.browser(shop.company.add_user(permissions=("clients.view", "crm_clients.see_terms")))
    assert own.get(f"/crm_clients/terms/{terms_id}").status_code == 404
    assert own.get(f"/crm_clients/clients/{client_id}/terms").status_code == 404


def test_changes_are_in_the_log_and_can_be_undone(shop: Any) -> None:
    client_id = shop.client()
    shop.terms(client_id, payment_days=9)
    shop.terms(client_id, payment_days=30)
    log = shop.desk.get(f"/clients/{client_id}/log").text
    assert "Payment term in days" in log
    with shop.company.database.transaction(shop.company.system) as session:
        undo_operation(session, last_operation(session))
    assert only(shop, client_id).payment_days == 9


def test_two_people_change_different_terms(shop: Any) -> None:
    client_id = shop.client()
    shop.terms(client_id, payment_days=9, discount="1")
    version = only(shop, client_id).version
    shop.terms(client_id, discount="2")
    with shop.company.database.transaction(shop.company.actor(shop.rasa)) as session:
        set_terms(session, client_id, {"payment_days": 10, "discount": Decimal(1)}, version)
    assert (only(shop, client_id).payment_days, only(shop, client_id).discount) == (10, Decimal(2))
    with pytest.raises(EditConflict), shop.company.database.transaction(shop.company.actor(shop.rasa)) as session:
        set_terms(session, client_id, {"discount": Decimal(3)}, version)


def test_a_closed_price_level_stays_where_it_is_and_is_chosen_no_more(shop: Any) -> None:
    level = entry(shop, "price_levels", "Sena")
    client_id, other_id = shop.client(), shop.client("UAB Kita")
    shop.terms(client_id, price_level=level)
    with shop.company.database.transaction(shop.company.system) as session:
        change_entry(session, level, {"closed": True})
    shop.terms(client_id, price_level=level, payment_days=1)
    with pytest.raises(InvalidInput):
        shop.terms(other_id, price_level=level)


def test_merged_clients_keep_the_block_and_the_smaller_limit(shop: Any) -> None:
    kept, gone = shop.client(), shop.client("UAB Žuvėdra ir ko")
    shop.terms(kept, credit_limit="900", payment_days=14)
    shop.terms(gone, is_blocked=True, block_reason="Debt", credit_limit="500", discount="3")
    with shop.company.database.transaction(shop.company.system, "Merge") as session:
        merge_clients(session, kept, [gone])
        operation_id = operation_of(session)
    terms = only(shop, kept)
    assert (terms.is_blocked, terms.block_reason, terms.credit_limit) == (True, "Debt", Decimal(500))
    assert (terms.payment_days, terms.discount) == (14, Decimal(3))
    with shop.company.database.transaction(shop.company.system) as session:
        undo_operation(session, operation_id)
    assert (only(shop, kept).is_blocked, only(shop, gone).credit_limit) == (False, Decimal(500))


def test_the_journal_knows_the_client(shop: Any) -> None:
    client_id = shop.client()
    shop.terms(client_id, payment_days=9)
    with shop.company.database.reading(shop.company.system) as session:
        entries = session.scalars(select(JournalEntry).where(JournalEntry.kind == "crm_clients.terms")).all()
    assert [one.client_id for one in entries] == [client_id]


@pytest.mark.catalogue("CL-10", part="confidential")
def test_terms_that_are_confidential_are_nowhere_to_be_found(shop: Any) -> None:
    client_id = shop.client()
    level = entry(shop, "price_levels", "Slapta")
    shop.terms(client_id, discount="87.65", price_level=level, payment_days=9)
    pages = (
        f"/clients/{client_id}",
        f"/clients/{client_id}/as-of",
        f"/clients/{client_id}/log",
        "/clients/?columns=crm_clients.discount&columns=crm_clients.price_level",
    )
    with shop.company.database.transaction(shop.company.system) as session:
        mark_fields(session, "crm_clients.terms", ["discount", "price_level"])
    for page in pages:
        text = shop.desk.get(page).text
        assert "87.65" not in text, page
        assert "Slapta</" not in text.partition("<tbody")[2], page
    assert "UAB Žuvėdra" not in shop.desk.get(f"/clients/?crm_clients.price_level={level}").text.partition("<tbody")[2]
    assert "9 days" in shop.desk.get(pages[0]).text
    with pytest.raises(Forbidden):
        shop.terms(client_id, discount="1")
