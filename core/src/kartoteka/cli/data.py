"""``kartoteka demo`` and ``kartoteka search``: the demo company, and what quick search rests on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from kartoteka.builtin.modules.service import switch_on
from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.passwords import password_is
from kartoteka.cli.common import opened
from kartoteka.db.actor import Actor

if TYPE_CHECKING:
    from kartoteka.installation import Installation


@click.command()
@click.option("--clients", default=300, show_default=True, type=click.IntRange(0, 2_000_000), help="How many clients.")
def demo(clients: int) -> None:
    """Fill an empty database with the demo company."""
    from kartoteka.installation import unready

    installation = opened()
    if problem := unready(installation):
        raise click.ClickException(problem)
    if not is_empty(installation):
        raise click.ClickException("This database has users already; the demo company needs an empty one.")
    make_demo(installation, clients=clients)
    if installation.registry.installed <= installation.registry.builtins:
        click.echo("No module is installed: the company has what the core can do alone.")
    for line in demo_people(installation):
        click.echo(line)


@click.group()
def search() -> None:
    """Look after the texts that quick search finds."""


@search.command("rebuild")
def rebuild() -> None:
    """Write the texts of all records anew."""
    from kartoteka.db.search import rebuild_search

    with opened().database.transaction(Actor.system("search rebuild")) as session:
        rebuild_search(session)
    click.echo("Search is rebuilt.")


@search.command("check")
def check() -> None:
    """Say whether each record is found by what it holds now."""
    from kartoteka.db.search import check_search

    # SQLite's own check of the full-text index is written as an INSERT, which a reading session refuses.
    with opened().database.transaction(Actor.system("search check")) as session:
        problems = list(check_search(session))
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise click.ClickException("Run: kartoteka search rebuild")
    click.echo("Search is right.")


def is_empty(installation: Installation) -> bool:
    """Say whether nobody has been added yet."""
    with installation.database.reading(Actor.system("start")) as session:
        return session.scalar(select(User.id).limit(1)) is None


def make_demo(installation: Installation, *, clients: int) -> None:
    """Switch on the installed modules and fill the database with the demo company."""
    from kartoteka.builtin.modules.overview import requirements
    from kartoteka.demo_company import SYSTEM, TITLE, fill_demo_company

    needed = requirements(installation.registry)
    with installation.database.transaction(SYSTEM, TITLE) as session:
        for name in needed:
            switch_on(session, needed, name)
    fill_demo_company(installation, clients, date.today())  # noqa: DTZ011 - the demo company lives where the server is


def demo_people(installation: Installation) -> list[str]:
    """Return how to sign in as the demo company's people, while their first password still is what it was."""
    from kartoteka.demo_company import PASSWORD, PEOPLE

    with installation.database.reading(Actor.system("start")) as session:
        rows = session.execute(select(User.login, User.password_hash).where(User.active)).all()
    hashes = {row.login: row.password_hash for row in rows}
    director = hashes.get(PEOPLE[0].login)
    if director is None or not password_is(PASSWORD, director):
        return []
    return [
        f"Sign in as {person.login} with {PASSWORD}  ({person.role})" for person in PEOPLE if person.login in hashes
    ]
