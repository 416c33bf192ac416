"""Pages: blueprints with their rights, rendering, links to records, messages, downloads."""

from kartoteka.builtin.clients.card import render_card
from kartoteka.web.blueprint import ModuleBlueprint, public, require, signed_in
from kartoteka.web.current import visitor
from kartoteka.web.downloads import Heading, csv_response, xlsx_response
from kartoteka.web.i18n import today
from kartoteka.web.links import describe, describe_all, url_of
from kartoteka.web.pages import is_fragment, render, render_part
from kartoteka.web.panels import record_actions, record_tabs, render_panels
from kartoteka.web.toasts import toast

__all__ = [
    "Heading",
    "ModuleBlueprint",
    "csv_response",
    "describe",
    "describe_all",
    "is_fragment",
    "public",
    "record_actions",
    "record_tabs",
    "render",
    "render_card",
    "render_panels",
    "render_part",
    "require",
    "signed_in",
    "toast",
    "today",
    "url_of",
    "visitor",
    "xlsx_response",
]
