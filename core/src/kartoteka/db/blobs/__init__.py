"""Contents of files and mails, kept outside the database by their hash: each content once, checked whenever it is read.

    blob = put(session.database.blobs, stream, limit=20 * MB)
    with open_blob(session.database.blobs, blob.digest) as stream: ...

A content is written before the transaction that refers to it commits and is never removed by a rollback or by undo;
what no ``blob_digest()`` column has named for a month is removed by a job.
"""

from kartoteka.db.blobs.columns import blob_digest, is_blob_column
from kartoteka.db.blobs.local import LocalStore
from kartoteka.db.blobs.naming import Lost, blob_columns, lost_contents, named_among, note_lost
from kartoteka.db.blobs.settings import store_from
from kartoteka.db.blobs.store import (
    LARGEST,
    MB,
    Blob,
    BlobBroken,
    BlobMissing,
    BlobStore,
    BlobTooLarge,
    StoredBlob,
    StoreUnavailable,
    open_blob,
    put,
    put_bytes,
    read_blob,
)

__all__ = [
    "LARGEST",
    "MB",
    "Blob",
    "BlobBroken",
    "BlobMissing",
    "BlobStore",
    "BlobTooLarge",
    "LocalStore",
    "Lost",
    "StoreUnavailable",
    "StoredBlob",
    "blob_columns",
    "blob_digest",
    "is_blob_column",
    "lost_contents",
    "named_among",
    "note_lost",
    "open_blob",
    "put",
    "put_bytes",
    "read_blob",
    "store_from",
]
