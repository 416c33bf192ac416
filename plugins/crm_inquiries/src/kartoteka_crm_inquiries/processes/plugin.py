"""Table of contents of the room "Processes"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import RecordKind
from kartoteka_crm_inquiries.processes.kinds import KINDS
from kartoteka_crm_inquiries.processes.models import Process, Stage
from kartoteka_crm_inquiries.processes.service import ensure_processes


@hookimpl
def register_models() -> list[type[Model]]:
    return [Process, Stage]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def load_demo(session: Session, size: int) -> None:
    ensure_processes(session)
