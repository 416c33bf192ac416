"""The two ways in for visitors, as the pages that set them up need to know them: web forms and booking links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kartoteka.api.forms import Form
from kartoteka.api.texts import Message, Texts
from kartoteka_crm_inquiries.intake import service
from kartoteka_crm_inquiries.intake.forms import LinkForm, WebFormForm
from kartoteka_crm_inquiries.intake.models import BookingLink, WebForm
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, MANAGE_INTAKE

_ = Texts("crm_inquiries")


@dataclass(frozen=True)
class Way:
    """A way in: its pages stand below ``path``, their endpoints end with ``name``; ``visitors`` is what visitors see.

    ``person`` is the attribute with the user it leads to, ``nobody`` what is said where there is none. ``made`` to
    ``removed`` name the operations in the change log.
    """

    name: str
    path: str
    model: type[service.Way]
    permission: str
    form: type[Form]
    beginning: Mapping[str, Any]
    add: Callable[..., Any]
    change: Callable[..., Any]
    visitors: str
    icon: str
    person: str
    nobody: Message | str
    plural: Message
    new: Message
    none_yet: Message
    purpose: Message
    ready: Message
    made: Message
    changed: Message
    renewed: Message
    removed: Message

    def endpoint(self, page: str) -> str:
        """Return the endpoint of a page: list, new, edit, renew or remove."""
        return f"crm_inquiries.{self.page(page)}"

    def page(self, page: str) -> str:
        """Return the endpoint of a page within the module."""
        return f"{page}_{self.name}s" if page == "list" else f"{page}_{self.name}"


WEB_FORMS = Way(
    name="web_form",
    path="/forms/",
    model=WebForm,
    permission=MANAGE_INTAKE,
    form=WebFormForm,
    beginning={
        "fields": ["name", "company", "email", "phone", "message"],
        "required": ["name"],
        "days": 1,
        "enabled": True,
    },
    add=service.add_form,
    change=service.change_form,
    visitors="crm_inquiries.show_web_form",
    icon="world",
    person="manager_id",
    nobody=_("Whoever the rules of assignment say"),
    plural=_("Web forms"),
    new=_("New web form"),
    none_yet=_("No web forms yet"),
    purpose=_("What visitors of your website send by a form becomes an inquiry with a planned return call."),
    ready=_("The form is ready. Put its address on your website."),
    made=_("Web form created"),
    changed=_("Web form changed"),
    renewed=_("Address of a web form renewed"),
    removed=_("Web form removed"),
)
BOOKING_LINKS = Way(
    name="booking_link",
    path="/booking/",
    model=BookingLink,
    permission=EDIT_ACTIVITIES,
    form=LinkForm,
    beginning={"minutes": 30, "days_ahead": 30, "notice": 4, "enabled": True},
    add=service.add_link,
    change=service.change_link,
    visitors="crm_inquiries.show_free_times",
    icon="calendar-event",
    person="user_id",
    nobody="–",
    plural=_("Booking links"),
    new=_("New booking link"),
    none_yet=_("No booking links yet"),
    purpose=_("Whoever has the address of a link sees when you are free and books your time."),
    ready=_("The link is ready. Send its address to whoever may book your time."),
    made=_("Booking link created"),
    changed=_("Booking link changed"),
    renewed=_("Address of a booking link renewed"),
    removed=_("Booking link removed"),
)
