"""The one Alembic environment of the core and of every module; run by ``kartoteka.db.migrate`` only."""

from __future__ import annotations

from alembic import context

from kartoteka.db.migrating import checked_foreign_keys

connection = context.config.attributes["connection"]

context.configure(connection=connection, **context.config.attributes["options"])
with context.begin_transaction(), checked_foreign_keys(connection):
    context.run_migrations()
