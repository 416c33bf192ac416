"""The real mails are stored: every word and file of them is at hand afterwards, or the mail is named with the reason.

What a mail holds is read here by the standard library alone, and compared without signs that show nothing.
"""

from __future__ import annotations

import email
import mailbox
import re
import unicodedata
from collections.abc import Iterator, Mapping
from email.message import Message
from email.policy import compat32
from html import unescape
from typing import Any

import pytest

from kartoteka.builtin.inbox import queries
from kartoteka.builtin.inbox.checking import check_folder
from kartoteka.builtin.inbox.parsing.contents import FileInMail
from kartoteka.builtin.inbox.parsing.mail import files_of
from kartoteka.builtin.inbox.service import Arrival, keep_bytes
from kartoteka.db.blobs import put_bytes
from kartoteka.vocabulary.incoming import IncomingMail
from tests.core.inbox.letters import REAL, bounce, letter, needs_real_mails, winmail

BATCH = 100
NO_MAILS = re.compile(
    r"(^|/)(INDEX\.md|[A-Z-]*LICENSE(\.txt)?|\.gitattributes)$"  # about the collections
    r"|email_reply_trimmer/test/(before|elided|embedded|trimmed)/"  # what the mails of "emails" are cut into
    r"|/fixtures/attachments/"  # files that mails are made of
    r"|/size-\d$"  # no mail at all: three bytes at most
)
MAILBOXES = "sisimai__set-of-emails/mailbox/mbox-"
NO_PARTS = "its parts are not marked as they should be: the standard library takes marks and heads for text"
WRONG_CHARSET = "it names a wrong alphabet: the standard library reads other letters than were meant"
BEYOND = "it has signs that its alphabet does not have: the standard library drops them"
MARKS = "the marks of text/enriched are no text"
ANOTHER_SORT = "a file of Outlook, no mail; it is kept as it came"
_SPAM, _RUBY, _BOUNCES = (
    "SpamScope__mail-parser/tests/mails",
    "mikel__mail/spec/fixtures/emails",
    "sisimai__set-of-emails",
)
_BSD = f"{_BOUNCES}/maildir/bsd"
NAMED: Mapping[str, str] = {
    f"{_SPAM}/mail_malformed_3": NO_PARTS,
    f"{_SPAM}/mail_outlook_1": ANOTHER_SORT,
    f"{_SPAM}/mail_test_4": WRONG_CHARSET,
    f"{_SPAM}/mail_test_9": BEYOND,
    f"{_RUBY}/attachment_emails/attachment_pdf_non_ascii.eml": WRONG_CHARSET,
    f"{_RUBY}/attachment_emails/attachment_pdf_non_ascii_lf.eml": WRONG_CHARSET,
    f"{_RUBY}/error_emails/content_transfer_encoding_7-bit.eml": WRONG_CHARSET,
    f"{_RUBY}/mime_emails/raw_email11.eml": MARKS,
    "python__cpython/msg_25.txt": NO_PARTS,
    "python__cpython/msg_31.txt": NO_PARTS,
    f"{_BSD}/lhost-apachejames-01.eml": NO_PARTS,
    **{f"{_BSD}/lhost-ezweb-0{number}.eml": WRONG_CHARSET for number in range(2, 6)},
    **{f"{_BSD}/lhost-office365-{number}.eml": NO_PARTS for number in ("09", "10", "11", "12")},
    f"{_BSD}/lhost-verizon-02.eml": NO_PARTS,
    f"{_BSD}/rfc3464-08.eml": WRONG_CHARSET,
    f"{_BSD}/rhost-franceptt-07.eml": NO_PARTS,
    f"{_BSD}/rhost-google-02.eml": NO_PARTS,
}
"""The mails of which the standard library reads something else, and why."""


def real_mails() -> dict[str, bytes]:
    """Return every mail of the folder by its name."""
    found = {}
    for path in sorted(one for one in REAL.rglob("*") if one.is_file()):
        name = str(path.relative_to(REAL))
        if name.startswith(MAILBOXES):
            box = mailbox.mbox(path, create=False)
            found |= {f"{name}#{key}": box.get_bytes(key) for key in box.iterkeys()}
        elif not NO_MAILS.search(name):
            found[name] = path.read_bytes()
    return found


def keep_all(company: Any, mails: Mapping[str, bytes]) -> dict[str, int]:
    """Store mails as fetching does, many in one transaction; return their ids by name."""
    ids: dict[str, int] = {}
    rows = list(mails.items())
    for start in range(0, len(rows), BATCH):
        with company.database.transaction(company.system) as session:
            for name, raw in rows[start : start + BATCH]:
                blob = put_bytes(session.database.blobs, raw)
                ids[name] = keep_bytes(session, raw, Arrival(blob=blob))
    return ids


