"""Table of contents of the module "Inquiries and activities"."""

from __future__ import annotations

from pathlib import Path

from kartoteka.api import API_VERSION, hookimpl, join_parts
from kartoteka.api.declare import Module, Permission, RoleTemplate
from kartoteka.api.texts import Texts
from kartoteka.api.web import ModuleBlueprint
from kartoteka_crm_inquiries import linking
from kartoteka_crm_inquiries.activities import plugin as activities
from kartoteka_crm_inquiries.assignment import plugin as assignment
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.board import plugin as board
from kartoteka_crm_inquiries.calendar import plugin as calendar
from kartoteka_crm_inquiries.funnel import plugin as funnel
from kartoteka_crm_inquiries.inquiries import plugin as inquiries
from kartoteka_crm_inquiries.intake import plugin as intake
from kartoteka_crm_inquiries.letters import plugin as letters
from kartoteka_crm_inquiries.needs import plugin as needs
from kartoteka_crm_inquiries.processes import plugin as processes
from kartoteka_crm_inquiries.projects import plugin as projects
from kartoteka_crm_inquiries.promises import plugin as promises
from kartoteka_crm_inquiries.reminders import plugin as reminders
from kartoteka_crm_inquiries.reports import plugin as reports
from kartoteka_crm_inquiries.rights import PERMISSIONS, ROLES
from kartoteka_crm_inquiries.series import plugin as series
from kartoteka_crm_inquiries.setup import plugin as setup
from kartoteka_crm_inquiries.sync import plugin as sync
from kartoteka_crm_inquiries.work import plugin as work

_ = Texts("crm_inquiries")


@hookimpl
def register_module() -> Module:
    return Module(
        name="crm_inquiries",
        title=_("Inquiries and activities"),
        description=_("Inquiries, orders and tenders, and the work that follows from them: nothing is forgotten."),
        version="0.1.0",
        api=API_VERSION,
        migrations=Path(__file__).parent / "migrations",
    )


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_roles() -> list[RoleTemplate]:
    return ROLES


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


join_parts(
    __name__,
    [
        processes,
        projects,
        assignment,
        inquiries,
        needs,
        activities,
        series,
        sync,
        reminders,
        letters,
        calendar,
        work,
        board,
        funnel,
        promises,
        reports,
        intake,
        setup,
        linking,
    ],
)
