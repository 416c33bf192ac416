"""Forms of needs and appeals."""

from __future__ import annotations

from typing import Any

from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import BlockField, ChoiceField, DateField, Form, MomentField, UserField, to_id
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.naming import APPEAL_RESULTS, APPEAL_SUBJECTS, CHANNELS, PRODUCT_GROUPS, SOURCES
from kartoteka_crm_inquiries.needs.fields import APPEAL_FIELDS, NEED_FIELDS, NEW, SORTS, STATUSES
from kartoteka_crm_inquiries.needs.models import TEXT_LENGTH

_ = Texts("crm_inquiries")

_TITLES = {("need", field.name): field.title for field in NEED_FIELDS} | {
    ("appeal", field.name): field.title for field in APPEAL_FIELDS
}


def _entries(kind: str, name: str, directory: str) -> Any:
    return ChoiceField(_TITLES[kind, name], choices=directory_choices(directory), coerce=to_id, empty=_("Not set"))


class NeedForm(Form):
    """What a client needs or is interested in."""

    group_id = _entries("need", "group_id", PRODUCT_GROUPS)
    text = BlockField(_TITLES["need", "text"], max_length=TEXT_LENGTH)
    sort = ChoiceField(_TITLES["need", "sort"], choices=SORTS, empty=None)
    noted_on = DateField(_TITLES["need", "noted_on"], required=True)


class AppealForm(Form):
    """That a client turned to the company, and what came of it."""

    subject_id = _entries("appeal", "subject_id", APPEAL_SUBJECTS)
    channel_id = _entries("appeal", "channel_id", CHANNELS)
    text = BlockField(_TITLES["appeal", "text"], max_length=TEXT_LENGTH)
    received_at = MomentField(_TITLES["appeal", "received_at"], required=True)
    source_id = _entries("appeal", "source_id", SOURCES)
    manager_id = UserField(_TITLES["appeal", "manager_id"], users=active_users, empty=_("Nobody yet"))
    status = ChoiceField(_TITLES["appeal", "status"], choices=STATUSES, empty=None, default=NEW)
    result_id = _entries("appeal", "result_id", APPEAL_RESULTS)
    result = BlockField(_TITLES["appeal", "result"], max_length=TEXT_LENGTH)
