"""Mail at every stage, accounts and a template of the company's own, for the pages that show them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from kartoteka.builtin.mail.accounts import save_account
from kartoteka.builtin.mail.dkim_keys import make_key
from kartoteka.builtin.mail.models import Mail, MailAccount, MailStage
from kartoteka.builtin.mail.service import send_mail
from kartoteka.builtin.mail.writing import save_text
from kartoteka.builtin.users.models import User
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session
from kartoteka.vocabulary.mail import AttachedFile, MailDraft
from kartoteka.vocabulary.message import Message

TEXT = "Laba diena,\n\nsiunčiu žadėtą pasiūlymą dėl langų.\n\nSu pagarba\nRasa"
ERROR = Message("The mail server answered: %(answer)s", {"answer": "550 5.1.1 The mailbox does not exist"})


def add_mails(session: Session, client: int) -> dict[str, object]:
    """Add mails that wait, have left and were refused; returns the ids of records and the key of the template."""
    account = {"address": "info@aknad.ee", "sender_name": "Aknad OÜ", "host": "smtp.aknad.ee", "is_default": True}
    made: dict[str, object] = {"mail_account": save_account(session, None, account).id}
    make_key(session, int(str(made["mail_account"])))
    html = "<p>Gerb. {client_name},</p><p>siunčiame <b>pasiūlymą</b>.</p>"
    words = {"title": "Pasiūlymas", "subject": "Pasiūlymas", "body": html, "is_html": True}
    made["mail_text"] = save_text(session, "", "en", words).template
    rasa = session.scalar(select(User.id).where(User.login == "rasa"))
    now = utc_now()
    stages = {
        "mail_sent": {"stage": MailStage.SENT, "sent_at": now - timedelta(hours=2), "attempts": 1},
        "mail_failed": {"stage": MailStage.FAILED, "attempts": 1, "error": ERROR},
        "mail_unsure": {"stage": MailStage.UNSURE, "handing_at": now, "error": Message("The mail server did not say.")},
        "mail_later": {"due_at": now + timedelta(days=1)},
    }
    file = AttachedFile(name="Pasiūlymas.pdf", mime="application/pdf", content=b"%PDF-1.7")
    for name, values in stages.items():
        to = ("Ona Žukauskienė <ona.zukauskiene@langu-namai.lt>",)
        mail_id = send_mail(
            session, MailDraft(to=to, subject="Pasiūlymas dėl langų", text=TEXT, attachments=(file,), client_id=client)
        )
        session.execute(update(Mail).where(Mail.id == mail_id).values(user_id=rasa, **values))
        made[name] = mail_id
    session.execute(update(MailAccount).values(error=Message("The mail server does not answer.")))
    return made
