"""``kartoteka run`` brings a worker along that ends with it; ``kartoteka worker`` is one alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kartoteka.builtin.jobs.service import enqueue
from tests.core.jobs.asking import job_of

PATIENCE = 60
CODE = "from kartoteka.cli import main; import sys; main(sys.argv[1:])"


@contextmanager
def command(company: Any, *arguments: str, said: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command as a process of its own; it has said something when the block begins."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KARTOTEKA_")}
    settings = {"KARTOTEKA_DATABASE": str(company.database.url), "KARTOTEKA_SECRET": company.installation.config.secret}
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, *arguments],
        env={**kept, **settings, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        while not re.search(said, line := process.stdout.readline()):
            assert line, "it ended"
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until(happened: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := happened():
            return found
        time.sleep(0.05)
    raise AssertionError("It did not happen.")


def ask(company: Any) -> int:
    with company.database.transaction(company.system) as session:
        return enqueue(session, "jobs.clean_up", title="Clean up")


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("needs /proc/PID/task/PID/children")
    return [
        int(each) for task in Path(f"/proc/{pid}/task").iterdir() for each in (task / "children").read_text().split()
    ]


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_pages_bring_a_worker_along_that_ends_with_them(company: Callable[..., Any], how: signal.Signals) -> None:
    made = company(database="sqlite")
    with command(made, "run", "--port", "0", said="http://") as process:
        (child,) = wait_until(lambda: children(process.pid))
        job_id = ask(made)
        wait_until(lambda: job_of(made, job_id).state == "done")
        process.send_signal(how)
        process.wait(PATIENCE)
        wait_until(lambda: not is_running(child))


def test_a_worker_that_dies_is_replaced(company: Callable[..., Any]) -> None:
    made = company(database="sqlite")
    with command(made, "run", "--port", "0", said="http://") as process:
        (child,) = wait_until(lambda: children(process.pid))
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: [each for each in children(process.pid) if each != child])
        job_id = ask(made)
        wait_until(lambda: job_of(made, job_id).state == "done")


def test_pages_without_a_worker(company: Callable[..., Any]) -> None:
    made = company(database="sqlite")
    with command(made, "run", "--port", "0", "--no-worker", said="http://") as process:
        time.sleep(0.5)
        assert children(process.pid) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_alone(company: Callable[..., Any], how: signal.Signals) -> None:
    made = company(database="sqlite")
    with command(made, "worker", said="Ready") as process:
        job_id = ask(made)
        wait_until(lambda: job_of(made, job_id).state == "done")
        process.send_signal(how)
        assert process.wait(PATIENCE) == 0
