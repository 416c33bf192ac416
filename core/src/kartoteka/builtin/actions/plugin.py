"""What the feature "actions" adds: the job that works on many records."""

from __future__ import annotations

from kartoteka.builtin.actions.running import run_action
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.declarations.work import Job
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _


@hookimpl
def register_module() -> Module:
    return Module(
        name="actions",
        title=_("Actions"),
        description=_("What is done with many records at once, in the background."),
        version="1.0",
        api=API_VERSION,
        requires=("jobs",),
        table_prefix="core",
    )


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(name="run", title=_("Work on many records"), run=run_action)]
