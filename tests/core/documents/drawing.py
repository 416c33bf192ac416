"""Draws numbers of a series in many processes at once, some of which give up or are killed while they hold one.

``python -m tests.core.documents.drawing URL PROCESSES NUMBERS KILLS`` makes NUMBERS documents in all.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from datetime import date

from sqlalchemy import func, select

from kartoteka.builtin.documents.models import Document
from kartoteka.builtin.documents.service import draw_number
from kartoteka.db.actor import Actor
from kartoteka.db.engine import Database
from kartoteka.extension.declarations.documents import Series
from kartoteka.installation import builtin_plugins

SERIES = Series(name="invoices", mask="S{year}-{number:05}")
DAY = date(2026, 11, 22)
SYSTEM = Actor.system("drawing")
builtin_plugins()  # maps all tables, for the foreign keys


class GaveUp(Exception):
    """Something after the number went wrong."""


def draw(url: str, name: str, numbers: int, kill_at: int | None) -> None:
    """Make so many documents; every ninth is rolled back, and the process dies with a number in its hand."""
    database = Database(url, secret="for tests only")
    made = 0
    for attempt in range(10 * numbers):
        if made == numbers:
            break
        try:
            with database.transaction(SYSTEM) as session:
                number = draw_number(session, SERIES, DAY)
                session.add(Document(type="t.t", title=name, series=SERIES.name, number=number, day=DAY, language="lt"))
                session.flush()
                if made == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)
                if attempt % 9 == 8:
                    raise GaveUp
            made += 1
        except GaveUp:
            continue
    database.dispose()


def count_of(url: str, name: str) -> int:
    """Return how many documents a process has made."""
    database = Database(url, secret="for tests only")
    with database.reading(SYSTEM) as session:
        made = session.scalar(select(func.count()).select_from(Document).where(Document.title == name)) or 0
    database.dispose()
    return int(made)


def fork(url: str, name: str, numbers: int, kill_at: int | None) -> int:
    """Start a process that draws."""
    child = os.fork()
    if child:
        return child
    try:
        draw(url, name, numbers, kill_at)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def main(url: str, processes: int, numbers: int, kills: int) -> None:
    """Draw in all processes; those that are killed are replaced."""
    each = numbers // processes
    running = {}
    for place in range(processes):
        kill_at = random.randrange(each) if place < kills else None
        running[fork(url, f"p{place}", each, kill_at)] = f"p{place}"
    killed = 0
    while running:
        child, status = os.wait()
        name = running.pop(child)
        if os.WIFSIGNALED(status):
            killed += 1
            running[fork(url, name, each - count_of(url, name), None)] = name
        elif os.waitstatus_to_exitcode(status) != 0:
            sys.exit("a process failed")
    print(killed)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
