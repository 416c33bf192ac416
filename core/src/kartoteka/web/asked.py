"""What an address or a form asks for, read so that nonsense is the same as nothing, or leads nowhere."""

from __future__ import annotations

from datetime import date

from flask import request

from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.record import read_id
from kartoteka.web.lists.reading import Unreadable, read_day


def asked_id(name: str) -> int | None:
    """Return the id that the address names, None when it is missing or cannot be one."""
    return read_id(request.args.get(name))


def asked_ids() -> list[int]:
    """Return the ids that the address or the form names, each once; raises NotFound for what is none."""
    ids = [read_id(one) for one in dict.fromkeys(request.values.getlist("id"))]
    known = [one for one in ids if one is not None]
    if len(known) < len(ids):
        raise NotFound
    return known


def asked_day(name: str) -> date | None:
    """Return the day that the address names, None when it is missing or no day."""
    try:
        return read_day(request.args.get(name, ""))
    except Unreadable:
        return None
