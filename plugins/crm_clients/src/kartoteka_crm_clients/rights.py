"""The rights of the module, and the role it offers."""

from __future__ import annotations

from kartoteka.api.declare import Permission, RoleTemplate
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import BIRTHDAYS, CONTACT, EDIT, VIEW

_ = Texts("crm_clients")

PERMISSIONS = [
    Permission(
        name=VIEW,
        title=_("See contacts and addresses"),
        description=_("See the contact persons and addresses of the clients one may see."),
        record_kind=CONTACT,
        also_requires=("clients.view",),
        weight=10,
    ),
    Permission(
        name=EDIT,
        title=_("Change contacts and addresses"),
        description=_("Add, change and archive contact persons and addresses."),
        record_kind=CONTACT,
        also_requires=(VIEW,),
        weight=20,
    ),
    Permission(
        name=BIRTHDAYS,
        title=_("See birthdays"),
        description=_("See who has a birthday soon: on cards, in the list and in the report."),
        record_kind=CONTACT,
        also_requires=(VIEW,),
        weight=30,
    ),
]
ROLES = [
    RoleTemplate(
        name="sales_manager",
        title=_("Sales manager with contacts"),
        permissions=(
            "clients.view",
            "clients.create",
            "clients.edit",
            "documents.view",
            VIEW,
            EDIT,
            BIRTHDAYS,
            "crm_clients.view_contracts",
            "crm_clients.edit_contracts",
        ),
        reach="own",
    )
]
