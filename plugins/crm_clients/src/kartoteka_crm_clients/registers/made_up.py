"""Made-up registers in the four formats, the same ones every time: for the demo company, tests and the benchmark."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from kartoteka.api.identifiers import company_code


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words(
    "Baltijos Nemuno Vilniaus Kauno Žemaitijos Aukštaitijos Gintaro Saulės Ąžuolo Vėtrungės Jūros Miško "
    "Pajūrio Dzūkijos Pilies Tilto Lauko Sodo Upės Ežero"
)
_SECOND = _words(
    "langai stogai baldai keliai statyba prekyba energija logistika mediena metalas duonos durys plytos dažai "
    "vanduo audiniai technika leidyba kava vaistai"
)
_EE_FIRST = _words(
    "Tallinna Tartu Pärnu Saaremaa Hiiu Võru Viru Põhja Lääne Emajõe Pirita Kadri Mere Metsa Kivi Lille "
    "Päikese Tuule Jõe Kuuse"
)
_EE_SECOND = _words(
    "ehitus katused aknad mööbel puit metall kaubandus energia transport trükk leib uksed värvid vesi tekstiil "
    "tehnika kohv apteek aed kivid"
)
_LV_FIRST = _words(
    "Rīgas Latgales Kurzemes Vidzemes Zemgales Daugavas Gaujas Ventas Jūras Meža Ozola Saules Dzintara Bērza "
    "Upes Tilta Kalna Lauku Ezera Pils"
)
_LV_SECOND = _words(
    "logi jumti mēbeles ceļi būve koks metāls enerģija loģistika maize durvis ķieģeļi krāsas ūdens audumi "
    "tehnika druka kafija aptieka dārzi"
)
_UA_FIRST = _words(
    "Київ Дніпро Карпати Полісся Поділля Азов Чорномор Буковина Слобожан Галич Волинь Сян Десна Прип Хортиця "
    "Либідь Оболонь Троєщина Либава Ятрань"
)
_UA_SECOND = _words(
    "буд дах меблі шлях торг енерго логіст ліс метал хліб двері цегла фарба вода текстиль техно друк кава аптека сад"
)
_THIRD = _words(
    "Nord Eko Pro Plus Group Invest Trade Tech Line Max Top Prime Nova Delta Omega Alfa Vita Terra Aqua Solar "
    "Lux Star Euro Inter"
)


@dataclass(frozen=True)
class MadeUp:
    """How the companies of a country are called and where they are."""

    first: list[str]
    second: list[str]
    base: int
    places: tuple[tuple[str, str, str], ...]
    street: str


MADE_UP = {
    "LT": MadeUp(
        _FIRST,
        _SECOND,
        300_000_000,
        (("Vilnius", "", "LT-0{0:04}"), ("Kaunas", "", "LT-4{0:04}"), ("Klaipėda", "", "LT-9{0:04}")),
        "Žuvėdros g. {0}",
    ),
    "EE": MadeUp(
        _EE_FIRST,
        _EE_SECOND,
        10_000_000,
        (
            ("Tallinn", "Harju maakond", "1{0:04}"),
            ("Tartu linn", "Tartu maakond", "5{0:04}"),
            ("Pärnu linn", "Pärnu maakond", "8{0:04}"),
        ),
        "Kase tn {0}",
    ),
    "LV": MadeUp(
        _LV_FIRST,
        _LV_SECOND,
        40_000_000_000,
        (("Rīga", "", "1{0:03}"), ("Liepāja", "", "3{0:03}"), ("Daugavpils", "", "5{0:03}")),
        "Liepu iela {0}",
    ),
    "UA": MadeUp(
        _UA_FIRST,
        _UA_SECOND,
        30_000_000,
        (("Київ", "", "0{0:04}"), ("Львів", "Львівська обл.", "7{0:04}"), ("Одеса", "Одеська обл.", "6{0:04}")),
        "ВУЛИЦЯ САДОВА, будинок {0}",
    ),
}


@dataclass(frozen=True)
class Row:
    """A made-up company before it is written in the format of its country."""

    number: int
    code: str
    name: str
    city: str
    region: str
    postcode: str
    street: str
    status: str = "active"
    has_vat: bool = True


def made_up_rows(
    country: str, count: int, *, sound_codes: bool = False, edition: int = 1, first: int = 0
) -> Iterator[Row]:
    """Yield companies of a country; those of a later ``edition`` have moved, ended or lost their VAT code in part.

    With ``sound_codes`` each code passes its check, which takes ten times as long.
    ``first`` keeps codes clear of those that are given out elsewhere.
    """
    made = MADE_UP[country]
    found, number = 0, first
    while found < count:
        number += 1
        code = str(made.base + number) if sound_codes else str(made.base + number * 7)
        if sound_codes and company_code(code, country).problem is not None:
            continue
        found += 1
        yield _row(made, found, code, edition)


def _row(made: MadeUp, number: int, code: str, edition: int) -> Row:
    words = [made.first[number % 20], made.second[number // 20 % 20]]
    rest = number // 400
    while rest:
        words.append(_THIRD[rest % 24])
        rest //= 24
    moved = edition > 1 and number % 50 == 7
    city, region, postcode = made.places[(number + moved) % 3]
    ended = number % 41 == 3 or (edition > 1 and number % 60 == 11)
    return Row(
        number=number,
        code=code,
        name=" ".join(words),
        city=city,
        region=region,
        postcode=postcode.format(number % 1000),
        street=made.street.format(number % 180 + 1 + moved),
        status="liquidation" if ended else "active",
        has_vat=number % 3 > 0 and not (edition > 1 and number % 70 == 13),
    )


def write_register(country: str, path: Path, count: int, **how: Any) -> None:
    """Write a register's file in the format of its country; UA as XML, or as JSON where the path ends so."""
    rows = made_up_rows(country, count, **how)
    with path.open("w", encoding="utf-8-sig" if country in ("EE", "LV") else "utf-8", newline="") as file:
        if country != "UA":
            _TABLES[country](file, rows)
        elif path.suffix == ".json":
            _write_json(file, rows)
        else:
            _write_xml(file, rows)


