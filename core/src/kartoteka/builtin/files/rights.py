"""The rights about documents."""

from __future__ import annotations

from kartoteka.builtin.files.fields import ADD, DELETE, EDIT, FILE, MANAGE, VIEW
from kartoteka.builtin.files.models import SEE_ALL
from kartoteka.extension.declarations.access import Permission
from kartoteka.vocabulary.message import text as _

PERMISSIONS = [
    Permission(
        name=VIEW,
        title=_("See documents"),
        description=_("Open the documents of the clients and records that one may see."),
        record_kind=FILE,
        weight=10,
    ),
    Permission(
        name=ADD,
        title=_("Add documents"),
        description=_("Put new documents into the register."),
        record_kind=FILE,
        also_requires=(VIEW,),
        weight=20,
    ),
    Permission(
        name=EDIT,
        title=_("Change documents"),
        description=_("Save new versions of documents and change what the register says about them."),
        record_kind=FILE,
        also_requires=(VIEW,),
        weight=30,
    ),
    Permission(
        name=DELETE,
        title=_("Delete documents"),
        description=_("Move documents to the bin and restore them."),
        record_kind=FILE,
        also_requires=(VIEW,),
        weight=40,
    ),
    Permission(
        name=SEE_ALL,
        title=_("See documents of all records"),
        description=_("Find also documents without a client, and those of records that only some colleagues see."),
        record_kind=FILE,
        also_requires=(VIEW,),
        weight=50,
    ),
    Permission(
        name=MANAGE,
        title=_("Set up the register of documents"),
        description=_("Set how large documents may be and which types of files are not allowed."),
        weight=60,
    ),
]
