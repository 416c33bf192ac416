"""Who may write which fields of clients, for pages of modules that show them."""

from __future__ import annotations

from kartoteka.builtin.clients.fields import FIELDS
from kartoteka.db.session import Session, actor_of


def writes_field(name: str, session: Session) -> bool:
    """Tell whether the session's user may change this field of the clients that he may change.

    Raises KeyError for what is no field of a client.
    """
    return FIELDS[name].is_writable(actor_of(session).can)
