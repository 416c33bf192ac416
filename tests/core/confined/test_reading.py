"""Foreign files are read in a process of their own: words come out, bombs and rubbish cost one answer."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from email.message import EmailMessage
from typing import Any

import pytest

from kartoteka.confined import ReadingFailed, page_count, page_picture, read_text, running


def packed(**parts: bytes) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    made.seek(0)
    return made


def document(body: str) -> io.BytesIO:
    return packed(word__document_xml=f'<w:d xmlns:w="urn:w"><w:body>{body}</w:body></w:d>'.encode())


def test_words_of_a_pdf() -> None:
    import typst

    assert "Leping šnurui žąsis" in read_text(io.BytesIO(typst.compile("Leping šnurui žąsis".encode())), "a.PDF").text


def test_words_of_a_text_document() -> None:
    body = "<w:p><w:r><w:t>Sut</w:t></w:r><w:r><w:t>artis</w:t></w:r></w:p><w:p><w:r><w:t>Nr.&#160;5</w:t></w:r></w:p>"
    assert read_text(document(body), "a.docx").text.split() == ["Sutartis", "Nr.", "5"]


def test_words_of_an_open_document() -> None:
    body = b'<o:d xmlns:o="urn:o"><o:p>Before <o:span>middle</o:span> after</o:p></o:d>'
    assert read_text(packed(content_xml=body), "a.odt").text.strip() == "Before middle after"


def test_words_of_a_workbook() -> None:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("Kainos")
        sheet.write_row(0, 0, ["Šiltnamis", 12.5])
    made.seek(0)
    assert read_text(made, "a.xlsx").text == "Kainos\nŠiltnamis 12.5"


def test_words_of_a_mail() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Pasiūlymas dėl langų", "Ona <ona@example.org>"
    mail.set_content("Laba diena")
    mail.add_alternative("<p>Laba <b>diena</b><script>hidden()</script></p>", subtype="html")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="schema.pdf")

    text = read_text(io.BytesIO(mail.as_bytes()), "a.eml").text
    assert "Pasiūlymas dėl langų" in text
    assert "Laba diena" in text
    assert "schema.pdf" in text
    assert "hidden" not in text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Žąsų ūkis šalia Kauno, ėjimas į mišką", "utf-8"), ("Договір постачання на рік з доставкою", "cp1251")],
)
def test_words_of_plain_text(text: str, encoding: str) -> None:
    assert read_text(io.BytesIO(text.encode(encoding)), "a.txt").text == text


def test_a_file_of_another_sort_has_no_words() -> None:
    assert read_text(io.BytesIO(b"MZ"), "a.dwg").text == ""


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.odt", "a.xls"])
def test_rubbish_is_refused_without_repeating_it(name: str) -> None:
    with pytest.raises(ReadingFailed) as refused:
        read_text(io.BytesIO(b"SECRET rubbish"), name)
    assert "SECRET" not in str(refused.value)


def test_an_archive_that_swells_is_refused() -> None:
    with pytest.raises(ReadingFailed):
        read_text(packed(word__document_xml=b"<a>" + b"x" * 270_000_000), "a.docx")


def test_an_archive_that_lies_about_its_size_is_cut() -> None:
    made = document(f"<w:p><w:t>{'word ' * 900_000}</w:t></w:p>")
    found = read_text(made, "a.docx")
    assert found.cut
    assert len(found.text) <= running.MOST_TEXT


@pytest.mark.parametrize(
    "entity",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><d>&b;</d>',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    ],
)
def test_entities_are_refused(entity: str) -> None:
    with pytest.raises(ReadingFailed):
        read_text(packed(word__document_xml=entity.encode()), "a.docx")


def test_reading_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(running._SECONDS, "text", 0.001)
    with pytest.raises(ReadingFailed, match="too long"):
        read_text(io.BytesIO(b"text"), "a.txt")


def test_the_reader_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KARTOTEKA_SECRET", "do not tell")
    assert "do not tell" not in str(running._environment())
    assert set(running._environment()) <= {*os.environ, "LANG", "PYTHONDONTWRITEBYTECODE"}


def test_the_reader_limits_itself() -> None:
    import subprocess
    import sys

    hungry = "from kartoteka.confined.child import confine; confine(); bytearray(3 << 30)"
    assert subprocess.run([sys.executable, "-c", hungry], capture_output=True, check=False).returncode


def test_pages_of_a_pdf_are_drawn() -> None:
    import typst

    pdf = typst.compile(b"#set page(width: 10cm, height: 5cm)\nOne #pagebreak() Two")
    assert page_count(io.BytesIO(pdf)) == 2
    wide, high = size_of(page_picture(io.BytesIO(pdf), 1, 600))
    assert (wide, high) == (600, 300)
    with pytest.raises(ReadingFailed):
        page_picture(io.BytesIO(pdf), 2)


def size_of(png: bytes) -> Any:
    assert zlib.crc32(png[12:29]) == struct.unpack(">I", png[29:33])[0]
    return struct.unpack(">II", png[16:24])
