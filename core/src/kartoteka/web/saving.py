"""How pages save a form: in one transaction, with what somebody else saved meanwhile beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kartoteka.db.session import Session, transaction
from kartoteka.db.settling import EditConflict
from kartoteka.vocabulary.errors import Conflict, NotFound, Problem
from kartoteka.vocabulary.message import Message


def save_form(form: Any, title: Message | None, save: Callable[[Session], Any], version: int = 0) -> Any:
    """Return what ``save`` returns, or True; None when the form has to be shown again, with the problem in it (X-30).

    ``version`` is that of the record as it is stored now: whoever has seen what others changed saves against it.
    Raises NotFound for the record itself, which is a page of its own (404); one that names a field of the form is about
    a record chosen there, and stands beside it.
    """
    try:
        with transaction(title) as session:
            saved = save(session)
            return True if saved is None else saved
    except EditConflict as conflict:
        form.take_both(conflict, version)
    except Problem as problem:
        if isinstance(problem, NotFound) and problem.field not in form:
            raise
        form.take_problem(problem)
        if isinstance(problem, Conflict) and version:
            form.renew_version(version)
    return None
