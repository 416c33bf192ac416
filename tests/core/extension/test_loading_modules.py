"""Finding modules: what cannot be used is set aside with a message, the rest runs."""

from __future__ import annotations

import types

import pytest

from kartoteka.extension.findings import BrokenCore, ConflictingAnswers
from kartoteka.extension.loader import load_modules
from kartoteka.extension.registry import build
from kartoteka.extension.version import hookimpl


def names(loaded):
    return [module.name for module in loaded.modules]


def test_order_is_by_requirements_then_by_name_and_never_by_installation(fakes):
    plugins = [
        fakes.plugin("zebra"),
        fakes.plugin("owl", requires=("zebra",)),
        fakes.plugin("ant", requires=("owl",)),
        fakes.plugin("bee"),
    ]
    assert names(fakes.load(*plugins)) == ["bee", "zebra", "owl", "ant"] == names(fakes.load(*reversed(plugins)))


def test_the_cores_own_modules_come_first(fakes):
    assert names(fakes.load(fakes.plugin("ant"), builtins=[fakes.plugin("users")])) == ["users", "ant"]


def test_hooks_are_called_on_required_modules_first(fakes):
    called = []

    def step(name):
        return lambda session, size: called.append(name)

    plugins = [
        fakes.plugin("ant", requires=("zebra",), load_demo=step("ant")),
        fakes.plugin("zebra", load_demo=step("zebra")),
    ]
    fakes.registry(*plugins).calls.on_all("load_demo")(session=None, size=1)
    assert called == ["zebra", "ant"]


@pytest.mark.parametrize("error", [ImportError("gone"), SyntaxError("bad"), SystemExit(3), ZeroDivisionError()])
def test_a_module_that_cannot_be_imported_is_set_aside(fakes, error):
    good = fakes.entry_point("ant", fakes.plugin("ant"))
    loaded = load_modules([], [fakes.entry_point("bad", error), good])
    assert names(loaded) == ["ant"]
    (broken,) = loaded.broken
    assert broken.name == "bad"
    assert type(error).__name__ in str(broken)


def test_modules_that_require_a_broken_one_are_set_aside_too(fakes):
    loaded = load_modules(
        [],
        [
            fakes.entry_point("bad", ImportError("x")),
            *(
                fakes.entry_point(name, fakes.plugin(name, requires=(needs,)))
                for name, needs in (("owl", "bad"), ("ant", "owl"))
            ),
            fakes.entry_point("bee", fakes.plugin("bee")),
        ],
    )
    assert names(loaded) == ["bee"]
    assert {broken.name: broken.field for broken in loaded.broken} == {"bad": "", "owl": "requires", "ant": "requires"}
    assert "bad" in str(next(broken for broken in loaded.broken if broken.name == "owl"))


def test_modules_that_require_each_other_are_set_aside(fakes):
    loaded = fakes.load(
        fakes.plugin("ant", requires=("bee",)), fakes.plugin("bee", requires=("ant",)), fakes.plugin("cat")
    )
    assert names(loaded) == ["cat"]
    assert all("circle" in str(broken) for broken in loaded.broken)


def test_a_misspelt_hook_names_the_module_and_the_hook_that_was_meant(fakes):
    loaded = fakes.load(fakes.plugin("ant", register_panel=[]))
    (broken,) = loaded.broken
    assert (broken.name, broken.hook) == ("ant", "register_panel")
    assert "register_panels" in str(broken.message)


def test_an_optional_hook_of_an_absent_module_is_no_mistake(fakes):
    plugin = fakes.plugin("ant")
    plugin.offers_draft_from = hookimpl(lambda record: None, optionalhook=True)
    assert names(fakes.load(plugin)) == ["ant"]


def test_a_hook_with_a_wrong_argument_is_set_aside(fakes):
    loaded = fakes.load(fakes.plugin("ant", load_demo=lambda session, how_many: None))
    (broken,) = loaded.broken
    assert (broken.name, broken.hook) == ("ant", "load_demo")
    assert "how_many" in str(broken)


def test_a_hook_without_its_mark_is_set_aside():
    plugin = types.ModuleType("ant")
    source = "from kartoteka.api import hookimpl\ndef register_panels(): return []\n"
    exec(source, plugin.__dict__)
    point = type("Point", (), {"name": "ant", "value": "ant", "dist": None, "load": lambda self: plugin})()
    (broken,) = load_modules([], [point]).broken
    assert (broken.hook, str(broken.message)) == ("register_panels", "Write @hookimpl above this function.")


def test_a_module_that_does_not_say_what_it_is(fakes):
    plugin = fakes.plugin("ant")
    del plugin.register_module
    (broken,) = fakes.load(plugin).broken
    assert (broken.name, broken.hook) == ("ant", "register_module")


