"""Table of contents of the room "Assignment"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model
from kartoteka.api.declare import RecordKind
from kartoteka_crm_inquiries.assignment.kinds import KINDS
from kartoteka_crm_inquiries.assignment.models import Assignment


@hookimpl
def register_models() -> list[type[Model]]:
    return [Assignment]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS
