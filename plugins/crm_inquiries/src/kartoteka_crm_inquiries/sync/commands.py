"""The command that takes in a calendar file."""

from __future__ import annotations

from pathlib import Path

import click

from kartoteka.api.db import transaction
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka.api.users import user_with_login
from kartoteka_crm_inquiries.sync.importing import Taken, import_file
from kartoteka_crm_inquiries.sync.queries import CALENDAR_OF

_ = Texts("crm_inquiries")


@click.command("take-calendar")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--user", "login", required=True, help="Login of the user whose activities they become.")
def take_calendar(path: Path, login: str) -> None:
    """Take in a calendar file (.ics) as activities of a user, and say what was left out and why."""
    try:
        with transaction(_("Calendar file imported")) as session:
            user_id = user_with_login(session, login)
            if user_id is None:
                raise click.ClickException(f"Nobody who can sign in is called {login}.")
            session.info[CALENDAR_OF] = user_id
            taken = import_file(session, path.read_bytes())
    except InvalidInput as problem:
        raise click.ClickException(" ".join(str(one) for one in problem.errors.values())) from None
    _tell(taken)


def _tell(taken: list[Taken]) -> None:
    click.echo(f"{sum(one.problem is None for one in taken)} taken in")
    for one in taken:
        if one.problem is not None:
            click.echo(f"left out: {one.name}: {one.problem}")
