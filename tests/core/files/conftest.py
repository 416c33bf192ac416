"""A bucket on a real S3 server, as the tests of the stores have it."""

from tests.core.blobs.conftest import s3_server, s3_setting

__all__ = ["s3_server", "s3_setting"]
