"""Routes of modules stay at their address, say what they demand, and never reach the whole application."""

from __future__ import annotations

import pytest
from flask import Flask

from kartoteka.web.blueprint import (
    ModuleBlueprint,
    ReachesOutside,
    Requirement,
    UnguardedRoute,
    public,
    require,
    requirement_of,
    signed_in,
)
from kartoteka.web.gate import check_routes


def view() -> str:
    return "seen"


def test_route_without_requirement_is_refused_by_name() -> None:
    blueprint = ModuleBlueprint("shop", __name__)
    with pytest.raises(UnguardedRoute, match=r"shop: route /bare \(view\)"):
        blueprint.get("/bare")(view)


@pytest.mark.parametrize(
    ("mark", "wanted"),
    [
        (require("a.b"), Requirement(permissions=("a.b",))),
        (require("a.b", "a.c"), Requirement(permissions=("a.b", "a.c"))),
        (signed_in, Requirement()),
        (public, Requirement(anybody=True)),
    ],
)
def test_marks_are_kept_on_the_view(mark: object, wanted: Requirement) -> None:
    def marked() -> str:
        return ""

    assert requirement_of(mark(marked)) == wanted  # type: ignore[operator]


def test_require_without_a_right_is_refused() -> None:
    with pytest.raises(ValueError, match="signed_in"):
        require()


@pytest.mark.parametrize("options", [{"url_prefix": "/other"}, {"subdomain": "x"}])
def test_address_cannot_be_chosen(options: dict[str, str]) -> None:
    with pytest.raises(ReachesOutside):
        ModuleBlueprint("shop", __name__, **options)


@pytest.mark.parametrize(
    "method",
    [
        "before_app_request",
        "after_app_request",
        "teardown_app_request",
        "app_context_processor",
        "app_errorhandler",
        "app_url_defaults",
        "app_url_value_preprocessor",
        "app_template_filter",
        "app_template_test",
        "app_template_global",
        "add_app_template_filter",
        "add_app_template_test",
        "add_app_template_global",
        "register_blueprint",
    ],
)
def test_methods_for_the_whole_application_are_refused(method: str) -> None:
    with pytest.raises(ReachesOutside, match=method):
        getattr(ModuleBlueprint("shop", __name__), method)(view)


def test_every_app_wide_method_of_flask_is_on_the_list() -> None:
    from flask import Blueprint

    wide = {name for name in vars(Blueprint) if "app_" in name or name.startswith("app_")}
    wide |= {name for name in dir(Blueprint) if "_app_" in name}
    for name in wide - {"_get_source_hash"}:
        with pytest.raises(ReachesOutside):
            getattr(ModuleBlueprint("shop", __name__), name)(view)


def test_core_route_is_for_the_core_only() -> None:
    with pytest.raises(ReachesOutside, match="/login"):
        ModuleBlueprint("shop", "kartoteka_shop").core_route("/login")(public(view))
    with pytest.raises(UnguardedRoute):
        ModuleBlueprint("users", "kartoteka.builtin.users").core_route("/login")(lambda: "")


def test_core_route_lies_outside_the_module_under_its_name() -> None:
    @public
    def login() -> str:
        return "in"

    blueprint = ModuleBlueprint("users", "kartoteka.builtin.users")
    blueprint.core_route("/login", methods=["GET", "POST"])(login)
    app = Flask(__name__)
    app.register_blueprint(blueprint)
    with app.test_request_context():
        assert app.url_for("users.login") == "/login"
    assert app.test_client().post("/login").text == "in"


def test_plain_route_stops_the_start() -> None:
    app = Flask(__name__)
    app.add_url_rule("/plain", "plain", view_func=lambda: "")
    with pytest.raises(UnguardedRoute, match="/plain"):
        check_routes(app)
