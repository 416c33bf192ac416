"""Statements that are made once and asked for the ids of a page."""

from __future__ import annotations

import pytest
from sqlalchemy import or_, select, union_all
from sqlalchemy.orm import Mapped, aliased

from kartoteka.db.actor import Actor
from kartoteka.db.among import among
from kartoteka.db.base import Model, Record
from kartoteka.db.rights import PUBLIC

SYSTEM = Actor.system("tests")
PERSON = Actor(user_id=1, name="Ona")


class Pebble(Record, Model):
    __tablename__ = "among_pebble"
    __row_scope__ = PUBLIC

    text: Mapped[str]


MODELS = [Pebble]
OTHER = aliased(Pebble)
PLAIN = select(Pebble.text).where(among(Pebble.id)).order_by(Pebble.id)
EITHER = select(Pebble.text).where(or_(among(Pebble.id), Pebble.text == "c")).order_by(Pebble.id)
BOTH = union_all(select(Pebble.text).where(among(Pebble.id)), select(OTHER.text).where(among(OTHER.id, "others")))


@pytest.fixture
def pebbles(storage):
    with storage.transaction(SYSTEM) as session:
        session.add_all(Pebble(text=text) for text in "abc")
    return storage


@pytest.mark.parametrize(
    ("statement", "asked", "found"),
    [
        (PLAIN, {"ids": [1, 3]}, ["a", "c"]),
        (PLAIN, {"ids": (2,)}, ["b"]),
        (PLAIN, {"ids": []}, []),
        (EITHER, {"ids": [1]}, ["a", "c"]),
        (BOTH, {"ids": [1, 2], "others": [3]}, ["a", "b", "c"]),
    ],
)
@pytest.mark.parametrize("actor", [SYSTEM, PERSON], ids=["system", "person"])
def test_the_same_statement_is_asked_for_other_ids(pebbles, actor, statement, asked, found):
    with pebbles.reading(actor) as session:
        assert sorted(session.scalars(statement, asked)) == found


def test_the_index_answers(pebbles):
    compiled = PLAIN.compile(pebbles.engine)
    assert ("= ANY (" if not pebbles.is_sqlite else " IN (") in str(compiled)
    assert "= 1" not in str(compiled)
