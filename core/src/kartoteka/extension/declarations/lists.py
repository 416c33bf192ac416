"""What a module offers beside the filters of a list."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message


@dataclass(frozen=True, kw_only=True)
class ListLink(Declaration):
    """A link beside the filters at work in a list: what else can be done with what the list is asked for.

    It is shown while the list is searched or filtered, to those who have ``permission``. ``endpoint`` is a route of the
    module without arguments; its address gets ``where``, the address of the list behind the question mark, which
    `sound_query` and `words_of` read.
    """

    list_name: str
    name: str
    title: Message
    permission: str
    endpoint: str
    icon: str = "link"
