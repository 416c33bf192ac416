"""Use cases of the API's keys: make one, end one. Services never commit."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, update

from kartoteka.builtin.rest.models import ApiKey
from kartoteka.builtin.rest.rights import KEYS, MANAGE
from kartoteka.builtin.users.queries import User
from kartoteka.builtin.users.service import demand_takeover, enders
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system, demand, find
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

BEGINNING = "kk_"
"""How every key begins, so that tools that look for leaked secrets find it."""
VERBS = ("read", "create", "change")
EVERYTHING = "*"


def digest(token: str) -> str:
    """Return what is stored of a key: it has 256 random bits, so that guessing needs no slowing down."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_key(
    session: Session, *, title: str, scopes: Iterable[str], user_id: int | None = None, expires_on: date | None = None
) -> tuple[ApiKey, str]:
    """Make a key that works for a user, by default for the actor, and return it with its text, which nobody sees again.

    ``scopes`` are ``module.resource:verb``, ``*`` standing for every resource; verbs are those of VERBS. Raises
    Forbidden, Refused for a user who may do more than the actor, and InvalidInput naming the field.
    """
    user_id = user_id or actor_of(session).user_id
    _demand(session, user_id)
    if user_id is not None and user_id != actor_of(session).user_id:
        demand_takeover(session, user_id)
    return _make(session, title, scopes, user_id, expires_on)


def make_program_key(session: Session, title: str, scopes: Iterable[str]) -> str:
    """Make a key for a program of the actor's own and return its text; whoever calls has looked at his right to that.

    ``scopes`` are few and the program's own: nobody chooses them.
    """
    return _make(session, title, scopes, actor_of(session).user_id, None)[1]


def end_program_keys(session: Session, title: str) -> int:
    """End all keys of the actor's own that were made for a program; return how many."""
    mine = ApiKey.user_id == actor_of(session).user_id
    with as_system(session, reason="end one's own keys of a program"):
        found = list(session.scalars(select(ApiKey).where(mine, ApiKey.title == title, ApiKey.ended_at.is_(None))))
        for key in found:
            _end(session, key)
    return len(found)


def end_keys_of(session: Session, user_id: int) -> None:
    """End all keys that work for a user."""
    open_ones = select(ApiKey).where(ApiKey.user_id == user_id, ApiKey.ended_at.is_(None))
    with as_system(session, reason="end what lets programs in as a user"):
        for key in session.scalars(open_ones).all():
            _end(session, key)


def _make(
    session: Session, title: str, scopes: Iterable[str], user_id: int | None, expires_on: date | None
) -> tuple[ApiKey, str]:
    chosen, name = sorted(set(scopes)), clean_line(title)
    errors = {}
    if not name or len(name) > 100:
        errors["title"] = _("Say in up to 100 characters which program it is for.")
    if not chosen:
        errors["scopes"] = _("Choose what the program may do.")
    if expires_on is not None and expires_on < utc_now().date():
        errors["expires_on"] = _("This day is over already.")
    if user_id is None or session.scalar(select(User.id).where(User.id == user_id, User.active)) is None:
        errors["user_id"] = _("Choose one of the values offered.")
    if errors:
        raise InvalidInput(errors)
    token = BEGINNING + secrets.token_urlsafe(32)
    key = ApiKey(
        user_id=user_id,
        title=name,
        mark=token[:8],
        token_hash=digest(token),
        scopes=chosen,
        expires_on=expires_on,
    )
    session.add(key)
    session.flush()
    audit(session, "api_key.made", subject=name, facts={"key": key.id, "user": user_id, "scopes": chosen})
    return key, token


def end_key(session: Session, id: int) -> ApiKey:
    """End a key: from now on it lets nobody in. Raises NotFound and Forbidden."""
    key = find(session, ApiKey, id)
    _demand(session, key.user_id)
    if key.ended_at is None:
        _end(session, key)
    return key


def _end(session: Session, key: ApiKey) -> None:
    key.ended_at = utc_now()
    session.flush()
    audit(session, "api_key.ended", subject=key.title, facts={"key": key.id, "user": key.user_id})


def note_use(session: Session, key_id: int, day: date) -> None:
    """Remember the day on which a key was used last."""
    with as_system(session, reason="note when an API key was used"):
        session.execute(
            update(ApiKey).where(ApiKey.id == key_id).values(last_used_on=day),
            execution_options={"synchronize_session": False},
        )


def _demand(session: Session, user_id: int | None) -> None:
    demand(session, KEYS if user_id == actor_of(session).user_id else MANAGE)


enders.append(end_keys_of)
