"""Lets the demo company live through its last 18 months: who entered which client, and what changed afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from kartoteka.builtin.clients.checking import NOTHING, check_values
from kartoteka.builtin.clients.demo.inventing import SEED, invent_clients, new_mobile
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.numbering import draw_numbers
from kartoteka.builtin.clients.service import change_client, create_client, set_manager
from kartoteka.db.actor import Actor
from kartoteka.db.clock import at_moment
from kartoteka.db.engine import Database
from kartoteka.db.journal import insert_rows
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

TOLD = 300
"""Clients whose history is told one by one; further ones are loaded as a list, for size."""
_STEP = 500
_REMARKS = (
    "Prefers e-mail to the phone.",
    "New site manager since spring; ask for him at the gate.",
    "Measured on site, waits for our drawing.",
    "Moved to a new office; the old phone no longer answers.",
)


@dataclass(frozen=True)
class _Event:
    at: datetime
    actor: Actor
    title: Message
    happen: Callable[[Session], object]


def live_through(database: Database, director: Actor, sellers: Sequence[Actor], count: int, today: date) -> None:
    """Fill the registry with ``count`` made-up clients and the changes made to them until ``today``.

    The same arguments give the same clients; each event is an operation of its own at its own moment.
    """
    invented = invent_clients(count, today)
    events = _events(list(islice(invented, TOLD)), director, sellers, today)
    for event in sorted(events, key=lambda event: event.at):
        with at_moment(event.at), database.transaction(event.actor, title=event.title) as session:
            event.happen(session)
    _load_rest(database, sellers, invented)


def _events(
    clients: Iterable[Mapping[str, Any]], director: Actor, sellers: Sequence[Actor], today: date
) -> list[_Event]:
    chance = random.Random(SEED + 1)  # noqa: S311 - a made-up history, and the same one every time
    events: list[_Event] = []
    for values in clients:
        story = _Story(dict(values), chance.choice(sellers))
        at = _working_time(values["registered_on"], chance)
        events.append(_Event(at, story.seller, _("New client"), story.enter))
        for share in sorted(chance.random() for _change in range(chance.randrange(4))):
            day = values["registered_on"] + (today - values["registered_on"]) * share
            at = max(_working_time(day, chance), at + timedelta(minutes=chance.randrange(5, 90)))
            if at.date() < today:
                events.append(_change(at, story, director, sellers, chance))
    return events


@dataclass
class _Story:
    """One client's life: what was typed, and whose it is by now."""

    values: dict[str, Any]
    seller: Actor
    id: int = 0

    def enter(self, session: Session) -> None:
        self.id = create_client(session, self.values, accept_duplicates=True).id

    def change(self, values: Mapping[str, Any]) -> Callable[[Session], object]:
        return lambda session: change_client(session, self.id, values, accept_duplicates=True)

    def hand_over(self, seller: Actor) -> Callable[[Session], object]:
        self.seller = seller
        return lambda session: set_manager(session, [self.id], seller.user_id)


def _change(at: datetime, story: _Story, director: Actor, sellers: Sequence[Actor], chance: random.Random) -> _Event:
    kind = chance.choices(("buys", "importance", "mobile", "notes", "hand_over"), (30, 25, 20, 15, 10))[0]
    if kind == "hand_over":
        return _Event(at, director, _("Clients handed over"), story.hand_over(chance.choice(sellers)))
    changes: dict[str, dict[str, Any]] = {
        "buys": {"relationship": "existing", "client_kind": "regular"},
        "importance": {"importance": chance.choice("abc")},
        "mobile": {"mobile": new_mobile(story.values["country"], chance)},
        "notes": {"notes": chance.choice(_REMARKS)},
    }
    return _Event(at, story.seller, _("Client changed"), story.change(changes[kind]))


def _working_time(day: date, chance: random.Random) -> datetime:
    """Return a moment of that day's working hours, in the Baltics."""
    return datetime.combine(day, time(6 + chance.randrange(9), chance.randrange(60), chance.randrange(60)), UTC)


def _load_rest(database: Database, sellers: Sequence[Actor], rest: Iterable[Mapping[str, Any]]) -> None:
    source = iter(rest)
    reason = Actor.system("demo company")
    while batch := list(islice(source, _STEP)):
        with database.transaction(reason, title=_("List of clients loaded")) as session:
            numbers = draw_numbers(session, len(batch))
            rows = [
                _row(values, number, sellers[place % len(sellers)].user_id)
                for place, (values, number) in enumerate(zip(batch, numbers, strict=True))
            ]
            insert_rows(session, Client.__tablename__, rows)


def _row(values: Mapping[str, Any], number: str, manager_id: int | None) -> dict[str, Any]:
    checked = check_values({**NOTHING, **values}).values
    return {**checked, "number": number, "manager_id": manager_id}
