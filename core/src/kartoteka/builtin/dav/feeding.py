"""What lies under a secret address: one calendar with what its owner sees as his own (IN-40)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kartoteka.builtin.dav.protocol.answers import Answer
from kartoteka.builtin.dav.protocol.objects import joined
from kartoteka.builtin.dav.queries import collections_of
from kartoteka.builtin.dav.service import find_feed
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, reading
from kartoteka.extension.declarations.dav import DavSpan
from kartoteka.vocabulary.message import text as _

PAST, AHEAD = timedelta(days=92), timedelta(days=400)


@dataclass(frozen=True)
class Feed:
    """An open address of a user."""

    id: int
    user_id: int
    collection: str
    titles: bool
    alarms: bool

    def answer(self) -> Answer:
        """Return the calendar; called for its owner."""
        now = utc_now()
        span = DavSpan(since=now - PAST, until=now + AHEAD)
        texts: list[str] = []
        with reading() as session:
            for one in collections_of(session):
                if self.collection in ("", one.key):
                    items = one.items(session, span)
                    texts += [found.text for found in one.read(session, [item.name for item in items])]
        busy = str(_("Busy"))
        body = joined(texts, name="Kartoteka", titles=self.titles, alarms=self.alarms, busy=busy)
        return Answer(200, body, {"Content-Type": "text/calendar; charset=utf-8", "X-Robots-Tag": "noindex"})


def feed(session: Session, token: str) -> Feed | None:
    """Return the address with this secret part, or None."""
    found = find_feed(session, token)
    if found is None:
        return None
    return Feed(found.id, found.user_id, found.collection, found.titles, found.alarms)
