"""Reads of contacts, addresses and birthdays: for the card, the list, the search for duplicates and the report."""

from kartoteka_crm_clients.queries.birthdays import Birthday, birthdays_in, count_birthdays, has_birthday
from kartoteka_crm_clients.queries.duplicates import reached_by
from kartoteka_crm_clients.queries.in_lists import (
    address_lines,
    cities,
    director_of,
    has_city,
    has_place,
    main_addresses,
)
from kartoteka_crm_clients.queries.new_clients import limits, new_clients
from kartoteka_crm_clients.queries.of_client import addresses_of, contacts_of, count_contacts
from kartoteka_crm_clients.queries.records import (
    address_url,
    client_url,
    contact_url,
    summarise_addresses,
    summarise_contacts,
)
from kartoteka_crm_clients.queries.shown import shown_addresses, shown_contacts

__all__ = [
    "Birthday",
    "address_lines",
    "address_url",
    "addresses_of",
    "birthdays_in",
    "cities",
    "client_url",
    "contact_url",
    "contacts_of",
    "count_birthdays",
    "count_contacts",
    "director_of",
    "has_birthday",
    "has_city",
    "has_place",
    "limits",
    "main_addresses",
    "new_clients",
    "reached_by",
    "shown_addresses",
    "shown_contacts",
    "summarise_addresses",
    "summarise_contacts",
]
