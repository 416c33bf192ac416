"""``kartoteka setup``: the code that opens the first steps of a new installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kartoteka.cli.common import opened

if TYPE_CHECKING:
    from kartoteka.installation import Installation


@click.command()
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where the pages are served.")
def setup(address: str) -> None:
    """Show how to set up a new installation in the browser."""
    from kartoteka.cli.data import is_empty
    from kartoteka.installation import unready

    installation = opened()
    if problem := unready(installation):
        raise click.ClickException(problem)
    if not is_empty(installation):
        raise click.ClickException("This installation is set up already: it has users.")
    tell_setup(installation, address.rstrip("/"))


def tell_setup(installation: Installation, address: str) -> None:
    """Print the link of the first steps with the code that whoever started the server alone knows."""
    from kartoteka.builtin.setup.token import setup_token

    token = setup_token(installation.config.secret)
    click.echo("There are no users yet. Set the company up in the browser:")
    click.echo(f"  {address}/setup/?token={token}")
    click.echo(f"The set-up code is {token}. Or add a user here: kartoteka user add LOGIN --role administrator")
