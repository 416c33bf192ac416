"""Tables, column types and sessions. Sessions carry the user's row rights; services take one and never commit."""

from kartoteka.db.actor import Actor, Reach
from kartoteka.db.among import among
from kartoteka.db.audit import audit
from kartoteka.db.base import Model, Record, Stateful
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import delete_rows, insert_rows, name_operation, update_rows
from kartoteka.db.journal.former import values_before
from kartoteka.db.lately import read_once
from kartoteka.db.members import Extensible
from kartoteka.db.session import (
    Session,
    actor_of,
    as_program,
    as_system,
    demand,
    find,
    find_or_none,
    read_as_program,
    reading,
    transaction,
    who_works,
)
from kartoteka.db.settling import EditConflict, settle
from kartoteka.db.statistics import STATISTICS
from kartoteka.db.turns import take_turn
from kartoteka.db.types import (
    DERIVED,
    HOLDS,
    SECRET,
    JsonDict,
    JsonList,
    SortText,
    UTCDateTime,
    client_id,
    directory_entry,
    record_ref,
)

__all__ = [
    "DERIVED",
    "HOLDS",
    "SECRET",
    "STATISTICS",
    "Actor",
    "EditConflict",
    "Extensible",
    "JsonDict",
    "JsonList",
    "Model",
    "Reach",
    "Record",
    "Session",
    "SortText",
    "Stateful",
    "UTCDateTime",
    "actor_of",
    "among",
    "as_program",
    "as_system",
    "audit",
    "client_id",
    "delete_rows",
    "demand",
    "directory_entry",
    "find",
    "find_or_none",
    "insert_rows",
    "name_operation",
    "read_as_program",
    "read_once",
    "reading",
    "record_ref",
    "settle",
    "take_turn",
    "transaction",
    "update_rows",
    "utc_now",
    "values_before",
    "who_works",
]
