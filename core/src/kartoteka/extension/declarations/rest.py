"""What other programs may read and write: the resources of the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message

if TYPE_CHECKING:
    from kartoteka.db.session import Session


@dataclass(frozen=True, kw_only=True)
class ApiResource(Declaration):
    """Records of one kind that other programs read and write at ``/api/v1/<module>/<name>``.

    Reading, filtering, paging, the schema and the rights of fields come from the record kind. ``fields`` names those
    of its fields that are offered, all of them when left empty; ``fixed`` those that nobody writes.

    ``create(session, values)`` enters a record and returns it, ``change(session, id, values)`` changes one,
    ``remove(session, id)`` puts one into the bin or the archive; what is left out cannot be done. ``values`` are by
    field name and have the types of the fields; for a kind with ``client_column`` a new record's ``client`` is the id
    of its client. The functions ask for rights, and raise Problem for what cannot be stored. When a request with the
    same idempotency key comes again, none of them is called a second time.
    """

    name: str
    title: Message
    kind: str
    fields: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    create: Callable[[Session, dict[str, Any]], Any] | None = None
    change: Callable[[Session, int, dict[str, Any]], object] | None = None
    remove: Callable[[Session, int], object] | None = None

    @property
    def path(self) -> str:
        """The address of the resource."""
        return f"/api/v1/{self.module}/{self.name}"
