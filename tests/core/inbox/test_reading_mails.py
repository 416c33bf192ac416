"""Mails made for the test: text, sender, subject and files come out, whatever is wrong with them."""

from __future__ import annotations

import base64
import time

import pytest

from kartoteka.builtin.inbox.parsing.mail import files_of, parse_mail
from kartoteka.vocabulary.incoming import MailAddress
from tests.core.inbox.letters import HEAD, garbage, letter, winmail


def test_an_ordinary_mail_is_read_whole() -> None:
    raw = letter(
        "Sveiki, siunčiu užsakymą.\n",
        html="<p>Sveiki</p>",
        files={"ąžuolas.pdf": b"%PDF-1"},
        References="<a@b> <c@d>",
        In_Reply_To="<c@d>",
        Cc="Jüri <juri@firma.ee>",
    )
    mail = parse_mail(raw)
    assert mail.sender == MailAddress("ona@example.lt", "Ona Onienė")
    assert (mail.subject, mail.text, mail.html) == ("Užklausa", "Sveiki, siunčiu užsakymą.", "<p>Sveiki</p>\n")
    assert mail.references == ("a@b", "c@d")
    assert [str(one) for one in mail.cc] == ["Jüri <juri@firma.ee>"]
    assert mail.sent_at is not None
    assert mail.sent_at.isoformat() == "2026-11-02T08:30:00+00:00"
    assert [(one.name, one.size) for one in mail.attachments] == [("ąžuolas.pdf", 6)]
    assert files_of(raw)[0].data == b"%PDF-1"
    assert not mail.problems
    assert mail.opens_work


@pytest.mark.parametrize(
    ("charset", "text", "codec"),
    [
        ("unicode-1-1-utf-7", "žąsis ąžuolas", "utf-7"),
        ("uft-8", "žąsis", "utf-8"),
        ("x-unknown", "Sveiki, žąsis skrido per ąžuolą ir ėmė šaukti", "utf-8"),
        ("fakescii", "õhtune jõgi", "utf-8"),
        ("us-ascii", "Добрий день", "utf-8"),
        ("iso-8859-1", "naïve žąsis", "utf-8"),
        ("windows-1257", "žąsis", "cp1257"),
        ("koi8-r", "Здравствуйте", "koi8_r"),
        ("windows-1251", "Доброго ранку", "cp1251"),
        ("iso-8859-13", "žąsis", "iso8859_13"),
        ("gb2312", "增值税发票", "gb18030"),
        ("shift_jis", "あいうえお①", "cp932"),
        ("ks_c_5601-1987", "스티해", "cp949"),
        ("iso-2022-jp", "メールエラー", "iso2022_jp"),
    ],
)
def test_text_is_decoded_whatever_its_charset_is_called(charset: str, text: str, codec: str) -> None:
    raw = HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode() + text.encode(codec)
    assert parse_mail(raw).text == text


def test_letters_without_a_charset_are_guessed_by_their_language() -> None:
    text = "Добрый день! Пришлите, пожалуйста, счёт за октябрь и акт выполненных работ."
    raw = HEAD + b"Content-Type: text/plain; charset=x-unknown\n\n" + text.encode("cp1251")
    mail = parse_mail(raw)
    assert mail.text == text
    assert mail.problems == ("unknown_charset",)


def test_headers_are_decoded_also_when_words_are_cut_within_a_letter() -> None:
    whole = "Užklausa dėl ąžuolo".encode()
    words = b" ".join(b"=?utf-8?b?" + base64.b64encode(one) + b"?=" for one in (whole[:2], whole[2:]))
    mail = parse_mail(b"Subject: " + words + b"\nFrom: =?koi8-r?q?=F0=C5=D4=D2?= <petr@example.ua>\n\nx")
    assert mail.subject == "Užklausa dėl ąžuolo"
    assert str(mail.sender) == "Петр <petr@example.ua>"
    assert parse_mail("Subject: Užklausa\nFrom: a@b.lt\n\nx".encode()).subject == "Užklausa"


