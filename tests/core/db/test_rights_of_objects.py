"""Row rights of loaded objects: relationships, refreshing, finding; and of the system."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from sqlalchemy import (
    ColumnElement,
    event,
    func,
    literal,
    select,
)
from sqlalchemy.orm import (
    aliased,
    contains_eager,
    joinedload,
    selectinload,
    subqueryload,
)

from kartoteka.db.rights import PUBLIC, UnguardedStatement
from kartoteka.db.session import as_system, demand, find, find_or_none
from kartoteka.vocabulary.errors import Forbidden, NotFound
from tests.core.db.cards import CARD_MODELS, CHIEF, JONAS, ONA, SYSTEM, Card, CardNote, City, Orphan, Share, furnish

Other = aliased(Card)
table = Card.__table__


MODELS = CARD_MODELS


@pytest.fixture
def company(storage):
    return furnish(storage)


@pytest.mark.parametrize("load", [joinedload, selectinload, subqueryload])
def test_eager_loads_are_restricted(company, load):
    with company.transaction(SYSTEM) as session:
        session.scalars(select(CardNote).where(CardNote.id == 1)).one().card_id = 4
    company.rights.add(CardNote, PUBLIC)
    with company.reading(ONA) as session:
        notes = session.scalars(select(CardNote).options(load(CardNote.card)).order_by(CardNote.id).limit(2)).all()
        assert [note.card and note.card.id for note in notes] == [None, 2]
        cards = session.scalars(select(Card).options(load(Card.notes)).order_by(Card.id)).unique().all()
        assert [[note.id for note in card.notes] for card in cards] == [[], [2], [3]]


def test_contains_eager_is_restricted(company):
    company.rights.add(CardNote, PUBLIC)
    with company.reading(ONA) as session:
        statement = select(CardNote).join(CardNote.card).options(contains_eager(CardNote.card))
        assert {note.card.id for note in session.scalars(statement)} == {1, 2, 3}


def test_lazy_loads_are_restricted(company):
    company.rights.add(CardNote, PUBLIC)
    with company.reading(ONA) as session:
        notes = session.scalars(select(CardNote).order_by(CardNote.id)).all()
        assert [note.card and note.card.id for note in notes] == [1, 2, 3, None]
    company.rights.add(Card, PUBLIC)
    company.rights.add(CardNote, lambda actor: CardNote.id != 2)
    with company.reading(ONA) as session:
        cards = session.scalars(select(Card).order_by(Card.id)).all()
        assert [len(card.notes) for card in cards] == [1, 0, 1, 1]


def test_lazy_load_does_not_show_what_only_the_system_has_seen(company):
    company.rights.add(CardNote, PUBLIC)
    with company.reading(ONA) as session:
        with as_system(session, reason="test of the identity map"):
            session.scalars(select(Card)).all()
        cards = {note.id: note.card for note in session.scalars(select(CardNote))}
    assert cards[4] is None
    assert cards[1].id == 1


def test_refresh_is_restricted(company):
    with company.reading(ONA) as session:
        mine = find(session, Card, 1)
        session.refresh(mine)
        assert mine.name == "card 1"
        with as_system(session, reason="test of refresh"):
            theirs = find(session, Card, 4)
        with pytest.raises(Exception, match="Could not refresh"):
            session.refresh(theirs)


def test_expired_attributes_are_restricted(company):
    with company.reading(ONA) as session:
        mine = find(session, Card, 1)
        session.expire(mine)
        assert mine.name == "card 1"
        with as_system(session, reason="test of expiry"):
            theirs = find(session, Card, 4)
        session.expire(theirs)
        with pytest.raises(Exception, match="deleted"):
            _ = theirs.name


def test_find_tells_hidden_and_missing_apart_in_nothing(company):
    with company.reading(ONA) as session:
        assert find(session, Card, 3).name == "card 3"
        assert find_or_none(session, Card, 4) is None
        with pytest.raises(NotFound) as hidden:
            find(session, Card, 4)
        with pytest.raises(NotFound) as missing:
            find(session, Card, 99)
    assert str(hidden.value) == str(missing.value)


def test_objects_are_added_changed_and_deleted_as_usual(company):
    with company.transaction(ONA) as session:
        session.add(City(name="Alytus"))
        card = find(session, Card, 1)
        card.name = "renamed"
        session.delete(session.scalars(select(CardNote).where(CardNote.card_id == 1)).one())
    with company.reading(SYSTEM) as session:
        assert session.scalar(select(Card.name).where(Card.version == 2)) == "renamed"
        assert session.scalar(select(func.count(City.id))) == 2


def test_each_actor_sees_their_own_rows_through_the_same_compiled_statement(company):
    def ids(actor):
        with company.reading(actor) as session:
            return set(session.scalars(select(Card.id).where(Card.id > 0)))

    assert ids(ONA) == {1, 2, 3}
    compiled = len(company.engine._compiled_cache)
    assert ids(JONAS) == {3, 4}
    assert len(company.engine._compiled_cache) == compiled
    assert ids(CHIEF) == {1, 2, 3, 4}
    assert ids(SYSTEM) == {1, 2, 3, 4}
    assert len(company.engine._compiled_cache) == compiled + 2
    assert ids(ONA) == {1, 2, 3}


def test_rules_are_asked_once_for_an_actor(company):
    asked = []
    company.rights.add(City, lambda actor: asked.append(actor))
    for _ in range(3):
        with company.reading(ONA) as session:
            session.scalars(select(City)).all()
    assert asked == [ONA]


def test_a_rule_may_be_a_bare_column_or_no_column_at_all(company):
    company.rights.add(CardNote, lambda actor: CardNote.id == CardNote.card_id)
    company.rights.add(City, lambda actor: literal(actor.user_id) == 2)
    with company.reading(ONA) as session:
        assert session.scalars(select(City.id)).all() == []
        assert len(session.scalars(select(aliased(CardNote).id)).all()) == 4
    with company.reading(JONAS) as session:
        assert session.scalars(select(City.id)).all() == [1]


def test_a_rule_with_a_correlated_exists_follows_aliases(company):
    shared = select(Share.id).where(Share.card_id == Card.id, Share.user_id == 1)
    company.rights.add(Card, lambda actor: shared.exists())
    with company.reading(ONA) as session:
        assert session.scalars(select(Other.id)).all() == [3]
        assert session.execute(select(Other.id, Card.id).join(Other, Other.id >= Card.id)).all() == [(3, 3)]


def test_the_system_and_as_system_see_everything(company, caplog):
    everything = select(table.c.id)
    with company.reading(ONA) as session, caplog.at_level(logging.INFO, "kartoteka.rights"):
        with as_system(session, reason="count all"):
            with as_system(session, reason="nested"):
                assert len(session.execute(everything).all()) == 4
            assert session.get(Card, 4) is not None
            assert session.connection() is not None
            assert len(session.scalars(select(Orphan)).all()) == 1
        with pytest.raises(UnguardedStatement):
            session.execute(everything)
    assert [record.getMessage() for record in caplog.records] == [
        "Row rights lifted: count all",
        "Row rights lifted: nested",
    ]


def test_as_system_ends_with_its_block_after_an_error_too(company):
    with company.reading(ONA) as session:
        with pytest.raises(ZeroDivisionError), as_system(session, reason="fails"):
            raise ZeroDivisionError
        assert set(session.scalars(select(Card.id))) == {1, 2, 3}


def test_as_system_wants_a_reason(company):
    with company.reading(ONA) as session, pytest.raises(ValueError, match="reason"), as_system(session, reason=" "):
        pass


def test_system_only_tables_are_empty_for_people(company):
    with company.reading(CHIEF) as session:
        assert session.scalars(select(Share.id)).all() == []


def test_hidden_rows_leave_no_trace_in_what_is_sent(company):
    sent = []
    event.listen(company.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    with company.reading(ONA) as session:
        session.scalars(select(Card.name)).all()
    assert len(sent) == 1
    assert "manager_id" in sent[0]


class Uncacheable(ColumnElement):
    inherit_cache = False


def test_a_rule_that_cannot_be_cached_is_refused(storage):
    storage.rights.add(City, lambda actor: City.id == Uncacheable())
    with pytest.raises(TypeError, match="City"), storage.reading(ONA):
        pass


def test_a_rule_must_be_a_function(storage):
    with pytest.raises(TypeError, match="Card"):
        storage.rights.add(Card, "all")


def test_who_lacks_one_of_the_rights_is_refused_and_told_which(company):
    ona = replace(ONA, permissions=frozenset({"cards.view"}))
    with company.reading(ona) as session:
        assert demand(session, "cards.view") is ona
        with pytest.raises(Forbidden) as refused:
            demand(session, "cards.view", "cards.edit")
        assert refused.value.permission == "cards.edit"
    with company.reading(SYSTEM) as session:
        assert demand(session, "cards.edit") is SYSTEM
