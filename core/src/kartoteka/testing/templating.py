"""Compiled templates that all applications of one test process share."""

from __future__ import annotations

from types import CodeType

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class SharedTemplates(BytecodeCache):
    """Keeps compiled templates in memory; a template that was edited has another checksum and is compiled anew."""

    def __init__(self) -> None:
        self._compiled: dict[str, tuple[str, CodeType | None]] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Return the place of a template's code: each language has its own."""
        return super().get_bucket(environment, f"{getattr(environment, 'language', '')}:{name}", filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template's code if some application of this process has compiled this very text."""
        checksum, code = self._compiled.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code for the next application; code can't be changed, so that one object serves all."""
        self._compiled[bucket.key] = bucket.checksum, bucket.code


shared_templates = SharedTemplates()
