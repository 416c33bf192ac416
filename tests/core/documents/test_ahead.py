"""Processes that are started ahead of what they are to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kartoteka.builtin.documents import typesetter
from kartoteka.builtin.documents.ahead import LEFT_IDLE, StartedAhead

ECHO = "import os, sys; print(os.getpid(), sys.stdin.read().upper(), end='')"
SLEEPS = "import sys, time; sys.stdin.read(); time.sleep(60)"
LEAVES_ONCE = f"""
import pathlib, sys
said, mark = sys.stdin.read(), pathlib.Path({{mark!r}})
if not mark.exists():
    mark.touch()
    sys.exit({LEFT_IDLE})
print(said.upper(), end="")
"""


@pytest.fixture
def made() -> Iterator[Any]:
    kept: list[StartedAhead] = []

    def make(program: str) -> StartedAhead:
        kept.append(StartedAhead([sys.executable, "-I", "-c", program], {}))
        return kept[-1]

    yield make
    for one in kept:
        one.dismiss()


def ask(ahead: StartedAhead, request: bytes) -> tuple[int, str]:
    code, answer = ahead.run(request, 30)
    assert code == 0
    pid, said = answer.decode().split(" ")
    return int(pid), said


def reserve_of(ahead: StartedAhead) -> int:
    assert ahead._reserve is not None
    return ahead._reserve.pid


def test_each_request_has_a_process_of_its_own_which_was_there_before_it(made: Any) -> None:
    ahead = made(ECHO)
    first = ask(ahead, b"one")
    waiting = reserve_of(ahead)
    second = ask(ahead, b"two")
    assert (first[1], second[1]) == ("ONE", "TWO")
    assert first[0] != second[0] == waiting


def test_one_that_was_killed_meanwhile_is_replaced(made: Any) -> None:
    ahead = made(ECHO)
    ask(ahead, b"one")
    gone = ahead._reserve
    os.kill(gone.pid, signal.SIGKILL)
    gone.wait(timeout=10)
    assert ask(ahead, b"two")[1] == "TWO"


def test_one_that_leaves_while_it_is_asked_is_replaced(made: Any, tmp_path: Path) -> None:
    ahead = made(LEAVES_ONCE.format(mark=str(tmp_path / "left")))
    assert ahead.run(b"go", 30) == (0, b"GO")


def test_one_that_takes_too_long_is_ended(made: Any) -> None:
    ahead = made(SLEEPS)
    with pytest.raises(subprocess.TimeoutExpired):
        ahead.run(b"", 1)


def test_nothing_stays_behind(made: Any) -> None:
    ahead = made(SLEEPS)
    with pytest.raises(subprocess.TimeoutExpired):
        ahead.run(b"", 1)
    waiting = reserve_of(ahead)
    ahead.dismiss()
    with pytest.raises(ProcessLookupError):
        os.kill(waiting, 0)


def test_a_process_made_by_a_fork_leaves_the_reserve_of_its_parent_alone(made: Any) -> None:
    ahead = made(ECHO)
    ask(ahead, b"one")
    ahead._owner += 1  # as it looks in a child
    waiting = ahead._reserve
    assert ask(ahead, b"two")[1] == "TWO"
    assert waiting.poll() is None
    waiting.kill()
    waiting.communicate()


def test_the_typesetter_leaves_when_nobody_needs_it() -> None:
    load = (
        "from importlib.util import module_from_spec, spec_from_file_location as at; "
        f"spec = at('typesetter', {typesetter.__file__!r}); made = module_from_spec(spec); "
        "spec.loader.exec_module(made); made.IDLE_SECONDS = 0.1; made.main()"
    )
    process = subprocess.Popen([sys.executable, "-I", "-c", load], stdin=subprocess.PIPE)
    try:
        assert process.wait(timeout=30) == LEFT_IDLE == typesetter.LEFT_IDLE
    finally:
        process.kill()
        process.communicate()
