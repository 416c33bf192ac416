"""What the module puts on the client card and into the client list: panels, a badge, columns, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, false

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import CARD_MAIN, CLIENT_LIST, Badge, BadgeValue, Colour, Column, FieldType, Filter, Panel
from kartoteka.api.directories import directory_choices
from kartoteka.api.records import Period, RecordRef
from kartoteka.api.texts import Message, Texts
from kartoteka.api.web import today
from kartoteka_crm_clients import queries
from kartoteka_crm_clients.fields import ADDRESS, BIRTHDAYS, CONTACT, EDIT, KIND_ICONS, KIND_TITLES, ROLE_TITLES, VIEW

_ = Texts("crm_clients")

FIRST_CONTACTS = 3
FIRST_ADDRESSES = 5
SOON_DAYS = 7


def load_contacts(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the first contacts of a client; None when there is nothing to show and nothing to do."""
    contacts = queries.shown_contacts(session, record.id, FIRST_CONTACTS + 1)
    may_edit = actor_of(session).can(EDIT)
    if not contacts and not may_edit:
        return None
    return {
        "contacts": contacts[:FIRST_CONTACTS],
        "has_more": len(contacts) > FIRST_CONTACTS,
        "may_edit": may_edit,
        "role_titles": ROLE_TITLES,
    }


def load_addresses(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the addresses of a client, main ones first; None when there is nothing to show and nothing to do."""
    addresses = queries.shown_addresses(session, record.id, FIRST_ADDRESSES + 1)
    may_edit = actor_of(session).can(EDIT)
    if not addresses and not may_edit:
        return None
    return {
        "addresses": addresses[:FIRST_ADDRESSES],
        "has_more": len(addresses) > FIRST_ADDRESSES,
        "may_edit": may_edit,
        "kind_titles": KIND_TITLES,
        "kind_icons": KIND_ICONS,
    }


def load_birthday_marks(session: Session, ids: Sequence[int]) -> Mapping[int, BadgeValue]:
    """Return a mark for clients who have a birthday today or within a week, themselves or a contact."""
    now = today()
    coming = queries.birthdays_in(session, Period.days_from(now, SOON_DAYS + 1), ids)
    marks: dict[int, BadgeValue] = {}
    for one in coming:
        if one.client_id not in marks:
            colour = Colour.TODAY if one.day == now else Colour.PLANNED
            marks[one.client_id] = BadgeValue(_when(one.day, now), colour, "cake", one.name)
    return marks


def _when(day: date, now: date) -> Message:
    distance = (day - now).days
    if distance == 0:
        return _("Birthday today")
    if distance == 1:
        return _("Birthday tomorrow")
    return _.plural("Birthday in %(count)s day", "Birthday in %(count)s days", distance)


def _count_birthdays(client_id: ColumnElement[int]) -> ScalarSelect[int]:
    return queries.count_birthdays(client_id, lambda: Period.days_from(today(), SOON_DAYS + 1))


def has_birthday_within(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for clients with a birthday today or within ``value`` days."""
    written = str(value).strip()
    if not (written.isascii() and written.isdigit() and len(written) < 5):
        return false()
    return queries.has_birthday(record_id, Period.days_from(today(), min(int(written), 366) + 1))


PANELS = [
    Panel(
        name="contacts",
        slot=CARD_MAIN,
        kinds=(CLIENT_KIND,),
        title=_("Contacts"),
        permission=VIEW,
        tells=(CONTACT,),
        template="crm_clients/contacts_panel.html",
        load=load_contacts,
        weight=20,
    ),
    Panel(
        name="addresses",
        slot=CARD_MAIN,
        kinds=(CLIENT_KIND,),
        title=_("Addresses"),
        permission=VIEW,
        tells=(ADDRESS,),
        template="crm_clients/addresses_panel.html",
        load=load_addresses,
        weight=30,
    ),
]
BADGES = [
    Badge(kinds=(CLIENT_KIND,), name="birthday", permission=BIRTHDAYS, load=load_birthday_marks, count=_count_birthdays)
]
COLUMNS = [
    Column(
        list_name=CLIENT_LIST,
        name="city",
        title=_("City"),
        type=FieldType.LINE,
        permission=VIEW,
        value=queries.cities,
        fields=(f"{ADDRESS}.city",),
        weight=10,
    ),
    Column(
        list_name=CLIENT_LIST,
        name="address",
        title=_("Address"),
        type=FieldType.LINE,
        permission=VIEW,
        value=queries.address_lines,
        weight=20,
    ),
    Column(
        list_name=CLIENT_LIST,
        name="director",
        title=_("Director"),
        type=FieldType.LINE,
        permission=VIEW,
        expression=queries.director_of,
        weight=30,
    ),
]
FILTERS = [
    Filter(
        list_name=CLIENT_LIST,
        name="city",
        title=_("City"),
        type=FieldType.LINE,
        permission=VIEW,
        condition=queries.has_city,
        fields=(f"{ADDRESS}.city",),
        weight=10,
    ),
    Filter(
        list_name=CLIENT_LIST,
        name="district",
        title=_("District"),
        type=FieldType.CHOICE,
        choices=directory_choices("directories.districts"),
        permission=VIEW,
        fields=(f"{ADDRESS}.district",),
        condition=queries.has_place,
        weight=12,
    ),
    Filter(
        list_name=CLIENT_LIST,
        name="region",
        title=_("Region"),
        type=FieldType.CHOICE,
        choices=directory_choices("directories.regions"),
        permission=VIEW,
        fields=(f"{ADDRESS}.region",),
        condition=queries.has_place,
        weight=14,
    ),
    Filter(
        list_name=CLIENT_LIST,
        name="birthday",
        title=_("Birthday in the next days"),
        type=FieldType.INTEGER,
        permission=BIRTHDAYS,
        condition=has_birthday_within,
        weight=20,
    ),
]
