"""The module "ant", which declares one of everything without a fault; tests spoil it."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api import declare as d
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.users.models import User
from kartoteka.db.base import Model, Record
from kartoteka.db.types import client_id
from kartoteka.vocabulary.message import Message
from kartoteka.web.blueprint import ModuleBlueprint, signed_in

CORE_TABLES = (Client, User)
"""Mapped, so that foreign keys find their tables."""


def _(text: str) -> Message:
    return Message(text)


class Visit(Record, Model):
    __tablename__ = "ant_visit"
    __table_args__ = (Index(None, "place_sort", "id"),)
    client_id: Mapped[int]
    performer_id: Mapped[int]
    place: Mapped[str] = mapped_column(String(50))
    place_sort: Mapped[str] = mapped_column(String(50))
    note: Mapped[str | None] = mapped_column(String(50))


class Unscoped(Record, Model):
    __tablename__ = "ant_unscoped"


class Stranger(Record, Model):
    __tablename__ = "bee_thing"
    __row_scope__ = d.Public()


class Borrowed(Record, Model):
    __tablename__ = "ant_borrowed"
    __row_scope__ = d.Public()
    thing_id: Mapped[int] = mapped_column(ForeignKey("bee_thing.id"))


class Cascading(Record, Model):
    __tablename__ = "ant_cascading"
    __row_scope__ = d.OwnedByClient()
    client_id: Mapped[int] = mapped_column(ForeignKey("core_client.id", ondelete="CASCADE"))


class Proper(Record, Model):
    __tablename__ = "ant_proper"
    __row_scope__ = d.OwnedByClient()
    client_id: Mapped[int] = client_id()


class Settings(Record, Model):
    __tablename__ = "ant_settings"
    __row_scope__ = d.SystemOnly()


FIELDS = (
    d.Field(name="place", title=_("Place"), type=d.FieldType.LINE, sort="place_sort", searchable=True),
    d.Field(name="remark", title=_("Note"), type=d.FieldType.BLOCK, column="note"),
    d.Field(name="performer_id", title=_("Performer"), type=d.FieldType.USER),
)
KIND = d.RecordKind(
    kind="ant.visit",
    title=_("Visit"),
    plural_title=_("Visits"),
    icon="map-pin",
    model=Visit,
    permission="ant.view",
    scope=d.OwnedBy("performer_id"),
    fields=FIELDS,
    summarise=lambda session, ids: {},
    url=lambda visit_id: f"/ant/{visit_id}",
    client_column="client_id",
)
RIGHT = d.Permission(name="ant.view", title=_("See"), description=_("See ants."), record_kind="ant.visit")
MENU = d.MenuItem(name="ants", title=_("Ants"), endpoint="ant.show", permission="ant.view", icon="bug")
TAB = d.Tab(kinds=("ant.visit",), name="more", title=_("More"), permission="ant.view", endpoint="ant.more")
PANEL = d.Panel(
    name="last",
    slot=d.CARD_SIDE,
    title=_("Last visit"),
    permission="ant.view",
    template="ant/last.html",
    load=lambda session, record: {},
)
BADGE = d.Badge(kinds=("ant.visit",), name="late", permission="ant.view", load=lambda session, ids: {})
COLUMN = d.Column(
    list_name="clients",
    name="city",
    title=_("City"),
    type=d.FieldType.LINE,
    permission="ant.view",
    value=lambda session, ids: {},
)
FILTER = d.Filter(
    list_name="clients",
    name="city",
    title=_("City"),
    type=d.FieldType.LINE,
    permission="ant.view",
    condition=lambda record_id, value: false(),
)
LINK = d.ListLink(
    list_name="clients", name="keep", title=_("Keep"), permission="ant.view", endpoint="ant.more", icon="link"
)
ACTION = d.Action(
    name="go",
    kinds=("ant.visit",),
    title=_("Go"),
    icon="walk",
    permission="ant.view",
    run=lambda session, actor, records, data: d.Outcome(_("Went")),
)
REPORT = d.Report(
    name="places",
    title=_("Places"),
    description=_("Where"),
    permission="ant.view",
    columns=(
        d.ReportColumn("place", _("Place"), d.FieldType.LINE),
        d.ReportColumn("visits", _("Visits"), d.FieldType.INTEGER),
    ),
    rows=lambda session, params: [],
    chart=d.ReportChart("bar", "place", "visits"),
)
JOB = d.Job(name="sweep", title=_("Sweep"), run=lambda session, job: None)
SCHEDULE = d.Schedule(job="ant.sweep", cron="0 7 * * *", title=_("Every morning"))
RESOURCE = d.ApiResource(
    name="visits", title=_("Visits"), kind="ant.visit", fields=("place",), create=lambda session, values: None
)
SEARCH = d.SearchText(kind="ant.visit", fields=("place",), permission="ant.view")
REFERENCE = d.ClientReference(table="ant_visit", column="client_id")
PERSONAL = d.PersonalData(table="ant_visit", client_column="client_id", replacements={"place": ""})
ROLE = d.RoleTemplate(name="ant_keeper", title=_("Keeper"), permissions=("ant.view", "absent.view"))

PAGES = ModuleBlueprint("ant", __name__)
for endpoint in ("show", "more"):
    PAGES.add_url_rule(f"/{endpoint}", endpoint, signed_in(lambda: ""))

GOOD: dict[str, Any] = {
    "register_blueprints": [PAGES],
    "register_permissions": [RIGHT],
    "register_models": [Visit, Settings, Proper],
    "register_record_kinds": [KIND],
    "register_menu": [MENU],
    "register_tabs": [TAB],
    "register_panels": [PANEL],
    "register_badges": [BADGE],
    "register_columns": [COLUMN],
    "register_filters": [FILTER],
    "register_list_links": [LINK],
    "register_actions": [ACTION],
    "register_reports": [REPORT],
    "register_jobs": [JOB],
    "register_schedules": [SCHEDULE],
    "register_search": [SEARCH],
    "register_api_resources": [RESOURCE],
    "register_client_references": [REFERENCE],
    "register_personal_data": [PERSONAL],
    "register_roles": [ROLE],
    "register_commands": [click.Command("count")],
}
