"""``kartoteka check``: is everything in order, in one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from kartoteka.cli.common import opened

if TYPE_CHECKING:
    from kartoteka.installation import Installation

Check = Callable[["Installation"], Iterator[str]]


@click.command()
@click.option("--files/--no-files", default=True, show_default=True, help="Read every file and compare its hash.")
def check(files: bool) -> None:
    """Look for what is wrong with tables, references, search, audit log, files and modules' data; changes nothing.

    Ends with 1 when there is a finding.
    """
    installation = opened()
    found = 0
    for title, look in _CHECKS.items():
        if title == "Files" and not files:
            continue
        problems = list(look(installation))
        found += len(problems)
        click.echo(f"{title}: {'in order' if not problems else f'{len(problems)} findings'}")
        for problem in problems:
            click.echo(f"  {problem}")
        if problems and look is _check_tables:
            break  # the others read what is not there
    if found:
        raise click.ClickException("Not everything is in order.")


def _check_tables(installation: Installation) -> Iterator[str]:
    from kartoteka.installation import unready

    if problem := unready(installation):
        yield problem


def _check_modules(installation: Installation) -> Iterator[str]:
    for broken in installation.registry.broken:
        yield str(broken)


def _check_references(installation: Installation) -> Iterator[str]:
    """PostgreSQL lets nothing point nowhere; SQLite may have been written to by another program."""
    if installation.database.is_sqlite:
        with installation.database.snapshot() as connection:
            rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            yield from sorted({f"Rows of {row[0]} point nowhere in {row[2]}." for row in rows})
            result = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
            yield from (line for line in result if line != "ok")


def _check_search(installation: Installation) -> Iterator[str]:
    from kartoteka.db.actor import Actor
    from kartoteka.db.search import check_search

    with installation.database.transaction(Actor.system("search check")) as session:
        yield from map(str, check_search(session))


def _check_log(installation: Installation) -> Iterator[str]:
    from kartoteka.builtin.audit.service import check as check_chain
    from kartoteka.db.actor import Actor

    with installation.database.reading(Actor.system("audit check")) as session:
        for finding in check_chain(session).findings:
            yield str(finding.message)


def _check_data(installation: Installation) -> Iterator[str]:
    from kartoteka.db.actor import Actor
    from kartoteka.extension.dispatch import check_data

    with installation.database.reading(Actor.system("data check")) as session:
        for module, fault in check_data(session):
            yield f"{module}: {fault}"


def _check_files(installation: Installation) -> Iterator[str]:
    from kartoteka.db.blobs import BlobMissing, lost_contents, open_blob
    from kartoteka.vocabulary.errors import Problem

    store, there, damaged = installation.database.blobs, set[str](), dict[str, Problem]()
    with installation.database.snapshot() as connection:
        for stored in store.listed():
            there.add(stored.digest)
            try:
                with open_blob(store, stored.digest):
                    pass
            except Problem as problem:
                damaged[stored.digest] = problem
        for digest, called in lost_contents(connection, there, damaged).items():
            if digest in damaged or not store.has(digest):  # it may have been put since the store was listed
                yield f"{', '.join([*called, digest])}: {damaged.get(digest) or BlobMissing()}"


_CHECKS: dict[str, Check] = {
    "Tables": _check_tables,
    "Modules": _check_modules,
    "References": _check_references,
    "Search": _check_search,
    "Audit log": _check_log,
    "Data of modules": _check_data,
    "Files": _check_files,
}
