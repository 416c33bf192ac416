"""Conditions that lists are walked along with: right on both databases, hidden from SQLite's planner on pages only."""

from __future__ import annotations

import pytest
from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, aliased, mapped_column

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model, Record
from kartoteka.db.engine import Database
from kartoteka.db.walking import IdsIn, Walked

EVERYBODY = Actor.system("test")


class Walker(Record, Model):
    __tablename__ = "listtest_walker"
    __row_scope__ = staticmethod(lambda actor: or_(Walked(Walker.owner) == actor.user_id, IdsIn(Walker.id, _shown())))

    owner: Mapped[int | None]


class WalkerShare(Record, Model):
    __tablename__ = "listtest_walker_share"
    __row_scope__ = staticmethod(lambda actor: None)

    walker_id: Mapped[int] = mapped_column()


MODELS = (Walker, WalkerShare)


def _shown() -> object:
    return select(WalkerShare.__table__.alias("shown").c.walker_id)


@pytest.fixture
def walkers(storage: Database) -> Database:
    with storage.transaction(EVERYBODY) as session:
        session.add_all([Walker(owner=owner) for owner in (1, 2, 1, None, 3)])
        session.add(WalkerShare(walker_id=5))
    return storage


def test_a_page_hides_the_column_from_sqlite_and_a_count_does_not() -> None:
    page = select(Walker.id).where(Walked(Walker.owner) == 1).order_by(Walker.id).limit(5)
    assert "+listtest_walker.owner" in str(page.compile(dialect=sqlite.dialect()))
    assert "+" not in str(page.compile(dialect=postgresql.dialect()))
    for other in (
        page.limit(None),
        page.order_by(None),
        select(func.count()).select_from(page.order_by(None).subquery()),
    ):
        assert "+" not in str(other.compile(dialect=sqlite.dialect()))


def test_rules_made_of_them_show_the_right_rows(walkers: Database) -> None:
    with walkers.reading(Actor(user_id=1)) as session:
        ids = select(Walker.id).order_by(Walker.id)
        assert list(session.scalars(ids.limit(10))) == [1, 3, 5]
        assert list(session.scalars(ids)) == [1, 3, 5]
        assert session.scalar(select(func.count()).select_from(select(Walker.id).subquery())) == 3
        same = aliased(Walker)
        pairs = select(Walker.id, same.id).join(same, same.owner == Walker.owner).order_by(Walker.id, same.id).limit(9)
        assert [tuple(row) for row in session.execute(pairs)] == [(1, 1), (1, 3), (3, 1), (3, 3), (5, 5)]


def test_no_comparison_with_one_keeps_sqlite_from_its_indexes() -> None:
    either = select(Walker.id).where(or_(Walked(Walker.owner) == 1, IdsIn(Walker.id, select(WalkerShare.walker_id))))
    assert "= 1" not in str(either.compile(dialect=sqlite.dialect()))
    assert "ANY (array" in str(either.compile(dialect=postgresql.dialect()))


def test_values_are_parameters_and_statements_are_kept(walkers: Database) -> None:
    page = select(Walker.id).order_by(Walker.id).limit(10)
    for user_id, ids in ((1, [1, 3, 5]), (2, [2, 5]), (3, [5]), (9, [5])):
        with walkers.reading(Actor(user_id=user_id)) as session:
            assert list(session.scalars(page)) == ids
    first, second = (select(Walker.id).where(Walked(Walker.owner) == value)._generate_cache_key() for value in (1, 2))
    assert first is not None
    assert first == second
