"""What a client's card reads: the client with the names of its manager and group, once per session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import bindparam, exists, select

from kartoteka.builtin.clients.checking import CHECKED_FIELDS, unusual_reasons
from kartoteka.builtin.clients.linking import linked_names
from kartoteka.builtin.clients.models import Client, ClientGroup, ClientShare
from kartoteka.builtin.clients.own_files import names_of_files
from kartoteka.builtin.clients.tags.models import Tagging
from kartoteka.builtin.clients.visits.models import ClientVisit
from kartoteka.builtin.users.queries import User
from kartoteka.db.members import ReadRecord
from kartoteka.db.session import Session, as_system
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import is_id

_KNOWN = "known_clients"

# Made once: making a statement costs more than running it.
_COLUMNS = tuple(column.key for column in Client.__table__.columns)
_CARD_CLIENT = (
    select(
        *(getattr(Client, name) for name in _COLUMNS),
        User.name.label("manager"),
        ClientGroup.name.label("group_name"),
        ClientGroup.colour,
        # Most clients have none of these: what is not there need not be asked for by a statement of its own.
        exists(select(Tagging.id).where(Tagging.client_id == Client.id)).label("has_tags"),
        exists(select(ClientShare.id).where(ClientShare.client_id == Client.id)).label("is_shared"),
        exists(select(ClientVisit.id).where(ClientVisit.client_id == Client.id)).label("was_visited"),
    )
    .select_from(Client)
    .outerjoin(User, User.id == Client.manager_id)
    .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
    .where(Client.id == bindparam("client_id"))
)


@dataclass(frozen=True)
class CardClient:
    """A client as its card shows it: the record, and the names behind its references."""

    client: Client | ReadRecord
    manager: str
    group: str
    group_colour: str
    linked: Mapping[int, str] = field(default_factory=dict)
    """The names of the clients that the company's own fields link to, by id."""
    files: Mapping[int, str] = field(default_factory=dict)
    """The names of the documents in the company's own fields, by id."""
    has_tags: bool = True
    is_shared: bool = True
    was_visited: bool = True
    """Whether the reader has been at the card before."""

    @cached_property
    def reasons(self) -> Mapping[str, Message]:
        """Why values look wrong, by field; most clients have none that is marked so."""
        client = self.client
        looked_at = (*CHECKED_FIELDS, "kind", "country")
        return unusual_reasons({name: getattr(client, name) for name in looked_at}) if client.unusual else {}


def card_client(session: Session, client_id: int) -> CardClient:
    """Return the client if the user may see it; raises NotFound otherwise. One statement, the first time."""
    known: dict[int, CardClient] = session.info.setdefault(_KNOWN, {})
    if not is_id(client_id):
        raise NotFound
    if client_id not in known:
        row = session.execute(_CARD_CLIENT, {"client_id": client_id}).one_or_none()
        if row is None:
            raise NotFound
        client = ReadRecord(zip(_COLUMNS, row, strict=False))
        known[client_id] = CardClient(
            client=client,
            manager=row.manager or "",
            group=row.group_name or "",
            group_colour=row.colour or "",
            linked=linked_names(session, [client]),
            files=names_of_files(session, [client]),
            has_tags=row.has_tags,
            is_shared=row.is_shared,
            was_visited=row.was_visited,
        )
    return known[client_id]


def known_client(session: Session, client_id: int) -> Client | ReadRecord:
    """Return the client if the user may see it; raises NotFound otherwise."""
    return card_client(session, client_id).client


def kept_client(session: Session, client_id: int) -> CardClient:
    """Return the client, or the one that it was merged into; raises NotFound when the user sees neither.

    Whoever sees the kept client is led to it, also from the address of a merged one that nobody else would see.
    """
    try:
        known = card_client(session, client_id)
    except NotFound:
        kept_id = _signpost(session, client_id)
        if kept_id is None:
            raise
        return card_client(session, kept_id)
    kept_id = known.client.merged_into_id
    return card_client(session, kept_id) if kept_id is not None else known


def _signpost(session: Session, client_id: int) -> int | None:
    if not is_id(client_id):
        return None
    with as_system(session, reason="where a merged client leads to"):
        return session.scalar(select(Client.merged_into_id).where(Client.id == client_id))
