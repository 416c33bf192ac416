"""The field of a moment: a day and a time on the clock of whoever types it, aware and in UTC for the program."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import wtforms

from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.field_base import KartotekaField, refusal, rules
from kartoteka.web.fields import EARLIEST, LATEST
from kartoteka.web.i18n import current_formats

WRITTEN = "%Y-%m-%dT%H:%M"


class MomentField(KartotekaField, wtforms.DateTimeLocalField):
    """A moment, from the browser's own calendar and clock."""

    kind = "moment"

    def __init__(
        self,
        label: Translatable | None = None,
        *,
        required: bool = False,
        help: Translatable | None = None,
        **options: Any,
    ) -> None:
        formats = [WRITTEN, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(label, rules(required), format=formats, description=help or "", **options)  # type: ignore[arg-type]
        self.required = required

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(map(str, self.raw_data))
        return current_formats().local(self.data).strftime(WRITTEN) if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed as a moment on the clock of whoever typed it."""
        super().process_formdata(valuelist)
        if isinstance(self.data, datetime) and self.data.tzinfo is None:
            if not EARLIEST.year <= self.data.year <= LATEST.year:
                self.data = None
                raise refusal(_("Check the year."))
            self.data = self.data.replace(tzinfo=current_formats().zone).astimezone(UTC)
