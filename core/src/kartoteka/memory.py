"""How the threads of a process share what memory they free."""

from __future__ import annotations

import os
import sys

_M_ARENA_MAX = -8  # malloc.h of glibc
_ARENAS = 2


def share_arenas() -> None:
    """Let all threads of this process take memory from two arenas.

    The C library of Linux gives each thread one of its own, and each keeps what the largest page took that was ever
    made in it: with eight threads ten MiB, and more after an export. Who sets MALLOC_ARENA_MAX decides himself;
    elsewhere nothing happens.
    """
    if sys.platform != "linux" or "MALLOC_ARENA_MAX" in os.environ:
        return
    import ctypes

    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_ARENA_MAX, _ARENAS)
