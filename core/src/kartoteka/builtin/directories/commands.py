"""``kartoteka directories load``."""

from __future__ import annotations

import click

from kartoteka.builtin.directories.places import COUNTRIES
from kartoteka.builtin.directories.starting import add_start_entries
from kartoteka.db.session import transaction
from kartoteka.vocabulary.message import text as _


@click.command("load")
@click.argument("directories", nargs=-1, metavar="[DIRECTORY]...")
@click.option(
    "--country", "countries", multiple=True, type=click.Choice(COUNTRIES), help="Places of this country only."
)
def load(directories: tuple[str, ...], countries: tuple[str, ...]) -> None:
    """Add what directories begin with: regions, districts and cities among others.

    DIRECTORY is a key such as directories.cities; all of them without one. What is there already stays as it is.
    """
    with transaction(_("Standard entries of reference lists added")) as session:
        added = add_start_entries(session, directories, countries)
    click.echo(f"Added {added} entries." if added else "Everything is there already.")
