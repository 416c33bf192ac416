"""Who gets a new inquiry: rules that need no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kartoteka.api.texts import Texts, fold

_ = Texts("crm_inquiries")

TURNS, LOAD = "turns", "load"
WAYS = {TURNS: _("One after the other"), LOAD: _("Whoever has the fewest open inquiries")}


def fits(rule: Any, *, sort: str, source_id: int | None, country: str, places: Collection[str]) -> bool:
    """Tell whether a rule is meant for an inquiry; what a rule leaves open fits all.

    ``places`` are words of where the client is, such as its city and region; case and accents do not matter.
    """
    if rule.sort and rule.sort != sort:
        return False
    if rule.source_id is not None and rule.source_id != source_id:
        return False
    if rule.country and rule.country != country:
        return False
    wanted = {fold(one) for one in rule.places if fold(one)}
    return not wanted or bool(wanted & {fold(one) for one in places})


def next_in_turn(users: Sequence[int], last: int | None) -> int | None:
    """Return whose turn it is after the last one; None when there is nobody."""
    if not users:
        return None
    if last not in users:
        return users[0]
    return users[(users.index(last) + 1) % len(users)]


def least_busy(users: Sequence[int], open_inquiries: Mapping[int, int]) -> int | None:
    """Return who has the fewest open inquiries, the first of those with equally many; None when there is nobody."""
    if not users:
        return None
    return min(users, key=lambda user: (open_inquiries.get(user, 0), users.index(user)))
