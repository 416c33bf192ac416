"""Who speaks for a client."""

from __future__ import annotations

from dataclasses import dataclass

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
