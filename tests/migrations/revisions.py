"""An installation without tables, and the way to any revision of the core."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command

from kartoteka.config import Config
from kartoteka.db import migrate
from kartoteka.db.migrating import migration_connection
from kartoteka.extension.lineages import lineages
from kartoteka.installation import Installation, open_installation
from kartoteka.testing.databases import TemplateDatabases, chosen_kinds


@pytest.fixture(params=chosen_kinds())
def installation(request: pytest.FixtureRequest) -> Iterator[Installation]:
    url = TemplateDatabases(request.param, lambda url: None).fresh()
    opened = open_installation(Config(database=url, secret="for tests and nothing else"))
    yield opened
    opened.database.dispose()
    TemplateDatabases.drop(url)


def go_to(installation: Installation, revision: str, direction: str) -> None:
    core = next(one for one in lineages(installation.registry) if one.prefix == "core_")
    with migration_connection(installation.database) as connection:
        move = getattr(command, direction)
        migrate._run(connection, core, lambda config: move(config, revision))
