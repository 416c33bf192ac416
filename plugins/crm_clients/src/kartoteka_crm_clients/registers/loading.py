"""The job that loads an uploaded register, step by step, and the command that loads one from the server's disk."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import event

from kartoteka.api.db import Session, find, reading, transaction
from kartoteka.api.declare import Job, RunningJob
from kartoteka.api.errors import Problem
from kartoteka.api.texts import Texts
from kartoteka.api.work import enqueue
from kartoteka_crm_clients.registers import service
from kartoteka_crm_clients.registers.comparing import ask_for_comparison
from kartoteka_crm_clients.registers.fields import MANAGE
from kartoteka_crm_clients.registers.models import RegisterLoad
from kartoteka_crm_clients.registers.rules import COUNTRIES
from kartoteka_crm_clients.registers.service import Source
from kartoteka_crm_clients.registers.uploads import digest_of, file_in, remove_folder

_ = Texts("crm_clients")

LOAD_JOB = "crm_clients.load_register"
HOME = "/crm_clients/registers/"
AT_ONCE = 5000
"""Records in one transaction of the command, which is run while nobody waits."""
_open: dict[int, Source] = {}
"""Files that this process has open, by load: a step goes on without reading them from the start."""


def start_load(session: Session, country: str, filename: str, folder: str, user_id: int | None) -> RegisterLoad:
    """Note an uploaded file and ask for the job that loads it; raises what `service.begin_load` raises."""
    path = file_in(session, folder)
    load = service.begin_load(
        session, country, filename, digest_of(path), path.stat().st_size, folder=folder, user_id=user_id
    )
    title = _("Register from %(file)s", file=load.filename)
    load.job_id = enqueue(session, LOAD_JOB, {"load_id": load.id}, title=title, url=HOME)
    session.flush()
    return load


def load_uploaded(session: Session, job: RunningJob) -> None:
    """Do one step of a load."""
    load = find(session, RegisterLoad, int(job.payload["load_id"]))
    if load.stage in (service.DONE, service.FAILED):
        return
    try:
        _work(session, load, job)
    except Problem as problem:
        _close(load.id)
        service.fail_load(session, load)
        _drop(session, load)
        job.finish(_("The file could not be loaded."), HOME)
        for text in getattr(problem, "errors", {"": problem}).values():
            job.warn(text if not isinstance(text, Problem) else str(text))


def _work(session: Session, load: RegisterLoad, job: RunningJob) -> None:
    goes_on = True
    while goes_on and not job.time_is_up:
        goes_on = service.take_step(session, load, _source(session, load))
        _forget_unneeded(load)
    job.report(load.place if load.stage == service.LOADING else 0, load.records or None)
    if goes_on:
        job.again()
        return
    _drop(session, load)
    ask_for_comparison(session)
    changed = sum(load.counts.get(name, 0) for name in ("new", "changed", "back", "gone"))
    job.finish(
        _.plural("%(count)s company was added or changed.", "%(count)s companies were added or changed.", changed), HOME
    )


def _source(session: Session, load: RegisterLoad) -> Source:
    if not service.needs_file(load):
        return Source("", iter(()))
    known = _open.get(load.id)
    if known is not None and known.place == load.place:
        return known
    _close(load.id)
    source = _open[load.id] = Source.at(load.country, file_in(session, load.folder), load.place)
    return source


def _forget_unneeded(load: RegisterLoad) -> None:
    known = _open.get(load.id)
    if known is not None and (known.place != load.place or not service.needs_file(load)):
        _close(load.id)


def _close(load_id: int) -> None:
    source = _open.pop(load_id, None)
    if source is not None:
        source.close()


def _drop(session: Session, load: RegisterLoad) -> None:
    """Remove the uploaded file once the transaction is committed."""
    folder, load.folder = load.folder, ""
    session.flush()
    event.listen(session, "after_commit", lambda done: remove_folder(done, folder), once=True)


def load_file(country: str, path: Path, tell: Callable[[RegisterLoad], None] = lambda load: None) -> RegisterLoad:
    """Load a register from a file on the disk, each step in a transaction of its own; goes on where it was stopped.

    Raises Problem for a file that is no register of the country; nothing is changed then.
    """
    digest = digest_of(path)
    with transaction() as session:
        load_id = service.begin_load(session, country, path.name, digest, path.stat().st_size).id
    source: Source | None = None
    try:
        while True:
            with transaction() as session:
                load = find(session, RegisterLoad, load_id)
                if source is None or (service.needs_file(load) and source.place != load.place):
                    source = Source.at(country, path, load.place)
                goes_on = service.take_step(session, load, source, AT_ONCE)
                if not goes_on:
                    ask_for_comparison(session)
            tell(load)
            if not goes_on:
                return load
    except Problem:
        with transaction() as session:
            service.fail_load(session, find(session, RegisterLoad, load_id))
        raise


@click.group("registers")
def registers_command() -> None:
    """Company registers kept offline."""


@registers_command.command("load")
@click.argument("country", type=click.Choice(COUNTRIES, case_sensitive=False))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_command(country: str, file: Path) -> None:
    """Load the register of a COUNTRY from a FILE that it publishes, also packed by gzip or zip.

    The same file loaded again changes nothing; a newer one updates the companies, notes what changed, and marks those
    that it does not have any more. A load that was stopped goes on where it was.
    """
    try:
        load = load_file(country.upper(), file, _show_progress)
    except Problem as problem:
        for text in getattr(problem, "errors", {"": problem}).values():
            click.echo(str(text), err=True)
        sys.exit(1)
    for name, number in sorted(load.counts.items()):
        click.echo(f"{name}: {number}")
    for number, field, why in load.problems:
        click.echo(f"line {number}{f', {field}' if field else ''}: {service.problem_words(why)}", err=True)


@registers_command.command("list")
def list_command() -> None:
    """List the files that were loaded, the newest first."""
    with reading() as session:
        for load in service.latest_loads(session, 20):
            numbers = ", ".join(f"{name} {number}" for name, number in sorted(load.counts.items()) if number)
            click.echo(f"{load.created_at:%Y-%m-%d %H:%M} {load.country} {load.stage} {load.filename}: {numbers}")


def _show_progress(load: RegisterLoad) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{load.stage} {load.place:,}", nl=False, err=True)


JOBS = [
    Job(
        name="load_register",
        title=_("Load a company register"),
        run=load_uploaded,
        permission=MANAGE,
        timeout=timedelta(minutes=10),
        unique_by=("load_id",),
    )
]
