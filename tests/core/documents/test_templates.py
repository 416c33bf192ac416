"""Templates that a company replaces: looked at, saved, taken back; and what a template cannot do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kartoteka.builtin.documents import typesetting
from kartoteka.builtin.documents.typesetting import Setting, TemplateFailed, set_pdf

from .test_documents import text_of

pytestmark = pytest.mark.needs_module("crm_clients")

EDIT = "/documents/templates/crm_clients/client_sheet"
OWN = '#import "kartoteka.typ": *\n#show: paper\nOur own sheet of #it.title'
VALUES = {"title": "A", "number": "", "day": "", "language": "lt", "company": {"name": "B"}, "words": {}, "data": {}}


def typeset(source):
    return set_pdf(Setting(source, VALUES, datetime(2026, 1, 1, tzinfo=UTC)))


@pytest.fixture
def chief(office):
    return office.company.browser(office.company.add_user("administrator"))


@pytest.mark.catalogue("X-34")
def test_a_company_replaces_a_template_and_goes_back(office, chief):
    page = chief.post(EDIT, data={"source": OWN, "do": "preview"})
    assert page.status_code == 200
    assert "data:image/png" in page.text
    assert "Our own" not in text_of(office.browser.get(f"/documents/{office.make().id}/pdf").data)
    assert chief.post(EDIT, data={"source": OWN, "do": "save"}).status_code == 302
    made = office.make()
    assert "Our own sheet of UAB" in text_of(office.browser.get(f"/documents/{made.id}/pdf").data)
    assert chief.post(EDIT, data={"source": OWN, "do": "original"}).status_code == 302
    assert "Our own" not in text_of(office.browser.get(f"/documents/{office.make().id}/pdf").data)
    assert "Our own" in text_of(office.browser.get(f"/documents/{made.id}/pdf").data), "made documents stay as they are"


def test_a_template_of_one_language_is_for_that_language(office, chief):
    assert chief.post(EDIT, data={"source": OWN, "do": "save", "language": "et"}).status_code == 302
    assert "Our own" in text_of(office.browser.get(f"/documents/{office.make(language='et').id}/pdf").data)
    assert "Our own" not in text_of(office.browser.get(f"/documents/{office.make(language='lt').id}/pdf").data)


def test_a_template_that_cannot_be_set_is_not_saved_and_names_the_line(office, chief):
    page = chief.post(EDIT, data={"source": "#let x = 1\n#nonsense", "do": "save"})
    assert page.status_code == 422
    assert "Line 2 of the template" in page.text
    assert "#nonsense" in page.text
    assert office.browser.get(EDIT).status_code == 403
    assert office.browser.post(EDIT, data={"source": OWN, "do": "save"}).status_code == 403


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../typesetter.py")',
        '#read("../../../../../../../../etc/passwd")',
        '#image("/proc/self/environ")',
        '#json("/../models.py")',
        '#include "/etc/hostname"',
        '#plugin("/usr/lib/x.wasm")',
        '#import "@preview/cetz:0.3.0"',
        '#import "@local/secrets:1.0.0"',
    ],
)
def test_a_template_reads_no_files_and_loads_no_packages(source):
    with pytest.raises(TemplateFailed) as caught:
        typeset(source)
    assert "/work" not in str(caught.value)
    assert "site-packages" not in str(caught.value)
    assert caught.value.line == 1


@pytest.mark.parametrize(
    "source",
    [
        "#while true { }",
        "#let f(n) = f(n + 1)\n#f(0)",
        "#for i in range(1000000000) { }",
        '#("a" * 3000000000)',
        "#(range(60000).map(one => range(6000).sum()).sum())",
    ],
)
def test_a_template_that_never_ends_is_stopped(source, monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS", 1)
    with pytest.raises(TemplateFailed):
        typeset(source)


def test_what_looks_like_markup_in_a_value_stays_text():
    hostile = '#read("/etc/passwd") $x$ *b* _i_ ]#{ } @ref <label> \\ `raw`'
    pdf = set_pdf(
        Setting(
            '#import "kartoteka.typ": *\n#d.x', {**VALUES, "data": {"x": hostile}}, datetime(2026, 1, 1, tzinfo=UTC)
        )
    )
    assert hostile in text_of(pdf)


def test_the_same_document_is_the_same_file():
    assert typeset("Hello") == typeset("Hello")
