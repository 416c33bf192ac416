"""Forms of inquiries: register one with its next action, change it, close it, open it again, hand it over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import g, request

from kartoteka.api.db import reading
from kartoteka.api.declare import ClientPerson
from kartoteka.api.directories import directory_choices
from kartoteka.api.forms import (
    BlockField,
    ChoiceField,
    CodeField,
    DateField,
    DecimalField,
    EmailField,
    Form,
    LineField,
    MomentField,
    PhoneField,
    UserField,
    WebsiteField,
    YesNoField,
    to_id,
)
from kartoteka.api.texts import Texts, Translatable
from kartoteka.api.users import active_users
from kartoteka.api.web import visitor
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.inquiries.fields import BY_NAME, GOODS_CHOICES, stage_choices
from kartoteka_crm_inquiries.inquiries.models import NUMBER_LENGTH, SUBJECT_LENGTH
from kartoteka_crm_inquiries.inquiries.planning import usual_step
from kartoteka_crm_inquiries.leads import PREFERENCE, lead_in
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, REASONS, SOURCES

_ = Texts("crm_inquiries")

CLIENT_KINDS = (("company", _("Company")), ("person", _("Person")))
FACTS = ("subject", "description", "goods", "client_number", "source_id", "value", "currency")
BY_SORT = {
    "inquiry": ("expected_on",),
    "order": ("deadline", "to_production"),
    "tender": ("link", "published_on", "deadline"),
}
"""Fields that only one sort has."""
MOST_LINES, NEW_LINES = 200, 1


def _title(name: str) -> Any:
    return BY_NAME[name].title


class FactsForm(Form):
    """What is known of an inquiry, order or tender; fields of other sorts are taken out by `for_sort`."""

    subject = LineField(_title("subject"), required=True, max_length=SUBJECT_LENGTH)
    description = BlockField(_title("description"))
    goods = ChoiceField(_title("goods"), choices=GOODS_CHOICES, empty=_("Not set"))
    client_number = CodeField(_title("client_number"), max_length=NUMBER_LENGTH, help=BY_NAME["client_number"].help)
    source_id = ChoiceField(_title("source_id"), choices=directory_choices(SOURCES), coerce=to_id, empty=_("Not set"))
    value = DecimalField(_title("value"))
    currency = CodeField(_title("currency"), max_length=3, default="EUR")
    expected_on = DateField(_title("expected_on"))
    deadline = MomentField(_title("deadline"))
    to_production = YesNoField(_title("to_production"), help=_("The order is to be made, not taken from stock."))
    published_on = DateField(_title("published_on"))
    link = WebsiteField(_("Where it was published"), max_length=500)
    person = ChoiceField(_("Contact person"), empty=_("Not set"))
    manager_id = UserField(_title("manager_id"), users=active_users, empty=_("Nobody yet"))

    def offer_people(self, people: Sequence[ClientPerson]) -> None:
        """Offer the people who speak for the client; without any the field is taken out."""
        if not people:
            del self["person"]
            return
        self.person.choices = self.person._offer([(str(one.ref), one.name) for one in people])

    def for_sort(self, sort: str, *, may_assign: bool) -> None:
        """Take out what inquiries of this sort have not, and the performer where only oneself may be."""
        kept = BY_SORT.get(sort, ())
        for names in BY_SORT.values():
            for name in names:
                if name not in kept and name in self:
                    del self[name]
        if not may_assign and "manager_id" in self:
            del self["manager_id"]

    def facts(self) -> dict[str, Any]:
        """Return what was typed of the inquiry itself."""
        return {name: value for name, value in self.values().items() if name in FactsForm.__dict__}


_NEXT = frozenset({"next_kind_id", "next_starts_at", "next_performer_id", "next_name"})


def _usual() -> NextStep:
    """Return what a form of the next action begins with; asked for once a request, unless it was sent."""
    if request.form.keys() >= _NEXT:
        return _SENT
    if "crm_inquiries_usual_step" not in g:
        with reading() as session:
            g.crm_inquiries_usual_step = usual_step(session, visitor().id)
    found: NextStep = g.crm_inquiries_usual_step
    return found


_SENT = NextStep(starts_at=datetime.min.replace(tzinfo=UTC))
"""Stands for what a form would begin with that was sent with all its fields."""


class NextStepForm(Form):
    """What is done next: a call on the next working day at ten by oneself, unless something else is typed."""

    next_kind_id = ChoiceField(
        _("What"),
        choices=directory_choices(ACTIVITY_KINDS),
        coerce=to_id,
        empty=_("Task"),
        default=lambda: _usual().kind_id,
    )
    next_starts_at = MomentField(_("When"), required=True, default=lambda: _usual().starts_at)
    next_performer_id = UserField(_("Who"), users=active_users, empty=None, default=lambda: _usual().performer_id)
    next_name = LineField(_("In words"), max_length=200, default=lambda: _usual().name)

    def next_step(self) -> NextStep:
        """Return it as the services take it."""
        moment: datetime = self.next_starts_at.data
        performer_id, who = self.next_performer_id.data, visitor()
        return NextStep(
            starts_at=moment,
            kind_id=self.next_kind_id.data,
            performer_id=performer_id,
            name=self.next_name.data or "",
            # The visitor's own preferences have been read with his sign-in; those of others the service looks up.
            remind=lead_in(who.preferences.get(PREFERENCE)) if performer_id == who.id else None,
        )


class RegisterForm(FactsForm, NextStepForm):
    """Register an inquiry, order or tender: who asks, what for, and what is done next."""

    client = LineField(_("Client"), max_length=300, help=_("Name, number or code. Somebody unknown is entered as new."))
    new_kind = ChoiceField(_("Who it is"), choices=CLIENT_KINDS, empty=None, default="company")
    new_phone = PhoneField(_("Phone"))
    new_email = EmailField(_("E-mail"))

    def add_error(self, name: str | None, message: Translatable) -> None:
        """Show what is wrong with the client where the client stands."""
        super().add_error("client" if name == "client_id" else name, message)


class ChangeForm(FactsForm):
    """Change an inquiry, order or tender."""


class CloseForm(Form):
    """Say how it ended."""

    outcome = ChoiceField(_("How did it end?"), choices=(("won", _("Won")), ("lost", _("Lost"))), empty=None)
    value = DecimalField(_title("value"))
    reason_id = ChoiceField(_("Why"), choices=directory_choices(REASONS), coerce=to_id, empty=_("Not set"))
    reason_text = LineField(_("In words"), max_length=SUBJECT_LENGTH)
    keep_activities = YesNoField(_("Keep what is planned for it"))


class ReopenForm(NextStepForm):
    """Open again, with the next action."""


class HandOverForm(Form):
    """Pass on to a colleague, with a note."""

    user_id = UserField(_("To whom"), users=active_users, required=True)
    note = BlockField(_("Note"), max_length=2000, help=_("The colleague is told, with this note."))


class MoveForm(Form):
    """The stage that inquiries go to."""

    stage_id = ChoiceField(_title("stage_id"), choices=stage_choices, coerce=to_id, required=True)


class OrderForm(NextStepForm):
    """Make an order of an inquiry: what is not typed is taken over."""

    value = DecimalField(_title("value"), help=_("If empty, that of the inquiry is used."))
    deadline = MomentField(_("Delivery"))
    to_production = YesNoField(_title("to_production"))
    close = YesNoField(_("The inquiry is won by it"), default=True)


def sent_lines() -> list[dict[str, str]]:
    """Return the lines of an inquiry as the form sent them, those without a text too."""
    columns = {name: request.form.getlist(f"line_{name}")[:MOST_LINES] for name in ("text", "quantity", "unit")}
    number = len(columns["text"])
    padded = {name: [*values, *[""] * (number - len(values))] for name, values in columns.items()}
    return [{name: padded[name][index][:500] for name in padded} for index in range(number)]


def change_lines(rows: Sequence[dict[str, str]], do: str) -> list[dict[str, str]]:
    """Return the lines after a button beside them was pressed: one more, or one less."""
    kept = list(rows)
    what, _colon, number = do.partition(":")
    if what == "remove-line" and number.isascii() and number.isdigit() and int(number) < len(kept):
        del kept[int(number)]
    if what == "add-line" and len(kept) < MOST_LINES:
        kept.append({"text": "", "quantity": "1", "unit": ""})
    return kept
