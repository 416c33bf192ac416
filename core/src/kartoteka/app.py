"""Puts the rooms together: the only file that knows every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask import session as browser
from flask_login import LoginManager, current_user
from sqlalchemy import select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from kartoteka.builtin import BUILTINS
from kartoteka.builtin.access.actors import ActorCache, FactorNeed, load_actor, load_factor_need
from kartoteka.builtin.access.queries import confidential_columns, marked_fields
from kartoteka.builtin.actions.service import start_action
from kartoteka.builtin.files.dav.mount import Drive
from kartoteka.builtin.jobs.queries import job_numbers
from kartoteka.builtin.modules.queries import STATE_VERSION, state_version
from kartoteka.builtin.notifications.queries import unread_of
from kartoteka.builtin.rest.holder import KeyHolder
from kartoteka.builtin.rest.queries import key_holder
from kartoteka.builtin.search.listed import VIEWS_PATH, listed_views
from kartoteka.builtin.settings.queries import stored_settings
from kartoteka.builtin.users.queries import User, any_user, sign_in_statement, signed_in
from kartoteka.builtin.users.service import check_app_password, note_app_password_used
from kartoteka.builtin.users.signed_in import SignedIn
from kartoteka.builtin.users.signing_in import LASTS_REMEMBERED, digest
from kartoteka.company_config import CompanyConfig
from kartoteka.config import BadSettings, Config
from kartoteka.db.actor import Actor
from kartoteka.db.blobs import BlobStore, store_from
from kartoteka.db.clock import utc_now
from kartoteka.db.engine import Database
from kartoteka.extension.binding import Extension
from kartoteka.extension.dispatch import ask_active_modules
from kartoteka.extension.loader import load_modules
from kartoteka.extension.registry import Registry, build
from kartoteka.extension.wiring import wire
from kartoteka.vocabulary.errors import Problem
from kartoteka.web.assembly import make_flask, setup
from kartoteka.web.current import Kartoteka
from kartoteka.web.health import Health
from kartoteka.web.machines import is_for_programs
from kartoteka.web.observing import install_observing

DEMO_CLIENTS = 120
SIGNING_IN = Actor.system("sign-in")
NEVER = datetime.min.replace(tzinfo=UTC)
NOTED_EVERY = timedelta(minutes=30)
_WITH_UNREAD = sign_in_statement(unread_of(User.id))


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One company's installation without its pages: settings, modules and database, for pages and commands alike."""

    config: Config
    database: Database
    extension: Extension

    @property
    def registry(self) -> Registry:
        """What the installed modules declare."""
        return self.extension.registry

    @cached_property
    def company(self) -> CompanyConfig:
        """The settings in force, the company's own above those of the environment; as of the last `refreshed`."""
        return CompanyConfig(self.config, self._stored)

    def refreshed(self) -> CompanyConfig:
        """Return the settings in force at this moment: for commands and jobs; requests notice changes by themselves."""
        with self.database.glance() as connection:
            version = state_version(connection)
        self.refresh(version)
        return self.company

    def refresh(self, version: int) -> None:
        """Let a change of the company's settings take effect, noticed by the state version."""
        if self.company.refresh(version):
            self.database.search.region = self.company.country
            with self.database.reading(SIGNING_IN) as session:
                marks = marked_fields(session)
            self.database.search.confidential = confidential_columns(self.registry, marks)

    def _stored(self) -> Mapping[str, str]:
        with self.database.reading(SIGNING_IN) as session:
            return stored_settings(session)


def open_installation(
    config: Config | None = None, *, entry_points: Iterable[EntryPoint] | None = None
) -> Installation:
    """Load the modules and connect them to the database that the settings name; asks the database nothing yet.

    ``entry_points`` replaces the installed modules. Raises BadSettings, BrokenCore and ConflictingAnswers.
    """
    config = config or Config.from_environment()
    registry = build(load_modules(builtin_plugins(), entry_points, answers=config.first_result))
    database = _open_database(config)
    database.search.region = config.country
    database.files = Path(config.instance)
    database.private_targets = config.private_webhooks
    database.blobs = _open_store(config)
    database.address = config.address.rstrip("/")
    database.push_hosts = frozenset(one.strip().lower() for one in config.push_hosts.split(",") if one.strip())
    return Installation(config=config, database=database, extension=wire(database, registry))


