"""Groups and managers that a file names in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.models import ClientGroup
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, no_value, sort_key

Ids = Mapping[str, Sequence[int]]
Errors = dict[str, Message]


class Named:
    """Finds the ids of groups and managers by name; asks the database once for each, and only when a row names one.

    A group is found by its name, a manager by the sign-in name, the e-mail address or the full name. Where a line names
    no manager, he stays as he is.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def resolve(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
        """Return the values with ids instead of names, and what was not found, by field."""
        known, errors = dict(values), Errors()
        for name, find in (("group", self._group), ("manager", self._manager)):
            written = clean_line(known.pop(f"{name}_id", None))
            if written and not no_value(written):
                known[f"{name}_id"], problem = find(written)
                if problem is not None:
                    errors[name] = problem
            elif name == "group" and "group_id" in values:
                known["group_id"] = None
        return known, errors

    def _group(self, name: str) -> tuple[int | None, Message | None]:
        found = self._groups.get(sort_key(name), ())
        if not found:
            return None, _("There is no open group “%(name)s”. Add it first, or leave the column out.", name=name)
        return found[0], None

    def _manager(self, name: str) -> tuple[int | None, Message | None]:
        found = self._managers.get(sort_key(name), ())
        if not found:
            return None, _("No user who may sign in is called “%(name)s”.", name=name)
        if len(found) > 1:
            return None, _("Several users are called “%(name)s”. Write the sign-in name.", name=name)
        return found[0], None

    @cached_property
    def _groups(self) -> Ids:
        groups = self._session.execute(select(ClientGroup.id, ClientGroup.name).where(ClientGroup.closed.is_(False)))
        return _by_name((row.id, (row.name,)) for row in groups)

    @cached_property
    def _managers(self) -> Ids:
        users = self._session.execute(select(User.id, User.name, User.login, User.email).where(User.active))
        return _by_name((row.id, (row.login, row.email, row.name)) for row in users)


def _by_name(found: Iterable[tuple[int, Iterable[str]]]) -> Ids:
    ids: dict[str, list[int]] = defaultdict(list)
    for number, names in found:
        for name in {sort_key(name) for name in names if name}:
            ids[name].append(number)
    return ids
