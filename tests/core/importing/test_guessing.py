"""Columns recognised by their titles in five languages, and by what stands in them."""

from __future__ import annotations

import pytest

from kartoteka.builtin.clients.loading.target import CLIENTS_TARGET
from kartoteka.builtin.importing.guessing import fingerprint_of, guess_columns
from kartoteka.vocabulary.lines import Line

FIELDS = ["external_id", "name", "registration_code", "vat_code", "country", "phone", "mobile", "email", "notes"]


@pytest.mark.catalogue("X-02", part="columns in five languages")
@pytest.mark.parametrize(
    "titles",
    [
        ["ID", "Company name", "Reg. code", "VAT number", "Country", "Phone", "Mobile phone", "E-mail", "Notes"],
        [
            "Nr.",
            "Įmonės pavadinimas",
            "Įmonės kodas",
            "PVM mokėtojo kodas",
            "Šalis",
            "Tel. nr.",
            "Mobilusis",
            "El. paštas",
            "Pastabos",
        ],
        [
            "ID",
            "Ettevõtte nimi",
            "Registrikood",
            "KMKR number",
            "Riik",
            "Telefon",
            "Mobiiltelefon",
            "E-post",
            "Märkused",
        ],
        ["ID", "Назва", "Код ЄДРПОУ", "ІПН", "Країна", "Телефон", "Мобільний", "Ел. пошта", "Примітки"],
        ["ID", "Наименование", "Код", "НДС", "Страна", "Телефон", "Мобильный", "Эл. почта", "Примечания"],
        ["external_id", "name", "registration_code", "vat_code", "country", "phone", "mobile", "email", "notes"],
        [
            "KLIENTO_ID",
            "klientoPavadinimas",
            "Kliento kodas",
            "PVM-kodas",
            "šalis",
            "TELEFONAS",
            "mobilusis",
            "EL.PAŠTAS",
            "pastabos",
        ],
    ],
)
def test_titles_are_recognised(titles):
    assert guess_columns(titles, CLIENTS_TARGET.columns, []) == dict(zip(titles, FIELDS, strict=True))


def test_names_of_persons_are_told_from_names_of_companies():
    assert guess_columns(["Vardas", "Pavardė"], CLIENTS_TARGET.columns, []) == {
        "Vardas": "first_name",
        "Pavardė": "surname",
    }


def test_values_tell_where_titles_do_not():
    lines = [Line(n, {"1": f"UAB {n}", "2": "Lithuania", "3": f"a{n}@b.lt", "4": "+37061234567"}) for n in range(9)]
    guessed = guess_columns(["1", "2", "3", "4"], CLIENTS_TARGET.columns, lines)
    assert guessed == {"1": "name", "2": "country", "3": "email", "4": "phone"}


def test_equal_headings_have_one_fingerprint():
    assert fingerprint_of(["El. paštas", "ID"]) == fingerprint_of(["el paštas", " id"])
    assert fingerprint_of(["El. paštas", "ID"]) != fingerprint_of(["ID", "El. paštas"])