def test_a_forwarded_mail_is_kept_as_a_file() -> None:
    inner = letter("Inside\n", subject="The first one", message_id="<inner@x>")
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below\n--b\nContent-Type: message/rfc822\n\n"
    ) + inner
    raw += b"\n--b--\n"
    mail = parse_mail(raw)
    assert mail.text == "See below"
    assert [(one.name, one.content_type) for one in mail.attachments] == [("The first one.eml", "message/rfc822")]
    assert parse_mail(files_of(raw)[0].data).message_id == "inner@x"


def test_files_in_winmail_dat_are_listed_beside_it() -> None:
    packed = winmail({"sąskaita.xlsx": b"cells", "..\\..\\evil.exe": b"MZ"}, "Tekstas iš Outlook")
    raw = HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    mail = parse_mail(raw + base64.encodebytes(packed))
    assert [one.name for one in mail.attachments] == ["winmail.dat", "sąskaita.xlsx", "evil.exe"]
    assert mail.text == "Tekstas iš Outlook"
    damaged = parse_mail(raw + base64.encodebytes(packed[:-4]))
    assert "tnef_damaged" in damaged.problems
    assert damaged.attachments[1].size == 5


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("con:aux|x?.txt", "con_aux_x_.txt"),
        ("x" * 400 + ".pdf", "x" * 196 + ".pdf"),
        ("..", "part-1.bin"),
    ],
)
def test_names_of_files_are_names_only(written: str, name: str) -> None:
    assert parse_mail(letter(files={written: b"x"})).attachments[0].name == name


def test_files_written_into_the_text_and_flowed_text() -> None:
    encoded = HEAD + b"\nHello\nbegin 644 a.txt\n#86)C\n`\nend\nBye\n"
    mail = parse_mail(encoded)
    assert mail.text.split() == ["Hello", "Bye"]
    assert files_of(encoded)[0].data == b"abc"
    flowed = HEAD + b"Content-Type: text/plain; format=flowed\n\nOne line \nin two\n> quoted \n> words\n"
    assert parse_mail(flowed).text == "One line in two\n> quoted words"


def test_html_becomes_text_with_quotes() -> None:
    html = "<style>p{}</style><p>Sveiki &amp; ačiū</p><ul><li>a<li>b</ul><blockquote>old<br>mail</blockquote>"
    raw = HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + html.encode()
    assert parse_mail(raw).text.split("\n") == ["Sveiki & ačiū", "", "- a", "- b", "", "> old", "> mail"]


def test_a_wrong_boundary_is_mended() -> None:
    body = b"--real\nContent-Type: text/plain\n\nThe text\n--real\nContent-Type: text/html\n\n<b>x</b>\n--real--\n"
    mail = parse_mail(HEAD + b'Content-Type: multipart/mixed; boundary="other"\n\n' + body)
    assert mail.text.startswith("The text")
    assert mail.problems == ("broken_structure",)


def _nested(depth: int) -> bytes:
    rings = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(depth))
    return HEAD + rings + b"\n\ndeep"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"".join(b"X-%d: y\n" % i for i in range(150_000)) + HEAD + b"\nbody", "headers_cut"),
        (HEAD + b"To: " + b"a@b.c, " * 200_000 + b"\n\nbody", "headers_cut"),
        (_nested(500), "too_deep"),
        (HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000, "too_many_parts"),
        (HEAD + b"\n" + b"x" * 1_500_000, "text_cut"),
        (HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 100_000, None),
        (HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 100_000, None),
        (HEAD + b"Content-Type: text/html\n\n" + b'<a href="' * 50_000, None),
        (HEAD + b"\n" + b"On 1.1.2011 1.1.2011 1.1.2011 1.1.2011 1.1.2011:\n" * 5_000, None),
        (b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\nFrom: a@b.c\n\nx", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 outlook", "not_a_mail"),
        (b"", "no_sender"),
        (garbage(300_000), None),
    ],
)
def test_hostile_mails_are_read_in_no_time(raw: bytes, problem: str | None) -> None:
    began = time.perf_counter()
    mail = parse_mail(raw)
    assert time.perf_counter() - began < 10
    assert problem is None or problem in mail.problems
    assert len(mail.text) <= 1_000_000
    mail.text.encode()
