"""A start without Alembic: only where it would surely find nothing to do, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from kartoteka.db.lineages import Lineage
from kartoteka.db.migrate import status, upgrade
from kartoteka.db.settled import is_settled
from kartoteka.extension.lineages import lineages
from kartoteka.testing.databases import chosen_kinds


@pytest.fixture
def core(workshop):
    return workshop.core()


@pytest.fixture
def offers(workshop):
    offers = workshop.lineage("offers")
    workshop.revision(offers, 'op.create_table("offers_offer", sa.Column("id", sa.Integer, primary_key=True))')
    return offers


@pytest.fixture
def wanted(storage, core, offers):
    """Return the lineages of a database that an upgrade has just brought up to date."""
    assert not is_settled(storage, [core, offers])
    upgrade(storage, [core, offers])
    assert is_settled(storage, [core, offers])
    return [core, offers]


def test_a_new_revision_is_something_to_do_until_it_is_done(storage, workshop, offers, wanted):
    workshop.revision(offers, 'op.add_column("offers_offer", sa.Column("note", sa.String(20)))')
    assert not is_settled(storage, wanted)
    upgrade(storage, wanted)
    assert is_settled(storage, wanted)


def test_data_newer_than_the_code_is_not_settled(storage, workshop, offers, wanted):
    newest = workshop.revision(offers, "pass")
    upgrade(storage, wanted)
    newest.unlink()
    assert not is_settled(storage, wanted)


def test_a_revision_between_two_others_follows_the_first_of_them(storage, workshop, offers, wanted):
    between = workshop.revision(offers, "pass").rename(offers.versions / "0001a_more.py")
    between.write_text(between.read_text().replace('"0002"', '"0001a"'))
    assert not is_settled(storage, wanted)
    upgrade(storage, wanted)
    assert is_settled(storage, wanted)


@pytest.mark.parametrize("name", ["second_try.py", "0001_again.py", "3f2a_by_hand.py"])
def test_files_that_are_named_otherwise_are_left_to_alembic(storage, offers, wanted, name):
    (offers.versions / name).write_text("")
    assert not is_settled(storage, wanted)


def test_modules_must_be_remembered_as_they_are(storage, core, offers, wanted):
    assert not is_settled(storage, [core, replace(offers, version="1.1")])
    assert not is_settled(storage, [*wanted, Lineage(name="tasks", version="1.0")])
    assert is_settled(storage, [core])


def test_odd_version_tables_are_left_to_alembic(storage, offers, wanted):
    with storage.engine.begin() as connection:
        connection.execute(text(f"DELETE FROM {offers.version_table}"))
    assert not is_settled(storage, wanted)
    with storage.engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {offers.version_table}"))
    assert not is_settled(storage, wanted)


@pytest.mark.parametrize("kind", chosen_kinds())
def test_the_files_of_what_is_installed_are_named_so_that_alembic_is_not_needed(company_on, kind):
    made = company_on(kind)
    wanted = lineages(made.installation.registry)
    assert status(made.database, wanted).is_current
    assert is_settled(made.database, wanted)
