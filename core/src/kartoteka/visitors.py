"""Turns what a browser or a program shows of itself into a user with rights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, request
from flask import session as browser
from flask_login import LoginManager, current_user
from sqlalchemy import select

from kartoteka.builtin.access.actors import ActorCache, FactorNeed, load_actor, load_factor_need
from kartoteka.builtin.modules.queries import STATE_VERSION, state_version
from kartoteka.builtin.notifications.queries import unread_of
from kartoteka.builtin.rest.holder import KeyHolder
from kartoteka.builtin.rest.queries import key_holder
from kartoteka.builtin.users.queries import User, any_user, sign_in_statement, signed_in
from kartoteka.builtin.users.service import check_app_password, note_app_password_used
from kartoteka.builtin.users.signed_in import SignedIn
from kartoteka.builtin.users.signing_in import digest
from kartoteka.db.actor import Actor
from kartoteka.db.clock import utc_now
from kartoteka.extension.active import ask_active_modules
from kartoteka.installation import SIGNING_IN, Installation, requires_of
from kartoteka.web.machines import is_for_programs
from kartoteka.web.user import CurrentUser

NEVER = datetime.min.replace(tzinfo=UTC)
NOTED_EVERY = timedelta(minutes=30)
_WITH_UNREAD = sign_in_statement(unread_of(User.id))


class Visitors:
    """Turns the cookie of a request into a user with rights: one statement, unless rights or modules changed."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.is_set_up = False
        self.database = installation.database
        self.registry = installation.registry
        self.activation = installation.extension.activation
        self.actors = ActorCache()
        self.noted: dict[int, datetime] = {}

    def install(self, app: Flask) -> None:
        """Let Flask-Login ask here who is signed in."""
        manager = LoginManager(app)
        # The token itself is checked in the database; addresses and browsers change on the way.
        manager.session_protection = None
        manager.user_loader(self.load)

    def current(self) -> SignedIn | KeyHolder | None:
        """Return the signed-in user of this request, if there is one."""
        if is_for_programs() and "Authorization" in request.headers:
            return self.key_holder(request.headers["Authorization"])
        if "_user_id" not in browser:
            return None
        user = current_user._get_current_object()
        return user if isinstance(user, SignedIn) else None

    def is_unchanged(self, user: CurrentUser) -> bool:
        """Tell whether a visitor still is signed in, with the same rights; one small question while nothing changes."""
        if not isinstance(user, SignedIn):
            return True
        with self.database.glance() as connection:
            version = state_version(connection)
        if version == user.state_version:
            return True
        again = self.load(user.token)
        return again is not None and again.actor == user.actor

    def key_holder(self, authorization: str) -> KeyHolder | None:
        """Return the user whose API key a program shows (RFC 6750); None when it lets nobody in."""
        scheme, _space, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        with self.database.glance() as connection:
            row = key_holder(connection, token.strip())
        if row is None:
            return None
        version = row.state_version or 0
        self.installation.refresh(version)
        return KeyHolder(
            id=row.id,
            name=row.name,
            actor=self._actor(row, version),
            language=row.language,
            timezone=row.timezone,
            key_id=row.key_id,
            scopes=frozenset(row.scopes),
            last_used_on=row.last_used_on,
        )

    def of_program(self, login: str, password: str) -> Actor | None:
        """Return the actor of the user whose app password a program shows, None when it lets nobody in."""
        with self.database.reading(SIGNING_IN) as session:
            user_id = check_app_password(session, login, password)
        if user_id is None:
            return None
        self._note_program(user_id, password)
        return self.of_user(user_id)

    def of_user(self, user_id: int) -> Actor | None:
        """Return the actor of an active user, for requests in which something else has shown who he is."""
        with self.database.reading(SIGNING_IN) as session:
            known = select(User.id, User.name, User.department_id, STATE_VERSION).where(User.id == user_id, User.active)
            row = session.execute(known).one_or_none()
        if row is None:
            return None
        version = row.state_version or 0
        self.installation.refresh(version)
        return self._actor(row, version)

    def _note_program(self, user_id: int, password: str) -> None:
        """Note that an app password is in use; not with every request, of which programs send many."""
        if utc_now() - self.noted.get(user_id, NEVER) < NOTED_EVERY:
            return
        self.noted[user_id] = utc_now()
        with self.database.transaction(SIGNING_IN) as session:
            note_app_password_used(session, password)

    def active_modules(self) -> frozenset[str]:
        """Return the modules that are on, for a visitor who hasn't signed in."""
        with self.database.glance() as connection:
            version = state_version(connection)
        self.installation.refresh(version)
        return self._active(version)

    def needs_setup(self) -> bool:
        """Tell whether there is no user yet; asked until there is one, for users are never deleted."""
        if not self.is_set_up:
            with self.database.glance() as connection:
                self.is_set_up = any_user(connection)
        return not self.is_set_up

    def load(self, token: str) -> SignedIn | None:
        """Return the user whose browser carries this token; None when it has expired or was ended."""
        with self.database.glance() as connection:
            row = signed_in(connection, digest(token), _WITH_UNREAD)
        if row is None:
            return None
        version = row.state_version or 0
        self.installation.refresh(version)
        factor = self._factor_need(row.id, version)
        return SignedIn(
            id=row.id,
            name=row.name,
            actor=self._actor(row, version),
            token=token,
            sign_in_id=row.sign_in_id,
            language=row.language,
            timezone=row.timezone,
            theme=row.theme,
            preferences=row.preferences,
            must_change_password=row.must_change_password,
            needs_second_factor=factor.demanded,
            lacks_second_factor=factor.missing,
            state_version=version,
            unread=row.unread,
        )

    def _factor_need(self, user_id: int, version: int) -> FactorNeed:
        def load() -> FactorNeed:
            with self.database.reading(SIGNING_IN) as session:
                return load_factor_need(session, user_id)

        return self.actors.factor_need(user_id, version, load)

    def _active(self, version: int) -> frozenset[str]:
        return self.activation.active(version, self._ask_active)

    def _ask_active(self) -> frozenset[str] | None:
        with self.database.reading(SIGNING_IN) as session:
            return ask_active_modules(session)

    def _actor(self, row: Any, version: int) -> Actor:
        modules = self._active(version)
        kept = self.actors.get(row.id, version, modules)
        if kept is not None:
            return kept
        with self.database.reading(SIGNING_IN) as session:
            actor = load_actor(
                session,
                user_id=row.id,
                name=row.name,
                department_id=row.department_id,
                requires=requires_of(self.registry, modules),
                modules=modules,
            )
        return self.actors.keep(actor, version)
