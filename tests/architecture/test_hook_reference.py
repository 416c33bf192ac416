"""Every hook is documented by five facts, its example works, and docs/reference says what the code says."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest

from kartoteka.api import API_VERSION, declare
from kartoteka.extension import hookspecs
from kartoteka.extension.calls import hook_names
from kartoteka.extension.collected import DECLARED, OBJECTS
from kartoteka.extension.loader import load_modules
from kartoteka.extension.registry import build
from kartoteka.extension.version import parse_version
from kartoteka.installation import builtin_plugins
from tools import make_reference

HOOKS = make_reference.read_hooks()
OTHER_ANSWERS = {"active_modules", "company_fields"}
"""Their examples are answers of modules that stand in for the core, not of Visits."""


def test_the_reference_has_every_hook():
    assert [hook.name for hook in HOOKS] == list(hookspecs.HOOKS)
    assert all(hook.group for hook in HOOKS)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_a_hook_has_its_five_facts(hook):
    assert hook.summary.endswith(".")
    assert "\n" not in hook.summary, "the purpose in one sentence"
    assert set(hook.facts) == set(make_reference.FACTS)
    assert all(hook.facts.values())
    assert all(hook.facts[name].endswith(".") for name in ("When called", "Returns", "Order"))
    assert parse_version(hook.facts["Since"]) <= parse_version(API_VERSION)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_an_example_answers_the_hook_with_its_own_arguments(hook):
    (example,) = ast.parse(hook.facts["Example"]).body
    assert isinstance(example, ast.FunctionDef)
    assert [ast.unparse(mark) for mark in example.decorator_list] == ["hookimpl"]
    assert example.name == hook.name
    own = [argument.arg for argument in example.args.args]
    assert own == list(inspect.signature(hookspecs.HOOKS[hook.name]).parameters)
    promised = hook.signature.partition("-> ")[2]
    written = ast.unparse(example.returns).replace("type[Model]", "type[Any]")
    assert written.replace("ModuleBlueprint", "MountedBlueprint").replace("RecordList", "ListOfRecords") == promised


def test_the_examples_make_a_module(how_to):
    """All examples together, with the functions of the how-to pages, declare no nonsense."""
    pages = how_to.plugins["crm_visits"]
    plugin = ModuleType("reference")
    plugin.__dict__.update({name: getattr(declare, name) for name in declare.__all__})
    plugin.__dict__.update({name: value for name, value in vars(pages).items() if name not in hook_names()})
    for name in (
        "models",
        "actions",
        "queries",
        "reports",
        "client_steps",
        "lists",
        "jobs",
        "importing",
        "panels",
        "widgets",
        "health",
        "timeline",
        "texting",
        "mails",
        "api_resources",
        "purposes",
        "documents",
        "diary",
    ):
        rest = vars(__import__(f"kartoteka_crm_visits.{name}", fromlist=["x"]))
        plugin.__dict__.update({key: value for key, value in rest.items() if not key.startswith("__")})
    for hook in HOOKS:
        if hook.name not in OTHER_ANSWERS:
            exec(hook.facts["Example"], plugin.__dict__)
    point = type("Point", (), {"name": "crm_visits", "value": "x", "dist": None, "load": lambda self: plugin})()
    registry = build(load_modules(builtin_plugins(), [point]))
    assert [str(broken) for broken in registry.broken] == []
    answered = {hook for hook in hook_names() if "crm_visits" in registry.calls.answerers(hook)}
    assert answered == hook_names() - OTHER_ANSWERS


def test_every_registering_hook_is_collected():
    registering = {name for name in hook_names() if name.startswith("register_")}
    assert registering == {*DECLARED, *OBJECTS, "register_module"}


@pytest.mark.parametrize("name", make_reference.pages())
def test_the_pages_are_what_the_code_says(name):
    written = (make_reference.FOLDER / name).read_text("utf-8")
    assert written == make_reference.pages()[name], "run make docs"


def test_a_missing_fact_would_be_seen():
    summary, facts = make_reference.read_facts("Say it.\n\nWhen called: always.\nSince: 1.0\nExample::\n\n    x = 1\n")
    assert (summary, facts) == ("Say it.", {"When called": "always.", "Since": "1.0", "Example": "x = 1"})


def test_every_declaration_says_what_it_is_for():
    page = make_reference.declarations_page()
    for name in declare.__all__:
        if isinstance(getattr(declare, name), type):
            assert f"\n## {name}\n\n" in page
            assert f"\n## {name}\n\n\n" not in page, f"{name} has no docstring"
