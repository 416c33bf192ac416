"""Today, as the reader's clock has it."""

from __future__ import annotations

from datetime import datetime

from kartoteka.api.web import current_formats
from kartoteka_crm_inquiries.activities.rules import day_around


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """Return the first moment of the reader's day in which a moment lies, and that of the next one."""
    return day_around(moment, current_formats().zone)
