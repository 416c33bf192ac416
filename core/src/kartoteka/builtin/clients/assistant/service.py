"""Entering a client together with what modules were told about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import create_client
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import ClientStep
from kartoteka.vocabulary.errors import Problem


class StepRefused(Exception):
    """A module can't store what its step was told: ``name`` says which step, ``problem`` why."""

    def __init__(self, name: str, problem: Problem) -> None:
        super().__init__(problem)
        self.name = name
        self.problem = problem


def enter_client(
    session: Session,
    values: Mapping[str, Any],
    steps: Sequence[tuple[ClientStep, str, Mapping[str, Any]]],
    *,
    accept_duplicates: bool = False,
) -> Client:
    """Enter a client and let modules store their steps, given as (step, name, values).

    Raises what `create_client` raises, and StepRefused.
    """
    client = create_client(session, values, accept_duplicates=accept_duplicates)
    for step, name, typed in steps:
        try:
            step.save(session, client.id, dict(typed))
        except Problem as problem:
            raise StepRefused(name, problem) from problem
    return client
