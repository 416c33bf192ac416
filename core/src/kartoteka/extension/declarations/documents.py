"""Documents that modules make of their records: what they contain, how they are numbered and what they look like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.money import Money
from kartoteka.vocabulary.record import RecordRef

if TYPE_CHECKING:
    from kartoteka.db.session import Session


@dataclass(frozen=True, kw_only=True)
class DocumentLink:
    """A record of a client that a document may be said to belong to, such as a project or one of its activities.

    ``group`` is the heading that it stands under. One ``under`` another record is offered with that record only: an
    activity when its project is chosen (CORE-15).
    """

    ref: RecordRef
    title: Translatable
    group: Translatable
    under: RecordRef | None = None


@dataclass(frozen=True, kw_only=True)
class Series:
    """How the documents of a type are numbered: the name of the series and the mask of its numbers.

    ``gapless`` numbers are for documents of which the law wants none to be missing; others may leave gaps.
    """

    name: str
    mask: str = "{year}-{number:04}"
    gapless: bool = True


@dataclass(frozen=True, kw_only=True)
class DocumentContent:
    """What a document says: a title for lists and file names, and the values that its template puts on paper.

    ``data`` holds texts, numbers, dates, messages, lists and mappings of them; dates, decimals and messages are written
    in the language of the document before the template gets them. ``country`` (ISO 3166 alpha-2) is where the reader
    is: the document is in that country's language unless somebody chooses another. ``day`` is the document's date,
    today when left out, and decides the year of its number. ``amount`` is what a sale comes to, None when it has none.
    """

    title: Translatable
    data: Mapping[str, Any] = field(default_factory=dict)
    client_id: int | None = None
    country: str = ""
    day: date | None = None
    amount: Money | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentType(Declaration):
    """A kind of document made of records of these ``kinds``; each record's page offers it to who has ``permission``.

    ``build(session, record)`` reads what the document says; ``sample()`` returns invented content of the same shape,
    shown while somebody changes the template. ``template`` is a Typst file of the module; a company may replace it.
    ``words`` are the texts of the template by name, translated into the language of the document. Without ``series``
    documents have no number. ``keep_years`` is for how long the law wants them kept; a person's data stays in them
    until then. Before one that ``is_sale`` is made, modules are asked what speaks against selling to the client.
    """

    name: str
    title: Message
    kinds: tuple[str, ...]
    permission: str
    template: Path
    build: Callable[[Session, RecordRef], DocumentContent]
    sample: Callable[[], DocumentContent]
    words: Mapping[str, Message] = field(default_factory=dict)
    icon: str = "file-text"
    series: Series | None = None
    keep_years: int = 0
    is_sale: bool = False
