"""The real mails: bounces are told apart, replies are trimmed as the oracle says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kartoteka.builtin.inbox.parsing.mail import read_mail
from kartoteka.builtin.inbox.parsing.replies import trim_reply
from kartoteka.builtin.inbox.parsing.tnef import unpack
from kartoteka.vocabulary.incoming import MailKind
from tests.core.inbox.letters import REAL, needs_real_mails

pytestmark = needs_real_mails
BOUNCES = "sisimai__set-of-emails/maildir/bsd"


def _mails(*folders: str) -> list[Path]:
    names = folders or ("SpamScope__mail-parser", "mikel__mail/spec/fixtures/emails", "python__cpython", BOUNCES)
    return sorted(
        one for name in names for one in (REAL / name).rglob("*") if one.is_file() and "LICEN" not in one.name
    )


def test_nearly_all_bounces_are_recognised_and_no_mail_of_people_is() -> None:
    kinds = {path.name: read_mail(path.read_bytes())[0].kind for path in _mails(BOUNCES)}
    bounces = [kind for name, kind in kinds.items() if not name.startswith(("arf", "rfc3834"))]
    assert len(bounces) > 600
    assert sum(kind is MailKind.BOUNCE for kind in bounces) / len(bounces) > 0.97
    assert {kind for name, kind in kinds.items() if name.startswith("rfc3834")} == {MailKind.AUTO_REPLY}
    complaints = [kind for name, kind in kinds.items() if name.startswith("arf")]
    assert sum(kind is MailKind.COMPLAINT for kind in complaints) >= len(complaints) - 1
    people = [read_mail(path.read_bytes())[0] for path in _mails("mikel__mail/spec/fixtures/emails/plain_emails")]
    assert {one.kind for one in people} == {MailKind.MAIL}


def test_bounces_name_the_address_and_mostly_the_mail() -> None:
    found = [read_mail(path.read_bytes())[0] for path in _mails(BOUNCES)]
    bounces = [one for one in found if one.kind is MailKind.BOUNCE]
    assert sum(bool(one.bounced) for one in bounces) / len(bounces) > 0.95
    assert sum(bool(one.bounced_message_id) for one in bounces) / len(bounces) > 0.85


@pytest.mark.parametrize(
    "name", [one.name for one in sorted((REAL / "discourse__email_reply_trimmer/test/emails").glob("*.txt"))]
)
def test_replies_are_trimmed_as_the_oracle_says(name: str) -> None:
    folder = REAL / "discourse__email_reply_trimmer" / "test"
    assert _plain(trim_reply((folder / "emails" / name).read_text())) == _plain((folder / "trimmed" / name).read_text())


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def test_files_of_outlook_are_unpacked() -> None:
    found = {one.name: unpack(one.read_bytes()) for one in sorted((REAL / "koodaamo__tnefparse").rglob("*.tnef"))}
    assert len(found) == 17
    assert not any(one.damaged for one in found.values())
    names = {name: [file.name for file in one.files] for name, one in found.items()}
    assert names["two-files.tnef"] == ["AUTHORS", "README"]
    assert names["umlaut.tnef"][-1] == "UmlautAnhang-äüö.txt"
    assert [len(file.data) for file in found["one-file.tnef"].files] == [244]
    assert found["rtf.tnef"].rtf.startswith(b"{\\rtf1")
