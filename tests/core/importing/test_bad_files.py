"""Files that nobody should send: a message in words, nothing changed."""

from __future__ import annotations

import errno
import io
import os
import zipfile

import pytest

from kartoteka.builtin.importing import files, sheets
from kartoteka.builtin.importing.service import remove_old_files
from kartoteka.builtin.importing.tables import guess_eight_bit
from kartoteka.builtin.users.service import deactivate_user
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.testing import run_jobs
from tests.core.importing.conftest import IMPORTER, Importer, count, numbers, spreadsheet


@pytest.fixture
def importer(company):
    made = company()
    return Importer(made, made.add_user(permissions=IMPORTER, reach="all"))


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return made.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """Return a workbook whose first sheet is this."""
    source = zipfile.ZipFile(io.BytesIO(spreadsheet([["ID", "Name"], [1, "UAB A"]])))
    return packed({**{name: source.read(name) for name in source.namelist()}, "xl/worksheets/sheet1.xml": xml})


def far_cell() -> bytes:
    cell = b'<row r="%d"><c r="%s"><v>1</v></c></row>'
    rows = cell % (1, b"A1") + cell % (1048576, b"XFD1048576")
    return with_sheet(b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>")


def zip_bomb() -> bytes:
    return with_sheet(b"<worksheet><!--" + b" " * (sheets.UNPACKED + 1000) + b"--></worksheet>")


def lying_zip() -> bytes:
    """A bomb whose directory says that it is small."""
    content = bytearray(zip_bomb())
    size = (sheets.UNPACKED + 1000 + len(b"<worksheet><!----></worksheet>")).to_bytes(4, "little")
    assert size in content
    return bytes(content.replace(size, (1000).to_bytes(4, "little")))


def many_strings() -> bytes:
    """Cells that all hold the same long text: small in the file, 40 GB when it is read."""
    source = zipfile.ZipFile(io.BytesIO(spreadsheet([["ID", "Name"], [1, "UAB A"]])))
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 400_000))
    parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/sharedStrings.xml"] = b"<sst><si><t>" + b"x" * 100_000 + b"</t></si></sst>"
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    return packed(parts)


@pytest.mark.catalogue("X-02", part="bad files")
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"\n\n  \r\n", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "This is not a text file"),
        (b"ID,Name\n1,UAB\x00 A\n", "This is not a text file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "This is not an XLSX file"),
        (b"PK\x03\x04 and nothing", "The spreadsheet is damaged"),
        (packed({"word/document.xml": b"<a/>"}), "This is not an XLSX file"),
        (spreadsheet([["ID", "Name"], [1, "A"]])[:-100], "The spreadsheet is damaged"),
        (with_sheet(b"<worksheet><sheetData><row"), "damaged"),
        (spreadsheet([]), "There are no rows"),
        (b"\xff\xfe\x00", "not written in"),
    ],
)
def test_what_is_no_list_is_refused(importer, content, told):
    answer = importer.upload(content)
    assert answer.status_code == 422
    assert told in answer.text
    assert not list((importer.company.database.files / "imports").glob("*"))


@pytest.mark.parametrize("make", [zip_bomb, lying_zip, far_cell, many_strings])
def test_bombs_do_not_go_off(importer, make, monkeypatch):
    monkeypatch.setattr(sheets, "UNPACKED", 50 * 1024 * 1024)
    answer = importer.upload(make(), "bomb.xlsx")
    assert answer.status_code == 422
    assert "Save it as CSV" in answer.text or "save it as CSV" in answer.text
    assert not list((importer.company.database.files / "imports").glob("*"))


def test_too_large_a_file_is_refused(importer, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 3 * 1024 * 1024)
    answer = importer.upload(b"ID,Name\n" + b"1,UAB A\n" * 500_000)
    assert answer.status_code == 422
    assert "larger than 3 MB" in answer.text
    huge = {"CONTENT_LENGTH": str(300 * 1024 * 1024), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = importer.browser.post("/importing/new", environ_overrides=huge, input_stream=io.BytesIO(b"--x"))
    assert answer.status_code == 413
    assert "This is too large" in answer.text


def test_a_full_disk_is_told(importer, monkeypatch):
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = importer.upload(b"ID,Name\n1,UAB A\n")
    assert answer.status_code == 422
    assert "no room left" in answer.text


def test_columns_that_lie(importer):
    content = (
        b"ID;Name;Phone;Phone\n1;UAB A;+37061234567;\n2;UAB B\n3;UAB C;1;2;3\n4;=2+5;;\n5;'=SUM(A1);;\n6;UAB \xff;;\n"
        b'1;UAB Other;;\n;UAB No number;;\n7;UAB D;;not-a-phone\n8;"UAB E\nsecond line";;\n'
    )
    number = importer.begin(content, "lie.csv")
    importer.go_on(number, encoding="utf-8")
    guessed = importer.guessed(number)
    assert guessed == {"ID": "external_id", "Name": "name", "Phone": "phone"}
    columns = {**guessed, "Phone (2)": "mobile"}
    checked = importer.check(number, columns, **{"option-kind": "company"})
    assert numbers(checked) == (5, 0, 0, 0, 5, 0)
    listed = importer.browser.get(f"/importing/{number}/check/problems").text
    for told in ("has 5 values, the heading 4", "not in the declared encoding", "Line 2 has the same record"):
        assert told in listed
    table = importer.browser.get(f"/importing/{number}/check/problems.csv").get_data(as_text=True)
    assert [line.split(";")[0] for line in table.splitlines()[1:]] == ["4", "7", "8", "9", "10"]
    assert numbers(importer.start(number)) == (5, 0, 0, 0, 5, 0)
    page = importer.browser.get("/clients/").text
    assert "=2+5" in page
    assert "'=SUM" not in page
    assert importer.browser.get("/importing/").text.count("lie.csv") == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"encoding": "utf-16"}, "not written in"),
        ({"encoding": "klingon"}, "no encoding"),
        ({"separator": "ab"}, "separator"),
        ({"heading": "19"}, "no line with data"),
    ],
)
def test_a_wrong_description_is_refused(importer, changes, told):
    number = importer.begin("ID,Name\n1,UAB Ž\n".encode())
    answer = importer.browser.post(f"/importing/{number}/file", data={**importer.form(number), **changes, "do": "next"})
    assert answer.status_code == 422
    assert told in answer.text


