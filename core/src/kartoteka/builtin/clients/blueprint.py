"""The routes of the client registry, shared by the modules with views."""

from __future__ import annotations

from flask import request

from kartoteka.db.session import LARGEST_ID
from kartoteka.vocabulary.errors import NotFound
from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("clients", __name__)


def asked_id(name: str) -> int | None:
    """Return the id that the address names, None when it is missing or cannot be one."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_ID else None


def asked_ids() -> list[int]:
    """Return the ids that the address or the form names, each once; raises NotFound for what is no id."""
    written = list(dict.fromkeys(request.values.getlist("id")))
    if not all(one.isascii() and one.isdigit() and len(one) < 10 and int(one) > 0 for one in written):
        raise NotFound
    return [int(one) for one in written]
