"""Starts the reading process, feeds it a file and takes no more from it than was agreed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

MOST_TEXT: Final = 2_000_000
"""Letters of a file that are read; the rest is left out."""
MOST_OUTPUT: Final = 24 * 1024 * 1024
_SECONDS: Final = {"text": 30, "pages": 15, "picture": 15}


class ReadingFailed(ValueError):
    """A file could not be read: damaged, protected, or more than is reasonable; the text names no content."""


@dataclass(frozen=True)
class Confined:
    """What was read of a file; ``cut`` says that there was more."""

    text: str
    cut: bool = False


def read_text(stream: IO[bytes], filename: str) -> Confined:
    """Return the words of a PDF, office, mail or text file, told apart by the end of its name.

    Files of other sorts have no words. Raises ReadingFailed.
    """
    answer = _run("text", stream, Path(filename).suffix.lower()[:12] or ".bin")
    found = json.loads(answer)
    return Confined(found["text"], found["cut"])


def page_count(stream: IO[bytes]) -> int:
    """Return how many pages a PDF has; raises ReadingFailed."""
    return int(_run("pages", stream))


def page_picture(stream: IO[bytes], page: int, width: int = 1000) -> bytes:
    """Return a page of a PDF (0 is the first) as PNG, ``width`` pixels wide; raises ReadingFailed."""
    return _run("picture", stream, str(page), str(width))


def _run(task: str, stream: IO[bytes], *arguments: str) -> bytes:
    with _as_file(stream) as path, tempfile.TemporaryFile() as output:
        command = [sys.executable, "-P", "-m", "kartoteka.confined.child", task, str(path), *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - our own program; the file's name is ours too
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                env=_environment(),
                timeout=_SECONDS[task],
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ReadingFailed("Reading the file takes too long.") from error
        if done.returncode:
            raise ReadingFailed(_reason(done.stderr))
        if output.tell() > MOST_OUTPUT:
            raise ReadingFailed("The file holds too much.")
        output.seek(0)
        return output.read()


def _reason(errors: bytes) -> str:
    """Return the name of the error that stopped the child: its words might repeat what is in the file."""
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    name = lines[-1].partition(":")[0] if lines else ""
    return f"The file can't be read ({name if name.replace('.', '').isidentifier() else 'it was stopped'})."


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def _as_file(stream: IO[bytes]) -> Iterator[Path]:
    """Give the stream a name: the file it is, or a copy that goes when the block ends."""
    name = getattr(stream, "name", None)
    if isinstance(name, str) and Path(name).is_file():
        yield Path(name).resolve()
        return
    with tempfile.NamedTemporaryFile(prefix="kartoteka-") as copy:
        while piece := stream.read(1 << 20):
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)
