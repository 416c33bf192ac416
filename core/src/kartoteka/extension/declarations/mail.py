"""Mails that modules send: their words, which the company may write anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message


@dataclass(frozen=True, kw_only=True)
class MailTemplate(Declaration):
    """The words of a mail that a module sends; each company may change them for each language.

    ``subject`` and ``body`` hold placeholders, ``{client_name}``; ``placeholders`` says of each what it stands for, and
    ``sample`` what it may look like, for the preview. `kartoteka.api.work.send_mail` names a template by its key,
    ``module.name``, and hands over the values. Placeholders hold text only: nothing in them is computed.
    """

    name: str
    title: Message
    subject: Message
    body: Message
    placeholders: Mapping[str, Message]
    sample: Mapping[str, Any]
