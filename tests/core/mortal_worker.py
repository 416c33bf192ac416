"""A worker that takes up a job and is killed, as by ``kill -9``.

``later``: it does one step of the job and dies at a random moment of the next one, at the latest when it has ended.
``anywhere``: it dies at a random moment of its first step, at the latest when nothing is left but to store it.
``claimed``: it dies between taking up the job and its first step.
Steps are as short as they can be, so that a job has as many on a fast machine as on a slow one; how long they take is
measured, so that the end comes in any part of one on every machine.

``python -m tests.core.mortal_worker JOB_ID WAY worker --lease 1.2``
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import MutableSequence
from typing import Any

from kartoteka.builtin.jobs import stepping, worker
from kartoteka.builtin.jobs.claiming import Held
from kartoteka.builtin.jobs.workshop import Workshop
from kartoteka.cli import main
from kartoteka.extension.declarations import work

LAST_STEP = {"claimed": -1, "anywhere": 0, "later": 1}
UNKNOWN_SECONDS = 0.1
"""How long a step is taken to take before one was measured."""


class Mortal:
    """Stands in for ``do_step``; ``took`` holds what the first and the second step of a process take, in seconds."""

    def __init__(self, job_id: int, way: str, took: MutableSequence[float]) -> None:
        self.job_id = job_id
        self.last = LAST_STEP[way]
        self.took = took
        self.do_step = worker.do_step
        self.number = 0

    def __call__(self, workshop: Workshop, held: Held) -> bool:
        if held.id != self.job_id:
            return self.do_step(workshop, held)
        if self.last < 0:
            die()
        if self.number == self.last:
            self.die_soon()
        began = time.monotonic()
        goes_on = self.do_step(workshop, held)
        self.took[self.number] = time.monotonic() - began
        if self.number == self.last:
            die()
        self.number += 1
        return goes_on

    def die_soon(self) -> None:
        if self.last == 0:
            stepping._write = die
        seconds = self.took[self.number] or self.took[0] or UNKNOWN_SECONDS
        threading.Timer(random.uniform(0, seconds), die).start()


def die(*_given: Any, **_named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def make_mortal(job_id: int, way: str, took: MutableSequence[float]) -> None:
    """Let this process die while it does a job."""
    work.STEP_SECONDS = 0
    worker.do_step = Mortal(job_id, way, took)


if __name__ == "__main__":
    make_mortal(int(sys.argv.pop(1)), sys.argv.pop(1), [0.0, 0.0])
    main()
