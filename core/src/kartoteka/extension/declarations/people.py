"""Who speaks for a client, and when somebody is to speak with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kartoteka.vocabulary.record import RecordRef


@dataclass(frozen=True, kw_only=True)
class ClientPerson:
    """A person of a client to call, to meet and to write to; ``role`` is what he does there.

    ``ref`` is the record that holds the person: what is planned with him points at it.
    """

    ref: RecordRef
    name: str
    role: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class PlannedContact:
    """That a user is to get in touch with a client at a moment (aware); ``text`` says in one line what for."""

    client_id: int
    user_id: int
    at: datetime
    text: str
