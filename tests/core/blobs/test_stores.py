"""Contents by their hash: kept once, checked on reading, whichever store keeps them."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from sqlalchemy.orm import Mapped

from kartoteka.config import BadSettings, Config
from kartoteka.db.base import Model
from kartoteka.db.blobs import (
    BlobBroken,
    BlobMissing,
    BlobStore,
    BlobTooLarge,
    LocalStore,
    StoreUnavailable,
    blob_digest,
    open_blob,
    put,
    put_bytes,
    read_blob,
    store_from,
)

LONG = b"line of a long file\n" * 300_000


def test_what_is_put_is_read_back(store: BlobStore) -> None:
    blob = put(store, io.BytesIO(LONG))

    assert blob.digest == hashlib.sha256(LONG).hexdigest()
    assert blob.size == len(LONG)
    with open_blob(store, blob.digest) as stream:
        assert stream.read(4) == b"line"
        stream.seek(0)
        assert stream.read() == LONG
    assert list(Path(store.scratch()).glob("incoming-*")) == [] or not isinstance(store, LocalStore)


def test_the_same_content_is_kept_once(store: BlobStore) -> None:
    first, second = put_bytes(store, b"contract"), put_bytes(store, b"contract")

    assert first == second
    assert [each.digest for each in store.listed()] == [first.digest]


def test_what_is_not_there_is_missing(store: BlobStore) -> None:
    with pytest.raises(BlobMissing):
        open_blob(store, "0" * 64)
    with pytest.raises(BlobMissing):
        open_blob(store, "../../etc/passwd")
    assert not store.has("0" * 64)
    assert store.kept_at("0" * 64) is None


def test_what_was_removed_is_missing(store: BlobStore) -> None:
    blob = put_bytes(store, b"gone tomorrow")
    store.remove(blob.digest)
    store.remove(blob.digest)

    assert not store.has(blob.digest)
    with pytest.raises(BlobMissing):
        read_blob(store, blob.digest)


def test_too_much_leaves_nothing_behind(store: BlobStore) -> None:
    with pytest.raises(BlobTooLarge) as refused:
        put(store, io.BytesIO(b"x" * 1001), limit=1000)

    assert refused.value.field == "file"
    assert list(store.listed()) == []
    assert put_bytes(store, b"x" * 1000, limit=1000).size == 1000


def test_a_damaged_content_is_never_handed_out(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    blob = put_bytes(store, b"the agreed price is 100")
    path = tmp_path / blob.digest[:2] / blob.digest[2:4] / blob.digest
    path.write_bytes(b"the agreed price is 900")

    with pytest.raises(BlobBroken):
        open_blob(store, blob.digest)


def test_a_damaged_object_is_never_handed_out(s3_setting: str, tmp_path: Path) -> None:
    store = store_from(s3_setting, tmp_path)
    blob = put_bytes(store, b"the agreed price is 100")
    key = f"company/{blob.digest[:2]}/{blob.digest[2:4]}/{blob.digest}"
    store.client.put_object(Bucket=store.bucket, Key=key, Body=b"the agreed price is 900")

    with pytest.raises(BlobBroken):
        open_blob(store, blob.digest)


def test_a_half_written_content_is_replaced(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    blob = put_bytes(store, b"whole")
    (tmp_path / blob.digest[:2] / blob.digest[2:4] / blob.digest).write_bytes(b"wh")

    put_bytes(store, b"whole")

    assert read_blob(store, blob.digest) == b"whole"


def test_a_store_out_of_reach_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailable):
        put_bytes(LocalStore(tmp_path / "taken"), b"content")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    nowhere = store_from("s3://bucket?endpoint=http://127.0.0.1:9", tmp_path)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with pytest.raises(StoreUnavailable):
        put_bytes(nowhere, b"content")


def test_the_setting_names_the_store(tmp_path: Path) -> None:
    assert store_from("", tmp_path).folder == tmp_path
    assert store_from("/srv/files", tmp_path).folder == Path("/srv/files")
    made = store_from("s3://papers/company/a?endpoint=https://s3.example.org&region=eu-north-1", tmp_path)
    assert (made.bucket, made.prefix, made.region) == ("papers", "company/a/", "eu-north-1")
    for wrong in ("ftp://papers/x", "s3:///x", "s3://papers?colour=red"):
        with pytest.raises(ValueError, match=r"."):
            store_from(wrong, tmp_path)


def test_a_wrong_setting_is_named_at_the_start(tmp_path: Path) -> None:
    from kartoteka.installation import open_installation

    config = Config(
        database=f"sqlite:///{tmp_path}/a.db", secret="x" * 20, instance=str(tmp_path), files="ftp://papers"
    )
    with pytest.raises(BadSettings, match="KARTOTEKA_FILES"):
        open_installation(config)


def test_a_column_of_digests_is_called_so() -> None:
    with pytest.raises(ValueError, match="_blob"):

        class Wrong(Model):
            __tablename__ = "test_wrong_blob_name"
            digest: Mapped[str] = blob_digest(primary_key=True)

    Model.metadata.remove(Model.metadata.tables["test_wrong_blob_name"])
