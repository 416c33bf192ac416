"""The pages of the client registry in the main menu."""

from __future__ import annotations

from kartoteka.builtin.clients.fields import CREATE, DELETE, MANAGE_GROUPS, MERGE, VIEW
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.vocabulary.message import text as _

MENU = [
    MenuItem(
        name="clients",
        title=_("Clients"),
        endpoint="clients.list_clients",
        permission=VIEW,
        icon="address-book",
        weight=10,
    ),
    MenuItem(
        name="directory",
        title=_("Company directory"),
        endpoint="clients.list_directory",
        permission=CREATE,
        icon="building-community",
        parent="clients.clients",
        weight=60,
    ),
    MenuItem(
        name="groups",
        title=_("Client groups"),
        endpoint="clients.show_groups",
        permission=MANAGE_GROUPS,
        icon="tags",
        parent="clients.clients",
        weight=900,
    ),
    MenuItem(
        name="tags",
        title=_("Tags"),
        endpoint="clients.show_tags",
        permission=VIEW,
        icon="tags",
        parent="clients.clients",
        weight=890,
    ),
    MenuItem(
        name="templates",
        title=_("Templates of clients"),
        endpoint="clients.show_templates",
        permission=CREATE,
        icon="copy",
        parent="clients.clients",
        weight=895,
    ),
    MenuItem(
        name="pairs",
        title=_("Duplicates"),
        endpoint="clients.show_pairs",
        parent="clients.clients",
        permission=MERGE,
        icon="copy",
        weight=940,
    ),
    MenuItem(
        name="bin",
        title=_("Bin"),
        endpoint="clients.show_bin",
        parent="clients.clients",
        permission=DELETE,
        icon="trash",
        weight=950,
    ),
]
