"""Gives a new inquiry to somebody by the rules of assignment (X-29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from kartoteka.api.clients import Client, client_traits
from kartoteka.api.db import Session, as_system
from kartoteka.api.records import RecordState
from kartoteka.api.users import active_users, works_here
from kartoteka_crm_inquiries.assignment.models import Assignment
from kartoteka_crm_inquiries.assignment.queries import rules_in_order
from kartoteka_crm_inquiries.assignment.rules import LOAD, fits, least_busy, next_in_turn
from kartoteka_crm_inquiries.inquiries.models import Inquiry


def choose_manager(session: Session, client: Client, sort: str, source_id: int | None = None) -> int | None:
    """Return who gets a new inquiry of a client that nobody answers for; None when no rule fits it.

    The first rule that fits and has somebody who still works here decides, and it remembers whom it gave the inquiry.
    """
    with as_system(session, reason="assignment of a new inquiry"):
        rules = rules_in_order(session)
        if not rules:
            return None
        places = places_of(session, client.id) if any(one.places for one in rules) else set()
        here = {user for user, _name in active_users(session)}
        for rule in rules:
            users = [int(one) for one in rule.users if int(one) in here]
            if users and fits(rule, sort=sort, source_id=source_id, country=client.country, places=places):
                return _chosen(session, rule, users)
    return None


def working_manager(session: Session, client: Client, chosen: int | None = None) -> int | None:
    """Return who gets what a client sends: the client's own manager, else whoever is chosen (CL-50).

    None when neither works here (any more); rules of assignment may decide then.
    """
    for user_id in (client.manager_id, chosen):
        if user_id is not None and works_here(session, user_id):
            return user_id
    return None


def places_of(session: Session, client_id: int) -> set[str]:
    """Return the words of where a client is: cities, districts and regions that modules know of it."""
    traits = client_traits(session, [client_id]).get(client_id, ())
    return {word for one in traits for word in (one.city, one.district, one.region) if word}


def _chosen(session: Session, rule: Assignment, users: Sequence[int]) -> int | None:
    if rule.way == LOAD:
        return least_busy(users, open_inquiries(session, users))
    # Two inquiries at the same moment wait for each other here, so that they do not go to the same person.
    locked: Any = session.scalar(
        select(Assignment).where(Assignment.id == rule.id).with_for_update().execution_options(populate_existing=True)
    )
    chosen = next_in_turn(users, locked.last_user_id)
    locked.last_user_id = chosen
    session.flush()
    return chosen


def open_inquiries(session: Session, users: Sequence[int]) -> Mapping[int, int]:
    """Return how many open inquiries each of these users has; one statement."""
    rows = session.execute(
        select(Inquiry.manager_id, func.count(Inquiry.id).label("number"))
        .where(Inquiry.manager_id.in_(users), Inquiry.outcome == "", Inquiry.state == RecordState.ACTIVE)
        .group_by(Inquiry.manager_id)
    )
    return {row.manager_id: row.number for row in rows}
