"""Mail that came in: a letter with a thread and files, one that may be from two clients, and a delivery report."""

from __future__ import annotations

from sqlalchemy import update

from kartoteka.builtin.inbox.accounts import save_mailbox
from kartoteka.builtin.inbox.models import InboxAccount
from kartoteka.builtin.inbox.service import Arrival, assign_client, keep_bytes
from kartoteka.db.blobs import put_bytes
from kartoteka.db.session import Session
from kartoteka.vocabulary.message import Message
from tests.core.inbox.letters import bounce, letter

SENDER = "Ona Žukauskienė <ona.zukauskiene@langu-namai.lt>"
TEXT = """Laba diena, Rasa,

ačiū už pasiūlymą. Mums tinka trijų stiklų langai, bet norėtume, kad montavimas būtų iki gruodžio 15 d.
Ar galite patvirtinti terminą ir atsiųsti sutarties projektą? Brėžinius pridedu.

Su pagarba
Ona

On Mon, 2 Nov 2026 at 10:30, Rasa <rasa@aknad.ee> wrote:
> Siunčiu žadėtą pasiūlymą dėl langų.
"""
HTML = "<h2>Užklausa</h2><p>Laba diena,</p><p>mums reikia <b>trijų stiklų langų</b>.</p>"


def add_incoming(session: Session, client: int) -> dict[str, int]:
    """Keep some mails as if they had been fetched; returns their ids and that of the mailbox."""
    mailbox = {"title": "info@aknad.ee", "host": "imap.aknad.ee", "username": "info@aknad.ee", "password": "x"}
    account = save_mailbox(session, None, {**mailbox, "active": True}).id
    session.execute(update(InboxAccount).values(error=Message("The mail server can't be reached.")))
    files = {"Brėžiniai.pdf": b"%PDF-1.7", "Matmenys.xlsx": b"PK"}
    subject = "Re: Pasiūlymas dėl langų"
    raws = {
        "incoming_first": letter(html=HTML, sender=SENDER, subject="Langai", message_id="<1@langu-namai.lt>"),
        "incoming": letter(
            TEXT,
            sender=SENDER,
            subject=subject,
            files=files,
            message_id="<2@langu-namai.lt>",
            References="<1@langu-namai.lt>",
        ),
        "incoming_unsorted": letter("Sveiki\n", sender="info@kazkas.lt", message_id="<3@x>", subject="Klausimas"),
        "incoming_bounce": bounce(),
    }
    made = {"mailbox": account}
    for number, (name, raw) in enumerate(raws.items(), 1):
        blob = put_bytes(session.database.blobs, raw)
        made[name] = keep_bytes(session, raw, Arrival(account, 1, number, None, blob))
    assign_client(session, made["incoming"], client)
    return made
