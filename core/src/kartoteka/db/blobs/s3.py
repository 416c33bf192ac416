"""Contents in object storage that speaks S3: for installations of several machines."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from kartoteka.db.blobs.store import Blob, BlobMissing, StoredBlob, StoreUnavailable

_RENEWED_AFTER = timedelta(hours=6)
_GONE = {"NoSuchKey", "404", "NotFound"}


class S3Store:
    """A bucket, or the part of it below ``prefix``.

    ``endpoint`` is the address of a service other than Amazon's. Keys come from where boto3 looks for them: the
    environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), its own files, or the machine's role.
    """

    def __init__(self, bucket: str, prefix: str = "", *, endpoint: str = "", region: str = "") -> None:
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.endpoint = endpoint
        self.region = region

    @cached_property
    def client(self) -> Any:
        """The connection, made at first use: the library takes longer to load than the rest of the product."""
        import boto3
        from botocore.config import Config

        options = Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 4, "mode": "standard"})
        return boto3.client(
            "s3", endpoint_url=self.endpoint or None, region_name=self.region or "us-east-1", config=options
        )

    def scratch(self) -> Path:
        return Path(tempfile.gettempdir())

    def keep(self, path: Path, blob: Blob) -> None:
        with _explained():
            if self._is_fresh(blob):
                return
            self.client.upload_file(str(path), self.bucket, self._key(blob.digest))

    def fetch(self, digest: str) -> IO[bytes]:
        with _explained():
            body: IO[bytes] = self.client.get_object(Bucket=self.bucket, Key=self._key(digest))["Body"]
        return _Unseekable(body)  # type: ignore[return-value]

    def has(self, digest: str) -> bool:
        return self.kept_at(digest) is not None

    def kept_at(self, digest: str) -> datetime | None:
        head = self._head(digest)
        return None if head is None else head["LastModified"]

    def remove(self, digest: str) -> None:
        with _explained():
            self.client.delete_object(Bucket=self.bucket, Key=self._key(digest))

    def listed(self) -> Iterator[StoredBlob]:
        with _explained():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
            for page in pages:
                for each in page.get("Contents", ()):
                    yield StoredBlob(each["Key"].rpartition("/")[2], each["Size"], each["LastModified"])

    def _is_fresh(self, blob: Blob) -> bool:
        """Tell whether the content is there and young enough not to be cleared away as one that nobody names."""
        head = self._head(blob.digest)
        if head is None:
            return False
        age: timedelta = datetime.now(UTC) - head["LastModified"]
        return bool(head["ContentLength"] == blob.size and age < _RENEWED_AFTER)

    def _head(self, digest: str) -> dict[str, Any] | None:
        try:
            with _explained():
                found: dict[str, Any] = self.client.head_object(Bucket=self.bucket, Key=self._key(digest))
        except BlobMissing:
            return None
        return found

    def _key(self, digest: str) -> str:
        return f"{self.prefix}{digest[:2]}/{digest[2:4]}/{digest}"


class _Unseekable:
    """A download, without the seeking that it promises and doesn't keep; its failures in our words."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body

    def read(self, size: int = -1) -> bytes:
        with _explained():
            return self._body.read(size if size >= 0 else None)  # type: ignore[arg-type]

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self._body.close()

    def __enter__(self) -> _Unseekable:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()


@contextmanager
def _explained() -> Iterator[None]:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _GONE:
            raise BlobMissing from error
        raise StoreUnavailable(code) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreUnavailable(type(error).__name__) from error
