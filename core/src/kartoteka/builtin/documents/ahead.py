"""Processes that are started ahead: the program is loaded by the time there is something for it to do.

Each takes one request and ends, as before: nothing that a request has done to its process reaches the next one.
"""

from __future__ import annotations

import atexit
import os
import subprocess
from collections.abc import Mapping, Sequence
from threading import Lock

LEFT_IDLE = 75
"""How a process ends that nobody needed for a while (EX_TEMPFAIL of sysexits.h)."""


class StartedAhead:
    """Runs a program that reads a request from its input and answers on its output, with one process in reserve.

    The reserve ends by itself: after a while without a request, and when this process ends and with it its input.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = list(command)
        self._environment = dict(environment)
        self._lock = Lock()
        self._reserve: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        atexit.register(self.dismiss)

    def run(self, request: bytes, timeout: float) -> tuple[int, bytes]:
        """Return the exit code and the answer; raises subprocess.TimeoutExpired, and then the process is gone."""
        process = self._take()
        code, answer = _communicate(process, request, timeout)
        if code == LEFT_IDLE:  # it left while the request was on its way
            return _communicate(self._start(), request, timeout)
        return code, answer

    def dismiss(self) -> None:
        """End the process in reserve."""
        with self._lock:
            reserve, self._reserve = self._own_reserve(), None
        if reserve is not None:
            _end(reserve)

    def _take(self) -> subprocess.Popen[bytes]:
        """Return a process for a request, and start the one for the next."""
        with self._lock:
            process, self._reserve = self._own_reserve(), self._start()
            self._owner = os.getpid()
        if process is not None and process.poll() is None:
            return process
        if process is not None:
            _end(process)
        return self._start()

    def _own_reserve(self) -> subprocess.Popen[bytes] | None:
        """Return the process in reserve, unless it is that of a server which has made this process by a fork."""
        return self._reserve if self._owner == os.getpid() else None

    def _start(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen(  # noqa: S603 - our own program, and nothing of a request in its arguments
            self._command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=self._environment, cwd="/"
        )


def _communicate(process: subprocess.Popen[bytes], request: bytes, timeout: float) -> tuple[int, bytes]:
    try:
        answer, _nothing = process.communicate(request, timeout)
    except BaseException:
        _end(process)
        raise
    return process.returncode, answer


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()
