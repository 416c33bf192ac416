"""Tells whoever sent a mail that it did not arrive: it was given up, it came back, or nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kartoteka.builtin.mail.queries import UndeliveredMail, undelivered_mails
from kartoteka.builtin.notifications.service import notify
from kartoteka.db.session import Session, as_system, transaction
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.extension.signals import listen, record_changed
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

MAIL_KIND: Final = "mail.mail"
UNDELIVERED = NotificationType(
    name="undelivered",
    title=_("Your e-mails that did not arrive"),
    description=_("When an e-mail that you sent can't be delivered, or comes back."),
    icon="alert-triangle",
    permission="mail.view",
)
_WORDS: dict[str, Message] = {
    "failed": _("An e-mail of yours was not sent"),
    "bounced": _("An e-mail of yours came back"),
    "unsure": _("An e-mail of yours was perhaps not sent"),
}


@listen(record_changed, module="inbox", sender=MAIL_KIND)
def tell_at_once(sender: str, *, ids: list[int], **facts: object) -> None:
    """Tell the senders of mails whose end was announced."""
    with transaction() as session, as_system(session, reason="mail that did not arrive"):
        tell_senders(session, ids)


def tell_senders(session: Session, mail_ids: Sequence[int] | None = None) -> int:
    """Tell the senders of these mails, or of all that did not arrive lately, once for each try; return how many.

    Mail that a program wrote is left out: telling of a notification that did not arrive would never end.
    """
    return sum(_tell(session, mail) for mail in undelivered_mails(session, mail_ids))


def _tell(session: Session, mail: UndeliveredMail) -> int:
    about = RecordRef(MAIL_KIND, mail.id)
    words = _WORDS[mail.stage]
    # ``due_at`` is another one after each time the mail is sent again.
    dedup = f"{MAIL_KIND}:{mail.id}:{mail.stage}:{mail.due_at:%Y%m%d%H%M%S}"
    return notify(session, [mail.user_id], "inbox.undelivered", words, about, dedup=dedup)
