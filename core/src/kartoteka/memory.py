"""How a process that answers pages or does jobs uses memory."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_M_ARENA_MAX = -8  # malloc.h of glibc
_ARENAS = 1
_NEW_OBJECTS = 20_000
_lock = Lock()
_steps: list[bool] = []
"""For each step that searches for no garbage: whether it was searched for when the step began."""


def share_arenas() -> None:
    """Let all threads of this process take memory from one arena.

    The C library of Linux gives each thread one of its own, and each keeps what the largest page took that was ever
    made in it: with eight threads twelve MiB, and more after an export. They seldom wait for each other, as Python
    lets one of them run at a time. Who sets MALLOC_ARENA_MAX decides himself; elsewhere nothing happens.
    """
    if sys.platform != "linux" or "MALLOC_ARENA_MAX" in os.environ:
        return
    import ctypes

    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_ARENA_MAX, _ARENAS)


@contextmanager
def loading() -> Iterator[None]:
    """Search for no garbage while the program is loaded, and keep what was loaded out of every later search.

    Of half a million objects a thousand are garbage, and looking for these takes a sixth of the start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Search for no garbage within a short step of long work: it makes many objects, and needs them all until its end.

    Looking through them again and again took a tenth of an import. What the step before has left goes first, so that
    nothing gathers. Several threads may be within such steps at once.
    """
    if gc.isenabled():
        gc.collect(1)
    with _lock:
        _steps.append(gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            # The one that is taken out last says how it was before all of them.
            if _steps.pop() and not _steps:
                gc.enable()


def settle() -> None:
    """Keep what a server has made at its start out of every later search for garbage, and search less often.

    A page makes some thousand objects, and nearly all of them are gone when it is sent. Call it once, when the
    application is complete.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 10)
