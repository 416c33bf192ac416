"""What promises are to the program: the kind, search, the tab of the card, the API."""

from __future__ import annotations

from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session
from kartoteka.api.declare import ApiResource, OwnedBy, OwnedByClientOr, RecordKind, SearchText, Tab
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, PROMISE, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.promises import queries, service
from kartoteka_crm_inquiries.promises.fields import PROMISE_FIELDS
from kartoteka_crm_inquiries.promises.models import Promise

_ = Texts("crm_inquiries")

KINDS = [
    RecordKind(
        kind=PROMISE,
        title=_("Promise"),
        plural_title=_("Promises"),
        icon="heart-handshake",
        model=Promise,
        permission=VIEW_ACTIVITIES,
        scope=OwnedByClientOr(others=OwnedBy("user_id")),
        client_column="client_id",
        owner_columns=("user_id",),
        change_permission=EDIT_ACTIVITIES,
        fields=PROMISE_FIELDS,
        summarise=queries.summarise_promises,
        url=queries.promise_url,
    )
]
SEARCH = [SearchText(kind=PROMISE, fields=("text",), permission=VIEW_ACTIVITIES)]
TABS = [
    Tab(
        kinds=(CLIENT_KIND,),
        name="promises",
        title=_("Promises"),
        permission=VIEW_ACTIVITIES,
        tells=(PROMISE,),
        endpoint="crm_inquiries.show_promises",
        count=queries.count_open_promises,
        weight=38,
    )
]


def create_promise(session: Session, values: dict[str, Any]) -> Promise:
    """Write down a promise to or of the client that is named."""
    return service.add_promise(session, values.pop("client"), values)


API_RESOURCES = [
    ApiResource(
        name="promises",
        title=_("Promises"),
        kind=PROMISE,
        create=create_promise,
        change=service.change_promise,
        remove=service.archive_promise,
    )
]
