"""How quickly one worker hands personalised mail to a mail server on this machine."""

from __future__ import annotations

import socketserver
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import ours
from sqlalchemy import func, select
from whole import Fact

from kartoteka.builtin.jobs.worker import Worker
from kartoteka.builtin.mail.accounts import save_account
from kartoteka.builtin.mail.models import Mail
from kartoteka.builtin.mail.service import send_mail
from kartoteka.vocabulary.mail import MailDraft
from kartoteka.workers import open_workshop

MAILS = 1_000
LEAST = 200.0


class _Taking(socketserver.StreamRequestHandler):
    """Takes every mail, as RFC 5321 wants it, and keeps none."""

    def handle(self) -> None:
        self._say(b"220 bench")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._say(b"354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
            self._say(b"221 bye" if word == b"QUIT" else b"250 taken")
            if word == b"QUIT":
                return

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")
        self.wfile.flush()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    disable_nagle_algorithm = True


@contextmanager
def mail_server() -> Iterator[int]:
    """A mail server on 127.0.0.1, as a process of its own; yields its port."""
    process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def mailing(url: str, count: int = MAILS) -> Fact:
    """Write mails, each with words of its own, and let one worker hand them over; only the latter is timed."""
    installation = ours.open_bench(url)
    with mail_server() as port:
        with installation.database.transaction(ours.SYSTEM) as session:
            place = {"host": "127.0.0.1", "port": port, "security": "none"}
            save_account(session, None, {"title": "Bench", "address": "office@bench.lt", **place})
        for first in range(0, count, 100):
            with installation.database.transaction(ours.SYSTEM) as session:
                for number in range(first, min(first + 100, count)):
                    send_mail(session, _draft(number))
        worker = Worker(open_workshop(installation))
        begun = time.perf_counter()
        while worker.do_next():
            pass
        seconds = time.perf_counter() - begun
    with installation.database.reading(ours.SYSTEM) as session:
        sent = session.scalar(select(func.count(Mail.id)).where(Mail.stage == "sent"))
    if sent != count:
        raise RuntimeError(f"The worker has handed over {sent} of {count} mails.")
    installation.database.dispose()
    return Fact("mails handed over a second by a worker", count / seconds, least=LEAST)


def _draft(number: int) -> MailDraft:
    return MailDraft(
        to=(f"Ona Onaitė {number} <ona{number}@example.lt>",),
        template="mail.letter",
        values={"client_name": f"UAB Langas {number}"},
        html=f"<p>Gerb. <b>UAB Langas {number}</b>,</p><p>siunčiame pasiūlymą Nr. {number}.</p>",
    )


if __name__ == "__main__":
    with _Server(("127.0.0.1", 0), _Taking) as serving:
        print(serving.server_address[1], flush=True)
        serving.serve_forever()
