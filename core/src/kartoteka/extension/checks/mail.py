"""Checks that mail templates ask for no value that nobody describes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kartoteka.extension.declarations.mail import MailTemplate
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,59})\}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def check_mail_template(collected: Any, template: MailTemplate) -> Iterator[tuple[str, Message]]:
    """Yield placeholders that are used and not described, and described ones without a sample."""
    if not all(isinstance(title, Message) for title in template.placeholders.values()):
        yield "placeholders", _('Must be a translatable text: write _("...").')
    for name in template.placeholders:
        if not _NAME.fullmatch(str(name)):
            yield "placeholders", _("Must be made of small letters, digits and underscores.")
        elif name not in template.sample:
            yield "sample", _("There is no sample of “%(name)s”.", name=name)
    for field in ("subject", "body"):
        words: Message = getattr(template, field)
        for name in _PLACEHOLDER.findall(words.text):
            if name not in template.placeholders:
                yield field, _("“%(name)s” is no placeholder of this template.", name=name)
