"""The client registry: the mapped class for reading, services for writing, names of its rights."""

from kartoteka.builtin.clients.duplicates import (
    KnownDuplicate,
    PossibleDuplicate,
    describe_duplicates,
    find_duplicates,
    probe_for,
)
from kartoteka.builtin.clients.fields import ARCHIVE, CHANGE_MANAGER, CLIENT_KIND, CREATE, EDIT, EXPORT, SHARE, VIEW
from kartoteka.builtin.clients.models import Client, ClientGroup, ClientKind, Relationship
from kartoteka.builtin.clients.naming import bare_name
from kartoteka.builtin.clients.queries import reads_field
from kartoteka.builtin.clients.recording import (
    LIVING,
    add_record,
    add_records,
    apply_changes,
    client_of,
    client_to_write,
    record_to_write,
    set_state,
)
from kartoteka.builtin.clients.service import (
    archive_clients,
    change_client,
    create_client,
    restore_clients,
    set_manager,
)
from kartoteka.builtin.clients.sharing import share_client
from kartoteka.builtin.clients.shown import own_facts
from kartoteka.builtin.clients.writing import writes_field
from kartoteka.builtin.files.clients import find_clients, typed_client
from kartoteka.extension.analysing import client_segments, find_segment, turnover_sources
from kartoteka.extension.asking import client_notices, client_people
from kartoteka.extension.comparing import client_traits

__all__ = [
    "ARCHIVE",
    "CHANGE_MANAGER",
    "CLIENT_KIND",
    "CREATE",
    "EDIT",
    "EXPORT",
    "LIVING",
    "SHARE",
    "VIEW",
    "Client",
    "ClientGroup",
    "ClientKind",
    "KnownDuplicate",
    "PossibleDuplicate",
    "Relationship",
    "add_record",
    "add_records",
    "apply_changes",
    "archive_clients",
    "bare_name",
    "change_client",
    "client_notices",
    "client_of",
    "client_people",
    "client_segments",
    "client_to_write",
    "client_traits",
    "create_client",
    "describe_duplicates",
    "find_clients",
    "find_duplicates",
    "find_segment",
    "own_facts",
    "probe_for",
    "reads_field",
    "record_to_write",
    "restore_clients",
    "set_manager",
    "set_state",
    "share_client",
    "turnover_sources",
    "typed_client",
    "writes_field",
]
