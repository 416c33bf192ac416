"""A password that is kept goes only to the server it was given for."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.mail.accounts import save_account
from kartoteka.builtin.mail.models import MailAccount
from kartoteka.vocabulary.errors import InvalidInput
from tests.core.mail.conftest import PASSWORD, add_account

PLACE = {"username": "post", "password": PASSWORD, "host": "smtp.langai.lt", "port": 587, "security": "starttls"}


def change(company: Any, account_id: int, **values: Any) -> None:
    with company.database.transaction(company.system) as session:
        save_account(session, account_id, values)


def kept(company: Any, account_id: int) -> MailAccount:
    with company.database.reading(company.system) as session:
        return session.scalars(select(MailAccount).where(MailAccount.id == account_id)).one()


@pytest.fixture
def own(office: Any, smtp: Any) -> tuple[int, int]:
    """The company's account, and a user's own that uses its server."""
    company_id = add_account(office, smtp, **PLACE, title="Server")
    user = {"user_id": office.add_user(), "server_id": company_id}
    own_id = add_account(office, smtp, username="rasa", password="žuvis 8", address="rasa@langai.lt", **user)
    return company_id, own_id


@pytest.mark.parametrize("moved", [{"host": "evil.example.lt"}, {"port": 2525}, {"security": "none"}])
def test_another_server_is_not_sent_the_passwords_of_this_one(office: Any, own: tuple[int, int], moved: Any) -> None:
    company_id, own_id = own
    with pytest.raises(InvalidInput) as refused:
        change(office, company_id, **moved)
    assert set(refused.value.errors) == {"password"}
    assert kept(office, company_id).host == "smtp.langai.lt"
    change(office, company_id, **moved, password="nauja 9")
    assert kept(office, company_id).password is not None
    assert (kept(office, own_id).password, str(kept(office, own_id).error)) == (None, "Enter the password again.")


def test_what_is_no_other_server_keeps_all_passwords(office: Any, own: tuple[int, int]) -> None:
    change(office, own[0], title="Renamed", security="tls", host="SMTP.langai.lt")
    assert all(kept(office, one).password for one in own)


def test_ones_own_account_demands_the_password_for_another_of_the_companys_servers(
    office: Any, smtp: Any, own: tuple[int, int]
) -> None:
    other = add_account(office, smtp, title="Other")
    with pytest.raises(InvalidInput) as refused:
        change(office, own[1], server_id=other)
    assert set(refused.value.errors) == {"password"}
    change(office, own[1], server_id=other, username="")
    assert kept(office, own[1]).password is None
