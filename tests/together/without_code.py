"""Merges clients, or undoes an operation, in a process in which only some modules are installed.

``python -m tests.together.without_code MODULE USER merge KEPT MERGED`` prints the operation; the company is in the
environment. ``... undo OPERATION`` takes it back.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.operations.service import undo
from kartoteka.db.journal import operation_of
from kartoteka.db.session import Session
from kartoteka.installation import open_installation
from kartoteka.workers import open_workshop


def main(module: str, user_id: str, task: str, *numbers: str) -> None:
    points = [one for one in entry_points(group="kartoteka.modules") if one.name == module]
    installation = open_installation(entry_points=points)
    standing = open_workshop(installation).standing_of(int(user_id))
    if standing is None:
        raise SystemExit("There is no such user.")
    with installation.database.transaction(standing.actor, "Without code") as session:
        sys.stdout.write(f"{do(session, task, *map(int, numbers))}\n")
    loaded = {name.partition(".")[0] for name in sys.modules if name.startswith("kartoteka_")}
    if loaded != {f"kartoteka_{module}"}:
        raise SystemExit(f"Loaded: {sorted(loaded)}")


def do(session: Session, task: str, first: int, *others: int) -> int | None:
    if task == "undo":
        return undo(session, first)
    merge_clients(session, first, others)
    return operation_of(session)


if __name__ == "__main__":
    main(*sys.argv[1:])
