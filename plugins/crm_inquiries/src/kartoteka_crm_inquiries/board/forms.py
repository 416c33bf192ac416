"""The form that moves an inquiry: the stage, and what that stage asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import (
    BlockField,
    ChoiceField,
    DateField,
    DecimalField,
    Form,
    LineField,
    MomentField,
    UserField,
    to_id,
)
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.inquiries.fields import BY_NAME, GOODS_CHOICES
from kartoteka_crm_inquiries.inquiries.models import DESCRIPTION_LENGTH, NUMBER_LENGTH, SUBJECT_LENGTH
from kartoteka_crm_inquiries.naming import REASONS, SOURCES

_ = Texts("crm_inquiries")


def _title(name: str) -> Any:
    return BY_NAME[name].title


_FIELDS: dict[str, Callable[[], Any]] = {
    "value": lambda: DecimalField(_title("value"), required=True),
    "expected_on": lambda: DateField(_title("expected_on"), required=True),
    "deadline": lambda: MomentField(_title("deadline"), required=True),
    "published_on": lambda: DateField(_title("published_on"), required=True),
    "description": lambda: BlockField(_title("description"), max_length=DESCRIPTION_LENGTH, required=True),
    "client_number": lambda: LineField(_title("client_number"), max_length=NUMBER_LENGTH, required=True),
    "link": lambda: LineField(_title("link"), max_length=500, required=True),
    "goods": lambda: ChoiceField(_title("goods"), choices=GOODS_CHOICES, required=True),
    "source_id": lambda: ChoiceField(
        _title("source_id"), choices=directory_choices(SOURCES), coerce=to_id, required=True
    ),
    "manager_id": lambda: UserField(_title("manager_id"), users=active_users, required=True),
    "reason_id": lambda: ChoiceField(_title("reason_id"), choices=directory_choices(REASONS), coerce=to_id),
    "reason_text": lambda: LineField(_title("reason_text"), max_length=SUBJECT_LENGTH),
}
ASKED = tuple(name for name in _FIELDS if not name.startswith("reason"))
"""Fields of inquiries that a stage may require and that this form can ask for."""


def form_for(names: Sequence[str], stages: Sequence[tuple[str, str]]) -> type[Form]:
    """Return the form with the stages to choose from and fields for what is missing."""
    members: dict[str, Any] = {
        "stage_id": ChoiceField(_("New stage"), choices=stages, coerce=to_id, required=True, empty=None)
    }
    wanted = [*names, "reason_text"] if "reason_id" in names else list(names)
    members |= {name: _FIELDS[name]() for name in wanted if name in _FIELDS}
    return type("MoveForm", (Form,), members)
