"""Table of contents of the room."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.api import hookimpl
from kartoteka.api.db import Session
from kartoteka.api.declare import ClientTrait, HealthCheck
from kartoteka_crm_clients.health.checks import HEALTH_CHECKS
from kartoteka_crm_clients.health.queries import streets_of


@hookimpl
def client_traits(session: Session, client_ids: Sequence[int]) -> Sequence[ClientTrait]:
    return [
        ClientTrait(
            client_id=row.client_id,
            sort="address",
            value=row.street,
            postcode=row.postcode,
            city=row.city,
            district=row.district,
            region=row.region,
        )
        for row in streets_of(session, client_ids)
    ]


@hookimpl
def register_health_checks() -> list[HealthCheck]:
    return HEALTH_CHECKS
