"""What other programs may read and write: the resources of the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message

if TYPE_CHECKING:
    from kartoteka.db.blobs import Blob
    from kartoteka.db.session import Session


@dataclass(frozen=True)
class SentFile:
    """A file that another program has sent: its name as it was sent, and its content, which is in the store already."""

    name: str
    blob: Blob


@dataclass(frozen=True)
class OpenFile:
    """A file that another program is given; whoever hands it out closes the stream. ``size`` is in bytes."""

    stream: IO[bytes]
    name: str
    mimetype: str
    size: int


@dataclass(frozen=True, kw_only=True)
class ApiContent:
    """The files that belong to the records of a resource, one to each: what other programs send and fetch as they are.

    ``add(session, values, file)`` enters a record with its file and returns it, ``save(session, id, file)`` saves
    another content, ``open(session, id)`` gives it out; ``largest(session)`` is in bytes. They ask for rights, and
    raise Problem for what cannot be stored. ``also`` are further values that may be sent with a new file, with their
    JSON Schema: ``add`` gets them as they came and looks at them itself.
    """

    add: Callable[[Session, dict[str, Any], SentFile], Any]
    save: Callable[[Session, int, SentFile], object]
    open: Callable[[Session, int], OpenFile]
    largest: Callable[[Session], int]
    also: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ApiResource(Declaration):
    """Records of one kind that other programs read and write at ``/api/v1/<module>/<name>``.

    Reading, filtering, paging, the schema and the rights of fields come from the record kind. ``fields`` names those
    of its fields that are offered, all of them when left empty; ``fixed`` those that nobody writes.

    ``create(session, values)`` enters a record and returns it, ``change(session, id, values)`` changes one,
    ``remove(session, id)`` puts one into the bin or the archive; what is left out cannot be done. ``values`` are by
    field name and have the types of the fields; for a kind with ``client_column`` a new record's ``client`` is the id
    of its client, which may be left out where ``create`` ``finds_client`` itself. With ``content`` each record has a
    file: it is sent to ``<path>/content`` with a new record, and to ``<path>/<id>/content`` for one that is there. The
    functions ask for rights, and raise Problem for what cannot be stored. When a request with the same idempotency key
    comes again, none of them is called a second time.
    """

    name: str
    title: Message
    kind: str
    fields: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    create: Callable[[Session, dict[str, Any]], Any] | None = None
    change: Callable[[Session, int, dict[str, Any]], object] | None = None
    remove: Callable[[Session, int], object] | None = None
    content: ApiContent | None = None
    finds_client: bool = False

    @property
    def path(self) -> str:
        """The address of the resource."""
        return f"/api/v1/{self.module}/{self.name}"
