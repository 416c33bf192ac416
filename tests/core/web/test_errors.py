"""Error pages: what happened, what to do, no stack trace, nothing personal in the log."""

from __future__ import annotations

import logging
from html import unescape
from typing import Any

import pytest

from kartoteka.web.errors import TEXTS


@pytest.mark.parametrize("status", sorted(TEXTS))
def test_every_error_has_a_page_in_the_readers_language(world: Any, surfer: Any, status: int) -> None:
    world.person.language = "xx"
    answer = surfer.get(f"/shop/abort/{status}")
    assert answer.status_code == status
    assert f"⟦{TEXTS[status].title.text}⟧" in unescape(answer.text)
    assert f"⟦{TEXTS[status].advice.text}⟧" in unescape(answer.text)


def test_crash_shows_a_number_and_no_detail(world: Any, surfer: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = surfer.get("/shop/crash?q=Ona+Petrauskienė")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    line = next(record.getMessage() for record in caplog.records if record.name == "kartoteka.errors")
    number = line.split()[1]
    assert number in answer.text
    assert "RuntimeError" in line
    assert "secret detail" not in line
    assert "Ona" not in line


def test_problem_of_a_service_is_told_in_its_own_words(surfer: Any) -> None:
    answer = surfer.get("/shop/refused")
    assert (answer.status_code, "Orders with invoices stay." in answer.text) == (422, True)


def test_fragment_gets_a_fragment(surfer: Any) -> None:
    answer = surfer.get("/shop/refused", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "<html" not in answer.text
    assert "Orders with invoices stay." in answer.text


def test_stranger_sees_no_menu_on_an_error_page(world: Any, surfer: Any) -> None:
    world.person = None
    answer = surfer.get("/nowhere")
    assert answer.status_code == 404
    assert "k-menu" not in answer.text


def test_error_page_that_breaks_falls_back_to_plain_words(
    world: Any, surfer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kartoteka.web.errors as errors

    def broken(*args: Any, **values: Any) -> str:
        raise RuntimeError("no templates")

    monkeypatch.setattr(errors, "render", broken)
    answer = surfer.get("/shop/crash")
    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"
    assert "Something went wrong" in answer.text


@pytest.mark.parametrize("url", ["/shop/%00", "/shop/" + "a" * 5000, "/%ff%fe", "/shop/?" + "x=1&" * 3000])
def test_absurd_addresses_get_an_ordinary_answer(surfer: Any, url: str) -> None:
    assert surfer.get(url).status_code in (200, 400, 404, 414)


def test_too_large_a_form_is_refused(surfer: Any) -> None:
    answer = surfer.post("/shop/new", data={"name": "x" * (3 * 1024 * 1024)})
    assert answer.status_code == 413
