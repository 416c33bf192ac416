"""How much memory the threads of a process keep for themselves."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from kartoteka.memory import loading, undisturbed

THREADS_THAT_TAKE_MEMORY = """
import ctypes, tempfile, threading
meeting = threading.Barrier(8)

def take():
    meeting.wait()
    taken = [bytearray(9_000) for _each in range(50)]
    meeting.wait()

threads = [threading.Thread(target=take) for _each in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as told:
    file = ctypes.c_void_p(library.fopen(told.name.encode(), b"w"))
    library.malloc_info(0, file)
    library.fclose(file)
    print(told.read().count(b"<heap nr="))
"""


def arenas(before: str = "", **settings: str) -> int:
    """Return how many arenas a new process has after eight threads took memory at the same time."""
    code = f"{before}\n{THREADS_THAT_TAKE_MEMORY}"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**plain, **settings}, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_threads_share_their_arenas_unless_the_operator_says_otherwise() -> None:
    shared = "from kartoteka.memory import share_arenas; share_arenas()"
    assert arenas() > 2
    assert arenas(shared) == 1
    assert 1 < arenas(shared, MALLOC_ARENA_MAX="3") <= 3


def test_garbage_is_left_alone_while_the_program_is_loaded() -> None:
    gc.unfreeze()
    try:
        with loading():
            assert not gc.isenabled()
            kept = [[] for _each in range(100)]
        assert gc.isenabled()
        assert gc.get_freeze_count() > len(kept)
    finally:
        gc.unfreeze()


def test_garbage_is_left_alone_until_the_last_of_several_steps_is_over() -> None:
    meeting = Barrier(2, timeout=60)

    def step(*, is_long: bool) -> list[bool]:
        with undisturbed():
            meeting.wait()
            if is_long:
                meeting.wait()
            seen = [gc.isenabled()]
        if not is_long:
            seen.append(gc.isenabled())
            meeting.wait()
        return seen

    with ThreadPoolExecutor(2) as threads:
        long, short = threads.submit(step, is_long=True), threads.submit(step, is_long=False)
        assert [*long.result(), *short.result()] == [False, False, False]
    assert gc.isenabled()


def test_who_searches_for_no_garbage_is_not_made_to() -> None:
    gc.disable()
    try:
        with undisturbed():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
    with pytest.raises(ValueError, match="no step"), undisturbed():
        raise ValueError("no step")
    assert gc.isenabled()


def test_what_a_step_has_left_goes_when_the_next_begins() -> None:
    class Left:
        """Something that only a search for garbage finds."""

    with undisturbed():
        left = Left()
        left.itself = left  # type: ignore[attr-defined]
        seen = weakref.ref(left)
        del left
    with undisturbed():
        assert seen() is None
