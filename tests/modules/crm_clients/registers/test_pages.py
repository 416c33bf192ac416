"""Administrators load registers in the browser and see what came of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kartoteka.db.session import use_workplace
from kartoteka.testing.jobs import run_jobs
from kartoteka_crm_clients.registers.loading import registers_command
from kartoteka_crm_clients.registers.made_up import write_register
from tests.modules.crm_clients.conftest import House

HOME = "/crm_clients/registers/"


@pytest.fixture
def house(company: Callable[..., Any]) -> House:
    return House(company(modules=["crm_clients"]))


@pytest.fixture
def admin(house: House) -> Any:
    return house.company.browser(house.company.add_user("administrator", login="admin", name="Admin"))


def upload(admin: Any, country: str, content: bytes) -> Any:
    data = {"country": country, "file": (BytesIO(content), "register.gz")}
    return admin.post(f"{HOME}load", data=data, content_type="multipart/form-data", follow_redirects=True)


def test_an_uploaded_register_is_loaded_in_the_background(house: House, admin: Any, tmp_path: Path) -> None:
    write_register("EE", tmp_path / "ee.csv", 700)
    packed = gzip.compress((tmp_path / "ee.csv").read_bytes())
    assert "loaded in the background" in upload(admin, "EE", packed).text
    run_jobs(house.company)
    assert "700" in admin.get(f"{HOME}loads/1").text
    again = upload(admin, "EE", packed)
    assert again.status_code == 422
    assert "there is nothing to change" in again.text
    assert not list((house.company.database.files / "registers").glob("*"))


def test_a_file_that_is_none_is_refused_and_nothing_changes(house: House, admin: Any) -> None:
    assert upload(admin, "XX", b"x").status_code == 422
    assert upload(admin, "LT", b"").status_code == 422
    assert admin.post(f"{HOME}load", data={"country": "LT"}).status_code == 422
    assert upload(admin, "LT", b"no|register\n1|2\n").status_code == 200
    run_jobs(house.company)
    assert "Refused" in admin.get(HOME).text
    assert house.browser.get(HOME).status_code == 403


def test_the_command_loads_and_names_lines(house: House, tmp_path: Path) -> None:
    write_register("LV", tmp_path / "lv.csv", 30)
    with (tmp_path / "lv.csv").open("a", encoding="utf-8") as file:
        file.write("only;three;cells\n")
    with use_workplace(house.company.database, house.company.system):
        done = CliRunner().invoke(registers_command, ["load", "LV", str(tmp_path / "lv.csv")])
        again = CliRunner().invoke(registers_command, ["load", "LV", str(tmp_path / "lv.csv")])
        listed = CliRunner().invoke(registers_command, ["list"])
    assert (done.exit_code, "new: 30" in done.output, "line 32" in done.output) == (0, True, True)
    assert again.exit_code == 1
    assert "nothing to change" in again.output
    assert "lv.csv" in listed.output
