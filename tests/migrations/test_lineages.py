"""The order of modules, their prefixes, and what is remembered of them, on both databases."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import inspect, text

from kartoteka.db.actor import Actor
from kartoteka.db.migrate import Lineage, MigrationProblem, purge, sort_lineages, status, upgrade
from kartoteka.db.references import client_references, personal_data

SYSTEM = Actor.system("tests")

OFFERS = """
    op.create_table(
        "offers_offer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("client_id", sa.Integer, sa.ForeignKey("core_client.id", name="fk_offers_offer_client_id")),
    )
"""


def names(lineages):
    return [lineage.name for lineage in lineages]


def tables(storage):
    return {name for name in inspect(storage.engine).get_table_names() if not name.startswith("kartoteka_")}


@pytest.fixture
def core(workshop):
    return workshop.core()


@pytest.fixture
def offers(workshop):
    offers = workshop.lineage(
        "offers",
        client_references=(
            SimpleNamespace(
                table="offers_offer",
                column="client_id",
                on_merge="move",
                unique_with=("number",),
                on_delete="refuse",
                needs_code=False,
            ),
        ),
        personal_data=(
            SimpleNamespace(
                table="offers_offer",
                client_column="client_id",
                replacements={"note": ""},
                keep_until="paid_on",
                legal_reason="Accounting",
            ),
        ),
    )
    workshop.revision(offers, OFFERS, 'op.drop_table("offers_offer")')
    return offers


def test_order_follows_requirements_and_names():
    lineages = [
        Lineage(name="zebra"),
        Lineage(name="offers", requires=("tasks",)),
        Lineage(name="tasks"),
        Lineage(name="core"),
    ]
    assert names(sort_lineages(lineages)) == ["core", "tasks", "zebra", "offers"]
    assert names(sort_lineages(lineages[::-1])) == ["core", "tasks", "zebra", "offers"]


@pytest.mark.parametrize(
    ("lineages", "problem"),
    [
        ([Lineage(name="core"), Lineage(name="a", requires=("b",))], "a requires b"),
        ([Lineage(name="a")], "a requires core"),
        ([Lineage(name="core"), Lineage(name="a", requires=("b",)), Lineage(name="b", requires=("a",))], "circle"),
        ([Lineage(name="core"), Lineage(name="crm"), Lineage(name="crm_clients")], "'crm_' of crm"),
        ([Lineage(name="core"), Lineage(name="a", table_prefix="b_"), Lineage(name="b")], "beginning of"),
        ([Lineage(name="core"), Lineage(name="kartoteka_x")], "version tables"),
    ],
)
def test_impossible_sets_of_modules_are_refused(lineages, problem):
    with pytest.raises(MigrationProblem, match=problem):
        sort_lineages(lineages)


def test_a_prefix_may_be_written_with_or_without_its_underscore():
    assert Lineage(name="a", table_prefix="x_y").prefix == Lineage(name="b", table_prefix="x_y_").prefix == "x_y_"
    assert Lineage(name="crm_clients").prefix == "crm_clients_"


def test_upgrade_says_what_it_did_and_then_nothing(storage, core, offers):
    assert [(one.name, one.current, one.head) for one in upgrade(storage, [offers, core])] == [
        ("core", None, "0001"),
        ("offers", None, "0001"),
    ]
    assert upgrade(storage, [offers, core]) == []
    assert status(storage, [offers, core]).is_current


def test_status_of_an_empty_database_makes_nothing(storage, core, offers):
    revisions, without_code = status(storage, [core, offers])
    assert [(one.name, one.current, one.head, one.is_current) for one in revisions] == [
        ("core", None, "0001", False),
        ("offers", None, "0001", False),
    ]
    assert without_code == ()
    assert inspect(storage.engine).get_table_names() == []


def test_a_module_without_tables_is_known_too(storage, core):
    upgrade(storage, [core, Lineage(name="theme", title="Theme", version="2")])
    with storage.reading(SYSTEM) as session:
        found = session.execute(text("SELECT module, version FROM core_known_module ORDER BY module")).all()
    assert [tuple(row) for row in found] == [("core", "1.0"), ("theme", "2")]


def test_the_rest_goes_on_when_a_module_is_uninstalled(storage, workshop, core, offers):
    upgrade(storage, [core, offers])
    workshop.revision(core, 'op.add_column("core_client", sa.Column("city", sa.String(50)))')
    assert [one.name for one in upgrade(storage, [core])] == ["core"]
    revisions, without_code = status(storage, [core])
    assert names(revisions) == ["core"]
    assert [(gone.module, gone.title, gone.version, gone.tables) for gone in without_code] == [
        ("offers", "Offers", "1.0", ("offers_offer",))
    ]


def test_an_uninstalled_module_comes_back_with_its_data(storage, workshop, core, offers):
    upgrade(storage, [core, offers])
    with storage.engine.begin() as connection:
        connection.execute(text("INSERT INTO offers_offer (id) VALUES (7)"))
    upgrade(storage, [core])
    workshop.revision(offers, 'op.add_column("offers_offer", sa.Column("note", sa.String(50)))')
    upgrade(storage, [core, offers])
    assert status(storage, [core, offers]).data_without_code == ()
    with storage.engine.connect() as connection:
        assert connection.execute(text("SELECT id, note FROM offers_offer")).one() == (7, None)


def test_what_modules_say_outlives_their_code(storage, core, offers):
    upgrade(storage, [core, offers])
    upgrade(storage, [core])
    with storage.reading(Actor(user_id=1)) as session:
        reference = client_references(session)[0]
        personal = personal_data(session)[0]
    assert (reference.module, reference.table_name, reference.column_name) == ("offers", "offers_offer", "client_id")
    assert (reference.on_merge, reference.unique_with, reference.on_delete) == ("move", ["number"], "refuse")
    assert personal.replacements == {"note": ""}
    assert (personal.keep_until, personal.legal_reason) == ("paid_on", "Accounting")


def test_what_modules_say_is_replaced_by_what_they_say_now(storage, core, offers):
    upgrade(storage, [core, offers])
    upgrade(storage, [core, replace(offers, client_references=(), version="1.1")])
    with storage.reading(SYSTEM) as session:
        assert client_references(session) == []
        assert len(personal_data(session)) == 1


def test_a_remembered_prefix_is_still_taken(storage, workshop, core, offers):
    upgrade(storage, [core, offers])
    with pytest.raises(MigrationProblem, match="offers_"):
        upgrade(storage, [core, workshop.lineage("offers_plus")])
    assert tables(storage) >= {"offers_offer"}


@pytest.mark.parametrize("with_code", [True, False])
def test_purge_removes_tables_and_memory(storage, core, offers, with_code):
    upgrade(storage, [core, offers])
    assert purge(storage, offers if with_code else "offers") == ["offers_offer"]
    assert "offers_offer" not in tables(storage)
    assert "kartoteka_revision_offers" not in inspect(storage.engine).get_table_names()
    assert status(storage, [core]).data_without_code == ()
    with storage.reading(SYSTEM) as session:
        assert client_references(session) == []
    upgrade(storage, [core, offers])
    assert "offers_offer" in tables(storage)


@pytest.mark.parametrize("with_code", [True, False])
def test_purge_is_refused_while_another_module_points_there(storage, workshop, core, offers, with_code):
    letters = workshop.lineage("letters", requires=("offers",))
    workshop.revision(
        letters,
        """
        op.create_table("letters_letter", sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("offer_id", sa.Integer, sa.ForeignKey("offers_offer.id", name="fk_letters")))
        op.execute("INSERT INTO offers_offer (id) VALUES (1)")
        op.execute("INSERT INTO letters_letter (id, offer_id) VALUES (1, 1)")
        """,
    )
    upgrade(storage, [core, offers, letters])
    with pytest.raises(MigrationProblem):
        purge(storage, offers if with_code else "offers")
    assert tables(storage) >= {"offers_offer", "letters_letter"}
    assert status(storage, [core, offers, letters]).is_current


def test_the_core_cannot_be_purged(storage, core):
    upgrade(storage, [core])
    with pytest.raises(MigrationProblem, match="core"):
        purge(storage, core)


def test_data_newer_than_the_code_is_explained(storage, workshop, core, offers):
    newer = workshop.revision(offers, "pass")
    upgrade(storage, [core, offers])
    newer.unlink()
    with pytest.raises(MigrationProblem, match="newer version"):
        upgrade(storage, [core, offers])
    revision = status(storage, [core, offers]).revisions[1]
    assert (revision.current, revision.head, revision.is_current) == ("0002", "0001", False)
