"""The traps of migrations, each sprung on purpose, on both databases."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading

import pytest
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Index, Integer, String, Table, create_engine, inspect, text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record
from kartoteka.db.engine import Database
from kartoteka.db.migrate import MigrationProblem, check, new_revision, purge, status, upgrade
from kartoteka.db.types import DERIVED, JsonDict, JsonList, SortText, client_id, record_ref
from kartoteka.vocabulary.record import RecordRef

NOTES = """
    op.create_table("tasks_note", sa.Column("id", sa.Integer, primary_key=True), sa.Column("client_id", sa.Integer,
        sa.ForeignKey("core_client.id", name="fk_tasks_note_client_id", ondelete="CASCADE"), nullable=False))
    op.execute("INSERT INTO core_client (id, name) VALUES (1, 'Ona'), (2, 'Jonas')")
    op.execute("INSERT INTO tasks_note (id, client_id) VALUES (10, 1)")
"""
REBUILD = """
    with op.batch_alter_table("core_client") as batch:
        batch.alter_column("name", type_=sa.String(200), existing_type=sa.String(100), nullable=True)
"""


@pytest.fixture
def core(workshop):
    return workshop.core()


@pytest.fixture
def tasks(workshop):
    tasks = workshop.lineage("tasks")
    workshop.revision(tasks, NOTES)
    return tasks


def count(storage, table: str) -> int:
    with storage.engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()


def test_rebuilding_a_table_keeps_the_rows_that_cascade_from_it(storage, workshop, core, tasks):
    upgrade(storage, [core, tasks])
    workshop.revision(core, REBUILD)
    upgrade(storage, [core, tasks])
    assert (count(storage, "core_client"), count(storage, "tasks_note")) == (2, 1)


def test_the_trap_is_real_rebuilding_with_foreign_keys_on_deletes_them(storage, workshop, core, tasks):
    if not storage.is_sqlite:
        return
    upgrade(storage, [core, tasks])
    with storage.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE new_client AS SELECT * FROM core_client")
        connection.exec_driver_sql("DROP TABLE core_client")
        connection.exec_driver_sql("ALTER TABLE new_client RENAME TO core_client")
    assert count(storage, "tasks_note") == 0


def test_foreign_keys_work_again_after_an_upgrade(storage, core, tasks):
    upgrade(storage, [core, tasks])
    with pytest.raises(Exception, match=r"(?i)foreign key"), storage.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO tasks_note (id, client_id) VALUES (11, 99)")


def test_a_migration_that_leaves_rows_pointing_nowhere_is_rolled_back(storage, workshop, core, tasks):
    upgrade(storage, [core, tasks])
    workshop.revision(core, 'op.execute("DELETE FROM core_client WHERE id = 1")')
    if storage.is_sqlite:
        with pytest.raises(MigrationProblem, match="tasks_note -> core_client"):
            upgrade(storage, [core, tasks])
        assert (count(storage, "core_client"), count(storage, "tasks_note")) == (2, 1)
    else:
        upgrade(storage, [core, tasks])  # PostgreSQL keeps foreign keys in force: the note goes with its client
        assert (count(storage, "core_client"), count(storage, "tasks_note")) == (1, 0)


def test_a_failing_migration_leaves_nothing_behind(storage, workshop, core, tasks):
    upgrade(storage, [core, tasks])
    workshop.revision(
        tasks,
        """
        op.create_table("tasks_half", sa.Column("id", sa.Integer, primary_key=True))
        op.execute("INSERT INTO tasks_note (id, client_id) VALUES (12, 2)")
        op.execute("SELECT * FROM no_such_table")
        """,
    )
    workshop.revision(core, 'op.add_column("core_client", sa.Column("city", sa.String(50)))')
    with pytest.raises(Exception, match="no_such_table"):
        upgrade(storage, [core, tasks])
    assert "tasks_half" not in inspect(storage.engine).get_table_names()
    assert count(storage, "tasks_note") == 1
    revisions = {one.name: one.current for one in status(storage, [core, tasks]).revisions}
    assert revisions == {"core": "0002", "tasks": "0001"}


def test_the_trap_is_real_the_driver_alone_keeps_half_a_schema(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'half.db'}")
    with pytest.raises(Exception, match="no_such_table"):
        make_half(engine)
    assert inspect(engine).get_table_names() == ["half"]


def make_half(engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        connection.exec_driver_sql("SELECT * FROM no_such_table")


def test_several_threads_upgrading_at_once(storage, workshop, core, tasks):
    workshop.revision(core, REBUILD)
    errors, done = [], []
    start = threading.Barrier(4)

    def work():
        database = Database(storage.url)
        start.wait()
        try:
            done.extend(upgrade(database, [core, tasks]))
        except Exception as error:
            errors.append(error)
        finally:
            database.dispose()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert status(storage, [core, tasks]).is_current
    assert count(storage, "tasks_note") == 1


PROCESS = """
import sys
from pathlib import Path
from kartoteka.db.engine import Database
from kartoteka.db.migrate import Lineage, upgrade
folder = Path(sys.argv[2])
upgrade(Database(sys.argv[1]), [Lineage(name=name, versions=folder / name) for name in ("core", "tasks")])
"""


def test_several_processes_upgrading_at_once(storage, workshop, core, tasks):
    url = storage.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", PROCESS, url, str(workshop.folder)]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    complaints = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], complaints
    assert count(storage, "core_client") == 2


def test_rebuilding_keeps_autoincrement_the_last_id_and_triggers(storage, workshop, core, tasks):
    if not storage.is_sqlite:
        return
    upgrade(storage, [core, tasks])
    with storage.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO core_client (id, name) VALUES (50, 'gone')")
        connection.exec_driver_sql("DELETE FROM core_client WHERE id = 50")
        connection.exec_driver_sql("CREATE TABLE heard (id INTEGER)")
        connection.exec_driver_sql(
            "CREATE TRIGGER core_client_added AFTER INSERT ON core_client BEGIN INSERT INTO heard VALUES (new.id); END"
        )
    workshop.revision(core, REBUILD)
    upgrade(storage, [core, tasks])
    with storage.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO core_client (name) VALUES ('new')")
        assert connection.exec_driver_sql("SELECT max(id) FROM core_client").scalar() == 51
        assert connection.exec_driver_sql("SELECT id FROM heard").scalars().all() == [51]


def test_connections_that_migrated_do_not_go_back_into_the_pool(storage, core):
    upgrade(storage, [core])
    if storage.is_sqlite:
        with storage.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000
    else:
        with storage.engine.connect() as connection:
            assert connection.execute(text("SHOW lock_timeout")).scalar() == "10s"
            # Other tests migrate other databases of the same server meanwhile.
            here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            held = text(f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {here}")
            assert connection.execute(held).scalar() == 0


class Plan(Record, Model):
    """A table with every kind of column that modules use."""

    __tablename__ = "plans_plan"
    __table_args__ = (Index("ix_plans_plan_facts", "facts", postgresql_using="gin").ddl_if("postgresql"),)

    name: Mapped[str] = mapped_column(String(100), index=True)
    name_sort: Mapped[str] = mapped_column(SortText(100), info=DERIVED)
    amount: Mapped[int] = mapped_column(Integer, server_default="0")
    done: Mapped[bool]
    client_id: Mapped[int] = client_id()
    origin: Mapped[RecordRef | None] = record_ref("origin")
    facts: Mapped[dict] = mapped_column(JsonDict)
    tags: Mapped[list] = mapped_column(JsonList)


GIN_INDEX = """
make_tables = upgrade

