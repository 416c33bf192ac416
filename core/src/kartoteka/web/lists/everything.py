"""Everything that a list finds, on all its pages: the records that something is done with at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import Problem, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.web.lists.address import ORDER, OWN_PARAMETERS
from kartoteka.web.lists.definition import RecordList
from kartoteka.web.lists.loading import load_ids
from kartoteka.web.lists.state import ListState
from kartoteka.web.lists.views import open_list

MOST = 250_000
"""So many records at most are worked on at once: their ids travel with the job."""

_LONGEST = 8_000
_MOST_PARAMETERS = 500


def ids_of_everything(session: Session, definition: RecordList, where: str) -> list[int]:
    """Return the ids of all records that a list finds for its user, in ascending order.

    ``where`` is the query of the list's address. What an address asks for and a page would leave out with a word of
    excuse (a filter of a module that is off, a date that is none) is refused here: more records would be found than
    the user has seen. Raises Problem.
    """
    args = _arguments(where)
    state = open_list(session, definition, args)
    _refuse_ignored(state, args)
    ids = load_ids(session, state.definition, state.address, state.inputs.values(), MOST + 1)
    if len(ids) > MOST:
        raise Refused(_("These are more than %(most)s records. Choose fewer with the filters.", most=f"{MOST:,}"))
    return ids


def mark_of(ids: Sequence[int]) -> str:
    """Return a short text that is equal for equal records: what somebody confirmed is what is worked on."""
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:32]


def _arguments(where: str) -> MultiDict[str, str]:
    if len(where) > _LONGEST:
        raise _changed()
    try:
        return MultiDict(parse_qsl(where, strict_parsing=bool(where), max_num_fields=_MOST_PARAMETERS))
    except ValueError:
        raise _changed() from None


def _refuse_ignored(state: ListState, args: MultiDict[str, str]) -> None:
    """Refuse an address of which something would not count."""
    known = {*OWN_PARAMETERS, *(name for one in state.filters.values() for name in one.parameters)}
    asked = set(args) - {ORDER}
    if asked - known or any(one.problem for one in state.inputs.values()):
        raise _changed()


def _changed() -> Problem:
    return Refused(_("The filters of the list can't be read as they are. Open the list again and choose once more."))
