"""What web forms and booking links are to the program."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType, OwnedBy, Public, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.intake import queries
from kartoteka_crm_inquiries.intake.models import BookingLink, WebForm
from kartoteka_crm_inquiries.naming import BOOKING_LINK, EDIT_ACTIVITIES, MANAGE_INTAKE, VIEW_ACTIVITIES, WEB_FORM

_ = Texts("crm_inquiries")

KINDS = [
    RecordKind(
        kind=WEB_FORM,
        title=_("Web form"),
        plural_title=_("Web forms"),
        icon="world",
        model=WebForm,
        permission=MANAGE_INTAKE,
        scope=Public(),
        change_permission=MANAGE_INTAKE,
        fields=(
            Field(name="title", title=_("Title"), type=FieldType.LINE, required=True),
            Field(name="intro", title=_("Text above the form"), type=FieldType.BLOCK),
            Field(name="thanks", title=_("What visitors read afterwards"), type=FieldType.BLOCK),
            Field(name="days", title=_("Return call in, working days"), type=FieldType.INTEGER),
            Field(name="enabled", title=_("Visitors can use it"), type=FieldType.YES_NO),
        ),
        summarise=queries.summarise_forms,
        url=queries.form_url,
    ),
    RecordKind(
        kind=BOOKING_LINK,
        title=_("Booking link"),
        plural_title=_("Booking links"),
        icon="calendar-event",
        model=BookingLink,
        permission=VIEW_ACTIVITIES,
        scope=OwnedBy("user_id"),
        owner_columns=("user_id",),
        change_permission=EDIT_ACTIVITIES,
        fields=(
            Field(name="title", title=_("Title"), type=FieldType.LINE, required=True),
            Field(name="intro", title=_("Text above the free times"), type=FieldType.BLOCK),
            Field(name="place", title=_("Place"), type=FieldType.LINE),
            Field(name="minutes", title=_("How long it takes, minutes"), type=FieldType.INTEGER),
            Field(name="days_ahead", title=_("At most how many days ahead"), type=FieldType.INTEGER),
            Field(name="notice", title=_("At least how many hours before"), type=FieldType.INTEGER),
            Field(name="enabled", title=_("Visitors can use it"), type=FieldType.YES_NO),
        ),
        summarise=queries.summarise_links,
        url=queries.link_url,
    ),
]