def _open_database(config: Config) -> Database:
    try:
        return Database(config.database, secret=config.secret)
    except (ValueError, ArgumentError) as error:
        raise BadSettings(f"KARTOTEKA_DATABASE can't be used: {error}") from error
    except ImportError as error:
        raise BadSettings("PostgreSQL needs its driver. Install it: pip install 'kartoteka[postgres]'") from error


def _open_store(config: Config) -> BlobStore:
    try:
        return store_from(config.files, Path(config.instance) / "files")
    except ValueError as error:
        raise BadSettings(f"KARTOTEKA_FILES can't be used: {error}") from error
    except ImportError as error:
        raise BadSettings("Object storage needs its library. Install it: pip install 'kartoteka[s3]'") from error


def create_app(config: Config | None = None, *, installation: Installation | None = None) -> Flask:
    """Return the WSGI application of one company."""
    installation = installation or open_installation(config)
    app = make_flask()
    app.config.update(SECRET_KEY=installation.config.secret, PERMANENT_SESSION_LIFETIME=LASTS_REMEMBERED)
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    _trust_proxies(app, installation.config.trusted_proxies)
    visitors = Visitors(installation)
    visitors.install(app)
    kartoteka = Kartoteka(
        registry=installation.registry,
        database=installation.database,
        config=installation.company,
        activation=installation.extension.activation,
        load_user=visitors.current,
        active_modules=visitors.active_modules,
        saved_views=listed_views,
        views_path=VIEWS_PATH,
        needs_setup=visitors.needs_setup,
        fill_demo=lambda: _fill_demo(installation),
        start_action=start_action,
    )
    config = installation.config
    install_observing(app, measures=bool(config.metrics_token), logs=config.log == "json")
    setup(app, kartoteka)
    app.wsgi_app = Drive(app.wsgi_app, installation.database, visitors.of_program)  # type: ignore[method-assign]
    _carry_jobs(app, installation.config)
    _watch(app, installation)
    return app


def _carry_jobs(app: Flask, config: Config) -> None:
    """Send new jobs to the broker, where there is one; without it, workers look into the database."""
    if config.broker:
        from kartoteka.carrier import Carrier

        carrier = app.extensions["kartoteka.carrier"] = Carrier(config.broker)
        carrier.carry_new_jobs()


def _watch(app: Flask, installation: Installation) -> None:
    """Answer load balancers and monitoring in front of the application."""
    config = installation.config

    def is_ready() -> bool:
        try:
            with installation.database.glance() as connection:
                state_version(connection)
        except (SQLAlchemyError, Problem):
            return False
        return True

    def numbers() -> Mapping[str, float]:
        with installation.database.glance() as connection:
            return job_numbers(connection)

    app.wsgi_app = Health(app.wsgi_app, is_ready=is_ready, numbers=numbers, token=config.metrics_token)  # type: ignore[method-assign]


def _fill_demo(installation: Installation) -> None:
    from kartoteka.demo_company import fill_demo_company

    fill_demo_company(installation, DEMO_CLIENTS, utc_now().date(), password=None)


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
            known = select(User.id, User.name, User.department_id, STATE_VERSION).where(User.id == user_id)
            row = None if user_id is None else session.execute(known).one_or_none()
        if row is None:
            return None
        self._note_program(row.id, password)
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


def requires_of(registry: Registry, modules: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return the permissions of these modules, each with those it has no effect without."""
    return {
        permission.name: permission.also_requires for permission in registry.permissions if permission.module in modules
    }


def builtin_plugins() -> list[tuple[str, Any]]:
    """Return the core's own features."""
    return [(name, import_module(f"kartoteka.builtin.{name}.plugin")) for name in BUILTINS]


def _trust_proxies(app: Flask, number: int) -> None:
    if number:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=number)  # type: ignore[method-assign]


def unready(installation: Installation) -> str | None:
    """Return why the pages can't be served yet and what to run, None when everything is in place."""
    from sqlalchemy.exc import DBAPIError

    from kartoteka.db.migrate import status
    from kartoteka.extension.lineages import lineages

    try:
        found = status(installation.database, lineages(installation.registry))
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        return f"The database can't be reached: {reason}. Check KARTOTEKA_DATABASE."
    behind = [one.name for one in found.revisions if not one.is_current]
    if behind:
        return f"The database is not up to date ({', '.join(behind)}). Run: kartoteka db upgrade"
    return None
