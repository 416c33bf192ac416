"""The module's tables: migrated up they equal the models, and they go and come back without a trace."""

from __future__ import annotations

from sqlalchemy import inspect

from kartoteka.db import migrate
from kartoteka.extension.lineages import lineages
from kartoteka.installation import Installation

TABLES = {
    "crm_clients_contact",
    "crm_clients_address",
    "crm_clients_position",
    "crm_clients_relation",
    "crm_clients_contract",
    "crm_clients_addressing",
    "crm_clients_marketing",
    "crm_clients_segment",
    "crm_clients_segment_client",
    "crm_clients_turnover",
    "crm_clients_class_run",
    "crm_clients_class",
    "crm_clients_setting",
    "crm_clients_stage",
}


def tables(installation: Installation) -> set[str]:
    return set(inspect(installation.database.engine).get_table_names()) & TABLES


def test_tables_equal_the_models_and_can_go_and_come_back(installation: Installation) -> None:
    wanted = lineages(installation.registry)
    own = next(lineage for lineage in wanted if lineage.name == "crm_clients")
    migrate.upgrade(installation.database, wanted)
    assert tables(installation) == TABLES
    assert migrate.check(installation.database, own) == []
    assert set(migrate.purge(installation.database, own)) >= TABLES
    assert tables(installation) == set()
    migrate.upgrade(installation.database, wanted)
    assert tables(installation) == TABLES
