"""The program that sets one document, run as a process of its own so that a template can do no harm.

It reads a request as JSON from its input and writes a line of JSON and then the pages to its output. Time, memory and
files are limited by the system; it knows no secrets and reaches no network. It is started before there is something to
do, see `typesetting` and `ahead`.
"""

from __future__ import annotations

import json
import os
import resource
import select
import sys
from typing import Any

import typst

IDLE_SECONDS = 60
LEFT_IDLE = 75  # as in ahead.py, which this program cannot import: it runs without the application


def main() -> None:
    """Answer one request and end; without any for a while, just end."""
    if not select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        sys.exit(LEFT_IDLE)
    request = json.load(sys.stdin)
    _limit(request["seconds"], request["memory"])
    answer, pages = _set(request)
    # Whatever a library may have printed must not get between the lines.
    out = sys.stdout.buffer
    out.write(json.dumps({**answer, "sizes": [len(page) for page in pages]}).encode() + b"\n")
    for page in pages:
        out.write(page)


def _limit(seconds: int, memory: int) -> None:
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, resource.getrlimit(resource.RLIMIT_NPROC))


def _set(request: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    try:
        made = typst.compile(
            request["source"].encode(),
            root=request["root"],
            font_paths=[request["fonts"]],
            ignore_system_fonts=True,
            sys_inputs={"it": json.dumps(request["values"])},
            format=request["format"],
            ppi=request["ppi"],
            timestamp=request["moment"],
            # An empty place for packages: nothing is installed, and the proxy that downloads would take is closed.
            package_path=request["nowhere"],
            package_cache_path=request["nowhere"],
        )
    except typst.TypstError as error:
        return {"error": str(error.message), "where": str(error.diagnostic), "hints": list(error.hints)}, []
    return {}, made if isinstance(made, list) else [made]


if __name__ == "__main__":
    main()
