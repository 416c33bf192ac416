"""The worker that ``kartoteka run`` brings along: a process that ends with it, and is started anew when it dies."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from time import monotonic

_CODE = "from kartoteka.cli import main; main(['worker', '--with-parent'])"
_LONGEST_PAUSE = 60.0
_LIVED_WELL_SECONDS = 30.0
_END_SECONDS = 10.0


class WorkerChild:
    """Keeps one worker process running; a job asked for in this process wakes it.

    The child reads its standard input, which nobody but this process holds the other end of: when it closes, because
    this process ended in whatever way, the child ends too.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start the worker, and another one whenever it dies."""
        from kartoteka.builtin.jobs.waking import job_enqueued

        job_enqueued.connect(self._wake)
        threading.Thread(target=self._keep_alive, daemon=True).start()

    def stop(self) -> None:
        """Let the worker end after its present step, and wait for it."""
        self._stopping.set()
        process = self._process
        if process is None or process.stdin is None:
            return
        with suppress(OSError):
            process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)

    def _keep_alive(self) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            began = monotonic()
            self._process = subprocess.Popen([sys.executable, "-c", _CODE], stdin=subprocess.PIPE)  # noqa: S603
            self._process.wait()
            pause = 1.0 if monotonic() - began > _LIVED_WELL_SECONDS else min(2 * pause, _LONGEST_PAUSE)
            self._stopping.wait(pause)

    def _wake(self, sender: object, **facts: object) -> None:
        process = self._process
        if process is not None and process.stdin is not None:
            with suppress(OSError, ValueError):
                process.stdin.write(b"\n")
                process.stdin.flush()
