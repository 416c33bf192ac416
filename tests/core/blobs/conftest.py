"""Both kinds of stores: a folder, and a bucket on a real S3 server of a Python package."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from kartoteka.db.blobs import BlobStore, LocalStore, store_from

_numbers = count(1)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_setting(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What KARTOTEKA_FILES would hold for a bucket of the test's own."""
    import boto3

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    bucket = f"bucket{next(_numbers)}"
    boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1").create_bucket(Bucket=bucket)
    return f"s3://{bucket}/company?endpoint={s3_server}"


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return LocalStore(tmp_path / "files")
    return store_from(request.getfixturevalue("s3_setting"), tmp_path)
