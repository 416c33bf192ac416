"""Pages: blueprints with their rights, rendering, links to records, messages, downloads."""

from kartoteka.builtin.clients.card import render_card
from kartoteka.builtin.rest.visits import limit_visits
from kartoteka.builtin.timeline.pages import stream_page
from kartoteka.builtin.timeline.views import timeline_url
from kartoteka.web.asked import asked_day, asked_id, asked_ids
from kartoteka.web.blueprint import ModuleBlueprint, public, require, signed_in, takes_files
from kartoteka.web.countries import company_country
from kartoteka.web.current import visitor
from kartoteka.web.downloads import Heading, csv_response, xlsx_response
from kartoteka.web.i18n import current_formats, today
from kartoteka.web.in_place import Fact, show_saved_value, show_value, show_value_form
from kartoteka.web.links import describe, describe_all, url_of
from kartoteka.web.machines import for_programs
from kartoteka.web.pages import is_fragment, render, render_part
from kartoteka.web.panels import record_actions, record_tabs, render_panels
from kartoteka.web.preview import Preview, preview_url, register_preview
from kartoteka.web.templating import format_number
from kartoteka.web.toasts import toast

__all__ = [
    "Fact",
    "Heading",
    "ModuleBlueprint",
    "Preview",
    "asked_day",
    "asked_id",
    "asked_ids",
    "company_country",
    "csv_response",
    "current_formats",
    "describe",
    "describe_all",
    "for_programs",
    "format_number",
    "is_fragment",
    "limit_visits",
    "preview_url",
    "public",
    "record_actions",
    "record_tabs",
    "register_preview",
    "render",
    "render_card",
    "render_panels",
    "render_part",
    "require",
    "show_saved_value",
    "show_value",
    "show_value_form",
    "signed_in",
    "stream_page",
    "takes_files",
    "timeline_url",
    "toast",
    "today",
    "url_of",
    "visitor",
    "xlsx_response",
]
