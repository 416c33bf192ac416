"""A module whose classes cannot be mapped is taken out whole: every statement of all modules would fail otherwise."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, ForeignKey, Table, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Mapped, configure_mappers, mapped_column, relationship

from kartoteka.api import declare as d
from kartoteka.db.base import Model, Record
from kartoteka.extension.findings import BrokenCore


class Sound(Record, Model):
    __tablename__ = "sound_thing"
    __row_scope__ = d.Public()


def make_lost_relationship():
    class Lost(Record, Model):
        __tablename__ = "lost_thing"
        __row_scope__ = d.Public()
        nowhere = relationship("NoSuchClass")

    return Lost


def make_lost_key():
    class Astray(Record, Model):
        __tablename__ = "lost_key"
        __row_scope__ = d.Public()
        thing_id: Mapped[int] = mapped_column(ForeignKey("no_such_table.id"))

    return Astray


@pytest.mark.parametrize(("make", "named"), [(make_lost_relationship, "NoSuchClass"), (make_lost_key, "no_such_table")])
def test_the_module_is_set_aside_and_the_others_work(fakes, make, named):
    model = make()
    table = model.__table__
    registry = fakes.registry(
        fakes.plugin("lost", register_models=[model]), fakes.plugin("sound", register_models=[Sound])
    )
    assert registry.installed == {"sound"}
    (broken,) = registry.broken
    assert (broken.name, broken.hook, broken.field) == ("lost", "register_models", model.__name__)
    assert named in str(broken.message)
    configure_mappers()
    select(Sound.id).compile()
    assert table not in Model.metadata.sorted_tables


def test_what_a_module_that_failed_to_import_left_behind_is_taken_out(fakes):
    left = make_lost_relationship()
    table = left.__table__
    fakes.registry(fakes.plugin("sound", register_models=[Sound]))
    configure_mappers()
    assert table not in Model.metadata.sorted_tables


def test_a_class_whose_table_name_was_taken_stops_nobody(fakes):
    with pytest.raises(InvalidRequestError, match="already defined") as half:

        class Twin(Record, Model):
            __tablename__ = Sound.__tablename__
            __row_scope__ = d.Public()

    assert half.traceback, "keeps the class alive, as the traceback of a failed import does"
    registry = fakes.registry(fakes.plugin("sound", register_models=[Sound]))
    assert registry.installed == {"sound"}


def test_a_table_without_a_class_and_with_a_dead_end_is_taken_out(fakes):
    table = Table("lost_pair", Model.metadata, Column("thing_id", ForeignKey("no_such_table.id")))
    fakes.registry(fakes.plugin("sound", register_models=[Sound]))
    assert table not in Model.metadata.sorted_tables


def test_a_part_of_the_core_stops_the_start(fakes):
    core = fakes.plugin("users", register_models=[make_lost_relationship()])
    with pytest.raises(BrokenCore, match="users: register_models Lost"):
        fakes.registry(builtins=[core])
