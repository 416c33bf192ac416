"""Everything the module shows loads, with an empty and with a full database, in a bounded number of statements."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import select

from kartoteka.api.clients import CLIENT_KIND, VIEW, Client
from kartoteka.api.declare import BadgeValue, FieldType
from kartoteka.db.session import Session, use_workplace
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.work import Report
from kartoteka.testing.contract.base import ContractBase, promise
from kartoteka.testing.contract.subject import Subject
from kartoteka.testing.pages import crawl
from kartoteka.testing.statements import counted_statements
from kartoteka.vocabulary.period import Period

_BROKEN_PANEL = "k-panel-broken"
_HOSTILE = "a%_\\'\"*"
_SAMPLES: Mapping[FieldType, Any] = {
    FieldType.INTEGER: 1,
    FieldType.DECIMAL: Decimal(1),
    FieldType.YES_NO: True,
    FieldType.USER: 1,
    FieldType.DATE: Period.days_from(date(2026, 1, 1), 365),
    FieldType.DATETIME: Period.days_from(date(2026, 1, 1), 365),
}
Problems = list[str]


class ShowingContract(ContractBase):
    """Panels, badges, columns, filters, tabs, menu, reports and actions."""

    def test_demo_data_shows_every_kind_of_record(self, subject: Subject) -> None:
        kinds = [kind.kind for kind in subject.own(subject.registry.record_kinds)]
        with self._demo() as demo:
            missing = [kind for kind in kinds if kind not in self.kinds_without_demo and not demo.some_ids(kind)]
        promise(
            (f"{kind}: the demo company has no record" for kind in missing),
            "Answer the hook load_demo: the demo company and these tests need something to show. Kinds that cannot "
            "have any are named in kinds_without_demo.",
        )

    def test_panels_load(self, stocked: Subject) -> None:
        problems: Problems = []
        browser = _browser(stocked)
        for panel in stocked.own(stocked.registry.all_panels):
            for record in stocked.some_records(panel.kinds):

                def load(session: Session, panel: Any = panel, record: Any = record) -> Any:
                    return panel.load(session, record) if panel.when is None or panel.when(session, record) else None

                place = f"panel {panel.name} on {record}"
                _try(stocked, problems, place, load, self.panel_statements)
                page = browser.get(f"/panels/{panel.module}/{panel.name}?record={record}")
                if page.status_code != 200 or _BROKEN_PANEL in page.text:
                    problems.append(f"{place}: the template {panel.template} fails (see the log above)")
        promise(
            problems, "A panel loads for every record it may stand on, by as many statements for many rows as for one."
        )

    def test_widgets_load(self, stocked: Subject) -> None:
        problems: Problems = []
        for widget in stocked.own(stocked.registry.widgets):

            def load(session: Session, widget: Any = widget) -> Any:
                return widget.load(session, session.actor, {})

            _try(stocked, problems, f"widget {widget.name}", load, self.widget_statements)
        page = _browser(stocked).get("/")
        if page.status_code != 200 or _BROKEN_PANEL in page.text:
            problems.append("front page: the template of a widget fails (see the log above)")
        promise(
            problems,
            "A widget loads for whoever has chosen nothing yet, by as many statements for many rows as for one.",
        )

    def test_badges_load(self, stocked: Subject) -> None:
        problems: Problems = []
        for badge in stocked.own(stocked.registry.all_badges):
            for kind in badge.kinds:
                ids = stocked.some_ids(kind)
                found = _try(
                    stocked,
                    problems,
                    f"badge {badge.name} of {kind}",
                    lambda session, badge=badge, ids=ids: badge.load(session, ids),
                    self.badge_statements,
                )
                wrong = [
                    one for one, value in (found or {}).items() if one not in ids or not isinstance(value, BadgeValue)
                ]
                problems += [f"badge {badge.name} of {kind}: no badge was asked for {one}" for one in wrong]
        promise(
            problems, "load(session, ids) returns {id: BadgeValue} for some of these ids, all of them read at once."
        )

    def test_columns_load(self, stocked: Subject) -> None:
        problems: Problems = []
        ids = stocked.some_ids(CLIENT_KIND)
        for column in stocked.own(stocked.registry.all_columns):

            def load(session: Session, column: Any = column) -> Any:
                if column.value is not None:
                    return column.value(session, ids)
                return session.execute(select(Client.id, column.expression(Client.id)).where(Client.id.in_(ids))).all()

            _try(stocked, problems, f"column {column.name}", load, self.column_statements)
        promise(problems, "A column of a list answers for a whole page of records at once.")

    def test_filters_make_conditions(self, stocked: Subject) -> None:
        problems: Problems = []
        for one in stocked.own(stocked.registry.all_filters):
            for value in _values_for(one):

                def load(session: Session, one: Any = one, value: Any = value) -> Any:
                    return session.scalars(select(Client.id).where(one.condition(Client.id, value))).all()

                _try(stocked, problems, f"filter {one.name} by {value!r}", load, 1)
        promise(problems, "condition(record_id, value) returns a condition for anything a user may type.")

    def test_tabs_and_menu_open(self, stocked: Subject) -> None:
        problems: Problems = []
        browser = _browser(stocked)
        for tab in stocked.own(stocked.registry.all_tabs):
            for record in stocked.some_records(tab.kinds):
                url = _url(stocked, tab.endpoint, record_id=record.id)
                browser.get(url)  # the second time is counted: the first one fills caches
                with counted_statements(stocked.company.database) as seen:
                    status = browser.get(url).status_code
                if status != 200 or len(seen) > self.tab_statements:
                    problems.append(
                        f"tab {tab.name} ({url}) answers {status} by {len(seen)} statements of {self.tab_statements}"
                    )
        for item in stocked.own(stocked.registry.menu):
            status = browser.get(_url(stocked, item.endpoint)).status_code
            problems += [] if status == 200 else [f"menu entry {item.name} leads to a page that answers {status}"]
        promise(problems, "Tabs and menu entries lead to pages that open for everybody with the right.")

    def test_tabs_hide_clients_of_others(self, subject: Subject) -> None:
        boss = subject.company.add_user("administrator")
        rights = [VIEW, *(one.name for one in subject.registry.permissions if one.module == subject.name)]
        other = subject.company.browser(subject.company.add_user(permissions=rights, reach="own"))
        hidden = subject.company.add_client("Not yours", manager_id=boss)
        tabs = [one for one in subject.own(subject.registry.all_tabs) if CLIENT_KIND in one.kinds]
        answers = [(tab.name, other.get(_url(subject, tab.endpoint, record_id=hidden.id)).status_code) for tab in tabs]
        promise(
            (f"tab {name} of a client one may not see answers {status}" for name, status in answers if status != 404),
            "Look the client up with find(session, Client, record_id) before anything else: it raises NotFound.",
        )

    def test_reports_run(self, stocked: Subject) -> None:
        problems: Problems = []
        browser = _browser(stocked)
        for report in stocked.own(stocked.registry.reports):
            url = f"/reports/{report.module}/{report.name}"
            _run_report(stocked, problems, report, self.report_statements)
            for ending in ("", ".csv", ".xlsx"):
                answer = browser.open(url + ending, method="POST" if ending else "GET")
                if answer.status_code != 200:
                    problems.append(f"report {report.name}{ending} answers {answer.status_code}")
                elif ending == ".csv" and (wrong := _wrong_csv(answer.data, len(report.columns))):
                    problems.append(f"report {report.name}: {wrong}")
            for asked in _spans(stocked, report):
                if (status := browser.get(url, query_string=asked).status_code) != 200:
                    problems.append(f"report {report.name} for {asked['span']} answers {status}")
        promise(
            problems, "A report runs with the defaults of its form, for all time, with no rows too, and yields columns."
        )

    def test_actions_open(self, stocked: Subject) -> None:
        problems: Problems = []
        browser = _browser(stocked)
        for action in stocked.own(stocked.registry.all_actions):
            for record in stocked.some_records(action.kinds, 1):
                url = f"/actions/{action.module}/{action.name}?kind={record.kind}&id={record.id}"
                opens = 200 if action.page is None else 303
                if action.when is None and (status := browser.get(url).status_code) != opens:
                    problems.append(f"action {action.name} on {record} answers {status}")
        promise(problems, "An action shows its form, its question or its page for every record it is offered on.")

    def test_its_pages_open_one_from_another(self, stocked: Subject) -> None:
        browser = _browser(stocked)
        starts = [_url(stocked, item.endpoint) for item in stocked.own(stocked.registry.menu)]
        for tab in stocked.own(stocked.registry.all_tabs):
            starts += [_url(stocked, tab.endpoint, record_id=one.id) for one in stocked.some_records(tab.kinds, 2)]
        visited = [page for start in starts for page in crawl(browser, start, limit=60, follow=_within(stocked.name))]
        promise(
            (f"{page.url} answers {page.status}" for page in visited if page.status >= 400),
            "Links lead to pages that open; reading a page never writes.",
        )

    def test_records_are_described(self, stocked: Subject) -> None:
        problems: Problems = []
        browser = _browser(stocked)
        for kind in stocked.own(stocked.registry.record_kinds):
            problems += _undescribed(stocked, kind)
            for number in stocked.some_ids(kind.kind, 1):
                status = browser.get(kind.url(number)).status_code
                problems += [f"{kind.url(number)} of {kind.kind} answers {status}"] if status >= 400 else []
        promise(
            problems, "summarise(session, ids) returns a RecordSummary for each id, url(id) the address of its page."
        )

    @contextmanager
    def _demo(self) -> Iterator[Subject]:
        from kartoteka.testing.company import demo_template, open_company

        with open_company(template=demo_template(self.module)) as company:
            yield self._subject(company)


def _browser(subject: Subject) -> Any:
    return subject.company.browser(subject.actor.user_id)


def _try(
    subject: Subject, problems: Problems, place: str, load: Callable[[Session], Any], statements: int | None
) -> Any:
    """Run something in a session that only reads; note an exception, and more statements than allowed."""
    database = subject.company.database
    try:
        with database.reading(subject.actor) as session, counted_statements(database) as seen:
            found = load(session)
    except Exception as error:  # noqa: BLE001 - whatever a module raises is told
        problems.append(f"{place}: {type(error).__name__}: {error}")
        return None
    if statements is not None and len(seen) > statements:
        problems.append(f"{place}: {len(seen)} statements, {statements} allowed; the last one: {seen[-1][:200]}")
    return found


def _run_report(subject: Subject, problems: Problems, report: Report, statements: int) -> None:
    with subject.company.app.test_request_context("/"):
        params = {} if report.params is None else report.params(formdata=None, meta={"csrf": False}).values()
        rows = _try(
            subject, problems, f"report {report.name}", lambda session: list(report.rows(session, params)), statements
        )
    wanted = {column.name for column in report.columns}
    for row in rows or ():
        if missing := wanted - set(row):
            problems.append(f"report {report.name}: a row lacks {', '.join(sorted(missing))}")
            return


def _spans(subject: Subject, report: Report) -> list[dict[str, str]]:
    """Return each period that a report may be asked for, all time among them, as a browser sends an untouched form."""
    company = subject.company
    with use_workplace(company.database, subject.actor), company.app.test_request_context("/"):
        fields = {} if report.params is None else report.params(formdata=None, meta={"csrf": False})._fields
        lists = {name: field for name, field in fields.items() if getattr(field, "choices", None)}
        sent = {name: str(field.data or field.choices[0].value) for name, field in lists.items()}
        return [{**sent, "span": str(one.value)} for one in lists["span"].choices] if "span" in lists else []


def _wrong_csv(data: bytes, columns: int) -> str:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    widths = {len(row) for row in rows if row}
    return "" if widths == {columns} else f"its file has rows of {sorted(widths)} columns instead of {columns}"


def _undescribed(subject: Subject, kind: RecordKind) -> Problems:
    ids, problems = subject.some_ids(kind.kind), Problems()
    found = _try(subject, problems, f"summarise of {kind.kind}", lambda session: kind.summarise(session, ids), 3)
    if found is not None and set(found) != set(ids):
        problems.append(f"summarise of {kind.kind} describes {len(found)} of {len(ids)} records")
    return problems


def _values_for(one: Any) -> list[Any]:
    if one.type == FieldType.CHOICE:
        choices = one.choices if isinstance(one.choices, tuple) else ()
        return [choice.value for choice in choices] or ["x"]
    return [_SAMPLES[one.type]] if one.type in _SAMPLES else ["a", _HOSTILE, "ąčęėįšųūž", "x" * 500]


def _url(subject: Subject, endpoint: str, **values: Any) -> str:
    with subject.company.app.test_request_context("/"):
        return url_for(endpoint, **values)


def _within(module: str) -> Callable[[str], bool]:
    return lambda url: url.startswith(f"/{module}/")
