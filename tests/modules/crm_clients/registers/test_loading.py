"""Registers are loaded in their own formats, twice without change, newer ones with what changed, hostile ones never."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.db.session import use_workplace
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_clients.registers import loading, reading, service
from kartoteka_crm_clients.registers.made_up import write_register
from kartoteka_crm_clients.registers.models import RegisterChange, RegisterCompany, RegisterLoad
from tests.modules.crm_clients.conftest import House

LT_TITLES = (
    "ja_kodas|ja_pavadinimas|adresas|ja_reg_data|form_kodas|form_pavadinimas|stat_kodas|stat_pavadinimas|"
    "stat_data_nuo|formavimo_data"
)
LIETKOMPEXIM = (
    '110003978|"Uždaroji akcinė bendrovė ""Lietkompexim"""|Vilnius, S. Stanevičiaus g. 95, LT-07114|1991-04-25|310|'
    "Uždaroji akcinė bendrovė|0|Teisinis stat neįregistruotas|1991-04-25|2026-11-01"
)
EE_TITLES = (
    "nimi;ariregistri_kood;ettevotja_oiguslik_vorm;ettevotja_oigusliku_vormi_alaliik;kmkr_nr;ettevotja_staatus;"
    "ettevotja_staatus_tekstina;ettevotja_esmakande_kpv;ettevotja_aadress;asukoht_ettevotja_aadressis;"
    "asukoha_ehak_kood;asukoha_ehak_tekstina;indeks_ettevotja_aadressis;ads_adr_id;ads_ads_oid;"
    "ads_normaliseeritud_taisaadress;teabesysteemi_link"
)
AUTOHAUS = (
    "007 Autohaus osaühing;11694365;Osaühing;;EE101335276;R;Registrisse kantud;30.07.2009;;Turu tn 34;8151;"
    "Tartu linn, Tartu linn, Tartu maakond;51004;;;;"
)
FLORES = '"""Aare Mägi FLORES""";10000018;Füüsilisest isikust ettevõtja;;;R;Registrisse kantud;30.07.2009;;;;;;;;;'


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> House:
    return House(company_on(request.param, modules=["crm_clients"]))


def load(house: House, country: str, path: Path) -> RegisterLoad:
    with use_workplace(house.company.database, house.company.system):
        return loading.load_file(country, path)


def companies(house: House) -> dict[str, Any]:
    with house.company.database.reading(house.company.system) as session:
        return {one.code: one for one in session.scalars(select(RegisterCompany))}


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.catalogue("M-06")
def test_rows_of_the_baltic_registers_become_companies(house: House, tmp_path: Path) -> None:
    load(house, "LT", written(tmp_path / "jar.csv", f"{LT_TITLES}\n{LIETKOMPEXIM}\n"))
    load(house, "EE", written(tmp_path / "ee.csv", f"{EE_TITLES}\n{FLORES}\n{AUTOHAUS}\n", "utf-8-sig"))
    write_register("LV", tmp_path / "register.csv", 5)
    load(house, "LV", tmp_path / "register.csv")
    found = companies(house)
    lithuanian, estonian, latvian = found["110003978"], found["11694365"], found["40000000021"]
    assert lithuanian.name == 'Uždaroji akcinė bendrovė "Lietkompexim"'
    assert (lithuanian.street, lithuanian.city, lithuanian.postcode) == ("S. Stanevičiaus g. 95", "Vilnius", "LT-07114")
    assert (lithuanian.first_key, lithuanian.status) == ("lietkompexim", "active")
    assert (estonian.vat_code, estonian.legal_form, estonian.city) == ("EE101335276", "Osaühing", "Tartu")
    assert (estonian.region, estonian.postcode) == ("Tartu maakond", "51004")
    assert (latvian.status, latvian.first_key) == ("removed", "")
    assert "10000018" not in found, "natural persons are left out"


