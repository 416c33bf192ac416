"""Modules as migrations see them: the core first, then by requirements, with what they say about clients."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from kartoteka.api import declare as d
from kartoteka.db.base import Model, Record
from kartoteka.db.types import client_id
from kartoteka.extension.wiring import lineages


class Ring(Record, Model):
    __tablename__ = "rings_ring"
    __row_scope__ = d.OwnedByClient()
    client_id: Mapped[int] = client_id()


def test_migrations_go_core_first_then_by_requirements(fakes, tmp_path):
    def with_migrations(name, **options):
        return fakes.plugin(name, describe={"migrations": tmp_path}, **options)

    reference = d.ClientReference(table="rings_ring", column="client_id")
    users = fakes.plugin("users")
    rings = with_migrations(
        "rings",
        requires=("zoo",),
        register_models=[Ring],
        register_client_references=[reference],
    )
    plain = fakes.plugin("ant", requires=("zoo",))
    registry = fakes.registry(rings, with_migrations("zoo"), plain, builtins=[users])
    assert registry.broken == ()
    found = lineages(registry)
    assert [(one.name, one.versions is None) for one in found[1:]] == [("zoo", False), ("ant", True), ("rings", False)]
    core, ring = found[0], found[3]
    assert (core.name, core.prefix, ring.prefix) == ("core", "core_", "rings_")
    assert (core.requires, ring.requires) == ((), ("zoo",))
    assert [one.column for one in ring.client_references] == ["client_id"]
