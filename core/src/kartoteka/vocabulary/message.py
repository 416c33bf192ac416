"""Texts for people, written in English and translated only when they are shown.

A declaration is made once per process but read by people with different languages, so it holds a
``Message`` and not a string; ``str(message)`` asks the translator of the current context.

Words for extraction: ``_``, ``text``, ``plural_text:1,2``, ``plural:1,2``, ``context:1c,2``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TypeAlias

CORE_DOMAIN = "core"


@dataclass(frozen=True)
class Message:
    """A text in English with the values to put into it.

    ``text`` and ``plural`` use named placeholders (``%(name)s``); ``count`` is offered to both as
    ``%(count)s``. ``domain`` names the catalogue: the module's name, or ``core``. It has no ``__html__``
    on purpose, so that templates escape what the values bring along.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    domain: str = CORE_DOMAIN
    plural: str | None = None
    count: int | None = None
    context: str | None = None

    def __str__(self) -> str:
        return translator.get()(self)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __mod__(self, values: Mapping[str, object]) -> Message:
        if not isinstance(values, Mapping):
            return NotImplemented
        return self.with_values(**values)

    def with_values(self, **values: object) -> Message:
        """Return the same text with these values added to its own."""
        return replace(self, values={**self.values, **values})

    @property
    def english(self) -> str:
        """The English template for this count, placeholders still in it."""
        return self.plural if self.plural is not None and self.count != 1 else self.text


def fill(template: str, message: Message) -> str:
    """Put the message's values into a (translated) template; see `put_in`."""
    if message.count is None:
        return put_in(template, message.values)
    return put_in(template, {"count": message.count, **message.values})


def put_in(template: str, values: Mapping[str, object]) -> str:
    """Put values into a template; without any it is left alone.

    A template that asks for a value that is not there is shown as it is: a wrong translation must not take a page down.
    """
    if not values:
        return template
    try:
        return template % values
    except (KeyError, TypeError, ValueError):
        return template


def in_english(message: Message) -> str:
    """Return the message in English: the translator that works without catalogues."""
    return fill(message.english, message)


translator: ContextVar[Callable[[Message], str]] = ContextVar("translator", default=in_english)
"""Turns a message into the text for the reader of the current context; set per request, mail or job."""


def language_spoken() -> str:
    """Return the language of the current context, en where nobody has chosen one."""
    return str(getattr(translator.get(), "language", "en"))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let texts be in another language within the block: that of a mail or a document, not of whoever makes it.

    Where no catalogues were loaded, texts stay as they are.
    """
    other: Callable[[str], Callable[[Message], str]] | None = getattr(translator.get(), "other", None)
    token = translator.set(other(language) if other is not None else translator.get())
    try:
        yield
    finally:
        translator.reset(token)


@dataclass(frozen=True)
class Texts:
    """Makes messages of one catalogue: ``_ = Texts("crm_clients")`` at the top of a module's file."""

    domain: str

    def __call__(self, msgid: str, /, **values: object) -> Message:
        return Message(msgid, values, self.domain)

    def plural(self, one: str, many: str, count: int, /, **values: object) -> Message:
        """Return a message that depends on a number: ``_.plural("One client", "%(count)s clients", n)``."""
        return Message(one, values, self.domain, plural=many, count=count)

    def context(self, context: str, msgid: str, /, **values: object) -> Message:
        """Return a message for a word with two meanings: ``_.context("verb", "Order")``."""
        return Message(msgid, values, self.domain, context=context)


_core = Texts(CORE_DOMAIN)


def text(msgid: str, /, **values: object) -> Message:
    """Return a message of the core; imported as ``_``."""
    return _core(msgid, **values)


def plural_text(one: str, many: str, count: int, /, **values: object) -> Message:
    """Return a message of the core that depends on a number."""
    return _core.plural(one, many, count, **values)


Translatable: TypeAlias = str | Message