@pytest.mark.parametrize("answer", [None, 5, lambda: 1 / 0])
def test_nonsense_instead_of_a_module(fakes, answer):
    plugin = fakes.plugin("ant", register_module=answer)
    (broken,) = fakes.load(plugin).broken
    assert (broken.name, broken.hook) == ("ant", "register_module")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "bee"),
        ("title", "Ant"),
        ("description", None),
        ("version", 1),
        ("api", "2.0"),
        ("api", "0.9"),
        ("api", "new"),
        ("api", None),
        ("requires", "users"),
        ("requires", ("ant",)),
        ("table_prefix", "Ant"),
        ("table_prefix", "core"),
        ("table_prefix", "clients_x"),
        ("migrations", "migrations"),
    ],
)
def test_what_a_module_says_about_itself_is_checked(fakes, field, value):
    (broken,) = fakes.load(fakes.plugin("ant", describe={field: value})).broken
    assert (broken.name, broken.hook, broken.field) == ("ant", "register_module", field)


@pytest.mark.parametrize("name", ["static", "api", "hooks", "login", "dav", "Ant", "an-t", "a__b", "1ant", "a" * 41])
def test_a_module_may_not_take_a_name_of_the_core_nor_an_odd_one(fakes, name):
    (broken,) = fakes.load(fakes.plugin(name)).broken
    assert (broken.name, broken.field) == (name, "name")


def test_two_packages_with_one_name_are_both_set_aside(fakes):
    points = [fakes.entry_point("ant", fakes.plugin("ant")) for _ in range(2)]
    points[1].value = "other.plugin"
    loaded = load_modules([], points)
    assert names(loaded) == []
    assert [broken.name for broken in loaded.broken] == ["ant"]


def test_the_same_package_found_twice_is_one(fakes):
    points = [fakes.entry_point("ant", fakes.plugin("ant")) for _ in range(2)]
    assert names(load_modules([], points)) == ["ant"]


def test_an_installed_module_cannot_replace_a_part_of_the_core(fakes):
    loaded = load_modules([("users", fakes.plugin("users"))], [fakes.entry_point("users", fakes.plugin("users"))])
    assert names(loaded) == ["users"]
    assert [broken.name for broken in loaded.broken] == ["users"]


def test_a_broken_part_of_the_core_stops_the_start(fakes):
    with pytest.raises(BrokenCore, match="users: register_module api"):
        fakes.load(builtins=[fakes.plugin("users", describe={"api": "9.9"})])


def test_prefixes_that_cannot_be_told_apart(fakes):
    plugins = [fakes.plugin(name) for name in ("crm", "crm_clients", "crmx")]
    registry = fakes.registry(*plugins, fakes.plugin("other", describe={"table_prefix": "crmx"}))
    assert [module.name for module in registry.modules] == ["crm", "crmx"]
    assert [one.name for one in registry.broken] == ["crm_clients", "other"]
    assert {one.field for one in registry.broken} == {"table_prefix"}


def answering(fakes, name):
    return fakes.plugin(name, active_modules=lambda session: frozenset({name}))


def test_two_answers_to_a_question_with_one_answer_stop_the_start(fakes):
    with pytest.raises(ConflictingAnswers, match="ant and bee both answer active_modules"):
        fakes.registry(answering(fakes, "ant"), answering(fakes, "bee"))


def test_the_settings_may_name_who_answers(fakes):
    plugins = [answering(fakes, "ant"), answering(fakes, "bee")]
    registry = fakes.registry(*plugins, answers={"active_modules": "bee"})
    assert registry.calls.on_all("active_modules")(session=None) == {"bee"}
    with pytest.raises(ConflictingAnswers, match="cat"):
        fakes.registry(*plugins, answers={"active_modules": "cat"})


def test_an_answer_of_a_module_that_is_set_aside_does_not_count(fakes):
    bad = answering(fakes, "ant")
    bad.register_menu = hookimpl(lambda: "nonsense")
    loaded = fakes.load(bad, answering(fakes, "bee"))
    assert [module.name for module in build(loaded).modules] == ["bee"]


def test_hook_calls_are_printed_without_their_arguments(fakes, monkeypatch, capsys):
    monkeypatch.setenv("KARTOTEKA_TRACE_HOOKS", "1")
    registry = fakes.registry(fakes.plugin("ant", load_demo=lambda session, size: None))
    registry.calls.on("load_demo", frozenset({"ant"}))(session="a secret", size=1)
    printed = capsys.readouterr().err
    assert "load_demo -> ant" in printed
    assert "secret" not in printed


def test_callers_for_the_same_active_modules_are_made_once(fakes):
    registry = fakes.registry(fakes.plugin("ant"))
    assert registry.calls.on("load_demo", frozenset({"ant"})) is registry.calls.on("load_demo", frozenset({"ant"}))
