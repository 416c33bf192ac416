"""What modules know about companies that are no clients yet."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.vocabulary.message import Message


@dataclass(frozen=True, kw_only=True)
class CompanySuggestion:
    """A company that somebody may be entering as a client, found by the beginning of its name or by its code.

    ``source`` says where it is known from, ``warning`` what one should know before selling to it. ``country`` is
    ISO 3166 alpha-2. Choosing it begins a new client with these values: it is found again by its registration code,
    asked for in full, so that a suggestion without a code needs ``url``, the address of a page that begins with it.
    """

    name: str
    source: Message
    country: str = ""
    registration_code: str = ""
    vat_code: str = ""
    legal_form: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    website: str = ""
    activity: str = ""
    warning: Message | None = None
    url: str = ""
