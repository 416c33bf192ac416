"""Compiled templates that all applications of one test process share."""

from __future__ import annotations

from io import BytesIO

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class SharedTemplates(BytecodeCache):
    """Keeps compiled templates in memory; a template that was edited has another checksum and is compiled anew."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Return the place of a template's code: each language has its own."""
        return super().get_bucket(environment, f"{getattr(environment, 'language', '')}:{name}", filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template's code if some application of this process has compiled it."""
        if bucket.key in self._compiled:
            bucket.load_bytecode(BytesIO(self._compiled[bucket.key]))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code for the next application."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


shared_templates = SharedTemplates()
