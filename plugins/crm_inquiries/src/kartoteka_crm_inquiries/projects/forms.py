"""The form of sales projects."""

from __future__ import annotations

from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import (
    BlockField,
    ChoiceField,
    CodeField,
    DateField,
    DecimalField,
    Form,
    LineField,
    UserField,
    to_id,
)
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.naming import PROJECT_STATUSES
from kartoteka_crm_inquiries.projects.fields import BY_NAME
from kartoteka_crm_inquiries.projects.models import NAME_LENGTH

_ = Texts("crm_inquiries")


class ProjectForm(Form):
    """A sales project."""

    name = LineField(BY_NAME["name"].title, required=True, max_length=NAME_LENGTH)
    number = LineField(BY_NAME["number"].title, max_length=60, help=BY_NAME["number"].help)
    status_id = ChoiceField(
        BY_NAME["status_id"].title, choices=directory_choices(PROJECT_STATUSES), coerce=to_id, empty=_("Not set")
    )
    manager_id = UserField(BY_NAME["manager_id"].title, users=active_users, empty=_("Nobody"))
    starts_on = DateField(BY_NAME["starts_on"].title)
    due_on = DateField(BY_NAME["due_on"].title)
    value = DecimalField(BY_NAME["value"].title)
    currency = CodeField(BY_NAME["currency"].title, max_length=3)
    description = BlockField(BY_NAME["description"].title)
