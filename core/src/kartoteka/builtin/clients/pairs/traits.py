"""What a client is compared by when duplicates are looked for (CL-42)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kartoteka.builtin.clients.pairs.addresses import Place
from kartoteka.builtin.clients.pairs.names import Name


@dataclass(frozen=True, slots=True)
class Traits:
    """A client ready to be compared: every value normalised, absent ones left out.

    ``codes`` are by their kind (registration, VAT, personal): only codes of one kind are compared.
    """

    id: int
    name: Name
    codes: dict[str, str] = field(default_factory=dict)
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    domain: str = ""
    born: date | None = None
    places: tuple[Place, ...] = ()

    @property
    def is_person(self) -> bool:
        """Whether it is a natural person."""
        return self.name.is_person


def filled(values: Iterable[str]) -> frozenset[str]:
    """Return the values that say something."""
    return frozenset(value for value in values if value)
