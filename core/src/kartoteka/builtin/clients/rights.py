"""The rights of the client registry, and the roles it offers."""

from __future__ import annotations

from kartoteka.builtin.clients.directory.fields import COMPANY_KIND
from kartoteka.builtin.clients.directory.fields import IMPORT as IMPORT_DIRECTORY
from kartoteka.builtin.clients.fields import (
    ARCHIVE,
    CHANGE_MANAGER,
    CLIENT_KIND,
    CREATE,
    DELETE,
    EDIT,
    EDIT_PERSONAL_CODE,
    EXPORT,
    IMPORT,
    MANAGE_GROUPS,
    MERGE,
    PURGE,
    SEE_PERSONAL_CODE,
    SHARE,
    VIEW,
)
from kartoteka.builtin.clients.layout.service import ARRANGE
from kartoteka.builtin.clients.tags.service import MANAGE_TAGS
from kartoteka.extension.declarations.access import Permission, RoleTemplate
from kartoteka.vocabulary.message import text as _

PERMISSIONS = [
    Permission(
        name=VIEW,
        title=_("See clients"),
        description=_("See the list of clients and their cards, as far as the role's reach goes."),
        record_kind=CLIENT_KIND,
        weight=10,
    ),
    Permission(
        name=CREATE,
        title=_("Add clients"),
        description=_("Enter new clients; the one who enters a client becomes its manager."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=20,
    ),
    Permission(
        name=EDIT,
        title=_("Change clients"),
        description=_("Change what is written on a client's card."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=30,
    ),
    Permission(
        name=CHANGE_MANAGER,
        title=_("Hand clients over"),
        description=_("Make another user the manager of a client."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=40,
    ),
    Permission(
        name=ARCHIVE,
        title=_("Archive clients"),
        description=_("Archive and restore clients."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=50,
    ),
    Permission(
        name=SHARE,
        title=_("Share clients"),
        description=_("Let a user see a client that is otherwise out of reach, for a time and with a reason."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=60,
    ),
    Permission(
        name=ARRANGE,
        title=_("Arrange the client card for others"),
        description=_("Choose what the client card shows to a department or to the whole company, and in what order."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=65,
    ),
    Permission(
        name=SEE_PERSONAL_CODE,
        title=_("See personal codes"),
        description=_("See the personal codes of natural persons; without it they are nowhere to be found."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=70,
    ),
    Permission(
        name=EDIT_PERSONAL_CODE,
        title=_("Change personal codes"),
        description=_("Enter and change the personal codes of natural persons."),
        record_kind=CLIENT_KIND,
        also_requires=(SEE_PERSONAL_CODE,),
        weight=80,
    ),
    Permission(
        name=IMPORT_DIRECTORY,
        title=_("Import company directories"),
        description=_("Import and remove directories of companies that are not clients yet."),
        record_kind=COMPANY_KIND,
        also_requires=(CREATE,),
        weight=85,
    ),
    Permission(
        name=MANAGE_TAGS,
        title=_("Rename and delete tags"),
        description=_("Give tags other names and colours, and delete them from all clients."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=68,
    ),
    Permission(
        name=MANAGE_GROUPS,
        title=_("Manage client groups"),
        description=_("Name the groups that clients are sorted into, and close those no longer used."),
        record_kind="clients.group",
        also_requires=(VIEW,),
        weight=90,
    ),
    Permission(
        name=MERGE,
        title=_("Merge clients"),
        description=_("Make one card of several cards of the same client, with everything that belongs to them."),
        record_kind=CLIENT_KIND,
        also_requires=(EDIT,),
        weight=100,
    ),
    Permission(
        name=DELETE,
        title=_("Delete clients"),
        description=_("Move clients to the bin and restore them."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=110,
    ),
    Permission(
        name=PURGE,
        title=_("Delete clients permanently"),
        description=_("Permanently delete clients in the bin before their time is up; this can't be undone."),
        record_kind=CLIENT_KIND,
        also_requires=(DELETE,),
        weight=120,
    ),
    Permission(
        name=IMPORT,
        title=_("Import clients"),
        description=_("Enter and change many clients at once, from a file."),
        record_kind=CLIENT_KIND,
        also_requires=(CREATE, EDIT),
        weight=100,
    ),
    Permission(
        name=EXPORT,
        title=_("Export clients"),
        description=_("Export the list of clients to a file; every export is recorded in the audit log."),
        record_kind=CLIENT_KIND,
        also_requires=(VIEW,),
        weight=110,
    ),
]

_DOCUMENTS = ("files.view", "files.add", "files.edit")
_NOTES = ("timeline.view", "timeline.write")
_MAIL = ("mail.view", "mail.send", "inbox.view")
ROLES = [
    RoleTemplate(
        name="sales_manager",
        title=_("Sales manager"),
        permissions=(VIEW, CREATE, EDIT, *_DOCUMENTS, *_NOTES, *_MAIL),
        reach="own",
    ),
    RoleTemplate(
        name="head_of_sales",
        title=_("Head of sales"),
        permissions=(
            *(VIEW, CREATE, EDIT, CHANGE_MANAGER, ARCHIVE, SHARE, SEE_PERSONAL_CODE, MERGE, DELETE),
            *_DOCUMENTS,
            *_NOTES,
            *_MAIL,
            "inbox.sort",
        ),
        reach="department",
    ),
]
