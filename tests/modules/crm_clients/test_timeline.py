"""The contact's page shows what happened to the contact, and takes notes on it (X-12)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kartoteka.testing.company import Company


@pytest.mark.catalogue("X-12")
def test_a_note_on_a_contact_is_written_on_its_page_and_is_on_the_clients_timeline(
    company: Callable[..., Company],
) -> None:
    from kartoteka_crm_clients.service import add_contact

    made = company(modules=["crm_clients"])
    client = made.add_client("UAB Langai")
    with made.database.transaction(made.system, "Contact added") as session:
        contact = add_contact(session, client.id, {"surname": "Onaitė", "role": "director"}).id
    rights = ("clients.view", "crm_clients.view", "timeline.view", "timeline.write")
    browser = made.browser(made.add_user(permissions=rights, reach="all"))
    url = f"/crm_clients/contacts/{contact}"
    sent = browser.post(url, data={"do": "add:timeline.notes", "text": "Speaks German"})
    assert sent.location == url
    assert browser.get(url).text.count("Speaks German") == 1
    assert "Contact added" in browser.get(url).text
    assert browser.get(f"/clients/{client.id}/timeline").text.count("Speaks German") == 1
