"""Every page as people meet it: wide and on a phone, light and dark, with nothing serious for axe to find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from kartoteka.builtin.access.models import Role
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.documents.service import issue_document
from kartoteka.builtin.users.models import User
from kartoteka.vocabulary.record import RecordRef
from tests.browser.furnished import add_directory, add_file, add_idle_user, fill_bin, tell
from tests.browser.imports import add_imports
from tests.browser.incoming import add_incoming
from tests.browser.jobs import add_jobs
from tests.browser.looks import (
    CUT_OFF,
    LANGUAGE,
    PHONE,
    STICKING_OUT,
    TOO_SMALL,
    WIDE,
    serious_problems,
    show,
    take_picture,
)
from tests.browser.mails import add_mails
from tests.browser.offices import Office
from tests.browser.operations import add_operations
from tests.browser.programs import add_programs
from tests.browser.steps import (
    check_log,
    choose_person,
    copy_of,
    dispute,
    edit_in_place,
    enter_again,
    mistype,
    name_a_company,
    open_bell,
    open_palette,
    open_user_menu,
    refuse_limits,
    refuse_sign_in,
    save,
    save_something,
    save_views,
    search,
    set_up_codes,
    show_keys,
    tick_rows,
    wait_for_boxes,
)


class Look(NamedTuple):
    """A page to look at: who opens it, how the server answers, and what is done on it before looking."""

    name: str
    url: str
    login: str = "rasa"
    status: int = 200
    prepare: Callable[[Page], None] | None = None


NEW_CLIENTS = "/reports/crm_clients/new_clients"
BIRTHDAYS = "/reports/crm_clients/birthdays"
LOOKS = (
    Look("login", "/login", ""),
    Look("login-refused", "/login", "", 422, refuse_sign_in),
    Look("front-page", "/", prepare=wait_for_boxes),
    Look("front-page-of-a-seller", "/", "tomas", prepare=wait_for_boxes),
    Look("front-page-arranged", "/?edit=1"),
    Look("front-page-options", "/dashboard/boxes/3/options"),
    Look("bell", "/", prepare=open_bell),
    Look("notifications", "/notifications/"),
    Look("notifications-read", "/notifications/?unread=1", "tomas"),
    Look("notification-types", "/notifications/types"),
    Look("notices", "/dashboard/notices"),
    Look("notices-put-away", "/dashboard/notices?archived=1"),
    Look("notice", "/dashboard/notices/1"),
    Look("notice-new-refused", "/dashboard/notices/new", status=422, prepare=save),
    Look("settings", "/settings/"),
    Look("directories", "/directories/"),
    Look("directories-cities", "/directories/directories.cities?country=LT"),
    Look("directories-refused", "/directories/directories.cities", status=422, prepare=save),
    Look("directories-entry", "/directories/entries/1"),
    Look("privacy", "/privacy/clients/{client}"),
    Look("erasures-none", "/privacy/"),
    Look("jobs", "/jobs/"),
    Look("jobs-none", "/jobs/", "tomas"),
    Look("job", "/jobs/{job}"),
    Look("job-done", "/jobs/{job_done}"),
    Look("job-failed", "/jobs/{job_failed}"),
    Look("outbox", "/mail/"),
    Look("outbox-failed", "/mail/?stage=failed"),
    Look("mail", "/mail/{mail_sent}"),
    Look("mail-failed", "/mail/{mail_failed}"),
    Look("mail-unsure", "/mail/{mail_unsure}"),
    Look("mail-later", "/mail/{mail_later}"),
    Look("mail-new", "/mail/new?ref=clients.client:{client}&template=mail.letter"),
    Look("mail-new-refused", "/mail/new", status=422, prepare=save),
    Look("mail-accounts", "/mail/accounts/"),
    Look("mail-account", "/mail/accounts/{mail_account}"),
    Look("mail-account-refused", "/mail/accounts/new", status=422, prepare=save),
    Look("mail-own-account", "/mail/own"),
    Look("mail-signature", "/mail/signature"),
    Look("mail-templates", "/mail/templates/"),
    Look("mail-template", "/mail/templates/mail.letter/lt"),
    Look("mail-template-own", "/mail/templates/{mail_text}/en"),
    Look("inbox", "/inbox/"),
    Look("inbox-unsorted", "/inbox/?sorted=no"),
    Look("inbox-mail", "/inbox/{incoming}"),
    Look("inbox-mail-html", "/inbox/{incoming_first}"),
    Look("inbox-mail-unsorted", "/inbox/{incoming_unsorted}"),
    Look("inbox-mail-saved", "/inbox/{incoming}/save"),
    Look("inbox-report", "/inbox/{incoming_bounce}"),
    Look("inbox-mailboxes", "/inbox/accounts/"),
    Look("inbox-mailbox", "/inbox/accounts/{mailbox}"),
    Look("inbox-mailbox-refused", "/inbox/accounts/new", status=422, prepare=save),
    Look("api-keys", "/rest/"),
    Look("api-key-new", "/rest/keys/new"),
    Look("api-key-refused", "/rest/keys/new", status=422, prepare=save),
    Look("api-guide", "/rest/guide"),
    Look("webhooks", "/rest/webhooks"),
    Look("webhook", "/rest/webhooks/{webhook}"),
    Look("webhook-refused", "/rest/webhooks/new", status=422, prepare=save),
    Look("operations", "/operations/"),
    Look("operations-nothing", "/operations/?until=2001-01-01"),
    Look("operation", "/operations/{operation}"),
    Look("operation-disputed", "/operations/{operation_disputed}"),
    Look("operation-undone", "/operations/{operation_undone}"),
    Look("undo-in-toast", "/clients/{client}/field/activity", prepare=save_something),
    Look("audit", "/audit/"),
    Look("audit-of-work", "/audit/?group=work"),
    Look("audit-checked", "/audit/", prepare=check_log),
    Look("imports", "/importing/"),
    Look("import-new", "/importing/new"),
    Look("import-file", "/importing/{import_file}/file"),
    Look("import-columns", "/importing/{import_columns}/columns"),
    Look("import-checked", "/importing/{import_checked}"),
    Look("import-done", "/importing/{import_done}"),
    Look("import-problems", "/importing/{import_done}/import/problems"),
    Look("list-export", "/clients/export?q=an"),
    Look("list", "/clients/"),
    Look("list-nothing", "/clients/?q=qwertyuiop"),
    Look("list-filtered", "/clients/?relationship=existing&importance=a&registered_from=nonsense"),
    Look("list-ticked", "/clients/", prepare=tick_rows),
    Look("list-filters", "/clients/", prepare=copy_of("button[formaction$=filters]")),
    Look("list-columns", "/clients/", prepare=copy_of("button[formaction$=columns]")),
    Look("list-of-a-seller", "/clients/", "tomas"),
    Look("duplicates", "/clients/pairs"),
    Look("duplicates-hidden", "/clients/pairs?hidden=1"),
    Look("registers", "/crm_clients/registers/"),
    Look("register-load", "/crm_clients/registers/loads/1"),
    Look("register-differences", "/crm_clients/registers/differences/"),
    Look("company-search", "/clients/directory/suggest?q=gin"),
    Look("client-of-a-register", "/clients/assistant?of=LT&code=305000053"),
    Look("health", "/health/"),
    Look("health-scores", "/health/scores"),
    Look("merge-choose", "/clients/{client}/merge"),
    Look("merge", "/clients/merge?id={client}&id={other}"),
    Look("bin", "/clients/bin"),
    Look("delete", "/clients/delete?id={client}"),
    Look("delete-for-good", "/clients/bin/purge?id={binned}"),
    Look("search", "/clients/{client}", prepare=search),
    Look("palette", "/clients/{client}", prepare=open_palette),
    Look("search-everything", "/search/?q=an"),
    Look("search-similar", "/search/?q=statibos"),
    Look("search-one-kind", "/search/?q=an&kind=clients.client"),
    Look("search-nothing", "/search/?q=qwertyuiop"),
    Look("list-views", "/clients/?importance=a", prepare=save_views),
    Look("user-menu", "/clients/{client}", prepare=open_user_menu),
    Look("shortcuts", "/clients/{client}", prepare=show_keys),
    Look("card", "/clients/{client}"),
    Look("card-of-a-person", "/clients/{person}"),
    Look("card-edit-in-place", "/clients/{client}", prepare=edit_in_place),
    Look("card-edit", "/clients/{client}/edit"),
    Look("card-edit-mistyped", "/clients/{client}/edit", status=422, prepare=mistype),
    Look("card-edit-disputed", "/clients/{other}/edit", status=409, prepare=dispute),
    Look("card-field", "/clients/{client}/field/notes"),
    Look("card-new", "/clients/new"),
    Look("card-new-duplicate", "/clients/new", prepare=enter_again),
    Look("card-new-person", "/clients/new", prepare=choose_person),
    Look("card-log", "/clients/{client}/log"),
    Look("card-timeline", "/clients/{client}/timeline"),
    Look("card-timeline-reminder", "/clients/{client}/timeline?add=timeline.reminders"),
    Look("timeline-of-a-contact", "/timeline/of/crm_clients.contact/1"),
    Look("card-share", "/clients/{client}/shares/new"),
    Look("contact-list", "/crm_clients/contacts/"),
    Look("contact-list-filters", "/crm_clients/contacts/filters"),
    Look("contacts", "/crm_clients/clients/{client}/contacts"),
    Look("contacts-archived", "/crm_clients/clients/{client}/contacts?archived=1"),
    Look("contact", "/crm_clients/contacts/{contact}"),
    Look("contact-edit", "/crm_clients/contacts/{contact}/edit"),
    Look("contact-new-refused", "/crm_clients/clients/{client}/contacts/new", status=422, prepare=save),
    Look("address-new", "/crm_clients/clients/{client}/addresses/new"),
    Look("related", "/crm_clients/clients/{client}/related"),
    Look("contracts", "/crm_clients/clients/{client}/contracts"),
    Look("contract", "/crm_clients/contracts/1"),
    Look("contract-new", "/crm_clients/clients/{client}/contracts/new"),
    Look("relationship", "/crm_clients/clients/{client}/relationship"),
    Look("stage-dynamics", "/reports/crm_clients/stage_dynamics"),
    Look("addressing", "/crm_clients/addressing"),
    Look("position-new", "/crm_clients/clients/{client}/positions/new?words=a"),
    Look("relation-new", "/crm_clients/clients/{client}/relations/new?words=a"),
    Look("files", "/files/"),
    Look("files-nothing", "/files/?q=qwertyuiop"),
    Look("file", "/files/{file}"),
    Look("file-old-version", "/files/{file}?version=1"),
    Look("file-edit", "/files/{file}/edit"),
    Look("file-new-refused", "/files/new", status=422, prepare=save),
    Look("file-settings", "/files/settings"),
    Look("file-settings-refused", "/files/settings", status=422, prepare=refuse_limits),
    Look("office", "/office/"),
    Look("office-settings", "/office/settings"),
    Look("client-as-of", "/clients/{client}/as-of"),
    Look("client-terms", "/crm_clients/clients/{client}/terms"),
    Look("timeline-search", "/clients/{client}/timeline?words=a"),
    Look("client-files", "/clients/{client}/files"),
    Look("client-files-none", "/clients/{other}/files"),
    Look("made-documents", "/documents/"),
    Look("document", "/documents/{document}"),
    Look("document-new", "/documents/new/crm_clients/client_sheet?record=clients.client:{client}"),
    Look("document-send", "/documents/{document}/send"),
    Look("document-templates", "/documents/templates"),
    Look("document-template", "/documents/templates/crm_clients/client_sheet?language=et"),
    Look("number-series", "/documents/series"),
    Look("hand-over", "/actions/crm_clients/hand_over?id={client}&id={other}"),
    Look("groups", "/clients/groups"),
    Look("action-change", "/actions/clients/change?id={client}&id={other}"),
    Look("action-on-everything", "/actions/clients/change?list=clients&everything=1&where=relationship%3Dexisting"),
    Look("assistant", "/clients/assistant"),
    Look("assistant-suggests", "/clients/assistant", prepare=name_a_company),
    Look("assistant-refused", "/clients/assistant", status=422, prepare=save),
    Look("assistant-contact", "/clients/assistant?company={company}", prepare=save),
    Look("directory", "/clients/directory/"),
    Look("directory-nothing", "/clients/directory/?q=qwertyuiop"),
    Look("directory-company", "/clients/directory/{company}"),
    Look("handover", "/handover/{user}?leaving=1"),
    Look("handover-nothing", "/handover/{idle}"),
    Look("handover-refused", "/handover/{user}", status=422, prepare=save),
    Look("users", "/users/"),
    Look("user", "/users/{user}"),
    Look("user-new", "/users/new"),
    Look("user-password", "/users/{user}/password"),
    Look("user-rights", "/access/users/{user}"),
    Look("departments", "/users/departments"),
    Look("department", "/users/departments/1"),
    Look("profile", "/users/me"),
    Look("own-password", "/users/me/password"),
    Look("second-factor", "/users/me/second-factor"),
    Look("second-factor-codes", "/users/me/second-factor", prepare=set_up_codes),
    Look("passkey-new", "/users/me/second-factor/passkeys/new"),
    Look("app-passwords", "/users/me/app-passwords"),
    Look("app-password-refused", "/users/me/app-passwords", status=422, prepare=save),
    Look("rights-matrix", "/access/matrix"),
    Look("rights-of-pages", "/access/matrix?pages=clients"),
    Look("rights-why", "/access/why?user={user}&address=/clients/{client}"),
    Look("confidential-fields", "/access/confidential"),
    Look("company-fields", "/custom_fields/"),
    Look("company-fields-of-clients", "/custom_fields/kinds/clients.client"),
    Look("company-field", "/custom_fields/fields/1"),
    Look("card-layout", "/clients/layout"),
    Look("tags", "/clients/tags"),
    Look("client-templates", "/clients/templates"),
    Look("roles", "/access/roles"),
    Look("role", "/access/roles/{role}"),
    Look("role-new", "/access/roles/new"),
    Look("modules", "/modules/"),
    Look("reports", "/reports/"),
    Look("report-chart", f"{NEW_CLIENTS}?span=all"),
    Look("report-grouped", f"{NEW_CLIENTS}?span=all&pivot_by=manager&pivot_across=country"),
    Look("report-plan", f"{NEW_CLIENTS}/plan?span=last_month"),
    Look("reports-planned", "/reports/planned"),
    Look("birthdays", f"{BIRTHDAYS}?days=60"),
    Look("birthdays-none", f"{BIRTHDAYS}?days=0&since=2024-02-29"),
    Look("error-403", "/users/", "tomas", 403),
    Look("error-404", "/clients/999999", status=404),
    Look("error-500", "/broken", status=500),
    Look("segments", "/crm_clients/segments/"),
    Look("segment", "/crm_clients/segments/2"),
    Look("segment-fixed", "/crm_clients/segments/3"),
    Look("segment-of-a-list", "/crm_clients/segments/new?where=importance%3Da"),
    Look("segment-new-refused", "/crm_clients/segments/new", status=422, prepare=save),
    Look("segment-group", "/crm_clients/segments/2/groups/1"),
    Look("completeness-report", "/reports/crm_clients/completeness?span=all"),
    Look("marketing", "/crm_clients/clients/1/marketing"),
    Look("marketing-edit", "/crm_clients/clients/1/marketing/edit"),
    Look("classes", "/crm_clients/classes/"),
    Look("classes-history", "/crm_clients/classes/history"),
    Look("classes-limits", "/crm_clients/classes/limits"),
    Look("dormant", "/reports/crm_clients/dormant?days=60&percent=30"),
    Look("completeness", "/crm_clients/completeness/"),
    Look("completeness-weights", "/crm_clients/completeness/weights"),
)


@pytest.fixture(scope="session")
def places(demo_office: Office) -> dict[str, Any]:
    """The records that pages are about, and the language that people read them in."""
    from kartoteka_crm_clients.models import Contact

    company = demo_office.company
    operations = add_operations(company)
    with company.database.transaction(company.system) as session:
        for user in session.scalars(select(User)):
            user.language = LANGUAGE
        busy = (
            select(Contact.client_id)
            .join(Client, Client.id == Contact.client_id)
            .where(Client.kind == "company")
            .group_by(Contact.client_id)
            .order_by(func.count().desc(), Contact.client_id)
            .limit(2)
        )
        client, other = session.scalars(busy)
        tell(session, client)
        return {
            **add_jobs(session),
            **add_mails(session, client),
            **add_incoming(session, client),
            **add_programs(session),
            "file": add_file(session, client),
            "document": issue_document(session, "crm_clients.client_sheet", RecordRef("clients.client", client)).id,
            **operations,
            "client": client,
            "other": other,
            "taken": session.scalar(select(Client.name).where(Client.id == client)),
            "person": session.scalar(select(func.min(Client.id)).where(Client.kind == "person")),
            "contact": session.scalar(select(func.min(Contact.id)).where(Contact.client_id == client)),
            "user": session.scalar(select(User.id).where(User.login == "tomas")),
            "role": session.scalar(select(func.max(Role.id))),
            "company": add_directory(session),
            **add_imports(company, session),
            "idle": add_idle_user(session),
            "binned": fill_bin(session, client, other),
        }


@pytest.mark.catalogue("X-16", part="every page fits 360 px, and fingers find their targets")
@pytest.mark.catalogue("X-18", part="light and dark; axe finds nothing serious in either")
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_page(office: Office, places: dict[str, Any], look: Look) -> None:
    with office.open(
        look.login, viewport=WIDE, color_scheme="light", locale=LANGUAGE, reduced_motion="reduce"
    ) as context:
        # Sealed frames have no storage.
        context.add_init_script(f"try {{ sessionStorage.taken ??= {places['taken']!r} }} catch {{}}")
        page = office.page(context)
        statuses: list[int] = []
        page.on("response", lambda answer: answer.request.is_navigation_request() and statuses.append(answer.status))
        page.goto(look.url.format(**places))
        if look.prepare:
            look.prepare(page)
        page.wait_for_load_state("networkidle")
        assert statuses[-1] == look.status
        if look.status != 200:
            office.expect_refusal(look.status)
        take_picture(page, f"{look.name}-wide-light")
        assert serious_problems(page) == [], "light"
        show(page, WIDE, "dark")
        assert serious_problems(page) == [], "dark"
        take_picture(page, f"{look.name}-wide-dark")
        show(page, WIDE, "light")
        assert page.evaluate(STICKING_OUT) == []
        assert LANGUAGE != "en" or page.evaluate(CUT_OFF) == []
        show(page, PHONE, "light")
        take_picture(page, f"{look.name}-phone-light", whole=True)
        assert page.evaluate(STICKING_OUT) == []
        assert page.evaluate(TOO_SMALL) == []
