"""One's own calendar and list of tasks, as calendar programs find them."""

from __future__ import annotations

from functools import partial
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import DavCollection, DavItem, DavObject, DavSpan
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.sync import queries, service
from kartoteka_crm_inquiries.sync.components import EVENT, TASK

_ = Texts("crm_inquiries")


def _items(sort: str, session: Session, span: DavSpan | None) -> list[DavItem]:
    return queries.list_items(session, sort, span)


def _read(sort: str, session: Session, names: Any) -> list[DavObject]:
    return queries.read_objects(session, sort, names)


def _write(sort: str, session: Session, name: str, text: str) -> DavItem:
    return service.write_object(session, sort, name, text)


def _delete(sort: str, session: Session, name: str) -> None:
    service.delete_object(session, sort, name)


def _collection(name: str, title: Any, sort: str, weight: int) -> DavCollection:
    return DavCollection(
        name=name,
        title=title,
        component=sort,
        permission=VIEW_ACTIVITIES,
        change_permission=EDIT_ACTIVITIES,
        items=partial(_items, sort),
        read=partial(_read, sort),
        write=partial(_write, sort),
        delete=partial(_delete, sort),
        weight=weight,
    )


COLLECTIONS = [
    _collection("activities", _("My activities"), EVENT, 10),
    _collection("tasks", _("My tasks"), TASK, 20),
]