def missing(company: Any, mails: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Store mails and return, by the name of each that lost something, what is not there afterwards."""
    lost = {}
    ids = keep_all(company, mails)
    assert len(set(ids.values())) == len(set(mails.values())), "each is stored once"
    with company.database.reading(company.system) as session:
        for name, mail_id in ids.items():
            kept, files = queries.find_mail(session, mail_id), files_of(queries.original(session, mail_id)[1])
            assert queries.original(session, mail_id)[1] == mails[name]
            assert [(one.name, one.size) for one in kept.attachments] == [(one.name, len(one.data)) for one in files]
            if gone := parts_not_in(kept, files, mails[name]):
                lost[name] = gone
    return lost


def parts_not_in(kept: IncomingMail, files: list[FileInMail], raw: bytes) -> list[str]:
    """Return the parts of a mail that are neither among its files nor in its text."""
    whole, without_marks = plain(f"{kept.text}\n{kept.html}"), plain(re.sub("<[^>]*>", "", kept.html))
    contents = [one.data for one in files]
    if raw in contents:  # a winmail.dat without a mail around it
        return []
    gone = []
    for part in leaves(email.message_from_bytes(raw, policy=compat32)):
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and data.strip() and data not in contents:
            words = plain(decoded(data, part.get_content_charset() or "utf-8"))
            if words not in whole and words not in without_marks:
                gone.append(f"{part.get_content_type()} of {len(data)} bytes")
    return gone


def leaves(part: Message) -> Iterator[Message]:
    if not part.is_multipart():
        yield part
    elif not part.get_content_type().startswith("message/"):
        for one in part.get_payload():
            yield from leaves(one)


def decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except (LookupError, UnicodeError):
        return data.decode("utf-8", "ignore")


def plain(text: str) -> str:
    """Return the letters and digits of a text, whatever way of writing them was chosen."""
    letters = unicodedata.normalize("NFKC", unescape(unescape(text)))
    return re.sub(r"[\W_]+", "", letters).casefold()


@needs_real_mails
def test_the_real_mails_are_stored_without_loss_or_named_with_the_reason(office: Any) -> None:
    mails = real_mails()
    assert len(mails) > 900
    lost = missing(office, mails)
    assert lost.keys() == NAMED.keys(), {name: lost[name] for name in lost.keys() - NAMED.keys()}


@needs_real_mails
def test_the_command_names_what_is_no_mail_and_the_mails_that_are_damaged() -> None:
    found = check_folder(REAL)
    assert dict(found.lost) == {
        f"{_SPAM}/mail_malformed_3": ["broken_encoding"],
        f"{_SPAM}/mail_test_6": ["lost_signs"],
    }
    bodies = ("discourse__email_reply_trimmer/test/", "github__email_reply_parser/test/emails/")
    others = [one for one in found.others if not NO_MAILS.search(one) and not one.startswith(bodies)]
    assert others == [
        f"{_SPAM}/mail_outlook_1",
        "mikel__mail/spec/fixtures/emails/sample_output_multipart",  # empty
        "python__cpython/msg_19.txt",  # a body without its head
    ]


UUENCODED = (
    b"From: ona@example.lt\nSubject: Planas\nMIME-Version: 1.0\nContent-Type: application/zip; name=planas.zip\n"
    b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 planas.zip\n%s\n`\nend\n"
)


def made_mails() -> dict[str, bytes]:
    """Return mails as real ones are: alphabets, HTML, files, reports, and programs of Outlook."""
    text = "Kregždutės pastogėje, įdėta šalia\n" * 40
    one = letter(text)
    found = {
        "plain": one,
        "html": letter(text, html=f"<p>{text}&amp; Ko</p>"),
        "files": letter(text, files={"planas.pdf": b"%PDF-1 x" * 99, "tuščias.txt": b"x"}),
        "winmail": letter(text, files={"winmail.dat": winmail({"a.txt": b"twelve bytes"}, "Sveiki")}),
        "lone winmail": winmail({"a.txt": b"twelve bytes"}, "Sveiki"),
        "bounce": bounce(),
        "inner mail": letter(text, files={"letter.eml": one}),
        "uuencoded": UUENCODED % b"%4$L#!!0",
        "uuencoded with other filling": UUENCODED % b"%4$L#!!0_",
        "uuencoded with check sums": UUENCODED % b"%4$L#!!0 _",
    }
    for charset in ("windows-1257", "iso-8859-13", "utf-16"):
        head = f'From: ona@example.lt\nMIME-Version: 1.0\nContent-Type: text/plain; charset="{charset}"\n\n'
        found[charset] = head.encode() + text.encode(charset)
    return found


def test_made_mails_are_stored_without_loss(office: Any) -> None:
    assert missing(office, made_mails()) == {}


@pytest.mark.parametrize("text", ["Kregždutės", ""])
def test_a_lost_word_and_a_lost_file_are_seen(text: str) -> None:
    raw = letter("Kregždutės pastogėje", files={"planas.pdf": b"%PDF-1"})
    kept = IncomingMail(sender=None, text=text)
    assert len(parts_not_in(kept, [], raw)) == 2
    assert len(parts_not_in(kept, files_of(raw), raw)) == 1
