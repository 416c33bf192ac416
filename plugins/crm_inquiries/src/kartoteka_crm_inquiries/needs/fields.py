"""The fields of needs and appeals."""

from __future__ import annotations

from kartoteka.api.declare import Choice, Colour, Field, FieldType
from kartoteka.api.directories import directory_choices, known_entries
from kartoteka.api.texts import Message, Texts
from kartoteka_crm_inquiries.naming import APPEAL_RESULTS, APPEAL_SUBJECTS, CHANNELS, PRODUCT_GROUPS, SOURCES

_ = Texts("crm_inquiries")

INTEREST, NEED_SORT = "interest", "need"
SORTS = (Choice(INTEREST, _("Interest of a new client")), Choice(NEED_SORT, _("Need of an existing client")))
NEW, STARTED, DONE = "new", "started", "done"
STATUSES = (
    Choice(NEW, _.context("appeal", "New"), Colour.PLANNED),
    Choice(STARTED, _("Started"), Colour.TODAY),
    Choice(DONE, _("Done"), Colour.DONE),
)


def _entry(name: str, title: Message, directory: str) -> Field:
    return Field(
        name=name,
        title=title,
        type=FieldType.CHOICE,
        choices=directory_choices(directory),
        known_choices=known_entries(directory),
    )


NEED_FIELDS = (
    Field(name="text", title=_("What is wanted"), type=FieldType.BLOCK, personal=True, searchable=True),
    Field(name="sort", title=_("Sort"), type=FieldType.CHOICE, choices=SORTS, required=True),
    _entry("group_id", _("Group of products"), PRODUCT_GROUPS),
    Field(name="noted_on", title=_("Noted on"), type=FieldType.DATE, required=True, sort="noted_on"),
    Field(name="manager_id", title=_("Noted by"), type=FieldType.USER),
    Field(name="inquiry_id", title=_("Inquiry"), type=FieldType.RECORD),
)
APPEAL_FIELDS = (
    Field(name="number", title=_("Number"), type=FieldType.CODE, searchable=True, sort="number"),
    Field(name="received_at", title=_("Received"), type=FieldType.DATETIME, required=True, sort="received_at"),
    _entry("channel_id", _("Channel"), CHANNELS),
    _entry("subject_id", _("Subject"), APPEAL_SUBJECTS),
    _entry("source_id", _("Heard of us from"), SOURCES),
    Field(name="text", title=_("What was said"), type=FieldType.BLOCK, personal=True, searchable=True),
    Field(name="status", title=_("Status"), type=FieldType.CHOICE, choices=STATUSES, required=True),
    Field(name="manager_id", title=_("Responsible"), type=FieldType.USER),
    _entry("result_id", _("Result"), APPEAL_RESULTS),
    Field(name="result", title=_("Result in words"), type=FieldType.BLOCK, personal=True),
    Field(name="done_at", title=_("Done on"), type=FieldType.DATETIME),
    Field(name="inquiry_id", title=_("Inquiry"), type=FieldType.RECORD),
)
