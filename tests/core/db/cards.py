"""A small company for tests of row rights: cards, who they are shared with, and notes about them."""

from __future__ import annotations

from sqlalchemy import (
    ForeignKey,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    aliased,
    mapped_column,
    relationship,
)

from kartoteka.db.actor import Actor, Reach
from kartoteka.db.base import Model, Record
from kartoteka.db.rights import PUBLIC, SYSTEM_ONLY, RowRights

SYSTEM = Actor.system("tests")
ONA = Actor(user_id=1, name="Ona")
JONAS = Actor(user_id=2, name="Jonas")
CHIEF = Actor(user_id=3, name="Rasa", reach=Reach.ALL)


class Card(Record, Model):
    """Stands for a client: seen by its manager and by those it is shared with."""

    __tablename__ = "rights_card"

    name: Mapped[str]
    manager_id: Mapped[int]
    notes: Mapped[list[CardNote]] = relationship(back_populates="card")


class Share(Model):
    __tablename__ = "rights_share"
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("rights_card.id"))
    user_id: Mapped[int]


class CardNote(Record, Model):
    """Stands for a record that belongs to a client."""

    __tablename__ = "rights_note"

    card_id: Mapped[int] = mapped_column(ForeignKey("rights_card.id"))
    text: Mapped[str]
    card: Mapped[Card] = relationship(back_populates="notes")


class City(Model):
    __tablename__ = "rights_city"
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Orphan(Model):
    """A mapped class that nobody wrote a rule for."""

    __tablename__ = "rights_orphan"

    id: Mapped[int] = mapped_column(primary_key=True)


CARD_MODELS = [Card, Share, CardNote, City, Orphan]


def own_or_shared(actor):
    """Own cards united with shared ones: the form that architecture.md asks for."""
    if actor.reach is Reach.ALL:
        return None
    inner = aliased(Card)
    own = select(inner.id).where(inner.manager_id == actor.user_id)
    return Card.id.in_(own.union(select(Share.card_id).where(Share.user_id == actor.user_id)))


def on_visible_cards(rights: RowRights, actor: Actor):
    ids = rights.visible_ids(Card, actor)
    return None if ids is None else CardNote.card_id.in_(ids)


def furnish(storage):
    """Cards 1 and 2 of Ona, 3 and 4 of Jonas; card 3 is shared with Ona; note n belongs to card n."""
    storage.rights.add(Card, own_or_shared)
    storage.rights.add(CardNote, lambda actor: on_visible_cards(storage.rights, actor))
    with storage.transaction(SYSTEM) as session:
        session.add_all(Card(name=f"card {n}", manager_id=1 if n < 3 else 2) for n in range(1, 5))
        session.flush()
        session.add_all(CardNote(card_id=n, text=f"note {n}") for n in range(1, 5))
        session.add(Share(card_id=3, user_id=1))
        session.add(City(name="Kaunas"))
        session.add(Orphan())
    return storage
