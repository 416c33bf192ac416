"""Use cases of tags: make, rename, delete; add to clients and take off. Services never commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from kartoteka.builtin.clients.fields import CLIENT_KIND, EDIT
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import EDITABLE
from kartoteka.builtin.clients.tags.models import NAME_LENGTH, Tag, Tagging
from kartoteka.builtin.modules.service import bump_state
from kartoteka.db.announce import announce
from kartoteka.db.journal import delete_rows, insert_rows
from kartoteka.db.session import Session, as_system, demand, find
from kartoteka.extension.declarations.data import Colour
from kartoteka.extension.signals import client_changed
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, sort_key

MANAGE_TAGS = "clients.manage_tags"
MOST_TAGS = 1_000


def find_or_add_tag(session: Session, name: str) -> Tag:
    """Return the tag of this name, a new one where there is none. Raises Forbidden and InvalidInput."""
    demand(session, EDIT)
    wanted = _sound_name(name)
    found = session.scalar(select(Tag).where(Tag.name_sort == sort_key(wanted)[:NAME_LENGTH]))
    if found is not None:
        return found
    if len(session.scalars(select(Tag.id).limit(MOST_TAGS)).all()) >= MOST_TAGS:
        raise InvalidInput({"name": _("There are too many tags. Take one that is there.")})
    session.add(tag := Tag(name=wanted))
    session.flush()
    bump_state(session)
    return tag


def change_tag(session: Session, id: int, name: str, colour: str) -> Tag:
    """Give a tag another name and colour. Raises Forbidden, NotFound and InvalidInput."""
    demand(session, MANAGE_TAGS)
    tag = find(session, Tag, id)
    wanted = _sound_name(name)
    same = select(Tag.id).where(Tag.name_sort == sort_key(wanted)[:NAME_LENGTH], Tag.id != id)
    if session.scalar(same) is not None:
        raise InvalidInput({"name": _("There is a tag with this name already.")})
    tag.name, tag.colour = wanted, colour if colour in set(Colour) else ""
    session.flush()
    bump_state(session)
    return tag


def delete_tag(session: Session, id: int) -> None:
    """Delete a tag and take it off all clients, also off those that the actor does not see; it can be undone."""
    demand(session, MANAGE_TAGS)
    tag = find(session, Tag, id)
    with as_system(session, reason="a tag is deleted everywhere"):
        ids = session.scalars(select(Tagging.id).where(Tagging.tag_id == id)).all()
    delete_rows(session, Tagging, ids)
    session.delete(tag)
    session.flush()
    bump_state(session)


def add_tags(session: Session, client_ids: Iterable[int], tag_ids: Iterable[int]) -> int:
    """Add tags to clients, and return how many clients have one more now.

    Clients that the actor does not see and those in the bin are passed over.
    """
    clients, tags = _clients(session, client_ids), _known(session, tag_ids)
    present = set(_pairs(session, clients, tags))
    wanted = [(client, tag) for client in clients for tag in tags if (client, tag) not in present]
    insert_rows(session, Tagging, [{"client_id": client, "tag_id": tag} for client, tag in wanted])
    changed = {client for client, _tag in wanted}
    _tell(session, changed)
    return len(changed)


def remove_tags(session: Session, client_ids: Iterable[int], tag_ids: Iterable[int]) -> int:
    """Take tags off clients, and return how many clients have one less now."""
    clients, tags = _clients(session, client_ids), _known(session, tag_ids)
    present = _pairs(session, clients, tags)
    delete_rows(session, Tagging, present.values())
    changed = {client for client, _tag in present}
    _tell(session, changed)
    return len(changed)


def copy_tags(session: Session, from_id: int, to_id: int) -> None:
    """Give a client the tags of another one."""
    find(session, Client, from_id)
    add_tags(session, [to_id], session.scalars(select(Tagging.tag_id).where(Tagging.client_id == from_id)).all())


def _sound_name(name: str) -> str:
    wanted = clean_line(name)
    if not wanted or not sort_key(wanted):
        raise InvalidInput({"name": _("Enter a name for the tag.")})
    if len(wanted) > NAME_LENGTH:
        problem = _("This is too long: at most %(longest)s characters fit here.", longest=NAME_LENGTH)
        raise InvalidInput({"name": problem})
    return wanted


def _clients(session: Session, ids: Iterable[int]) -> list[int]:
    demand(session, EDIT)
    wanted = select(Client.id).where(Client.id.in_(set(ids)), Client.state.in_(EDITABLE)).order_by(Client.id)
    return list(session.scalars(wanted))


def _known(session: Session, ids: Iterable[int]) -> list[int]:
    return list(session.scalars(select(Tag.id).where(Tag.id.in_(set(ids))).order_by(Tag.id)))


def _pairs(session: Session, clients: Sequence[int], tags: Sequence[int]) -> dict[tuple[int, int], int]:
    columns = (Tagging.id, Tagging.client_id, Tagging.tag_id)
    rows = session.execute(select(*columns).where(Tagging.client_id.in_(clients), Tagging.tag_id.in_(tags)))
    return {(row.client_id, row.tag_id): row.id for row in rows}


def _tell(session: Session, clients: set[int]) -> None:
    if clients:
        announce(session, client_changed, CLIENT_KIND, ids=sorted(clients), fields=["tags"])
