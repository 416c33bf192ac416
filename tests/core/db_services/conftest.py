"""A small shop whose tables show everything the database services do; every test here runs on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import ForeignKey, Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kartoteka.db.actor import Actor, Reach
from kartoteka.db.audit import AuditEntry, AuditHead
from kartoteka.db.base import Model, Record, Stateful
from kartoteka.db.engine import Database
from kartoteka.db.journal import JournalEntry, JournalRule, Operation
from kartoteka.db.rights import PUBLIC
from kartoteka.db.search import SearchRule, SearchText, create_search_tables, prepare_search
from kartoteka.db.series import NumberSeries
from kartoteka.db.types import DERIVED, SECRET, JsonDict, SortText
from kartoteka.testing.databases import chosen_kinds, fresh_database
from kartoteka.vocabulary.text import sort_key

CUSTOMER, NOTE = "shop.customer", "shop.note"


class Trader(Record, Stateful, Model):
    __tablename__ = "trade_customer"

    name: Mapped[str] = mapped_column(String(200), default="")
    name_sort: Mapped[str] = mapped_column(SortText(200), default="", info=DERIVED)
    code: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str] = mapped_column(String(100), default="")
    password: Mapped[str] = mapped_column(String(100), default="", info=SECRET)
    born: Mapped[date | None]
    seen_at: Mapped[datetime | None]
    limit: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    rating: Mapped[float | None]
    tags: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    owner_id: Mapped[int | None] = mapped_column(index=True)
    notes: Mapped[list[Remark]] = relationship(back_populates="customer", cascade="all, delete-orphan")

    __table_args__ = (Index("ix_trade_customer_by_name", "state", "name_sort", "id"),)
    __row_scope__ = staticmethod(lambda actor: None if actor.reach is Reach.ALL else Trader.owner_id == actor.user_id)

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"name_sort": sort_key(values["name"])} if "name" in values else {}


class Remark(Record, Model):
    __tablename__ = "trade_note"
    __row_scope__ = PUBLIC

    client_id: Mapped[int] = mapped_column(ForeignKey("trade_customer.id"), index=True)
    body: Mapped[str] = mapped_column(default="")
    private: Mapped[str] = mapped_column(default="")
    customer: Mapped[Trader] = relationship(back_populates="notes")


class Untracked(Model):
    __tablename__ = "trade_untracked"
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(default="")


MODELS = (Trader, Remark, Untracked, Operation, JournalEntry, AuditEntry, AuditHead, SearchText, NumberSeries)


@dataclass(frozen=True)
class Shop:
    """The database and the mapped classes of the shop."""

    database: Database
    Trader = Trader
    Remark = Remark
    Untracked = Untracked
    kinds = (CUSTOMER, NOTE)
    boss = Actor(user_id=1, name="Ona Bosienė", reach=Reach.ALL)
    clerk = Actor(user_id=2, name="Jonas Raštas", reach=Reach.OWN)

    def transaction(self, title: object = None, actor: Actor | None = None) -> Any:
        return self.database.transaction(actor or self.boss, title)

    def reading(self, actor: Actor | None = None) -> Any:
        return self.database.reading(actor or self.boss)

    def entries(self) -> list[JournalEntry]:
        """Return all entries of the journal in their order."""
        from sqlalchemy import select

        with self.database.reading(Actor.system("test")) as session:
            return list(session.scalars(select(JournalEntry).order_by(JournalEntry.id)))

    def operations(self) -> list[Operation]:
        """Return all operations in their order."""
        from sqlalchemy import select

        with self.database.reading(Actor.system("test")) as session:
            return list(session.scalars(select(Operation).order_by(Operation.id)))


def build(url: str) -> None:
    """Make the shop's tables."""
    database = Database(url)
    with database.engine.begin() as connection:
        prepare_search(connection)
        Model.metadata.create_all(connection, [model.__table__ for model in MODELS])
        create_search_tables(connection)
    database.dispose()


def add_rules(database: Database) -> None:
    """Track and search the shop's tables."""
    database.journal.add(JournalRule(kind=CUSTOMER, table="trade_customer", client_column="id"))
    excluded = frozenset({"private"})
    database.journal.add(JournalRule(kind=NOTE, table="trade_note", client_column="client_id", excluded=excluded))
    words = ("name", "code")
    database.search.add(
        SearchRule(
            kind=CUSTOMER,
            module="shop",
            table="trade_customer",
            text_columns=words,
            digit_columns=("phone", "code"),
            client_column="id",
        )
    )
    database.search.add(
        SearchRule(kind=NOTE, module="shop", table="trade_note", text_columns=("body",), client_column="client_id")
    )
    database.search.region = "LT"


@pytest.fixture(params=chosen_kinds())
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The shop in a database of its own, once on SQLite and once on PostgreSQL."""
    with fresh_database(request.param, build, "shop") as database:
        add_rules(database)
        yield Shop(database)


@pytest.fixture(scope="module")
def both_shops() -> Iterator[list[Shop]]:
    """The same shop on all databases at once, shared by the tests of one file."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        shops = []
        for kind in chosen_kinds():
            database = stack.enter_context(fresh_database(kind, build, "shop"))
            add_rules(database)
            shops.append(Shop(database))
        yield shops


@pytest.fixture
def moment() -> datetime:
    """A moment with microseconds."""
    return datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)
