"""A client may be known by a contact's phone or e-mail address (X-15)."""

from __future__ import annotations

from kartoteka.api.db import Session, as_system
from kartoteka.api.declare import DuplicateHit, DuplicateProbe
from kartoteka.api.texts import Texts
from kartoteka_crm_clients import queries
from kartoteka_crm_clients.models import dialled, normal_email

_ = Texts("crm_clients")

MOST_HITS = 10
_REASONS = {
    "phones": (_("A contact person has the same phone number"), 0.6),
    "emails": (_("A contact person has the same e-mail address"), 0.65),
}


def find_by_contacts(session: Session, probe: DuplicateProbe) -> list[DuplicateHit]:
    """Return clients one of whose contacts has a phone or an address of the probe; one statement.

    Looks among all clients: a second card is wrong whoever has the first one. The core tells of clients out of sight
    only that they exist.
    """
    phones = {number for typed in probe.phones if (number := dialled(typed, probe.country))}
    emails = {address for typed in probe.emails if (address := normal_email(typed))}
    if not phones and not emails:
        return []
    with as_system(session, reason="duplicates are looked for among all contacts"):
        rows = queries.reached_by(session, phones, emails, probe.exclude_id, MOST_HITS)
    return [_hit(client_id, field) for client_id, field in dict.fromkeys((row.client_id, row.field) for row in rows)]


def _hit(client_id: int, field: str) -> DuplicateHit:
    reason, strength = _REASONS[field]
    return DuplicateHit(client_id=client_id, field=field, reason=reason, strength=strength)
