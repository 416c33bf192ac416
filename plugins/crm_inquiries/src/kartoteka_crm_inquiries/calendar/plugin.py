"""Table of contents of the room "Calendar"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model
from kartoteka_crm_inquiries.calendar.models import WorkingHours


@hookimpl
def register_models() -> list[type[Model]]:
    return [WorkingHours]
