"""``kartoteka clients load``: real lists of clients from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kartoteka.builtin.clients.fields import FIELDS
from kartoteka.builtin.clients.loading import (
    LOADABLE,
    ClientLoader,
    FileFormat,
    LineProblem,
    LoadOptions,
    LoadTotals,
    is_loadable,
    read_lines,
)
from kartoteka.db.session import transaction, workplace
from kartoteka.vocabulary.identifiers import country_code
from kartoteka.vocabulary.message import text as _

SHOWN_PROBLEMS = 200


@click.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--columns",
    multiple=True,
    required=True,
    metavar="FIELD=TITLE,...",
    help="Which column is loaded into which field, for example external_id=ID,name=Company. May be given again.",
)
@click.option("--encoding", default="utf-8", show_default=True, help="How the file's letters are written.")
@click.option("--separator", default=",", show_default=True, help="One character, or: tab, comma, semicolon, pipe.")
@click.option(
    "--quoting",
    type=click.Choice(["minimal", "none"]),
    default="minimal",
    show_default=True,
    help="none: quotes are part of the text.",
)
@click.option("--no-heading", is_flag=True, help="The first line is data; columns are named 1, 2, ...")
@click.option("--skip-line", "skipped", type=int, multiple=True, help="A line not to be read; may be given again.")
@click.option("--source", help="Name of the list; external numbers are unique in it. The file's name when left out.")
@click.option("--country", help="Country of new clients, as two letters; the company's own when left out.")
@click.option(
    "--kind",
    type=click.Choice(["by-code", "company", "person"]),
    default="by-code",
    show_default=True,
    help="by-code: a line whose registration code is 0 or - is a natural person.",
)
@click.option("--accept-duplicates", is_flag=True, help="Create a client although its registration code is taken.")
def load(file: Path, columns: tuple[str, ...], **given: Any) -> None:
    """Load clients from a text FILE with columns.

    A client is found again by its external number (or by name and country in a list without numbers), so that
    loading the same file twice changes nothing. Lines that cannot be taken are listed with their number; the others
    are loaded.
    """
    form = FileFormat(
        encoding=given["encoding"],
        separator=given["separator"],
        quoting=given["quoting"],
        skipped=frozenset(given["skipped"]),
        heading=not given["no_heading"],
    )
    options = LoadOptions(
        columns=_read_columns(columns),
        source=given["source"] or file.stem[:60],
        country=_read_country(given["country"]),
        kind=given["kind"].replace("-", "_"),
        accept_duplicates=given["accept_duplicates"],
    )
    loader = ClientLoader(lambda: transaction(_("Clients loaded from %(file)s", file=file.name)), options)
    totals = loader.load(read_lines(file, form), _show_progress)
    _report(totals)
    if totals.refused:
        sys.exit(1)


def _read_country(typed: str | None) -> str:
    if typed is None:
        return workplace.get().database.search.region or ""
    code = country_code(typed)
    if code is None:
        raise click.BadParameter(f"There is no country {typed!r}; write its two letters.", param_hint="--country")
    return code


def _read_columns(columns: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in (pair for text in columns for pair in text.split(",")):
        field, sign, title = (part.strip() for part in pair.partition("="))
        if not (field and sign and title):
            raise click.BadParameter(f"{pair!r} is not written FIELD=TITLE.", param_hint="--columns")
        if not is_loadable(field):
            known = ", ".join(sorted(LOADABLE))
            raise click.BadParameter(f"{field} is no field. Known: {known}.", param_hint="--columns")
        if field in found:
            raise click.BadParameter(f"{field} is named twice.", param_hint="--columns")
        found[field] = title
    return found


def _show_progress(totals: LoadTotals) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{totals.read} lines", nl=False, err=True)


def _report(totals: LoadTotals) -> None:
    if sys.stderr.isatty():
        click.echo("\r", nl=False, err=True)
    for title, problems in (("", totals.errors), ("warning: ", totals.warnings)):
        for problem in problems[:SHOWN_PROBLEMS]:
            click.echo(f"{title}{_written(problem)}", err=True)
        if len(problems) > SHOWN_PROBLEMS:
            click.echo(f"{title}... and {len(problems) - SHOWN_PROBLEMS} more", err=True)
    for title, count in _counts(totals):
        click.echo(f"{title:<12}{count:>8}")
    if totals.no_data_lines:
        click.echo(f"no data in line {', '.join(map(str, totals.no_data_lines[:20]))}")


def _counts(totals: LoadTotals) -> list[tuple[str, int]]:
    return [
        ("read", totals.read),
        ("created", totals.created),
        ("changed", totals.changed),
        ("unchanged", totals.unchanged),
        ("no data", totals.no_data),
        ("errors", totals.refused),
        ("unusual", totals.unusual),
    ]


def _written(problem: LineProblem) -> str:
    """Name the line, the field and the problem; the value itself may be personal and is not repeated."""
    field = FIELDS.get(problem.field or "")
    place = f"line {problem.line}, {field.title}" if field else f"line {problem.line}"
    return f"{place}: {problem.message}"
