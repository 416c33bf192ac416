"""The frame of a client's card: header, badges, actions and tabs, the same around every tab (CL-03, CL-04)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request, url_for

from kartoteka.builtin.clients.fields import CLIENT_KIND, CLIENT_KINDS, EDIT, FIELDS, IMPORTANCES, RELATIONSHIPS
from kartoteka.builtin.clients.kinds import client_url
from kartoteka.builtin.clients.layout.applying import visitor_layout
from kartoteka.builtin.clients.layout.rules import HEADER, TABS, Layout
from kartoteka.builtin.clients.models import Client, Relationship
from kartoteka.builtin.clients.queries_card import CardClient, kept_client
from kartoteka.builtin.clients.service import EDITABLE
from kartoteka.builtin.clients.shown import header_facts
from kartoteka.builtin.search.service import favourite_refs
from kartoteka.db.members import ReadRecord
from kartoteka.db.session import Session, reading
from kartoteka.extension.declarations.data import Choice, Colour
from kartoteka.extension.declarations.ui import BadgeValue
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState
from kartoteka.web.current import visitor
from kartoteka.web.in_place import Fact
from kartoteka.web.pages import render
from kartoteka.web.panels import ActionLink, TabLink, record_actions, record_badges, record_tabs

OVERVIEW = "clients.overview"

_STATES: dict[str, Message] = {
    RecordState.ARCHIVED: _("archived"),
    RecordState.DELETED: _("in the bin"),
    RecordState.MERGED: _("merged"),
}


@dataclass(frozen=True)
class Card:
    """Everything that ``clients/card.html`` shows around a tab."""

    client: Client | ReadRecord
    record: RecordRef
    manager: str
    group: str
    facts: Sequence[Fact]
    marks: Sequence[BadgeValue]
    tabs: Sequence[TabLink]
    actions: Sequence[ActionLink]
    current: str
    may_edit: bool
    layout: Layout
    is_favourite: bool
    reads: frozenset[str]
    """The names of the client's fields that the user may read."""

    @property
    def kind_title(self) -> Message | None:
        """The client kind (regular, key, ...) in words."""
        if "client_kind" not in self.reads:
            return None
        return _title_among(CLIENT_KINDS, self.client.client_kind)

    @property
    def url(self) -> str:
        """The address of the card."""
        return request.script_root + client_url(self.client.id)

    @property
    def has_primary(self) -> bool:
        """Whether an action of a module is the one that is meant to be taken first."""
        return any(action.primary for action in self.actions)


def load_card(session: Session, client_id: int, tab: str = OVERVIEW) -> Card:
    """Return the frame of a client's card; raises NotFound when the user may not see the client.

    The address of a merged client leads to the same page of the client that was kept.

    ``tab`` is the key (``module.name``) of the tab that is shown inside. Statements: the client, all counters of page
    and menu, and one for each badge that it may have.
    """
    known = kept_client(session, client_id)
    if known.client.id != client_id:
        abort(redirect(_same_page(client_id, known.client.id)))
    record = RecordRef(CLIENT_KIND, client_id)
    layout = visitor_layout(session)
    tabs, can = record_tabs(session, record, tab), visitor().actor.can
    overview = TabLink(OVERVIEW, _("Overview"), request.script_root + client_url(client_id), None, tab == OVERVIEW)
    return Card(
        client=known.client,
        record=record,
        manager=known.manager,
        group=known.group if FIELDS["group"].is_readable(can) else "",
        reads=frozenset(field.name for field in FIELDS.values() if field.is_readable(can)),
        facts=layout.arrange(HEADER, header_facts(known, can), lambda fact: fact.name),
        marks=[*_own_marks(known, can), *record_badges(session, record)],
        tabs=[overview, *_shown_tabs(layout, tabs)],
        actions=record_actions(session, record),
        current=tab,
        may_edit=can(EDIT) and known.client.state in EDITABLE,
        layout=layout,
        is_favourite=record in favourite_refs(visitor().preferences or {}),
    )


def _shown_tabs(layout: Layout, links: Sequence[TabLink]) -> list[TabLink]:
    """Return the tabs in the reader's order; the one that is open is shown also when it is hidden."""
    ordered = layout.ordered(TABS, links, lambda link: link.key)
    return [link for link in ordered if link.is_current or not layout.is_hidden(TABS, link.key)]


def render_card(template: str, client_id: int, /, *, tab: str, **context: Any) -> str:
    """Render a tab of a client's card.

    ``template`` extends ``clients/card.html`` and fills its block ``card_content``; ``tab`` is the key
    (``module.name``) of the tab. Raises NotFound when the user may not see the client. Templates get ``card`` beside
    ``context``.
    """
    with reading() as session:
        card = load_card(session, client_id, tab)
    return render(template, card=card, client=card.client, **context)


def _same_page(client_id: int, kept_id: int) -> str:
    """Return the address of this page for the kept client; its card where the page is about something else."""
    endpoint, values = request.endpoint, {**(request.view_args or {})}
    if endpoint is None or values.get("record_id") != client_id:
        return url_for("clients.show_client", record_id=kept_id)
    return url_for(endpoint, **{**values, "record_id": kept_id})


def _own_marks(known: CardClient, can: Callable[[str], bool]) -> list[BadgeValue]:
    client = known.client
    marks: list[BadgeValue] = []
    if client.state in _STATES:
        marks.append(BadgeValue(_STATES[client.state], Colour.NONE, "archive"))
    if client.relationship == Relationship.POTENTIAL and (title := _title_among(RELATIONSHIPS, client.relationship)):
        marks.append(BadgeValue(title, Colour.PLANNED))
    if client.importance and FIELDS["importance"].is_readable(can):
        mark = client.importance.upper()
        marks.append(BadgeValue(mark, Colour.TODAY if mark == "A" else Colour.NONE, "star", _importance(client)))
    return marks


def _importance(client: Client) -> Message | None:
    return _title_among(IMPORTANCES, client.importance)


def _title_among(choices: Sequence[Choice], value: str) -> Any:
    return next((choice.title for choice in choices if choice.value == value), None)
