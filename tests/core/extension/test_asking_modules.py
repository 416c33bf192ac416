"""Questions, steps, panels, badges and counters: active modules only, and a module that fails harms nobody else."""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Mapped

from kartoteka.api import declare as d
from kartoteka.api.signals import listen, record_created
from kartoteka.db.actor import Actor, Reach
from kartoteka.db.announce import announce
from kartoteka.db.base import Model, Record
from kartoteka.db.session import as_system
from kartoteka.extension import dispatch
from kartoteka.extension.activation import Activation
from kartoteka.extension.active import active_set
from kartoteka.extension.loading import load_badges, load_counters, load_panel, load_panels
from kartoteka.extension.wiring import wire
from kartoteka.testing.databases import storage
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import ModuleBlueprint, signed_in

__all__ = ["storage"]


class Egg(Record, Model):
    __tablename__ = "hen_egg"
    size: Mapped[int]


MODELS = (Egg,)
EGG = RecordRef("hen.egg", 1)
KIND = d.RecordKind(
    kind="hen.egg",
    title=Message("Egg"),
    plural_title=Message("Eggs"),
    icon="egg",
    model=Egg,
    permission="hen.view",
    scope=lambda actor: None if actor.reach is Reach.ALL else Egg.size < 50,
    fields=(d.Field(name="size", title=Message("Size"), type=d.FieldType.INTEGER),),
    summarise=lambda session, ids: {},
    url=lambda egg_id: f"/hen/{egg_id}",
    tracked=False,
)
RIGHT = d.Permission(name="hen.view", title=Message("See"), description=Message("See eggs."))


def count_eggs(session: Any, record: RecordRef) -> dict[str, Any]:
    return {"eggs": session.scalar(select(func.count()).select_from(Egg))}


PERSON = "Jonas Jonaitis, 38001010001"


def fail(*arguments: Any) -> Any:
    raise ValueError(PERSON)


def fail_in_the_database(session: Any, *arguments: Any) -> Any:
    with as_system(session, reason="a statement that fails"):
        session.execute(text("SELECT nothing FROM nowhere"))


def change_while_reading(session: Any, record: RecordRef) -> dict[str, Any]:
    session.scalars(select(Egg)).first().size = 7
    session.add(Egg(size=8))
    return {}


def panel(name: str, load: Any, **options: Any) -> d.Panel:
    return d.Panel(
        name=name,
        slot=d.CARD_MAIN,
        title=Message(name),
        permission="hen.view",
        template="hen/panel.html",
        load=load,
        **options,
    )


def badge(name: str, load: Any) -> d.Badge:
    return d.Badge(kinds=("hen.egg",), name=name, permission="hen.view", load=load)


PAGES = ModuleBlueprint("hen", __name__)
for page in ("show", "larger"):
    PAGES.add_url_rule(f"/{page}", page, signed_in(lambda: ""))


def hen(fakes: Any, **hooks: Any) -> Any:
    basics = {"register_models": [Egg], "register_record_kinds": [KIND], "register_permissions": [RIGHT]}
    basics["register_blueprints"] = [PAGES]
    return fakes.plugin("hen", **{**basics, **hooks})


def farmer(**changes: Any) -> Actor:
    basics = {"user_id": 1, "reach": Reach.ALL, "permissions": frozenset({"hen.view"}), "modules": frozenset({"hen"})}
    return Actor(**{**basics, **changes})


@pytest.fixture
def farm(storage):
    """A database with three eggs, one of them large; returns a function that wires modules to it."""

    def make(*plugins, fakes, **options):
        wire(storage, fakes.registry(*plugins, **options))
        with storage.transaction(Actor.system("eggs")) as session:
            session.add_all([Egg(size=40), Egg(size=41), Egg(size=60)])
        return storage

    return make


@pytest.mark.parametrize("bad", [fail, fail_in_the_database, change_while_reading, lambda session, record: 5])
def test_a_panel_that_fails_shows_so_and_the_others_stay(farm, fakes, caplog, bad):
    panels = [panel("a_first", count_eggs), panel("b_bad", bad), panel("c_last", count_eggs)]
    farm = farm(hen(fakes, register_panels=panels), fakes=fakes)
    with farm.reading(farmer()) as session, caplog.at_level(logging.ERROR):
        before = session.scalars(select(Egg).order_by(Egg.id)).all()
        loaded = load_panels(session, d.CARD_MAIN, EGG)
        assert [(one.panel.name, one.failed, dict(one.values)) for one in loaded] == [
            ("a_first", False, {"eggs": 3}),
            ("b_bad", True, {}),
            ("c_last", False, {"eggs": 3}),
        ]
        assert str(loaded[1].module_title) == "Hen"
        assert [egg.size for egg in before] == [40, 41, 60]
    assert "panel hen.b_bad of module hen failed" in caplog.text
    assert "Jonas" not in caplog.text, "no personal data in the log"


