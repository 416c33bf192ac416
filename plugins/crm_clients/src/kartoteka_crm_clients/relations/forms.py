"""Forms of positions and relations."""

from __future__ import annotations

from typing import Any

from kartoteka.api.db import who_works
from kartoteka.api.declare import Field
from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import ChoiceField, DateField, Form, LineField, YesNoField, to_id
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.relations.fields import POSITION_FIELDS, POSITIONS, RELATION_FIELDS, RELATIONS
from kartoteka_crm_clients.relations.models import NOTES_LENGTH

_ = Texts("crm_clients")

_OF_POSITION = {field.name: field for field in POSITION_FIELDS}
_OF_RELATION = {field.name: field for field in RELATION_FIELDS}


def _entry(field: Any, directory: str) -> ChoiceField:
    return ChoiceField(
        field.title, choices=directory_choices(directory), coerce=to_id, empty=_("Not set"), help=field.help
    )


class _LimitedForm(Form):
    """A form without the fields that the user may not write."""

    described: tuple[Field, ...]

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        can = who_works().can
        self.keep_only(field.name for field in self.described if field.is_writable(can))


class PositionForm(_LimitedForm):
    """What a person is at a client."""

    described = POSITION_FIELDS
    role_id = _entry(_OF_POSITION["role_id"], POSITIONS)
    is_signatory = YesNoField(_OF_POSITION["is_signatory"].title, help=_OF_POSITION["is_signatory"].help)
    since = DateField(_OF_POSITION["since"].title)
    until = DateField(_OF_POSITION["until"].title, help=_OF_POSITION["until"].help)
    notes = LineField(_OF_POSITION["notes"].title, max_length=NOTES_LENGTH, help=_OF_POSITION["notes"].help)


class RelationForm(_LimitedForm):
    """How two clients belong together."""

    described = RELATION_FIELDS
    kind_id = _entry(_OF_RELATION["kind_id"], RELATIONS)
    reverse_id = _entry(_OF_RELATION["reverse_id"], RELATIONS)
    notes = LineField(_OF_RELATION["notes"].title, max_length=NOTES_LENGTH)
