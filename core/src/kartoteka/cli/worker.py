"""``kartoteka worker``: do jobs in the background."""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from kartoteka.cli.common import opened

if TYPE_CHECKING:
    from kartoteka.builtin.jobs.worker import Worker

_GRACE_SECONDS = 20.0
"""How long an orphaned worker may still need for the step it is doing."""


@click.command()
@click.option(
    "--lease",
    default=15.0,
    show_default=True,
    type=click.FloatRange(1, 3600),
    help="Seconds without a sign of life after which others take a job up.",
)
@click.option(
    "--at-once",
    type=click.IntRange(1, 64),
    help="How many jobs are done at a time, each by a process of its own; KARTOTEKA_JOBS_AT_ONCE, or 1.",
)
@click.option(
    "--with-parent", is_flag=True, hidden=True, help="End when standard input does; look when a line comes in."
)
def worker(lease: float, at_once: int | None, with_parent: bool) -> None:
    """Do jobs in the background until stopped. Several workers, on several machines, may run."""
    from kartoteka.memory import loading

    with loading():
        from kartoteka.installation import unready
        from kartoteka.logs import configure_logs

        opened()
    if problem := unready(opened()):
        raise click.ClickException(problem)
    configure_logs(opened().config.log)
    number = at_once or opened().config.jobs_at_once
    if number > 1 and not with_parent:
        _run_crowd(number, lease)
        return
    made = _make_worker(lease)
    if opened().config.broker:
        _serve_broker(made, with_parent=with_parent)
        return
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda number, frame: made.stop())
    if with_parent:
        threading.Thread(target=_follow_parent, args=(made,), daemon=True).start()
    else:
        click.echo("Ready for jobs.")
    made.run()


def _make_worker(lease: float) -> Worker:
    from dataclasses import replace

    from kartoteka.builtin.jobs.worker import Worker
    from kartoteka.workers import open_workshop

    return Worker(replace(open_workshop(opened()), lease=timedelta(seconds=lease)))


def _run_crowd(number: int, lease: float) -> None:
    from kartoteka.cli.worker_crowd import WorkerCrowd

    click.echo(f"Ready for jobs, {number} at a time.")
    WorkerCrowd(number, lease).run()


def _serve_broker(made: Worker, *, with_parent: bool) -> None:
    from kartoteka.carrier import Carrier

    if with_parent:
        threading.Thread(target=_follow_parent, args=(made,), daemon=True).start()
    else:
        click.echo("Ready for jobs from the broker.")
    Carrier(opened().config.broker).serve(made)


def _follow_parent(made: Worker) -> None:
    """Wake the worker with each byte; when the parent has gone, however it went, let the worker end too."""
    while os.read(sys.stdin.fileno(), 1024):
        made.wake()
    made.stop()
    os.kill(os.getpid(), signal.SIGTERM)  # whoever takes jobs from a broker waits there and not in the worker
    threading.Event().wait(_GRACE_SECONDS)
    os._exit(1)
