"""Talks: notes with a topic, which the client is told of by mail."""

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
from kartoteka_reception.fields import NOTE, TOPICS, VIEW, WRITE
from kartoteka_reception.forms import NoteForm
from kartoteka_reception.models import Note
from kartoteka_reception.service import add_note

_ = Texts("reception")


class TalkForm(NoteForm):
    topic = ChoiceField(_("Topic"), choices=directory_choices(TOPICS), required=True)


def create_talk(session: Session, values: dict[str, Any]) -> Note:
    if str(values.get("topic")) not in {one.value for one in directory_choices(TOPICS)(session)}:
        raise InvalidInput({"topic": _("Choose one of the topics.")})
    note = add_note(session, values["client"], values)
    note.topic_id = int(values["topic"])
    session.flush()
    return note


def hold_talks(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> declare.Outcome:
    for record in records:
        client, note = find(session, Client, record.id), create_talk(session, {**data, "client": record.id})
        ref, told = RecordRef(NOTE, note.id), {"client_name": client.name, "day": note.day, "said": note.details}
        store_file(session, BytesIO(note.details.encode()), f"{note.subject}.txt", about=ref, kind="letter")
        if client.email:
            send_mail(session, MailDraft(to=(client.email,), template=MAIL, values=told, client_id=client.id, ref=ref))
    return declare.Outcome(_.plural("The talk is noted.", "%(count)s talks are noted.", len(records)), len(records))


def read_talks(session: Session, part: declare.StreamPart) -> list[declare.TimelineEntry]:
    notes = part.newest(select(Note).where(Note.client_id == part.client_id), Note.created_at, Note.id)
    return [
        declare.TimelineEntry(id=one.id, at=one.created_at, title=one.subject, text=one.details)
        for one in session.scalars(notes)
    ]


def build_list(session: Session, record: RecordRef) -> declare.DocumentContent:
    client = find(session, Client, record.id)
    talks = select(Note, DirectoryEntry).join(DirectoryEntry).where(Note.client_id == client.id).order_by(Note.day)
    rows = [[note.day, EntryTitle(one.name, dict(one.titles)), note.subject] for note, one in session.execute(talks)]
    return declare.DocumentContent(title=client.name, data={"talks": rows}, client_id=client.id, country=client.country)


def count_talks(session: Session, params: dict[str, Any]) -> list[dict[str, Any]]:
    talks = select(DirectoryEntry, func.count(Note.id)).join(Note).group_by(DirectoryEntry.id)
    if period := params["period"]:
        talks = talks.where(Note.day.between(period.first, period.last))
    return [{"topic": EntryTitle(one.name, dict(one.titles)), "talks": count} for one, count in session.execute(talks)]


FIRST = (declare.StartEntry(code="offer", name=_("Offer")), declare.StartEntry(code="repair", name=_("Repair")))
DIRECTORY = declare.Directory(name="topics", title=_("Topics of talks"), entry_title=_("Topic"), start=lambda: FIRST)
TALK = declare.Action(
    name="talk", kinds=(CLIENT_KIND,), title=_("Talk"), icon="phone", permission=WRITE, form=TalkForm, run=hold_talks
)
RESOURCE = declare.ApiResource(name="talks", title=_("Talks"), kind=NOTE, create=create_talk)
MAIL = "reception.talk"
TEMPLATE = declare.MailTemplate(
    name="talk",
    title=_("What we talked about"),
    subject=_("Our talk on {day}"),
    body=_("Dear {client_name},\n\nthis is what we agreed on {day}:\n\n{said}"),
    placeholders={"client_name": _("Name of the client"), "day": _("Day"), "said": _("Details")},
    sample={"client_name": "UAB Langai", "day": "2026-03-02", "said": "Two doors"},
)
STREAM = declare.TimelineSource(
    name="talks", title=_("Talks"), icon="phone", permission=VIEW, read=read_talks, kinds=(CLIENT_KIND,), tells=(NOTE,)
)
LIST = declare.DocumentType(
    name="talks",
    title=_("List of talks"),
    kinds=(CLIENT_KIND,),
    permission=VIEW,
    template=Path(__file__).parent / "papers/talks.typ",
    build=build_list,
    sample=lambda: declare.DocumentContent(title="UAB Langai", data={"talks": []}),
    words={"day": _("Day"), "topic": _("Topic"), "subject": _("Subject")},
    series=declare.Series(name="talks", mask="T{year}-{number:03}"),
)
TOPIC, COUNT = declare.FieldType.LINE, declare.FieldType.INTEGER
REPORT = declare.Report(
    name="talks",
    title=_("Talks by topic"),
    description=_("How often each topic was talked about."),
    permission=VIEW,
    params=PeriodForm,
    columns=(declare.ReportColumn("topic", _("Topic"), TOPIC), declare.ReportColumn("talks", _("Talks"), COUNT)),
    rows=count_talks,
)