_LT_TITLES = _words(
    "ja_kodas ja_pavadinimas adresas ja_reg_data form_kodas form_pavadinimas stat_kodas stat_pavadinimas "
    "stat_data_nuo formavimo_data"
)


def _write_lithuanian(file: IO[str], rows: Iterator[Row]) -> None:
    out = csv.writer(file, delimiter="|", lineterminator="\n")
    out.writerow(_LT_TITLES)
    for row in rows:
        ended = row.status != "active"
        state = ("6", "Likviduojamas") if ended else ("0", "Teisinis statusas neįregistruotas")
        out.writerow(
            [
                row.code,
                f'Uždaroji akcinė bendrovė "{row.name}"',
                f"{row.city}, {row.street}, {row.postcode}",
                "2004-05-01",
                "310",
                "Uždaroji akcinė bendrovė",
                *state,
                "2004-05-01",
                "2026-11-01",
            ]
        )


_EE_TITLES = _words(
    "nimi ariregistri_kood ettevotja_oiguslik_vorm ettevotja_oigusliku_vormi_alaliik kmkr_nr ettevotja_staatus "
    "ettevotja_staatus_tekstina ettevotja_esmakande_kpv ettevotja_aadress asukoht_ettevotja_aadressis "
    "asukoha_ehak_kood asukoha_ehak_tekstina indeks_ettevotja_aadressis ads_adr_id ads_ads_oid "
    "ads_normaliseeritud_taisaadress teabesysteemi_link"
)


def _write_estonian(file: IO[str], rows: Iterator[Row]) -> None:
    out = csv.writer(file, delimiter=";", lineterminator="\n")
    out.writerow(_EE_TITLES)
    for row in rows:
        ended = row.status != "active"
        out.writerow(
            [
                f"{row.name} osaühing",
                row.code,
                "Osaühing",
                "",
                f"EE1{row.code}" if row.has_vat else "",
                "L" if ended else "R",
                "Likvideerimisel" if ended else "Registrisse kantud",
                "30.07.2009",
                "",
                row.street,
                "8151",
                f"{row.city}, {row.region}",
                row.postcode,
                *[""] * 4,
            ]
        )


_LV_TITLES = _words(
    "regcode sepa name name_before_quotes name_in_quotes name_after_quotes without_quotes regtype regtype_text "
    "type type_text registered terminated closed address index addressid region city atvk reregistration_term"
)


def _write_latvian(file: IO[str], rows: Iterator[Row]) -> None:
    out = csv.writer(file, delimiter=";", lineterminator="\n")
    out.writerow(_LV_TITLES)
    for row in rows:
        ended = row.status != "active"
        out.writerow(
            [
                row.code,
                "",
                f'SIA "{row.name}"',
                "SIA",
                row.name,
                "",
                "0",
                "K",
                "Komercreģistrs",
                "SIA",
                "Sabiedrība ar ierobežotu atbildību",
                "2009-07-30",
                "2026-10-01" if ended else "",
                "L" if ended else "",
                f"{row.city}, {row.street}",
                row.postcode,
                *[""] * 5,
            ]
        )


_TABLES: dict[str, Callable[[IO[str], Iterator[Row]], None]] = {
    "LT": _write_lithuanian,
    "EE": _write_estonian,
    "LV": _write_latvian,
}


def _ukrainian(row: Row) -> dict[str, str]:
    region = f"{row.region}, " if row.region else ""
    return {
        "NAME": f'ТОВАРИСТВО З ОБМЕЖЕНОЮ ВІДПОВІДАЛЬНІСТЮ "{row.name}"',
        "SHORT_NAME": f'ТОВ "{row.name}"',
        "OPF": "ТОВАРИСТВО З ОБМЕЖЕНОЮ ВІДПОВІДАЛЬНІСТЮ",
        "EDRPOU": row.code,
        "ADDRESS": f"Україна, {row.postcode}, {region}місто {row.city}, {row.street}",
        "STAN": "зареєстровано" if row.status == "active" else "в стані припинення",
        "REGISTRATION": "24.10.2013; 24.10.2013; 11191020000012682",
    }


def _write_xml(file: IO[str], rows: Iterator[Row]) -> None:
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n<DATA FORMAT_VERSION="1.0">\n')
    for row in rows:
        texts = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in _ukrainian(row).items())
        file.write(f"<SUBJECT>{texts}<SIGNERS><SIGNER>—</SIGNER></SIGNERS></SUBJECT>\n")
    file.write("</DATA>\n")


def _write_json(file: IO[str], rows: Iterator[Row]) -> None:
    file.write("[")
    for index, row in enumerate(rows):
        file.write(",\n" if index else "\n")
        json.dump({**_ukrainian(row), "SIGNERS": {"SIGNER": ["—"]}}, file, ensure_ascii=False)
    file.write("\n]\n")
