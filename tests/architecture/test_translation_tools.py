"""Texts are collected from Python and templates, kept in files that never change by themselves, and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.catalogues import extract, read_catalogue, update_catalogue, write_catalogue
from tools.check_translations import compare
from tools.tree import Distribution

SOURCE = """
from kartoteka.vocabulary.message import Texts, text as _
label = _("Client")
many = _.plural("One client", "%(count)s clients", 3)
word = _.context("verb", "Order")
who = _("Handed over to %(name)s", name="Anna")
"""
TEMPLATE = """{% trans %}Birthdays{% endtrans %} <p title="{{ _('Open') }}"></p>
{% trans count=n %}One day{% pluralize %}{{ count }} days{% endtrans %}"""


@pytest.fixture
def distribution(tmp_path: Path) -> Distribution:
    (tmp_path / "templates").mkdir()
    (tmp_path / "texts.py").write_text(SOURCE, "utf-8")
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE, "utf-8")
    return Distribution("sample", tmp_path)


def translate(path: Path, text: str, translation: str) -> None:
    content = path.read_text("utf-8")
    assert f'msgid "{text}"\nmsgstr ""' in content
    path.write_text(content.replace(f'msgid "{text}"\nmsgstr ""', f'msgid "{text}"\nmsgstr "{translation}"'), "utf-8")


def update(distribution: Distribution, language: str = "lt") -> bool:
    path = distribution.catalogue(language)
    return write_catalogue(update_catalogue(read_catalogue(path, language), extract(distribution)), path)


def test_every_kind_of_text_is_found(distribution: Distribution) -> None:
    found = {(message.context, message.id) for message in extract(distribution) if message.id}
    assert found == {
        (None, "Client"),
        (None, ("One client", "%(count)s clients")),
        ("verb", "Order"),
        (None, "Handed over to %(name)s"),
        (None, "Birthdays"),
        (None, "Open"),
        (None, ("One day", "%(count)s days")),
    }


def test_update_keeps_translations_and_settles(distribution: Distribution) -> None:
    assert update(distribution)
    path = distribution.catalogue("lt")
    translate(path, "Client", "Klientas")
    (distribution.package / "more.py").write_text('_("Later")', "utf-8")
    assert update(distribution)
    assert not update(distribution)
    assert read_catalogue(path, "lt").get("Client").string == "Klientas"
    assert "Later" in path.read_text("utf-8")
    assert "texts.py" not in path.read_text("utf-8")


def test_text_that_is_gone_leaves_the_catalogue(distribution: Distribution) -> None:
    update(distribution)
    (distribution.package / "texts.py").write_text("", "utf-8")
    problems = list(compare(extract(distribution), read_catalogue(distribution.catalogue("lt"), "lt")))
    assert "'Client' is no longer in use: make translations" in problems
    update(distribution)
    assert "Client" not in distribution.catalogue("lt").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "translation", "problem"),
    [
        ("Handed over to %(name)s", "Perduota", "has other placeholders"),
        ("Handed over to %(name)s", "Perduota %(who)s", "has other placeholders"),
        ("Client", "<b>Klientas</b>", "has other marks"),
        ("Client", "Klientas ", "begins or ends with a space"),
    ],
)
def test_bad_translation_is_named(distribution: Distribution, text: str, translation: str, problem: str) -> None:
    update(distribution)
    path = distribution.catalogue("lt")
    translate(path, text, translation)
    problems = list(compare(extract(distribution), read_catalogue(path, "lt")))
    assert any(text in found and problem in found for found in problems), problems


def test_missing_plural_form_is_named(distribution: Distribution) -> None:
    update(distribution)
    path = distribution.catalogue("lt")
    content = path.read_text("utf-8")
    head, tail = content.split('msgid_plural "%(count)s clients"')
    tail = tail.replace('msgstr[0] ""', 'msgstr[0] "Vienas klientas"', 1)
    path.write_text(f'{head}msgid_plural "%(count)s clients"{tail}', "utf-8")
    problems = list(compare(extract(distribution), read_catalogue(path, "lt")))
    assert "'One client' lacks a plural form" in problems


def test_fuzzy_translation_is_named(distribution: Distribution) -> None:
    update(distribution)
    path = distribution.catalogue("lt")
    translate(path, "Client", "Klientas")
    path.write_text(path.read_text("utf-8").replace('msgid "Client"', '#, fuzzy\nmsgid "Client"'), "utf-8")
    problems = list(compare(extract(distribution), read_catalogue(path, "lt")))
    assert "'Client' is marked as fuzzy" in problems
