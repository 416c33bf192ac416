"""Activities that repeat in the demo company."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from kartoteka.api.db import Session, utc_now
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.series.service import begin_series

_ = Texts("crm_inquiries")

ZONE = "Europe/Vilnius"
MOST = 3


def add_demo_data(session: Session) -> None:
    """Let three people meet each Monday."""
    today = utc_now().astimezone(ZoneInfo(ZONE)).date()
    monday = today + timedelta(days=7 - today.weekday())
    for number, (user_id, _name) in enumerate(active_users(session)[:MOST]):
        starts_at = datetime.combine(monday, time(9 + number), ZoneInfo(ZONE))
        values = {"name": str(_("Review of the week")), "starts_at": starts_at, "estimate": 30, "performer_id": user_id}
        begin_series(session, {**values, "creator_id": user_id}, "FREQ=WEEKLY;BYDAY=MO;COUNT=12", ZONE)
