"""Mentions: who a note is addressed to, and who of them may read it (X-13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from kartoteka.builtin.access.service import readers_of
from kartoteka.builtin.timeline.rights import VIEW
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import fold

MOST_MENTIONS = 20
OFFERED = 8
LOOKED_AT = 80
_LONGEST_NAME = 110


@dataclass(frozen=True)
class Mentioned:
    """A user whom a text names, and the words that it names him by."""

    user_id: int
    name: str
    words: str


def find_mentions(session: Session, text: str) -> list[Mentioned]:
    """Return the users that a text names after an @, by their whole name or their user name, each once."""
    starts = [place + 1 for place, sign in enumerate(text) if sign == "@" and _begins_word(text, place)]
    if not starts:
        return []
    with as_system(session, reason="users that a note may name"):
        rows = session.execute(select(User.id, User.name, User.login).where(User.active)).all()
    known = [(fold(name), row.id, row.name) for row in rows for name in {row.name, row.login} if name]
    known.sort(key=lambda one: -len(one[0]))
    found: dict[int, Mentioned] = {}
    for start in starts[:MOST_MENTIONS]:
        one = _mentioned_at(text[start : start + _LONGEST_NAME], known)
        if one is not None:
            found.setdefault(one.user_id, one)
    return list(found.values())


def suggest_readers(session: Session, record: RecordRef, written: str) -> list[tuple[int, str]]:
    """Return colleagues whose name has words beginning as written, and who may read notes on the record; by name."""
    words = fold(written).split()
    with as_system(session, reason="users that a note may name"):
        rows = session.execute(select(User.id, User.name, User.login).where(User.active).order_by(User.name_sort)).all()
    mine = actor_of(session).user_id
    matching = [row for row in rows if row.id != mine and _has_words(fold(f"{row.name} {row.login}"), words)]
    may = readers_of(session, record, [row.id for row in matching[:LOOKED_AT]], permission=VIEW)
    return [(row.id, row.name) for row in matching if row.id in may][:OFFERED]


def _has_words(name: str, words: Iterable[str]) -> bool:
    parts = name.split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def _begins_word(text: str, place: int) -> bool:
    # name@company.com is an address and no mention.
    return place == 0 or not (text[place - 1].isalnum() or text[place - 1] in "._-+")


def _mentioned_at(rest: str, known: list[tuple[str, int, str]]) -> Mentioned | None:
    for folded, user_id, name in known:
        length = _length_of(rest, folded)
        if length is not None:
            return Mentioned(user_id, name, rest[:length])
    return None


def _length_of(rest: str, folded: str) -> int | None:
    """Return how long the name is as it was typed, None when the text does not go on with it."""
    for length in range(max(1, len(folded) - 4), min(len(rest), len(folded) + 4) + 1):
        if fold(rest[:length]) == folded and not rest[length : length + 1].isalnum():
            return length
    return None
