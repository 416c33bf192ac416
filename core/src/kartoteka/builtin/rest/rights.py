"""The rights of the API."""

from __future__ import annotations

from kartoteka.extension.declarations.access import Permission
from kartoteka.vocabulary.message import text as _

KEYS = "rest.keys"
MANAGE = "rest.manage"

PERMISSIONS = [
    Permission(
        name=KEYS,
        title=_("Create own API keys"),
        description=_("Let other programs read and write with one's own rights, and end that again."),
        weight=10,
    ),
    Permission(
        name=MANAGE,
        title=_("Manage API keys and webhooks"),
        description=_("See and end everybody's API keys, and tell other programs which records have changed."),
        also_requires=(KEYS,),
        weight=20,
    ),
]
