"""What modules know of clients beside the card: by which duplicates are found, and what is wrong with their data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class ClientTrait:
    """Something by which a client may be recognised as another one, kept by a module.

    ``value`` is a phone number with its country (of which the digits count), an e-mail address, or the street and house
    number of an address; ``postcode`` and ``city`` belong to an address.
    """

    client_id: int
    sort: Literal["address", "phone", "email"]
    value: str
    postcode: str = ""
    city: str = ""
