"""Which files the document register takes, and what it says about those that it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.files.registering import upload


@pytest.mark.parametrize("name", ["run.exe", "letter.pdf.js", "macro.VBS", "page.hta", "..\\..\\evil.bat", "a.lnk"])
def test_what_can_harm_a_computer_is_not_taken(clerk: Any, name: str) -> None:
    answer = upload(clerk, "/files/new", (b"x", name))
    assert answer.status_code == 422
    assert "not allowed" in answer.text
    assert "Nothing here yet" in clerk.get("/files/").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\Sutartis Nr. 5.docx", "Sutartis Nr. 5.docx"),
        ("a\x00b\u202etxt.pdf", "a_b_txt.pdf"),
        ("con.txt", "_con.txt"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ('a"<b>|?*.txt', "a__b____.txt"),
    ],
)
def test_names_are_names_everywhere(typed: str, kept: str) -> None:
    from kartoteka.builtin.files.naming import clean_filename

    assert clean_filename(typed) == kept


def test_a_form_without_a_file_says_so(clerk: Any) -> None:
    answer = upload(clerk, "/files/new")
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_wrong_values_are_named(clerk: Any) -> None:
    answer = upload(clerk, "/files/new", (b"x", "a.txt"), kind="nonsense", registered_on="", client_number="K99999")
    assert answer.status_code == 422
    answer = upload(clerk, "/files/new", (b"x", "a.txt"), client_number="K99999")
    assert "There is no client with this number" in answer.text
    assert answer.status_code == 422


def test_too_large_a_file_is_refused(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from kartoteka.builtin.files.limits import Limits

    monkeypatch.setattr(Limits, "largest_bytes", 1000)
    answer = upload(clerk, "/files/new", (b"x" * 2000, "a.txt"))
    assert answer.status_code == 422
    assert "larger than" in answer.text
