"""What loads clients from files: steps, keys, bad lines, names of groups and managers."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kartoteka.builtin.clients.grouping import add_group
from kartoteka.builtin.clients.loading import ClientLoader, FileFormat, FileProblem, LoadOptions, read_lines
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client
from kartoteka.db.journal import JournalEntry, Operation

from .conftest import CLERK

PAYERS = {"external_id": "ID", "registration_code": "Kodas", "name": "Pavadinimas"}


def make_payers(count: int = 60) -> str:
    """Return a list like the real one: a rule of dashes, persons with code 0, stray quotes, clients on two lines."""
    lines = ["ID\tKodas\tPavadinimas\tSuma", "--\t-----\t-----------\t----"]
    for number in range(count):
        code = "0" if number % 3 else str(1_000_000 + number)
        name = f"Ž.{chr(65 + number % 26)}." if number % 3 else f'UAB "Žuvėdra {number}'
        lines.append(f"{number}\t{code}\t{name}\t{number}.50")
        if number % 5 == 0:
            lines.append(f"{number}\t{code}\t{name}\t17.00")
    return "\r\n".join(lines) + "\r\n"


def load(company, path, columns=PAYERS, form=None, actor=None, **options):
    who = actor or company.system
    loader = ClientLoader(
        lambda: company.database.transaction(who, "Clients loaded"),
        LoadOptions(columns=columns, source="payers", country="LT", **options),
    )
    return loader.load(read_lines(path, form or FileFormat(separator="tab", quoting="none")))


def counts(totals):
    return (totals.created, totals.changed, totals.unchanged, totals.no_data, totals.refused)


def count(company, model):
    with company.database.reading(company.system) as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "windows-1257", "utf-16"])
def test_a_list_is_loaded_once(office, tmp_path, encoding):
    path = tmp_path / "payers.tsv"
    path.write_bytes(make_payers().encode(encoding))
    form = FileFormat(encoding=encoding.removesuffix("-sig"), separator="tab", quoting="none")
    first = load(office, path, form=form)
    assert counts(first) == (60, 0, 12, 1, 0)
    assert first.read == 73
    assert first.no_data_lines == [2]
    assert first.unusual == 20
    entries, operations = count(office, JournalEntry), count(office, Operation)
    assert (entries, operations) == (60, 1)
    second = load(office, path, form=form)
    assert counts(second) == (0, 0, 72, 1, 0)
    assert (count(office, JournalEntry), count(office, Operation)) == (entries, operations)
    with office.database.reading(office.system) as session:
        kinds = Counter(session.scalars(select(Client.kind)))
        one = session.scalars(select(Client).where(Client.external_id == "3")).one()
    assert kinds == {"person": 40, "company": 20}
    assert (one.name, one.name_sort, one.unusual) == ('UAB "Žuvėdra 3', "uab zuvedra 3", ["registration_code"])


def test_what_changed_in_the_file_is_changed(office, tmp_path):
    path = tmp_path / "payers.tsv"
    path.write_text(make_payers(10))
    load(office, path)
    path.write_text(make_payers(10).replace('UAB "Žuvėdra 3', "UAB Kregždė"))
    assert counts(load(office, path)) == (0, 1, 11, 1, 0)
    with office.database.reading(office.system) as session:
        assert session.scalar(select(Client.name).where(Client.external_id == "3")) == "UAB Kregždė"
        assert session.scalar(select(Client.version).where(Client.external_id == "3")) == 2


def test_each_bad_line_is_named_and_the_others_are_loaded(office, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(
        b"ID,Kodas,Pavadinimas,Email\n"
        b"1,,UAB Gera,info@gera.lt\n"
        b"2,,,x@y.lt\n"
        b"3,,UAB Bloga,no address\n"
        b",,UAB Be numerio,\n"
        b"5,304444444,UAB Pirma,\n"
        b"6,304444444,UAB Antra,\n"
        b"7,,UAB \xff\xfe,\n"
        b"8,,UAB Per daug,a@b.lt,extra\n"
        b"1,,UAB Kita,info@gera.lt\n"
        b'9,,"UAB\nDvi eilutes",\n'
        b"10,,UAB Po to,\n"
        b"11,<script>,UAB Kodas,\n"
    )
    totals = load(office, path, {**PAYERS, "email": "Email"}, FileFormat())
    assert {problem.line: problem.field for problem in totals.errors} == {
        3: "company_name",
        4: "email",
        5: "external_id",
        7: "registration_code",
        8: "",
        9: "",
        10: "external_id",
        14: "registration_code",
    }
    assert totals.created == 4
    with office.database.reading(office.system) as session:
        names = set(session.scalars(select(Client.name)))
    assert names == {"UAB Gera", "UAB Pirma", "UAB Dvi eilutes", "UAB Po to"}


def test_a_code_that_a_client_has_already_is_never_entered_twice(office, tmp_path, add_client):
    owner = office.actor(office.add_user(permissions=CLERK))
    add_client(office, owner, registration_code="1000000")
    path = tmp_path / "payers.tsv"
    path.write_text(make_payers(3))
    totals = load(office, path)
    assert counts(totals) == (2, 0, 0, 1, 2)
    assert "K00001" in str(totals.errors[0].message)
    other = office.actor(office.add_user(permissions=CLERK))
    told = str(load(office, path, actor=other).errors[0].message)
    assert "another manager" in told
    assert "K0" not in told
    assert load(office, path, accept_duplicates=True).created == 1


def test_steps_of_500_are_kept_when_a_later_one_fails(office, tmp_path):
    path = tmp_path / "payers.tsv"
    path.write_text(make_payers(900))
    lines = iter(read_lines(path, FileFormat(separator="tab", quoting="none")))

    def broken():
        for number, line in enumerate(lines):
            if number == 700:
                raise RuntimeError("the power went out")
            yield line

    loader = ClientLoader(
        lambda: office.database.transaction(office.system), LoadOptions(columns=PAYERS, source="payers", country="LT")
    )
    with pytest.raises(RuntimeError):
        loader.load(broken())
    kept = count(office, Client)
    assert kept == loader.totals.created > 400
    assert count(office, Client) + load(office, path).created == 900


def test_a_second_run_keeps_what_people_typed_meanwhile(office, tmp_path):
    path = tmp_path / "payers.tsv"
    path.write_text(make_payers(4))
    load(office, path)
    with office.database.transaction(office.system) as session:
        client_id = session.scalar(select(Client.id).where(Client.external_id == "0"))
        change_client(session, client_id, {"kind": "person", "surname": 'UAB "Žuvėdra 0', "phone": "+37061234567"})
    assert counts(load(office, path)) == (0, 0, 5, 1, 0)
    with office.database.reading(office.system) as session:
        assert session.scalar(select(Client.phone).where(Client.external_id == "0")) == "+37061234567"


def test_names_without_numbers_are_found_again(office, tmp_path):
    path = Path(tmp_path / "names.csv")
    path.write_text("UAB Vienas;Lithuania\nÜçyıldız A.Ş.;Turkey\nВіконна майстерня;Ukraine\nNaming Ltd;Atlantis\n")
    form = FileFormat(separator=";", quoting="none", heading=False)
    first = load(office, path, {"name": "1", "country": "2"}, form)
    assert first.created == 4
    assert [warning.line for warning in first.warnings if "Atlantis" in str(warning.message)] == [4]
    assert counts(load(office, path, {"name": "1", "country": "2"}, form)) == (0, 0, 4, 0, 0)


def test_columns_with_one_title_are_told_apart(office, tmp_path):
    path = tmp_path / "twice.csv"
    path.write_text("ID,Phone,Phone,Name\n1,861234567,869811111,UAB A\n2,,,UAB B\n3\n")
    totals = load(
        office, path, {"external_id": "ID", "phone": "Phone", "mobile": "Phone (2)", "name": "Name"}, FileFormat()
    )
    assert (totals.created, [problem.line for problem in totals.errors]) == (2, [4])
    with office.database.reading(office.system) as session:
        rows = session.execute(select(Client.phone, Client.mobile).order_by(Client.external_id)).all()
    assert rows == [("861234567", "869811111"), ("", "")]


def test_malformed_files_end_with_a_message(company, shared, tmp_path):
    """Every strange table of a public collection is loaded, or refused in words."""
    office, tried = company(), 0
    for path in sorted(shared("data/09_security/frictionlessdata__frictionless-py/data").glob("*.csv")):
        for quoting in ("minimal", "none"):
            tried += 1
            form = FileFormat(quoting=quoting, heading=False)
            with suppress(FileProblem):
                totals = load(office, path, {"name": "1"}, form)
                assert totals.read == sum(counts(totals))
    assert tried > 40


@pytest.mark.catalogue("X-02", part="groups and managers by name")
def test_groups_and_managers_are_named_in_words(office, tmp_path):
    builders = add_group_named(office, "Builders")
    rasa = office.add_user("administrator", name="Rasa Rasaitė", login="rasa")
    office.add_user(name="Ona Viena", login="ona1")
    office.add_user(name="Ona Viena", login="ona2")
    path = tmp_path / "named.csv"
    path.write_text(
        "ID,Pavadinimas,Grupė,Vadybininkas\n"
        "1,UAB Pirma, builders ,RASA RASAITĖ\n"
        "2,UAB Antra,-,rasa\n"
        "3,UAB Trečia,Plumbers,\n"
        "4,UAB Ketvirta,,Ona Viena\n"
        "5,UAB Penkta,,Nobody\n"
        "6,UAB Šešta,,ona2\n",
        "utf-8",
    )
    columns = {"external_id": "ID", "name": "Pavadinimas", "group": "Grupė", "manager": "Vadybininkas"}
    totals = load(office, path, columns, FileFormat())
    assert {problem.line: problem.field for problem in totals.errors} == {4: "group", 5: "manager", 6: "manager"}
    with office.database.reading(office.system) as session:
        found = session.execute(select(Client.name, Client.group_id, Client.manager_id).order_by(Client.id)).all()
    assert [tuple(row)[:2] for row in found] == [("UAB Pirma", builders), ("UAB Antra", None), ("UAB Šešta", None)]
    assert [row.manager_id for row in found][:2] == [rasa, rasa]
    assert counts(load(office, path, columns, FileFormat()))[:3] == (0, 0, 3)


def test_managers_are_named_by_those_who_may_choose_them(office, tmp_path):
    office.add_user("administrator", name="Rasa Rasaitė", login="rasa")
    loader = office.actor(office.add_user(permissions=["clients.view", "clients.create", "clients.edit"], login="ona"))
    path = tmp_path / "named.csv"
    path.write_text("ID,Pavadinimas,Vadybininkas\n1,UAB Pirma,rasa\n2,UAB Antra,ona\n3,UAB Trečia,\n", "utf-8")
    columns = {"external_id": "ID", "name": "Pavadinimas", "manager": "Vadybininkas"}
    totals = load(office, path, columns, FileFormat(), actor=loader)
    assert {problem.line: problem.field for problem in totals.errors} == {2: "manager"}
    assert totals.created == 2


def add_group_named(office, name: str) -> int:
    with office.database.transaction(office.system) as session:
        return add_group(session, {"name": name, "colour": "", "closed": False}).id