def test_a_failed_panel_tells_where_in_the_log(farm, fakes, caplog):
    farm = farm(hen(fakes, register_panels=[panel("bad", fail)]), fakes=fakes)
    with farm.reading(farmer()) as session:
        load_panels(session, d.CARD_MAIN, EGG)
    assert "ValueError" in caplog.text
    assert "in fail" in caplog.text


def test_panels_know_their_kinds_and_have_nothing_to_show_at_times(farm, fakes):
    panels = [
        panel("none", lambda session, record: None),
        panel("other_kind", count_eggs, kinds=("crm_far.thing",)),
        panel("unfit", count_eggs, when=lambda session, record: False),
        panel("slow", fail, lazy=True),
        panel("fit", count_eggs, when=lambda session, record: True, kinds=("hen.egg",)),
    ]
    farm = farm(hen(fakes, register_panels=panels), fakes=fakes)
    with farm.reading(farmer()) as session:
        loaded = load_panels(session, d.CARD_MAIN, EGG)
        assert [(one.panel.name, one.waiting) for one in loaded] == [("fit", False), ("slow", True)]
        assert load_panel(session, "hen.slow", EGG).failed
        assert load_panel(session, "hen.none", EGG) is None
        assert load_panel(session, "hen.other_kind", EGG) is None
        assert load_panel(session, "hen.unknown", EGG) is None


@pytest.mark.parametrize("changes", [{"permissions": frozenset()}, {"modules": frozenset()}])
def test_nothing_is_shown_without_the_right_or_while_the_module_is_off(farm, fakes, changes):
    declared = {
        "register_panels": [panel("a", count_eggs)],
        "register_badges": [badge("b", lambda session, ids: dict.fromkeys(ids, d.BadgeValue("x")))],
        "register_menu": [MENU],
        "register_actions": [ACTION],
    }
    farm = farm(hen(fakes, **declared), fakes=fakes)
    with farm.reading(farmer()) as session:
        assert load_panels(session, d.CARD_MAIN, EGG)
        assert load_badges(session, "hen.egg", [1]).of(1)
        assert dispatch.menu(session)
        assert dispatch.actions(session, EGG)
        assert dispatch.find_action(session, "hen.go")
    with farm.reading(farmer(**changes)) as session:
        assert load_panels(session, d.CARD_MAIN, EGG) == []
        assert load_panel(session, "hen.a", EGG) is None
        assert load_badges(session, "hen.egg", [1]).by_id == {}
        assert dispatch.menu(session) == []
        assert dispatch.actions(session, EGG) == []
        assert dispatch.bulk_actions(session, "hen.egg") == []
        assert dispatch.find_action(session, "hen.go") is None


MENU = d.MenuItem(
    name="eggs",
    title=Message("Eggs"),
    endpoint="hen.show",
    permission="hen.view",
    icon="egg",
    badge=lambda: select(func.count()).select_from(Egg).scalar_subquery(),
)
ACTION = d.Action(
    name="go",
    kinds=("hen.egg",),
    title=Message("Go"),
    icon="walk",
    permission="hen.view",
    run=lambda session, actor, records, data: d.Outcome(Message("Went")),
    bulk=True,
)
TAB = d.Tab(
    kinds=("hen.egg",),
    name="larger",
    title=Message("Larger"),
    permission="hen.view",
    endpoint="hen.larger",
    count=lambda record_id: select(func.count()).select_from(Egg).where(Egg.id > record_id).scalar_subquery(),
)


def test_badges_are_loaded_once_for_all_records_and_a_failing_one_is_told(farm, fakes, statements):
    def sizes(session, ids):
        rows = session.execute(select(Egg.id, Egg.size).where(Egg.id.in_(ids), Egg.size > 50))
        return {row.id: d.BadgeValue(str(row.size), d.Colour.TODAY) for row in rows}

    badges = [badge("bad", fail), badge("odd", lambda session, ids: {1: "text"}), badge("size", sizes)]
    farm = farm(hen(fakes, register_badges=badges), fakes=fakes)
    with farm.reading(farmer()) as session, statements(farm) as sent:
        loaded = load_badges(session, "hen.egg", [1, 2, 3, 3])
        assert {key: [value.text for value in values] for key, values in loaded.by_id.items()} == {3: ["60"]}
        assert [(one.name, str(one.module_title)) for one in loaded.failures] == [("bad", "Hen"), ("odd", "Hen")]
    assert len(sent) == 1


def test_counters_go_out_as_one_statement_and_obey_row_rights(farm, fakes, statements):
    farm = farm(hen(fakes, register_menu=[MENU], register_tabs=[TAB]), fakes=fakes)
    for actor, expected in ((farmer(), (3, 2)), (farmer(reach=Reach.OWN), (2, 1))):
        with farm.reading(actor) as session, statements(farm) as sent:
            menu, tabs = dispatch.menu(session), dispatch.tabs(session, "hen.egg")
            counters = load_counters(session, menu=menu, tabs=tabs, record_id=1)
            assert (counters.menu["hen.eggs"], counters.tabs["hen.larger"]) == expected
        assert len(sent) == 1


