"""The audit log in words: scopes, kinds, fields of accounts, cards, and the events of modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import chosen_kinds
from tests.installed import installed


@pytest.fixture(params=chosen_kinds())
def company(request: pytest.FixtureRequest) -> Iterator[Company]:
    with open_company(request.param) as made:
        yield made


LIMITS = ("crm_clients.limits_changed", {"a": 70}, [("A: up to % of the turnover", "70")])
TOLD: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("api_key.made", {"scopes": ["*:read"]}, [("may", "Everything (Read)")]),
    (
        "mail.account_saved",
        {"fields": ["host", "is_default"]},
        [("fields", "Mail server, The company's e-mails are sent from here")],
    ),
    ("inbox.mailbox_saved", {"mailbox": 3, "fields": ["owner_id"]}, [("mailbox", "3"), ("fields", "Whose mailbox")]),
    (
        "confidential.changed",
        {"kind": "clients.client", "fields": ["phone"]},
        [("kind", "Clients"), ("fields", "Phone")],
    ),
    ("webhook.changed", {"webhook": 3, "enabled": False}, [("webhook", "3"), ("switched on", "no")]),
    ("card.arranged", {"for": "company"}, [("for whom", "the whole company")]),
    ("card.arranged", {"for": "department-4"}, [("for whom", "department number 4")]),
    ("mail.text_saved", {"template": "own.1"}, [("template", "own template")]),
    *([LIMITS] if installed("crm_clients") else []),
    ("away.unknown", {"a": 70}, [("a", "70")]),
]


@pytest.mark.catalogue("X-06", part="codes are told in words")
def test_codes_are_told_in_words(company: Company) -> None:
    from kartoteka.builtin.audit.words import Wording

    user_id = company.add_user()
    with company.database.reading(company.system) as session:
        wording = Wording(session, [{"user": user_id}])
        for event, facts, told in TOLD:
            assert [(str(name), value) for name, value in wording.details_of(event, facts, None)] == told, event
        ((_title, name),) = wording.details_of("api_key.made", {"user": user_id}, None)
        assert str(wording.subject_of("confidential.changed", "clients.client")) == "Clients"
    assert name == wording.users[user_id] != str(user_id)


@pytest.mark.needs_module("crm_clients")
def test_events_of_modules_have_titles(company: Company) -> None:
    from kartoteka.builtin.audit.words import Wording

    with company.database.reading(company.system) as session:
        wording = Wording(session)
    assert str(wording.title_of("crm_clients.limits_changed")) == "Limits of classes changed"
    assert str(wording.title_of("user.added")) == "User added"
    assert wording.title_of("away.unknown") == "away.unknown"
