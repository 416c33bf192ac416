"""Puts a company together as its workers see it: without pages, but with users, their rights and their languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kartoteka.builtin.access.actors import ActorCache, load_actor
from kartoteka.builtin.jobs.workshop import Standing, Workshop
from kartoteka.builtin.modules.queries import state_version
from kartoteka.builtin.users.queries import User
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.extension.active import ask_active_modules
from kartoteka.installation import Installation, requires_of
from kartoteka.vocabulary.message import translator
from kartoteka.web.assembly import locale_folders
from kartoteka.web.i18n import Languages, formats, formats_for

ASKING = Actor.system("rights of a job")


def open_workshop(installation: Installation) -> Workshop:
    """Return what the workers of an installation need."""
    staff = Staff(installation)
    return Workshop(
        database=installation.database,
        registry=installation.registry,
        find_zone=lambda: ZoneInfo(installation.company.timezone),
        standing_of=staff.standing_of,
        active_modules=staff.active_modules,
        speaking=staff.speaking,
    )


class Staff:
    """The users that jobs are done for; rights are computed anew only when the state of the company has changed."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.actors = ActorCache()
        self.languages = Languages(locale_folders(installation))  # type: ignore[arg-type]

    def active_modules(self) -> frozenset[str]:
        """Return the modules that are on."""
        with self.installation.database.glance() as connection:
            version = state_version(connection)
        self.installation.refresh(version)
        return self.installation.extension.activation.active(version, self._ask_active)

    def standing_of(self, user_id: int) -> Standing | None:
        """Return the rights and the language of a user, None when he can't sign in any more."""
        with self.installation.database.reading(ASKING) as session:
            version = state_version(session)
            row = session.execute(
                select(User.name, User.department_id, User.language, User.timezone).where(
                    User.id == user_id, User.active
                )
            ).first()
            if row is None:
                return None
            modules = self.installation.extension.activation.active(version, lambda: ask_active_modules(session))
            actor = self.actors.get(user_id, version, modules)
            if actor is None:
                actor = self.actors.keep(self._load(session, user_id, row, modules), version)
        return Standing(actor=actor, state_version=version, language=row.language, timezone=row.timezone)

    @contextmanager
    def speaking(self, language: str | None, timezone: str | None) -> Iterator[None]:
        """Let texts, dates and numbers be as a user reads them, None for the company's own language and time zone."""
        company = self.installation.company
        chosen = language or company.language
        spoken = translator.set(self.languages.translator(chosen))
        written = formats.set(formats_for(chosen, timezone or company.timezone))
        try:
            yield
        finally:
            formats.reset(written)
            translator.reset(spoken)

    def _ask_active(self) -> frozenset[str] | None:
        with self.installation.database.reading(ASKING) as session:
            return ask_active_modules(session)

    def _load(self, session: Session, user_id: int, row: object, modules: frozenset[str]) -> Actor:
        return load_actor(
            session,
            user_id=user_id,
            name=row.name,  # type: ignore[attr-defined]
            department_id=row.department_id,  # type: ignore[attr-defined]
            requires=requires_of(self.installation.registry, modules),
            modules=modules,
        )
