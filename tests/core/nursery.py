"""A process that brings up workers which are killed: each is a fork of it, so that none has to start Python anew.

For each line ``JOB_ID WAY`` it lets a worker live as `tests.core.mortal_worker` says, and answers with how it ended.

``python -m tests.core.nursery [MODULE:ENTRY_POINT]``, the company being in the environment.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from multiprocessing.sharedctypes import RawArray
from typing import NoReturn

from kartoteka.builtin.jobs.worker import Worker
from kartoteka.builtin.jobs.workshop import Workshop
from kartoteka.installation import open_installation
from kartoteka.workers import open_workshop
from tests.core.mortal_worker import make_mortal

LEASE = timedelta(seconds=1.2)


def main(entry_point: str = "") -> None:
    module, _colon, name = entry_point.partition(":")
    found = [getattr(import_module(module), name)()] if module else None
    workshop = replace(open_workshop(open_installation(entry_points=found)), lease=LEASE)
    took = RawArray("d", 2)
    for line in sys.stdin:
        job_id, way = line.split()
        child = os.fork()
        if not child:
            make_mortal(int(job_id), way, took)
            live(workshop)
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def live(workshop: Workshop) -> NoReturn:
    """Work until the end comes; nothing of the parent's may happen after it."""
    try:
        Worker(workshop).run()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
