"""``kartoteka audit verify``."""

from __future__ import annotations

import sys

import click

from kartoteka.builtin.audit.service import check
from kartoteka.db.session import reading


@click.command("verify")
@click.option("--expect", default="", metavar="HASH", help="A hash noted down earlier: it must still be in the log.")
def verify(expect: str) -> None:
    """Check that nothing in the audit log and the change log was changed, removed or added from outside.

    Names the first broken row and ends with 1. Note down the hash that it prints: with --expect it later
    proves that the whole log was not put back to an older state.
    """
    with reading() as session:
        report = check(session, expect=expect.strip().lower())
    for finding in report.findings:
        click.echo(str(finding.message), err=True)
    if not report.is_whole:
        click.echo(f"The log is broken; the first broken row is {_first(report)}.", err=True)
        sys.exit(1)
    click.echo(f"The log is whole: {report.entries} entries, {report.journal_entries} changes of records.")
    click.echo(f"It ends with {report.last_hash}")


def _first(report: object) -> str:
    first = report.findings[0]  # type: ignore[attr-defined]
    return f"{first.table} {first.id}"
