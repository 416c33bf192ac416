"""What was wrong with a mail, and what sort it is, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kartoteka.extension.declarations.data import Choice, Colour
from kartoteka.vocabulary.incoming import MailKind
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

KINDS: tuple[Choice, ...] = (
    Choice(MailKind.MAIL, _("Ordinary e-mail"), icon="mail"),
    Choice(MailKind.BOUNCE, _("Delivery report"), Colour.OVERDUE, icon="arrow-back-up"),
    Choice(MailKind.AUTO_REPLY, _("Automatic reply"), Colour.NONE, icon="clock"),
    Choice(MailKind.COMPLAINT, _("Complaint"), Colour.OVERDUE, icon="flag"),
)

PROBLEMS: Mapping[str, Message] = {
    "unknown_charset": _("The e-mail names an unknown character set; it was read as it looks."),
    "wrong_charset": _("The e-mail names a wrong character set; it was read as it looks."),
    "lost_signs": _("Some letters could not be read and are missing. They are in the original e-mail."),
    "broken_encoding": _("A part of the e-mail was damaged on its way; what could be read is shown."),
    "broken_structure": _(
        "The parts of the e-mail are not marked as they should be; what could be told apart is shown."
    ),
    "tnef_damaged": _("A file of Outlook (winmail.dat) is damaged; what could be taken out of it is listed."),
    "headers_cut": _("The e-mail has too many header fields; the last ones were left out."),
    "too_deep": _("The e-mail is packed into itself too many times; it was not unpacked."),
    "too_many_parts": _("The e-mail has too many parts; it was not unpacked."),
    "too_long": _("The e-mail has too many lines; its parts were not told apart."),
    "text_cut": _("The text is very long; its end is in the original e-mail only."),
    "too_large": _("The e-mail is too large to be fetched; it is still on the mail server."),
    "unreadable": _("The e-mail could not be read; the original is kept."),
    "not_a_mail": _("This is not an e-mail but a file of another sort."),
    "no_sender": _("The e-mail does not say who sent it."),
}

LOSSES = frozenset(
    {
        "lost_signs",
        "broken_encoding",
        "tnef_damaged",
        "headers_cut",
        "too_deep",
        "too_many_parts",
        "too_long",
        "text_cut",
        "too_large",
        "unreadable",
        "not_a_mail",
    }
)
"""Problems by which text or files of a mail are not all at hand; the original is kept all the same."""


def problem_texts(problems: Iterable[str]) -> list[Message]:
    """Return the problems of a mail in words; those that are not known any more are left out."""
    return [PROBLEMS[one] for one in problems if one in PROBLEMS]
