"""The public door for modules: everything outside `kartoteka.api` and `kartoteka.testing` is private to the core."""

from kartoteka.extension.parts import join_parts
from kartoteka.extension.version import API_VERSION, hookimpl

__all__ = ["API_VERSION", "hookimpl", "join_parts"]
