"""Several workers at a time, each a process that ends with the one that started it and is replaced when it dies."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import suppress
from time import monotonic

_CODE = "import sys; from kartoteka.cli import main; main(['worker', '--with-parent', *sys.argv[1:]])"
_LONGEST_PAUSE = 60.0
_LIVED_WELL_SECONDS = 30.0
_END_SECONDS = 20.0


class WorkerCrowd:
    """Keeps so many worker processes running until it is told to stop.

    Each reads its standard input, which nobody but this process holds the other end of: when it closes, because this
    process ended in whatever way, the worker ends after its present step.
    """

    def __init__(self, number: int, lease: float) -> None:
        self.number = number
        self.arguments = ["--at-once", "1", "--lease", str(lease)]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()

    def run(self) -> None:
        """Run until a signal says stop; then wait for the present steps."""
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), lambda number, frame: self._stopping.set())
        keepers = [threading.Thread(target=self._keep_alive, args=(place,)) for place in range(self.number)]
        for keeper in keepers:
            keeper.start()
        while not self._stopping.wait(1.0):
            pass
        for process in list(self._processes.values()):
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]
        for keeper in keepers:
            keeper.join(_END_SECONDS)
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()

    def _keep_alive(self, place: int) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            began = monotonic()
            process = subprocess.Popen([sys.executable, "-c", _CODE, *self.arguments], stdin=subprocess.PIPE)  # noqa: S603
            self._processes[place] = process
            process.wait()
            pause = 1.0 if monotonic() - began > _LIVED_WELL_SECONDS else min(2 * pause, _LONGEST_PAUSE)
            self._stopping.wait(pause)
