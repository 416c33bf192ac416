"""What the feature "handover" adds: the page on which somebody's work is handed over, and the job that does it."""

from __future__ import annotations

from kartoteka.builtin.handover.running import run_deactivation, run_handover
from kartoteka.builtin.handover.service import HAND_OVER
from kartoteka.builtin.handover.views import blueprint
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.declarations.work import Job
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="handover",
        title=_("Hand-over"),
        description=_("All work of somebody who leaves or is away goes to colleagues."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "jobs", "clients"),
        table_prefix="core",
    )


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(
            name="run",
            title=_("Hand over all work of a user"),
            run=run_handover,
            permission=HAND_OVER,
            unique_by=("user_id",),
        ),
        Job(
            name="deactivate",
            title=_("Deactivate a user"),
            run=run_deactivation,
            permission="users.manage",
            unique_by=("user_id",),
        ),
    ]
