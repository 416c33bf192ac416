"""Table of contents of the room "Activities on other devices"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import ClientReference, DavCollection, NotificationType, PersonalData
from kartoteka.api.mail import IncomingMail
from kartoteka.api.records import RecordRef
from kartoteka_crm_inquiries.sync import answering, erasing, listening, undoing, views
from kartoteka_crm_inquiries.sync.collections import COLLECTIONS
from kartoteka_crm_inquiries.sync.commands import take_calendar
from kartoteka_crm_inquiries.sync.models import Attendee, CalendarObject

__all__ = ["listening", "views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [CalendarObject, Attendee]


@hookimpl
def register_dav_collections() -> list[DavCollection]:
    return COLLECTIONS


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="crm_inquiries_attendee", column="client_id", on_delete="with_client")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(
            table="crm_inquiries_attendee",
            client_column="client_id",
            replacements={"address": "–", "name": "–"},
        )
    ]


@hookimpl
def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
    erasing.erase_kept(session, client_ids)


@hookimpl
def export_client(session: Session, client_ids: Sequence[int]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return erasing.export_kept(session, client_ids)


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return answering.NOTIFICATION_TYPES


@hookimpl
def settle_undo(session: Session, kind: str, rows: Sequence[Mapping[str, Any]], final: bool) -> None:
    undoing.renew_sequences(session, kind, rows)


@hookimpl
def receive_mail(session: Session, mail: IncomingMail) -> RecordRef | None:
    return answering.receive(session, mail)


@hookimpl
def register_commands() -> list[click.Command]:
    return [take_calendar]
