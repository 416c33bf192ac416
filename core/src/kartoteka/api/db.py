"""Tables, column types and sessions. Sessions carry the user's row rights; services take one and never commit."""

from kartoteka.db.actor import Actor, Reach
from kartoteka.db.base import Model, Record, Stateful
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, find, find_or_none, reading, transaction
from kartoteka.db.settling import settle
from kartoteka.db.types import DERIVED, SECRET, JsonDict, JsonList, SortText, UTCDateTime, client_id, record_ref

__all__ = [
    "DERIVED",
    "SECRET",
    "Actor",
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
    "client_id",
    "find",
    "find_or_none",
    "reading",
    "record_ref",
    "settle",
    "transaction",
    "utc_now",
]
