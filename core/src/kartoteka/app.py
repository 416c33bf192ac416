"""Puts the pages of one company together: the only file that knows every room of the web."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from kartoteka.builtin.actions.service import start_action
from kartoteka.builtin.dav.mount import Calendars
from kartoteka.builtin.files.dav.mount import Drive
from kartoteka.builtin.jobs.queries import job_numbers
from kartoteka.builtin.modules.queries import state_version
from kartoteka.builtin.rest.limits import Limiter, shared_count
from kartoteka.builtin.search.listed import VIEWS_PATH, listed_views
from kartoteka.builtin.users.signing_in import LASTS_REMEMBERED
from kartoteka.config import Config
from kartoteka.db.clock import utc_now
from kartoteka.installation import Installation, open_installation
from kartoteka.memory import share_arenas
from kartoteka.visitors import Visitors
from kartoteka.vocabulary.errors import Problem
from kartoteka.web.assembly import make_flask, setup
from kartoteka.web.current import Kartoteka
from kartoteka.web.health import Health
from kartoteka.web.observing import install_observing

DEMO_CLIENTS = 120


def create_app(config: Config | None = None, *, installation: Installation | None = None) -> Flask:
    """Return the WSGI application of one company."""
    share_arenas()
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
        is_unchanged=visitors.is_unchanged,
        fill_demo=lambda: _fill_demo(installation),
        start_action=start_action,
    )
    config = installation.config
    install_observing(app, measures=bool(config.metrics_token), logs=config.log == "json")
    setup(app, kartoteka)
    app.wsgi_app = Drive(app.wsgi_app, installation.database, visitors.of_program)  # type: ignore[method-assign]
    app.wsgi_app = Calendars(  # type: ignore[method-assign]
        app.wsgi_app,
        installation.database,
        who_is=visitors.of_program,
        who_has=visitors.of_user,
        languages=kartoteka.caches["languages"],
        company=installation.company,
        wait_for=Limiter(share=shared_count(installation.database)).wait_for,
    )
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


def _trust_proxies(app: Flask, number: int) -> None:
    if number:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=number)  # type: ignore[method-assign]
