"""Talks: notes with a topic, which clients are told of by mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from kartoteka.api import declare
from kartoteka.api.clients import CLIENT_KIND, Client
from kartoteka.api.db import Actor, Session, find
from kartoteka.api.directories import DirectoryEntry, EntryTitle, directory_choices
from kartoteka.api.errors import InvalidInput
from kartoteka.api.forms import ChoiceField, PeriodForm
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.work import MailDraft, send_mail, store_file
from kartoteka_reception.fields import NOTE, TOPIC, VIEW, WRITE
from kartoteka_reception.forms import NoteForm
from kartoteka_reception.models import Note
from kartoteka_reception.service import add_note

_ = Texts("reception")
FIRST = (declare.StartEntry(code="offer", name=_("Offer")), declare.StartEntry(code="repair", name=_("Repair")))
TOPICS = declare.Directory(
    name="topics", title=_("Topics of talks"), entry_title=_("Topic of a talk"), start=lambda: FIRST
)


class TalkForm(NoteForm):
    topic = ChoiceField(_("Topic"), choices=directory_choices(TOPIC), required=True)


def create_talk(session: Session, values: dict[str, Any]) -> Note:
    if str(values.get("topic")) not in {one.value for one in directory_choices(TOPIC)(session)}:
        raise InvalidInput({"topic": _("Choose one of the topics.")})
    note = add_note(session, values["client"], values)
    note.topic_id = int(values["topic"])
    session.flush()
    return note


def hold_talks(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> declare.Outcome:
    for record in records:
        client, note = find(session, Client, record.id), create_talk(session, {**data, "client": record.id})
        about, values = RecordRef(NOTE, note.id), {"client_name": client.name, "day": note.day, "said": note.details}
        store_file(session, BytesIO(note.details.encode()), f"{note.subject}.txt", about=about, kind="letter")
        if client.email:
            send_mail(session, MailDraft((client.email,), template=MAIL_KEY, values=values, client_id=client.id, ref=about))
    return declare.Outcome(_.plural("The talk is noted.", "%(count)s talks are noted.", len(records)), len(records))


HOLD_TALK = declare.Action(
    name="talk", kinds=(CLIENT_KIND,), title=_("Talk"), icon="phone", permission=WRITE, form=TalkForm, run=hold_talks
)
API = declare.ApiResource(name="talks", title=_("Talks"), kind=NOTE, create=create_talk)
MAIL_KEY = "reception.talk"
MAIL = declare.MailTemplate(
    name="talk",
    title=_("What we talked about"),
    subject=_("Our talk on {day}"),
    body=_("Dear {client_name},\n\nthis is what we agreed on {day}:\n\n{said}"),
    placeholders={"client_name": _("Name of the client"), "day": _("Day"), "said": _("Details")},
    sample={"client_name": "UAB Langai", "day": "2026-03-02", "said": "Two doors"},
)


def read_talks(session: Session, part: declare.StreamPart) -> Sequence[declare.TimelineEntry]:
    notes = part.newest(select(Note).where(Note.client_id == part.client_id), Note.created_at, Note.id)
    return [
        declare.TimelineEntry(
            id=one.id, at=one.created_at, title=one.subject, text=one.details, about=RecordRef(NOTE, one.id)
        )
        for one in session.scalars(notes)
    ]


STREAM = declare.TimelineSource(
    name="talks", title=_("Talks"), icon="phone", permission=VIEW, read=read_talks, kinds=(CLIENT_KIND,), tells=(NOTE,)
)


def build_paper(session: Session, record: RecordRef) -> declare.DocumentContent:
    client = find(session, Client, record.id)
    talks = select(Note, DirectoryEntry).join(DirectoryEntry).where(Note.client_id == client.id).order_by(Note.day)
    rows = [
        {"day": note.day, "topic": EntryTitle(topic.name, dict(topic.titles)), "subject": note.subject}
        for note, topic in session.execute(talks)
    ]
    return declare.DocumentContent(client.name, {"talks": rows}, client_id=client.id, country=client.country)


PAPER = declare.DocumentType(
    name="talks",
    title=_("List of talks"),
    kinds=(CLIENT_KIND,),
    permission=VIEW,
    template=Path(__file__).parent / "papers/talks.typ",
    build=build_paper,
    sample=lambda: declare.DocumentContent("UAB Langai", {"talks": []}),
    words={"day": _("Day"), "topic": _("Topic"), "subject": _("Subject")},
    series=declare.Series(name="talks", mask="T{year}-{number:03}"),
)


def count_talks(session: Session, params: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    talks = select(DirectoryEntry, func.count(Note.id)).join(Note).group_by(DirectoryEntry.id)
    if period := params["period"]:
        talks = talks.where(Note.day.between(period.first, period.last))
    return [{"topic": EntryTitle(one.name, dict(one.titles)), "talks": count} for one, count in session.execute(talks)]


REPORT = declare.Report(
    name="talks",
    title=_("Talks by topic"),
    description=_("How often each topic was talked about."),
    permission=VIEW,
    params=PeriodForm,
    columns=(
        declare.ReportColumn("topic", _("Topic"), declare.FieldType.LINE),
        declare.ReportColumn("talks", _("Talks"), declare.FieldType.INTEGER),
    ),
    rows=count_talks,
)
