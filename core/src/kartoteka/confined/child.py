"""The reading process: limits itself first, then reads one file and writes the answer to its standard output."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

MB = 1024 * 1024
MEMORY = 1024 * MB
WRITTEN = 32 * MB
SECONDS = 25


def confine() -> None:
    """Allow this process little memory and time, short files only, and no processes of its own."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main(arguments: list[str]) -> None:
    """Do one task: ``text FILE SUFFIX``, ``pages FILE`` or ``picture FILE PAGE WIDTH``."""
    task, path = arguments[0], Path(arguments[1])
    if task == "text":
        from kartoteka.confined.texts import text_of

        text, cut = text_of(path, arguments[2])
        answer = json.dumps({"text": text, "cut": cut}).encode()
    elif task == "pages":
        from kartoteka.confined.pdf import count_pages

        answer = str(count_pages(path)).encode()
    else:
        from kartoteka.confined.pdf import draw_page

        answer = draw_page(path, int(arguments[2]), int(arguments[3]))
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    confine()
    main(sys.argv[1:])
