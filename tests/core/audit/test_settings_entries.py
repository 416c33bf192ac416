"""Who changed the company's settings and who set the installation up is in the audit log (X-06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.modules.queries import requirements
from kartoteka.builtin.settings.service import save_settings
from kartoteka.builtin.setup.service import set_up
from kartoteka.db.audit import AuditEntry, check_chain
from kartoteka.testing.company import ADMINISTRATOR, Company

VALUES = {"company": "UAB Nauja", "country": "EE", "language": "en", "timezone": "Europe/Tallinn"}


def entries(made: Company, event: str) -> list[AuditEntry]:
    with made.database.reading(made.system) as session:
        assert check_chain(session).findings == ()
        return list(session.scalars(select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.id)))


@pytest.mark.catalogue("X-06", part="company settings")
def test_changed_settings_are_written_down_by_name_without_their_values(company: Callable[..., Any]) -> None:
    made = company()
    boss = made.add_user(ADMINISTRATOR)
    browser = made.browser(boss)
    assert browser.post("/settings/", data=VALUES).status_code == 302
    assert browser.post("/settings/", data={**VALUES, "timezone": "Europe/Vilnius"}).status_code == 302
    first, second = entries(made, "settings.changed")
    assert first.user_id == second.user_id == boss
    assert "timezone" in str(second.facts)
    assert "company" not in str(second.facts)
    assert "Vilnius" not in str(second.facts)
    page = browser.get("/audit/?group=settings").text
    assert "Company settings changed" in page
    assert "Time zone" in page


def test_saving_what_is_there_already_is_no_change(company: Callable[..., Any]) -> None:
    made = company()
    for _number in range(2):
        with made.database.transaction(made.system) as session:
            save_settings(session, VALUES)
    assert len(entries(made, "settings.changed")) == 1


@pytest.mark.catalogue("X-06", part="the first steps")
def test_the_first_steps_are_written_down(company: Callable[..., Any]) -> None:
    made = company()
    with made.database.transaction(made.system) as session:
        set_up(
            session,
            company=VALUES,
            administrator={"name": "Ona Onaitė", "login": "ona"},
            password="five red apples",
            modules=(),
            requirements=requirements(made.installation.registry),
        )
    (entry,) = entries(made, "setup.done")
    assert entry.about_kind == "users.user"
    assert len(entries(made, "settings.changed")) == 1
