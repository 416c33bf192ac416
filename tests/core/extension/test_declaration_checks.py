"""A module that declares nonsense is set aside with a message that names module, hook and field."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import click
import pytest

from kartoteka.api import declare as d
from kartoteka.extension.findings import BrokenCore
from tests.core.extension.ants import (
    ACTION,
    BADGE,
    COLUMN,
    FIELDS,
    FILTER,
    GOOD,
    JOB,
    KIND,
    LINK,
    MENU,
    PANEL,
    PERSONAL,
    REFERENCE,
    REPORT,
    RESOURCE,
    RIGHT,
    ROLE,
    SCHEDULE,
    SEARCH,
    TAB,
    Borrowed,
    Cascading,
    Proper,
    Settings,
    Stranger,
    Unscoped,
    Visit,
)


def broken_by(fakes, **hooks):
    bee = fakes.plugin("bee")
    registry = fakes.registry(fakes.plugin("ant", **{**GOOD, **hooks}), bee)
    assert "bee" in registry.installed, "the rest runs"
    assert "ant" not in registry.installed
    (broken,) = registry.broken
    assert (broken.name, broken.version) == ("ant", "1.2")
    return broken


def test_a_module_without_faults_is_used(fakes):
    registry = fakes.registry(fakes.plugin("ant", **GOOD))
    assert registry.broken == ()
    assert registry.permission("ant.view").module == "ant"
    assert registry.panels(d.CARD_SIDE)[0].key == "ant.last"
    assert registry.tabs("ant.visit")[0].name == "more"
    assert registry.kind_of(Visit) == registry.kind("ant.visit")
    assert registry.contributions("ant")["panels"] == 1


def but(declaration: Any, **changes: Any) -> list[Any]:
    return [dataclasses.replace(declaration, **changes)]


def with_field(**changes: Any) -> list[Any]:
    return but(KIND, fields=(dataclasses.replace(FIELDS[0], **changes),))


def one(session): ...


TWINS = (d.Choice("a", "A"), d.Choice("a", "B"))
PINK = (d.Choice("a", "A", colour="pink"),)


CASES = [
    ("register_permissions", but(RIGHT, name="bee.view"), "bee.view.name"),
    ("register_permissions", but(RIGHT, name="view"), "view.name"),
    ("register_permissions", but(RIGHT, title="See"), "view.title"),
    ("register_permissions", [RIGHT, RIGHT], "view.name"),
    ("register_permissions", but(RIGHT, also_requires=("ant.veiw",)), "view.also_requires"),
    ("register_permissions", but(RIGHT, record_kind="ant.vist"), "view.record_kind"),
    ("register_permissions", but(RIGHT, module="bee"), "ant.view.module"),
    ("register_roles", but(ROLE, permissions=("ant.veiw",)), "ant_keeper.permissions"),
    ("register_roles", but(ROLE, reach="some"), "ant_keeper.reach"),
    ("register_record_kinds", but(KIND, kind="visit"), "visit.kind"),
    ("register_record_kinds", but(KIND, kind="bee.visit"), "bee.visit.kind"),
    ("register_record_kinds", but(KIND, icon=b"pin"), "visit.icon"),
    ("register_record_kinds", but(KIND, permission="ant.veiw"), "visit.permission"),
    ("register_record_kinds", but(KIND, model=Stranger), "visit.model"),
    ("register_record_kinds", but(KIND, model="Visit"), "visit.model"),
    ("register_record_kinds", but(KIND, scope=d.OwnedBy("performer")), "visit.scope"),
    ("register_record_kinds", but(KIND, scope=d.OwnedBy()), "visit.scope"),
    ("register_record_kinds", but(KIND, scope=d.OwnedByClientOr(others=d.OwnedBy("performer"))), "visit.scope"),
    ("register_record_kinds", but(KIND, scope=d.OwnedByClientOr(others=d.OwnedBy())), "visit.scope"),
    (
        "register_record_kinds",
        but(KIND, scope=d.OwnedByClientOr(others=lambda actor: None, column="customer_id")),
        "visit.scope",
    ),
    ("register_record_kinds", but(KIND, scope=d.OwnedByClient("klient_id")), "visit.scope"),
    ("register_record_kinds", but(KIND, scope=d.Public), "visit.scope"),
    ("register_record_kinds", but(KIND, scope=lambda: None), "visit.scope"),
    ("register_record_kinds", but(KIND, scope=None), "visit.scope"),
    ("register_record_kinds", but(KIND, client_column="client"), "visit.client_column"),
    ("register_record_kinds", but(KIND, summarise=one), "visit.summarise"),
    ("register_record_kinds", but(KIND, url="/ant"), "visit.url"),
    ("register_record_kinds", but(KIND, fields=FIELDS[0]), "visit.fields"),
    ("register_record_kinds", but(KIND, fields=(FIELDS[0], FIELDS[0])), "visit.fields.place"),
    ("register_record_kinds", with_field(name="plaze"), "visit.fields.plaze.name"),
    ("register_record_kinds", with_field(column="plaze"), "visit.fields.place.column"),
    ("register_record_kinds", with_field(sort="note"), "visit.fields.place.sort"),
    ("register_record_kinds", with_field(sort="place"), "visit.fields.place.sort"),
    ("register_record_kinds", with_field(sort="plaze"), "visit.fields.place.sort"),
    ("register_record_kinds", with_field(type="line"), "visit.fields.place.type"),
    ("register_record_kinds", with_field(type=d.FieldType.DATE), "visit.fields.place.searchable"),
    ("register_record_kinds", with_field(choices=("a",)), "visit.fields.place.choices"),
    (
        "register_record_kinds",
        with_field(choices=TWINS),
        "visit.fields.place.choices",
    ),
    (
        "register_record_kinds",
        with_field(choices=PINK),
        "visit.fields.place.choices",
    ),
    ("register_record_kinds", with_field(read_permission="ant.read"), "visit.fields.place.read_permission"),
    ("register_models", [Visit, Unscoped], "Unscoped"),
    ("register_models", [Visit, Stranger], "Stranger"),
    ("register_models", [Visit, Borrowed], "Borrowed"),
    ("register_models", [Visit, Cascading], "Cascading"),
    ("register_models", [Visit, int], "int"),
    ("register_models", lambda: Visit, ""),
    ("register_menu", but(MENU, endpoint="bee.show"), "ants.endpoint"),
    ("register_menu", but(MENU, endpoint="ant.shwo"), "ants.endpoint"),
    ("register_menu", but(MENU, parent="ant.other"), "ants.parent"),
    ("register_menu", but(MENU, badge=one), "ants.badge"),
    ("register_menu", but(MENU, permission="ant.veiw"), "ants.permission"),
    ("register_menu", but(MENU, weight="first"), "ants.weight"),
    ("register_menu", [MENU, MENU], "ants.name"),
    ("register_menu", None, ""),
    ("register_menu", [TAB], ""),
    ("register_menu", lambda: 1 / 0, ""),
    ("register_tabs", but(TAB, kinds="ant.visit"), "more.kinds"),
    ("register_tabs", but(TAB, kinds=()), "more.kinds"),
    ("register_tabs", but(TAB, kinds=("ant.vist",)), "more.kinds"),
    ("register_tabs", but(TAB, kinds=("visit",)), "more.kinds"),
    ("register_tabs", but(TAB, endpoint="more"), "more.endpoint"),
    ("register_tabs", but(TAB, endpoint="ant.less"), "more.endpoint"),
    ("register_tabs", but(TAB, count=lambda: None), "more.count"),
    ("register_panels", but(PANEL, slot="card.left"), "last.slot"),
    ("register_panels", but(PANEL, template="last.html"), "last.template"),
    ("register_panels", but(PANEL, load=one), "last.load"),
    ("register_panels", but(PANEL, when=one), "last.when"),
    ("register_panels", but(PANEL, permission="clients.veiw"), "last.permission"),
    ("register_panels", but(PANEL, actions=("ant.og",)), "last.actions"),
    ("register_panels", but(PANEL, lazy="yes"), "last.lazy"),
    ("register_panels", but(PANEL, name="Last visit"), "Last visit.name"),
    ("register_actions", but(ACTION, run=None), "go.run"),
    ("register_actions", but(ACTION, page=lambda records: "/"), "go.run"),
    ("register_badges", but(BADGE, load=None), "late.load"),
    ("register_columns", but(COLUMN, list_name="cleints"), "city.list_name"),
    ("register_columns", but(COLUMN, value=None), "city.expression"),
    ("register_columns", but(COLUMN, expression=one), "city.expression"),
    ("register_columns", but(COLUMN, sort="city"), "city.sort"),
    ("register_filters", but(FILTER, condition=one), "city.condition"),
    ("register_list_links", but(LINK, list_name="cleints"), "keep.list_name"),
    ("register_list_links", but(LINK, endpoint="ant.less"), "keep.endpoint"),
    ("register_filters", but(FILTER, type=d.FieldType.CHOICE), "city.choices"),
    ("register_actions", but(ACTION, run=one), "go.run"),
    ("register_actions", but(ACTION, confirm="Sure?"), "go.confirm"),
    ("register_actions", but(ACTION, form=5), "go.form"),
    ("register_reports", but(REPORT, columns=()), "places.columns"),
    ("register_reports", but(REPORT, columns=REPORT.columns * 2), "places.columns"),
    ("register_reports", but(REPORT, chart=d.ReportChart("bar", "place", "visit")), "places.chart"),
    ("register_reports", but(REPORT, chart=d.ReportChart("bar", "visits", "place")), "places.chart"),
    ("register_reports", but(REPORT, chart=d.ReportChart("pizza", "place", "visits")), "places.chart"),
    ("register_reports", but(REPORT, group="plaze"), "places.group"),
    ("register_jobs", but(JOB, run=one), "sweep.run"),
    ("register_jobs", but(JOB, retries=-1), "sweep.retries"),
    ("register_jobs", but(JOB, timeout=timedelta()), "sweep.timeout"),
    ("register_jobs", but(JOB, timeout=60), "sweep.timeout"),
    ("register_jobs", but(JOB, unique_by="list"), "sweep.unique_by"),
    ("register_jobs", but(JOB, permission="ant.sweep"), "sweep.permission"),
    ("register_jobs", [JOB, JOB], "sweep.name"),
    ("register_schedules", but(SCHEDULE, job="ant.swep"), "swep 0 7 * * *.job"),
    ("register_schedules", but(SCHEDULE, cron="0 7 * *"), "sweep 0 7 * *.cron"),
    ("register_schedules", but(SCHEDULE, as_system=False), "sweep 0 7 * * *.as_system"),
    ("register_api_resources", but(RESOURCE, kind="ant.vist"), "visits.kind"),
    ("register_api_resources", but(RESOURCE, kind="bee.visit"), "visits.kind"),
    ("register_api_resources", but(RESOURCE, fields=("plaze",)), "visits.fields"),
    ("register_api_resources", but(RESOURCE, fixed=("plaze",)), "visits.fixed"),
    ("register_api_resources", but(RESOURCE, fixed="place"), "visits.fixed"),
    ("register_api_resources", but(RESOURCE, create=one), "visits.create"),
    ("register_api_resources", but(RESOURCE, change=one), "visits.change"),
    ("register_api_resources", but(RESOURCE, name="Visits"), "Visits.name"),
    ("register_api_resources", [RESOURCE, RESOURCE], "visits.name"),
    ("register_search", but(SEARCH, kind="ant.vist"), "vist.kind"),
    ("register_search", but(SEARCH, fields=("plaze",)), "visit.fields"),
    ("register_search", but(SEARCH, fields=("performer_id",)), "visit.fields"),
    ("register_client_references", but(REFERENCE, table="ant_vist"), "ant_vist.client_id.table"),
    ("register_client_references", but(REFERENCE, column="klient_id"), "ant_visit.klient_id.column"),
    ("register_client_references", but(REFERENCE, unique_with=("plaze",)), "ant_visit.client_id.unique_with"),
    ("register_client_references", but(REFERENCE, on_merge="lose"), "ant_visit.client_id.on_merge"),
    ("register_personal_data", but(PERSONAL, replacements={"plaze": ""}), "ant_visit.replacements"),
    ("register_personal_data", but(PERSONAL, client_column="klient_id"), "ant_visit.client_column"),
    ("register_personal_data", but(PERSONAL, keep_until="plaze"), "ant_visit.keep_until"),
    ("register_commands", [click.Command("count"), click.Command("count")], "count"),
    ("register_blueprints", [type("Blueprint", (), {"module": "bee", "name": "bee"})()], "bee"),
    ("register_blueprints", ["blueprint"], ""),
]


@pytest.mark.parametrize(("hook", "answer", "field"), CASES)
def test_nonsense_is_set_aside_with_hook_and_field(fakes, hook, answer, field):
    broken = broken_by(fakes, **{hook: answer})
    assert broken.hook == hook
    assert broken.field == field
    assert str(broken).startswith(f"ant: {hook} {field}".strip() + ": ")
    assert str(broken.message)


def test_a_message_says_which_name_was_meant(fakes):
    broken = broken_by(fakes, register_panels=but(PANEL, permission="ant.veiw"))
    assert str(broken.message) == "“ant.veiw” is unknown; did you mean “ant.view”?"


def test_a_page_that_is_not_there_is_named_with_the_one_that_was_meant(fakes):
    broken = broken_by(fakes, register_tabs=but(TAB, endpoint="ant.mroe"))
    assert str(broken.message) == "“ant.mroe” is unknown; did you mean “ant.more”?"
    broken = broken_by(fakes, register_blueprints=[])
    assert (broken.hook, str(broken.message)) == ("register_menu", "“ant.show” is unknown.")


def test_a_job_without_its_module_is_recognised(fakes):
    broken = broken_by(fakes, register_schedules=but(SCHEDULE, job="sweep"))
    assert str(broken.message) == "“sweep” is unknown; did you mean “ant.sweep”?"


def test_what_belongs_to_an_absent_module_is_fine(fakes):
    hooks = {
        "register_panels": but(PANEL, kinds=("crm_far.thing",), permission="crm_far.view", actions=("crm_far.go",)),
        "register_actions": but(ACTION, kinds=("crm_far.thing",)),
        "register_menu": but(MENU, parent="crm_far.menu"),
    }
    plugin = fakes.plugin("ant", describe={"works_with": ("crm_far",)}, **{**GOOD, **hooks})
    assert fakes.registry(plugin).broken == ()


def test_a_right_of_an_absent_module_needs_to_be_expected(fakes):
    broken = broken_by(fakes, register_panels=but(PANEL, permission="crm_far.view"))
    assert broken.field == "last.permission"


def test_a_model_that_the_module_forgot_to_hand_over_is_named(fakes):
    hooks = {**GOOD, "register_models": [Visit, Settings]}
    plugins = [fakes.plugin("ant", **hooks), fakes.plugin("bee")]
    for plugin in plugins:
        plugin.__package__ = Proper.__module__
    (broken,) = fakes.registry(*plugins[:1]).broken
    assert (broken.hook, str(broken.message)) == ("register_models", "This model is missing in the list.")
    assert broken.field in {"Borrowed", "Cascading", "Proper", "Unscoped"}
    assert [one.name for one in fakes.registry(*plugins).broken] == ["ant", "bee"]


def test_a_foreign_key_to_a_required_module_is_fine(fakes):
    bee = fakes.plugin("bee", register_models=[Stranger])
    ant = fakes.plugin("ant", requires=("bee",), **{**GOOD, "register_models": [Visit, Settings, Borrowed]})
    assert fakes.registry(ant, bee).broken == ()


def test_modules_requiring_one_that_declares_nonsense_go_with_it(fakes):
    registry = fakes.registry(
        fakes.plugin("ant", **{**GOOD, "register_menu": but(MENU, icon=5)}),
        fakes.plugin("bee", requires=("ant",)),
        fakes.plugin("cat"),
    )
    assert registry.installed == {"cat"}
    assert [broken.name for broken in registry.broken] == ["ant", "bee"]


def test_each_hook_is_asked_once_even_when_another_module_is_set_aside(fakes):
    asked = []
    cat = fakes.plugin("cat", register_menu=lambda: asked.append(1) or [])
    fakes.registry(cat, fakes.plugin("ant", **{**GOOD, "register_menu": None}))
    assert asked == [1]


def test_a_part_of_the_core_with_nonsense_stops_the_start(fakes):
    core = fakes.plugin("users", register_menu=[dataclasses.replace(MENU, endpoint="ant.show")])
    with pytest.raises(BrokenCore, match=r"users: register_menu ants\.(endpoint|permission)"):
        fakes.registry(builtins=[core])


def test_order_is_weight_module_name_whatever_was_installed_first(fakes):
    def panels(module, *pairs):
        items = [
            dataclasses.replace(PANEL, name=name, weight=weight, permission="ant.view", template=f"{module}/x.html")
            for name, weight in pairs
        ]
        return fakes.plugin(module, requires=("ant",), register_panels=items)

    plugins = [
        fakes.plugin("ant", **GOOD),
        panels("zebra", ("b", 100), ("a", 100), ("early", 1)),
        panels("bee", ("z", 100)),
    ]
    expected = ["zebra.early", "ant.last", "bee.z", "zebra.a", "zebra.b"]
    for order in (plugins, plugins[::-1]):
        assert [panel.key for panel in fakes.registry(*order).panels(d.CARD_SIDE)] == expected
