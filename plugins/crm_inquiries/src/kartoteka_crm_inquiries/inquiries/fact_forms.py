"""Forms for editing one fact of an inquiry, order or tender where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kartoteka.api.declare import ClientPerson
from kartoteka.api.forms import Form, MomentField
from kartoteka_crm_inquiries.inquiries.fields import BY_NAME
from kartoteka_crm_inquiries.inquiries.forms import BY_SORT, FactsForm

_ALONE = (
    "subject",
    "description",
    "goods",
    "client_number",
    "source_id",
    "expected_on",
    "deadline",
    "to_production",
    "published_on",
    "link",
    "person",
    "manager_id",
)


class _ReceivedForm(Form):
    received_at = MomentField(BY_NAME["received_at"].title, required=True)


def _form_of(*names: str) -> type[Form]:
    return type("FactForm", (Form,), {name: getattr(FactsForm, name) for name in names})


_FORMS: dict[str, type[Form]] = {
    **{name: _form_of(name) for name in _ALONE},
    "value": _form_of("value", "currency"),
    "received_at": _ReceivedForm,
}
"""An amount is typed together with its currency."""


def is_edited_here(name: str, sort: str, *, may_assign: bool) -> bool:
    """Tell whether inquiries of this sort have the fact, and whoever may or may not assign may write it."""
    if name not in _FORMS or (name == "manager_id" and not may_assign):
        return False
    sorts = [one for one, names in BY_SORT.items() if name in names]
    return not sorts or sort in sorts


def fact_form(name: str) -> Form:
    """Return the form of a fact; KeyError for what is none."""
    return _FORMS[name]()


def offer_people(form: Any, people: Sequence[ClientPerson]) -> None:
    """Offer the people who speak for the client as contact persons."""
    form.person.choices = form.person._offer([(str(one.ref), one.name) for one in people])