def test_a_counter_that_fails_leaves_the_others(farm, fakes):
    menu = [
        MENU,
        dataclasses.replace(MENU, name="odd", badge=lambda: 5),
        dataclasses.replace(MENU, name="bad", badge=fail),
        dataclasses.replace(MENU, name="wrong", badge=lambda: select(text("nothing FROM nowhere")).scalar_subquery()),
    ]
    farm = farm(hen(fakes, register_menu=menu), fakes=fakes)
    with farm.reading(farmer()) as session:
        assert load_counters(session, menu=dispatch.menu(session)).menu == {"hen.eggs": 3}


def test_an_action_whose_when_fails_is_not_offered(farm, fakes):
    actions = [ACTION, dataclasses.replace(ACTION, name="bad", when=fail_in_the_database, weight=1)]
    farm = farm(hen(fakes, register_actions=actions), fakes=fakes)
    with farm.reading(farmer()) as session:
        assert [action.name for action in dispatch.actions(session, EGG)] == ["go"]
        assert len(dispatch.bulk_actions(session, "hen.egg")) == 2
        assert session.scalar(select(func.count()).select_from(Egg)) == 3


def hit(client_id, strength):
    return d.DuplicateHit(client_id=client_id, field="name", reason=Message("Same name"), strength=strength)


def test_all_active_modules_are_asked_about_duplicates_and_a_failing_one_is_left_out(farm, fakes):
    plugins = [
        hen(fakes, find_duplicates=lambda session, probe: [hit(1, 0.5)]),
        fakes.plugin("cock", find_duplicates=lambda session, probe: [hit(2, 0.9), hit(3, 0.5)]),
        fakes.plugin("off", find_duplicates=lambda session, probe: [hit(4, 1)]),
        fakes.plugin("wrong", find_duplicates=fail_in_the_database_hook),
    ]
    farm = farm(*plugins, fakes=fakes)
    with farm.transaction(farmer(modules=frozenset({"hen", "cock", "wrong"}))) as session:
        hits = dispatch.find_duplicates(session, d.DuplicateProbe(name="x"))
        assert [one.client_id for one in hits] == [2, 1, 3]
        session.add(Egg(size=42))
    with farm.reading(farmer()) as session:
        assert session.scalar(select(func.count()).select_from(Egg)) == 4, "the failure has not spoilt the transaction"


def fail_in_the_database_hook(session, probe):
    fail_in_the_database(session)


def test_a_step_runs_on_active_modules_and_its_error_stops_everything(farm, fakes):
    done = []
    plugins = [
        fakes.plugin("core_part", active_modules=lambda session: frozenset({"hen"})),
        hen(fakes, load_demo=lambda session, size: done.append(size)),
        fakes.plugin("off", load_demo=fail_step),
    ]
    farm = farm(*plugins[1:], fakes=fakes, builtins=plugins[:1])
    with farm.transaction(Actor.system("demo")) as session:
        assert active_set(session) == {"core_part", "hen"}
        dispatch.load_demo(session, 5)
    assert done == [5]
    with farm.transaction(farmer(modules=frozenset({"off"}))) as session, pytest.raises(ValueError, match="Jonas"):
        dispatch.load_demo(session, 5)


def fail_step(session, size):
    fail()


def test_the_active_set_is_read_again_only_when_the_state_has_changed(fakes):
    registry = fakes.registry(
        fakes.plugin("ant"), fakes.plugin("bee", requires=("ant",)), builtins=[fakes.plugin("users")]
    )
    activation = Activation(registry)
    answers = iter([{"ant", "bee", "gone"}, {"bee"}, None])
    asked = [activation.active(version, lambda: next(answers)) for version in (1, 1, 2, 2, 3)]
    everything = {"users", "ant", "bee"}
    assert asked == [everything, everything, {"users"}, {"users"}, {"users"}], "a module needs those it requires"


@pytest.mark.parametrize(("modules", "heard"), [({"hen"}, [("hen.egg", 7)]), (set(), [])])
def test_receivers_are_silent_while_their_module_is_off(farm, fakes, modules, heard):
    farm = farm(hen(fakes), fakes=fakes)
    told = []

    @listen(record_created, module="hen", sender="hen.egg")
    def remember(sender, *, ids, **facts):
        told.extend((sender, one) for one in ids)

    with farm.transaction(farmer(modules=frozenset(modules))) as session:
        announce(session, record_created, "hen.egg", ids=[7])
        announce(session, record_created, "hen.other", ids=[8])
        assert told == []
    assert told == heard
