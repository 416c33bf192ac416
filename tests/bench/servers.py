"""Web servers under measurement: one process, eight threads, waitress, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

THREADS = 8


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A server that answers: where, as which process, and how long its start took."""

    port: int
    pid: int
    seconds: float


@contextmanager
def serving(application: str, folder: Path, environment: dict[str, str], ready: str) -> Iterator[Server]:
    """Serve ``module:name`` found in ``folder`` until the block ends; the block begins once ``ready`` answers."""
    port = free_port()
    paths = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH", ""))))
    begin = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", f"--threads={THREADS}", application],
        env={**os.environ, **environment, "PYTHONPATH": paths},
    )
    try:
        _wait_for(server, port, ready)
        yield Server(port, server.pid, time.perf_counter() - begin)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(server: subprocess.Popen[bytes], port: int, path: str) -> None:
    for _attempt in range(1_500):
        if server.poll() is not None:
            raise RuntimeError("The server under measurement stopped before it answered.")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            connection.getresponse().read()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("The server under measurement does not answer.")
