"""Which store an installation uses, from one setting."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from kartoteka.db.blobs.local import LocalStore
from kartoteka.db.blobs.store import BlobStore

_OPTIONS = {"endpoint", "region"}


def store_from(setting: str, default: Path) -> BlobStore:
    """Return the store that a setting names; an empty one means the folder ``default``.

    ``setting`` is a folder, or ``s3://bucket/prefix?endpoint=https://...&region=...``. Raises ValueError with what is
    wrong, ImportError when object storage is wanted and boto3 is not installed.
    """
    if not setting:
        return LocalStore(default)
    if "://" not in setting:
        return LocalStore(Path(setting))
    address = urlsplit(setting)
    if address.scheme != "s3" or not address.netloc:
        raise ValueError(f"{setting!r} is neither a folder nor s3://bucket/prefix.")
    return _object_store(address.netloc, address.path, address.query)


def _object_store(bucket: str, prefix: str, query: str) -> BlobStore:
    from importlib.util import find_spec

    from kartoteka.db.blobs.s3 import S3Store

    options = {name: values[-1] for name, values in parse_qs(query).items()}
    if unknown := options.keys() - _OPTIONS:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}. Known are {', '.join(sorted(_OPTIONS))}.")
    if find_spec("boto3") is None:
        raise ImportError("boto3")
    return S3Store(bucket, prefix, **options)