def test_the_ukrainian_sample_is_read_without_its_people(house: House, shared: Any) -> None:
    load(house, "UA", shared("data/03_registers/dchaplinsky__thebeast/thebeast/tests/sample/json/edr_sample.json"))
    found = companies(house)
    assert {code: one.status for code, one in found.items()} == {"38949117": "removed", "44660866": "active"}
    assert (found["44660866"].city, found["44660866"].postcode) == ("Київ", "04073")
    kept = " ".join(str(vars(one)) for one in found.values())
    assert "ЛУЦЬКИЙ" not in kept


@pytest.mark.parametrize("suffix", [".xml", ".json"])
def test_ukrainian_companies_in_both_formats_are_the_same(house: House, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"edr{suffix}"
    write_register("UA", path, 300)
    done = load(house, "UA", path)
    assert done.counts["new"] == 300
    one = companies(house)["30000154"]
    assert (one.city, one.region, one.postcode) == ("Львів", "Львівська обл.", "70022")
    assert one.street == "ВУЛИЦЯ САДОВА, будинок 23"


def test_the_same_file_changes_nothing_and_a_newer_one_notes_what_changed(house: House, tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    write_register("EE", old, 700)
    write_register("EE", new, 690, edition=2)
    assert load(house, "EE", old).counts["new"] == 700
    before = {code: one.digest for code, one in companies(house).items()}
    with pytest.raises(Refused):
        load(house, "EE", old)
    assert {code: one.digest for code, one in companies(house).items()} == before
    done = load(house, "EE", new)
    after = companies(house)
    changed = [code for code in before if after[code].digest != before[code]]
    assert len(changed) == done.counts["changed"] > 10
    assert done.counts["gone"] == 10 == sum(one.gone_on is not None for one in after.values())
    assert done.counts["unchanged"] == 690 - len(changed)
    with house.company.database.reading(house.company.system) as session:
        assert session.scalar(select(func.count(RegisterChange.id))) == len(changed) + 10
        moved = session.scalars(select(RegisterChange).where(RegisterChange.company_id == after["10000049"].id)).one()
    assert (moved.before["city"], moved.before["street"]) == ("Tartu", "Kase tn 8")
    assert load(house, "EE", written(tmp_path / "third.csv", old.read_text() + "\n")).counts["back"] == 10


def test_a_file_with_far_too_few_companies_marks_none_as_gone(house: House, tmp_path: Path) -> None:
    write_register("LT", tmp_path / "whole.csv", 400)
    write_register("LT", tmp_path / "part.csv", 20)
    load(house, "LT", tmp_path / "whole.csv")
    done = load(house, "LT", tmp_path / "part.csv")
    assert (done.counts.get("gone", 0), done.counts["kept"]) == (0, 1)


@pytest.mark.parametrize("packing", ["gzip", "zip"])
def test_packed_files_are_taken(house: House, tmp_path: Path, packing: str) -> None:
    plain, packed = tmp_path / "register.csv", tmp_path / "register.packed"
    write_register("LV", plain, 50)
    if packing == "gzip":
        packed.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(plain, "register.csv")
    assert load(house, "LV", packed).counts["new"] == 50


def test_lines_that_cannot_be_read_are_named_and_the_others_taken(house: House, tmp_path: Path) -> None:
    write_register("LT", tmp_path / "jar.csv", 60)
    lines = (tmp_path / "jar.csv").read_bytes().split(b"\n")
    lines[5] = lines[5].replace(b"akcin", b"akcin\xeb\xff")
    lines[9] = b"only|three|cells"
    lines[11] = b"|" + lines[11].partition(b"|")[2]
    lines[13] = lines[12]
    lines[20] = lines[20].replace(b'"Ba', b'Ba"', 1) if b'"Ba' in lines[20] else lines[20]
    (tmp_path / "jar.csv").write_bytes(b"\n".join(lines))
    done = load(house, "LT", tmp_path / "jar.csv")
    assert done.problems == [[6, "", "encoding"], [10, "", "columns"], [12, "ja_kodas", "code"], [14, "", "twice"]]
    assert done.counts["new"] == 56


def bomb(path: Path) -> Path:
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(LT_TITLES.encode() + b"\n")
        for _each in range(400):
            file.write(b"\n" * 1_000_000)
    return path


def hostile(folder: Path) -> dict[str, tuple[str, Path]]:
    """Return files that must change nothing, by what is wrong with them."""
    entities = (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        "<DATA><SUBJECT><NAME>&b;</NAME></SUBJECT></DATA>"
    )
    made = (LT_TITLES + "\n" + (LIETKOMPEXIM + "\n") * 40).encode()
    sound = folder / "sound.csv"
    write_register("LT", sound, 200)
    cyrillic = sound.read_text().replace("|Uždaroji", "|ЧБШЯ Uždaroji").encode("utf-16")
    baltic = sound.read_text().encode("cp1257")
    files: dict[str, tuple[str, bytes]] = {
        "of another country": ("EE", made),
        "with a huge line": ("LT", made + b"x" * 200_000),
        "in UTF-16": ("LT", cyrillic),
        "in Windows-1257": ("LT", baltic),
        "with a lying header": ("LT", (LT_TITLES + "\n" + "1|2|3\n" * 100).encode()),
        "empty": ("LT", b""),
        "of titles only": ("LT", LT_TITLES.encode()),
        "with entities": ("UA", entities.encode()),
        "of XML that breaks off": ("UA", b"<DATA><SUBJECT><NAME>A</NAME><EDRPOU>12345678</EDRPOU></SUBJECT><SUBJ"),
        "of JSON that breaks off": ("UA", b'[{"EDRPOU": "12345678", "NAME": "A"}, {"EDRPOU": "1'),
        "of XML that never ends a record": ("UA", b"<DATA><SUBJECT><NAME>" + b"a" * 3_000_000 + b"</NAME>"),
        "of neither": ("UA", b"\x00\x01\x02 nothing"),
        "of gzip cut short": ("LT", gzip.compress(sound.read_bytes())[:-200]),
        "of zip cut short": ("LT", b"PK\x03\x04" + b"\x00" * 50),
    }
    found = {}
    for number, (what, (country, content)) in enumerate(files.items()):
        path = folder / f"hostile{number}"
        path.write_bytes(content)
        found[what] = (country, path)
    return {**found, "of gzip that explodes": ("LT", bomb(folder / "bomb.gz"))}


def test_hostile_files_change_nothing_and_say_why(company: Callable[..., Any], tmp_path: Path) -> None:
    house = House(company(modules=["crm_clients"]))
    write_register("LT", tmp_path / "known.csv", 30)
    load(house, "LT", tmp_path / "known.csv")
    before = {code: one.digest for code, one in companies(house).items()}
    for what, (country, path) in hostile(tmp_path).items():
        with pytest.raises(InvalidInput) as caught:
            load(house, country, path)
        assert str(caught.value.errors["file"]), what
        assert {code: one.digest for code, one in companies(house).items()} == before, what


def test_a_load_that_was_stopped_goes_on_where_it_was(house: House, tmp_path: Path) -> None:
    path = tmp_path / "jar.csv"
    write_register("LT", path, 900)
    digest = loading.digest_of(path)
    with house.company.database.transaction(house.company.system) as session:
        begun = service.begin_load(session, "LT", "jar.csv", digest, 1)
        source = service.Source.at("LT", path)
        while begun.stage == service.CHECKING:
            service.take_step(session, begun, source, 200)
        source = service.Source.at("LT", path)
        service.take_step(session, begun, source, 200)
        assert begun.place == 200
    done = load(house, "LT", path)
    assert done.id == begun.id
    assert (done.counts["new"], done.stage, len(companies(house))) == (900, "done", 900)


def test_memory_does_not_grow_with_json(tmp_path: Path) -> None:
    path = tmp_path / "edr.json"
    path.write_text(json.dumps([{"EDRPOU": str(30000000 + n), "NAME": "A", "X": "y" * 2000} for n in range(3000)]))
    with reading.opened(path) as stream:
        from kartoteka_crm_clients.registers.records import json_records

        assert sum(1 for _one in json_records(stream)) == 3000
