"""Checks the resources of the API: their kind, their fields, and that their records carry a version."""

from __future__ import annotations

from collections.abc import Iterator

from kartoteka.extension.collected import Collected
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.findings import unknown
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _


def check_resource(collected: Collected, resource: ApiResource) -> Iterator[tuple[str, Message]]:
    """Yield what is wrong with a resource that refers to something that is not there."""
    own = {kind: found for kind, found in collected.kinds.items() if found.module == resource.module}
    kind = own.get(resource.kind)
    if kind is None:
        yield "kind", unknown(resource.kind, own)
        return
    names = [field.name for field in kind.fields]
    for part in ("fields", "fixed"):
        yield from ((part, unknown(name, names)) for name in getattr(resource, part) if name not in names)
    if not hasattr(kind.model, "version"):
        yield (
            "kind",
            _("Records without a version cannot be protected from lost updates: derive the model from Record."),
        )
