"""The module's tables: migrated up they equal the models, and they go and come back without a trace."""

from __future__ import annotations

from sqlalchemy import inspect

from kartoteka.db import migrate
from kartoteka.extension.lineages import lineages
from kartoteka.installation import Installation

TABLES = {
    "crm_inquiries_appeal",
    "crm_inquiries_activity",
    "crm_inquiries_assignment",
    "crm_inquiries_booking_link",
    "crm_inquiries_attendee",
    "crm_inquiries_calendar_object",
    "crm_inquiries_extra_service",
    "crm_inquiries_inquiry",
    "crm_inquiries_letter",
    "crm_inquiries_letter_writer",
    "crm_inquiries_line",
    "crm_inquiries_need",
    "crm_inquiries_mail_tie",
    "crm_inquiries_process",
    "crm_inquiries_project",
    "crm_inquiries_promise",
    "crm_inquiries_reminded",
    "crm_inquiries_resource",
    "crm_inquiries_series",
    "crm_inquiries_setting",
    "crm_inquiries_stage",
    "crm_inquiries_working_hours",
    "crm_inquiries_stage_step",
    "crm_inquiries_submission",
    "crm_inquiries_web_form",
}


def tables(installation: Installation) -> set[str]:
    return set(inspect(installation.database.engine).get_table_names()) & TABLES


def test_tables_equal_the_models_and_can_go_and_come_back(installation: Installation) -> None:
    wanted = lineages(installation.registry)
    own = next(lineage for lineage in wanted if lineage.name == "crm_inquiries")
    migrate.upgrade(installation.database, wanted)
    assert tables(installation) == TABLES
    assert migrate.check(installation.database, own) == []
    assert set(migrate.purge(installation.database, own)) >= TABLES
    assert tables(installation) == set()
    migrate.upgrade(installation.database, wanted)
    assert tables(installation) == TABLES
