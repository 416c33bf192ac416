"""A clock that tests set: every "now" and "today" of the program follows it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


class Clock:
    """Stands at the real moment until it is set, and from then on moves by ``move`` only.

    Moments without a time zone are those of ``zone``, the time zone a test company has unless told otherwise.
    """

    def __init__(self, zone: str = "Europe/Vilnius") -> None:
        self.zone = ZoneInfo(zone)
        self._travel: Any = None
        self._coordinates: Any = None

    def set(self, moment: str | date | datetime) -> None:
        """Go to a moment: ``clock.set("2026-03-02 09:00")``; a day alone means its noon.

        Set it before anybody signs in: a cookie from the future is refused.
        """
        aware = self._aware(moment)
        if self._coordinates is not None:
            self._coordinates.move_to(aware, tick=False)
            return
        import time_machine

        self._travel = time_machine.travel(aware, tick=False)
        self._coordinates = self._travel.start()

    def move(self, **delta: float) -> None:
        """Let time pass: ``clock.move(days=1, hours=2)``."""
        self.set(datetime.now(UTC) + timedelta(**delta))

    def release(self) -> None:
        """Go back to the real moment."""
        if self._travel is not None:
            self._travel.stop()
        self._travel = self._coordinates = None

    def _aware(self, moment: str | date | datetime) -> datetime:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment) if len(moment) > 10 else date.fromisoformat(moment)
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(12))
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=self.zone)
