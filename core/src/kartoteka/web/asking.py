"""The request as pages get it: its words are texts that both databases hold."""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.utils import cached_property

NUL = "\x00"


class ShellRequest(Request):
    """A request without NUL characters in what it asks for and what it brings.

    Nobody types one, and PostgreSQL refuses a statement that holds one, where SQLite just finds nothing.
    """

    @cached_property
    def args(self) -> Any:
        """What the address asks for."""
        found = super().args
        return without_nul(found) if b"%00" in self.query_string or b"\x00" in self.query_string else found

    def _load_form_data(self) -> None:
        super()._load_form_data()
        self.__dict__["form"] = without_nul(self.__dict__["form"])


def without_nul(values: ImmutableMultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    """Return values of a request without NUL characters and without those that have no name.

    Returns the same object where there are none. Werkzeug calls a part None whose head names it in no way it knows.
    """
    pairs = list(values.items(multi=True))
    if not any(not name or NUL in name or NUL in value for name, value in pairs):
        return values
    return type(values)([(name.replace(NUL, ""), value.replace(NUL, "")) for name, value in pairs if name])
