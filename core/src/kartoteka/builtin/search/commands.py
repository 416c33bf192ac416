"""What the palette offers beside records: pages, new records, reports, and what can be done with the record open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import request, url_for

from kartoteka.builtin.search.queries import describe_refs
from kartoteka.db.session import Session
from kartoteka.extension import dispatch
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.search import matches, parse_query, search_document
from kartoteka.web.current import visitor
from kartoteka.web.i18n import languages
from kartoteka.web.lists.known import all_lists
from kartoteka.web.menu import MenuEntry, menu, url_if
from kartoteka.web.panels import action_links
from kartoteka.web.user import THEMES

_THEMES = {"light": _("Light"), "dark": _("Dark"), "system": _("As on this device")}
_THEME_ICONS = {"light": "sun", "dark": "moon", "system": "device-desktop"}


@dataclass(frozen=True)
class Command:
    """A line of the palette: ``url`` is where it leads or, when ``values`` are given, what they are posted to."""

    title: Translatable
    icon: str
    url: str
    note: Translatable = ""
    name: str = ""
    value: str = ""

    @property
    def is_posted(self) -> bool:
        """Whether it changes something, so that a link would not do."""
        return bool(self.name)


def find_commands(session: Session, query: str, record: RecordRef | None, back: str) -> list[Command]:
    """Return the commands whose words a query names, all of them for an empty one.

    Those for the record of the page come first; they lead ``back`` to it.
    """
    terms = parse_query(query)
    offered = [
        *_of_record(session, record, back),
        *_of_lists(session),
        *_of_menu(menu()),
        *_of_reports(session),
        *_own(),
    ]
    return [one for one in offered if matches(search_document([str(one.title), str(one.note)]), "", terms)]


def _of_record(session: Session, record: RecordRef | None, back: str) -> Iterator[Command]:
    hit = describe_refs(session, [record]).get(record) if record is not None else None
    if hit is None:
        return
    for link in action_links(dispatch.actions(session, hit.ref), [hit.ref], back):
        yield Command(link.title, link.icon, link.url, hit.summary.title)


def _of_lists(session: Session) -> Iterator[Command]:
    for one in all_lists(session):
        may_add = one.new_permission is None or visitor().can(one.new_permission)
        if one.new_path and one.new_title is not None and may_add:
            yield Command(one.new_title, "plus", f"{request.script_root}{one.new_path}")


def _of_menu(entries: Iterable[MenuEntry], parent: Message | None = None) -> Iterator[Command]:
    for entry in entries:
        yield Command(entry.title, entry.icon, entry.url, parent or _("Go to"))
        yield from _of_menu(entry.children, entry.title)


def _of_reports(session: Session) -> Iterator[Command]:
    for report in dispatch.reports(session):
        url = url_if("reports.show_report", module=report.module, name=report.name)
        if url is not None:
            yield Command(report.title, "report-analytics", url, _("Report"))


def _own() -> Iterator[Command]:
    if profile := url_if("users.show_profile"):
        yield Command(_("Your profile"), "user", profile)
    if url := url_if("users.set_theme"):
        for theme in THEMES:
            yield Command(_THEMES[theme], _THEME_ICONS[theme], url, _("Look of the pages"), "theme", theme)
    for language, name in languages().names.items():
        yield Command(name, "language", url_for("search.set_language"), _("Language"), "language", language)
    if url := url_if("users.logout"):
        yield Command(_("Sign out"), "logout", url, "", "sign_out", "yes")