def upgrade():
    make_tables()
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_plans_plan_facts", "plans_plan", ["facts"], postgresql_using="gin")
"""


@pytest.fixture
def client_table():
    """Let the model's foreign key find a client table, while there may be no client model around."""
    if "core_client" not in Model.metadata.tables:
        Table("core_client", Model.metadata, Column("id", Integer, primary_key=True))


def test_a_new_revision_makes_the_tables_equal_to_the_models(storage, workshop, core, client_table):
    plans = workshop.lineage("plans")
    upgrade(storage, [core, plans])
    assert check(storage, plans) != []
    file = new_revision(storage, plans, "Add plans")
    assert file.name == "0001_add_plans.py"
    written = file.read_text()
    assert "kartoteka" not in written
    upgrade(storage, [core, plans])
    assert check(storage, plans) == []
    compile(written, str(file), "exec")


def test_a_revision_written_on_one_database_fits_the_other(storage, tmp_path, workshop, core, client_table):
    plans = workshop.lineage("plans")
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(other, [core, plans])
    file = new_revision(other, plans, "Add plans")
    assert "ix_plans_plan_facts" not in file.read_text()
    with file.open("a") as code:
        code.write(GIN_INDEX)
    upgrade(other, [core, plans])
    assert check(other, plans) == []
    other.dispose()
    upgrade(storage, [core, plans])
    assert check(storage, plans) == []


def test_autogenerate_stays_within_the_prefix(storage, workshop, core, tasks, client_table):
    plans = workshop.lineage("plans")
    upgrade(storage, [core, tasks, plans])
    written = new_revision(storage, plans, "Add plans").read_text()
    assert "tasks_" not in written
    assert "drop_table('core" not in written


def test_virtual_tables_are_left_alone(storage, workshop, core):
    if not storage.is_sqlite:
        return
    words = workshop.lineage("words")
    workshop.revision(words, 'op.execute("CREATE VIRTUAL TABLE words_index USING fts5(text)")')
    upgrade(storage, [core, words])
    assert check(storage, words) == []


def test_a_revision_needs_an_upgraded_database(storage, workshop, core, tasks):
    with pytest.raises(MigrationProblem, match="tasks"):
        new_revision(storage, tasks, "Too early")


def test_down_to_base_and_up_again(storage, workshop, core, client_table):
    plans = workshop.lineage("plans")
    upgrade(storage, [core, plans])
    new_revision(storage, plans, "Add plans")
    upgrade(storage, [core, plans])
    assert purge(storage, plans) == ["plans_plan"]
    assert "plans_plan" not in inspect(storage.engine).get_table_names()
    upgrade(storage, [core, plans])
    assert check(storage, plans) == []


def test_one_version_table_each(storage, core, tasks):
    upgrade(storage, [core, tasks])
    with storage.engine.connect() as connection:
        for name in ("core", "tasks"):
            context = MigrationContext.configure(connection, opts={"version_table": f"kartoteka_revision_{name}"})
            assert context.get_current_heads() == ("0001",)
            connection.rollback()


def test_sqlite_here_knows_fts5():
    assert sqlite3.connect(":memory:").execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone() == (1,)
