"""The add-in for office programs: who may show it in a frame, what it tells the programs, and its keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from kartoteka.builtin.office.rules import PROGRAMS, SCOPES
from kartoteka.testing.company import Company

OFFICE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
# The order that the schema of manifests (1.1) wants.
ORDER = (
    *("Id", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl"),
    *("HighResolutionIconUrl", "SupportUrl", "AppDomains", "Hosts", "Requirements", "DefaultSettings", "FormSettings"),
    *("Permissions", "Rule", "DisableEntityHighlighting", "VersionOverrides"),
)


@pytest.fixture
def firm(company: Callable[..., Company]) -> Company:
    made = company()
    made.add_user("administrator")
    return made


@pytest.fixture
def clerk(login_as: Callable[..., Any]) -> Any:
    return login_as("administrator")


def policy_of(firm: Company) -> dict[str, str]:
    answer = firm.app.test_client().get("/office/pane")
    assert answer.status_code == 200
    parts = (one.strip().split(" ", 1) for one in answer.headers["Content-Security-Policy"].split(";"))
    return {one[0]: one[1] for one in parts}


def test_nobody_shows_the_pane_in_a_frame_until_a_site_is_named(firm: Company, clerk: Any) -> None:
    before = policy_of(firm)
    assert before["frame-ancestors"] == "'none'"
    sites = "https://*.officeapps.live.com\nHTTPS://Outlook.Office.com/"
    assert clerk.post("/office/settings", data={"origins": sites}).status_code == 302
    after = policy_of(firm)
    assert after["frame-ancestors"] == "https://*.officeapps.live.com https://outlook.office.com"
    assert after["script-src"] == "'self' https://appsforoffice.microsoft.com"
    assert (after["connect-src"], after["form-action"], after["default-src"]) == ("'self'", "'none'", "'none'")
    other = clerk.get("/office/settings").headers
    assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
    assert other["X-Frame-Options"] == "DENY"
    assert clerk.post("/office/settings", data={"origins": ""}).status_code == 302
    assert policy_of(firm)["frame-ancestors"] == "'none'"


@pytest.mark.parametrize(
    "written",
    [
        "*",
        "https://*",
        "http://example.com",
        "https://a.lt; script-src *",
        "'self'",
        "https://a.lt/path",
        "javascript:1",
        "https://exa mple.com *",
        "https://" + "a" * 70 + ".lt",
        " ".join(f"https://s{n}.lt" for n in range(21)),
    ],
)
def test_what_is_no_site_is_refused(firm: Company, clerk: Any, written: str) -> None:
    assert clerk.post("/office/settings", data={"origins": written}).status_code == 422
    assert policy_of(firm)["frame-ancestors"] == "'none'"


def test_the_pane_holds_nothing_of_the_company_and_runs_no_code_in_the_page(firm: Company) -> None:
    firm.add_client("UAB Langai")
    page = firm.app.test_client().get("/office/pane").text
    assert "UAB Langai" not in page
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == ["", ""]
    assert not re.search(r"\son\w+=|style=", page)
    script = firm.app.test_client().get("/office/static/pane.js")
    assert (script.status_code, "javascript" in script.mimetype) == (200, True)


@pytest.mark.catalogue("CORE-18", part="the manifest is what the programs ask for")
@pytest.mark.parametrize("program", PROGRAMS)
def test_manifests_tell_the_programs_what_they_ask_for(firm: Company, program: str) -> None:
    answer = firm.app.test_client().get(f"/office/manifest/{program}.xml", base_url="https://crm.example.lt")
    assert answer.mimetype == "text/xml"
    found = Xml.fromstring(answer.data)
    assert found.tag == f"{OFFICE}OfficeApp"
    assert found.get(TYPE) == ("MailApp" if program == "outlook" else "TaskPaneApp")
    names = [one.tag.rpartition("}")[2] for one in found]
    assert names == [one for one in ORDER if one in names], "the schema wants this order"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found.findtext(f"{OFFICE}Id") or "")
    assert found.find(f"{OFFICE}Hosts")[0].get("Name") == {"word": "Document", "excel": "Workbook"}.get(
        program, "Mailbox"
    )
    places = [one.get("DefaultValue") for one in found.iter() if one.tag.endswith("SourceLocation")]
    assert "https://crm.example.lt/office/pane" in places
    ids = {one.get("id") for one in found.iter() if one.get("id")}
    assert {one.get("resid") for one in found.iter() if one.get("resid")} <= ids, "each text and picture is there"
    for one in found.iter():
        address = one.get("DefaultValue") or ""
        assert not address.startswith("http:")
        if address.endswith(".png"):
            picture = firm.app.test_client().get(address.removeprefix("https://crm.example.lt"))
            assert picture.data.startswith(b"\x89PNG")
    again = firm.app.test_client().get(f"/office/manifest/{program}.xml", base_url="https://crm.example.lt")
    assert again.data == answer.data, "the same server is the same add-in"


def test_there_are_no_other_manifests(firm: Company) -> None:
    assert firm.app.test_client().get("/office/manifest/powerpoint.xml").status_code == 404


def test_an_own_key_can_do_what_the_add_in_does_and_no_more(firm: Company) -> None:
    user = firm.add_user(permissions=["office.use", "files.add", "files.view", "clients.view"])
    page = firm.browser(user).post("/office/key").text
    token = re.search(r"kk_[\w-]+", page)[0]
    assert token not in firm.browser(user).get("/office/").text
    program = firm.app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    assert program.get("/api/v1/office/choices", headers=headers).json["kinds"][0]["title"] == "Agreement"
    assert program.get("/api/v1/clients/clients", headers=headers).status_code == 200
    assert program.post("/api/v1/clients/clients", headers=headers, json={"company_name": "A"}).status_code == 403
    assert all(scope.partition(":")[0] in ("files.files", "clients.clients") for scope in SCOPES)
    assert firm.browser(user).post("/office/key/end").status_code == 302
    assert program.get("/api/v1/office/choices", headers=headers).status_code == 401
    assert program.get("/api/v1/office/choices").status_code == 401
    assert program.get("/api/v1/office/choices", headers={"Authorization": "Bearer kk_wrong"}).status_code == 401


def test_rights_are_asked_for(firm: Company) -> None:
    onlooker = firm.browser(firm.add_user(permissions=["files.view", "files.add"]))
    assert onlooker.get("/office/").status_code == 403
    assert onlooker.post("/office/key").status_code == 403
    assert onlooker.get("/office/settings").status_code == 403
    assert onlooker.post("/office/settings", data={"origins": "https://a.lt"}).status_code == 403