@pytest.mark.parametrize(
    ("columns", "values", "told"),
    [
        ({}, {"key": ""}, "at least one column"),
        ({"ID": "name", "Name": "name"}, {"key": "name"}, "Two columns go into the field"),
        ({"ID": "manager", "Name": "name"}, {"key": "name"}, "Choose one of the values offered"),
        ({"Name": "name"}, {"key": "external_id"}, "No column goes into the field"),
        ({"ID": "external_id", "Name": "name"}, {"source": " "}, "Give the list a name"),
        ({"Name": "personal_code"}, {"key": ""}, "Choose one of the values offered"),
        ({"Name": "name"}, {"key": "column:Nothing"}, "Choose one of the values offered"),
    ],
)
def test_a_wrong_mapping_is_refused(importer, columns, values, told):
    number = importer.begin(b"ID,Name\n1,UAB A\n")
    importer.go_on(number)
    answer = importer.map(number, columns, **values)
    assert answer.status_code == 422
    assert told in answer.text


@pytest.mark.catalogue("X-02", part="changed file")
def test_a_file_that_changed_since_the_dry_run_is_refused(importer):
    number = importer.begin(b"ID,Name\n1,UAB A\n")
    importer.go_on(number)
    assert numbers(importer.check(number)) == (1, 0, 0, 0, 0, 0)
    folder = importer.company.database.files / "imports" / importer.row(number).folder
    (folder / "uploaded").write_bytes(b"ID,Name\n1,UAB B\n")
    assert importer.start(number) == {}
    assert count(importer.company) == 0
    page = importer.browser.get(f"/importing/{number}").text
    assert "The file has changed since it was checked" in page


def test_a_file_that_is_gone_is_told(importer):
    number = importer.begin(b"ID,Name\n1,UAB A\n")
    folder = importer.company.database.files / "imports" / importer.row(number).folder
    (folder / "uploaded").unlink()
    answer = importer.browser.get(f"/importing/{number}/file")
    assert answer.status_code == 422
    assert "not there any more" in answer.text


def test_nobody_sees_the_imports_of_others(importer):
    number = importer.begin(b"ID,Name\n1,UAB A\n")
    company = importer.company
    other = company.browser(company.add_user(permissions=IMPORTER))
    nobody = company.browser(company.add_user(permissions=("clients.view",)))
    auditor = company.browser(company.add_user(permissions=("importing.use", "importing.see_all")))
    for path in ("", "/file", "/columns", "/check/problems", "/check/problems.csv"):
        assert other.get(f"/importing/{number}{path}").status_code == 404
        assert nobody.get(f"/importing/{number}{path}").status_code == 403
    assert other.post(f"/importing/{number}/drop").status_code == 404
    assert "list.csv" not in other.get("/importing/").text
    assert "list.csv" in auditor.get("/importing/").text
    assert "Nothing that you may import" in auditor.get("/importing/new").text


def test_a_right_that_was_taken_stops_the_import(importer):
    number = importer.begin(b"ID,Name\n1,UAB A\n")
    importer.go_on(number)
    importer.check(number)
    assert importer.browser.post(f"/importing/{number}/start").status_code == 302
    company = importer.company
    with company.database.transaction(company.system) as session:
        deactivate_user(session, importer.user_id)
    run_jobs(company)
    assert count(company) == 0


def test_dropping_an_import_leaves_nothing(importer):
    number = importer.begin(b"ID,Name\n1,UAB A\n")
    assert importer.browser.post(f"/importing/{number}/drop").status_code == 302
    assert not list((importer.company.database.files / "imports").glob("*"))
    assert "Nothing imported yet" in importer.browser.get("/importing/").text


@pytest.mark.parametrize(
    ("words", "encodings"),
    [
        ("Tõnu Õunapuu ärikeskus, Pärnu maantee, Jõhvi, küla", ["cp1257", "iso8859_15"]),
        ("UAB Žemės ūkio technika, Šiauliai, ąčęėįšųūž", ["cp1257", "iso8859_13"]),
        ("Rīgas pilsēta, Ķekava, Ģertrūdes iela, Ņina", ["cp1257", "iso8859_13"]),
        ("Общество с ограниченной ответственностью Окна", ["cp1251", "koi8_r"]),
        ("Товариство з обмеженою відповідальністю Вікна", ["cp1251", "koi8_u"]),
    ],
)
def test_old_encodings_are_guessed(words, encodings):
    for encoding in encodings:
        guessed = guess_eight_bit((words + "\n").encode(encoding) * 5)
        assert (words.encode(encoding)).decode(guessed) == words, (encoding, guessed)


def test_files_that_nobody_imports_are_removed(importer, clock):
    number = importer.begin(b"ID,Name\n1,UAB A\n")
    folder = importer.company.database.files / "imports" / importer.row(number).folder
    with importer.company.database.transaction(importer.company.system) as session:
        remove_old_files(session, RunningJob(id=1))
    assert folder.exists()
    clock.move(days=8)
    with importer.company.database.transaction(importer.company.system) as session:
        remove_old_files(session, RunningJob(id=1))
    assert not folder.exists()
