"""Routes of a module: always below its own address, never without a declared right, never application-wide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "kartoteka_requirement"
_UPLOADS = "kartoteka_uploads"
_BUILTINS = "kartoteka.builtin."


class UnguardedRoute(RuntimeError):
    """A route says neither which right it needs nor that it is public."""


class ReachesOutside(RuntimeError):
    """A module asked for something that would work outside its own address or while it is switched off."""


@dataclass(frozen=True)
class Requirement:
    """What a visitor needs to enter a route: nothing, a sign-in, or a sign-in with these rights."""

    permissions: tuple[str, ...] = ()
    anybody: bool = False


def require(*permissions: str) -> Callable[[View], View]:
    """Let in only users who have all these rights; the check comes before the view is called."""
    if not permissions or not all(isinstance(name, str) for name in permissions):
        raise ValueError('Name the right: @require("clients.view"). For any signed-in user use @signed_in.')
    return _mark(Requirement(permissions=permissions))


def signed_in(view: View) -> View:
    """Let in everybody who has signed in, whatever their rights."""
    return _mark(Requirement())(view)


def public(view: View) -> View:
    """Let in everybody, signed in or not."""
    return _mark(Requirement(anybody=True))(view)


def takes_files(most: int) -> Callable[[View], View]:
    """Let a route take uploads of so many bytes in all; others take 64 MB."""

    def decorate(view: View) -> View:
        setattr(view, _UPLOADS, most)
        return view

    return decorate


def largest_upload(view: Callable[..., Any] | None) -> int | None:
    """Return how many bytes a route takes, None when it says nothing about it."""
    return getattr(view, _UPLOADS, None)


def requirement_of(view: Callable[..., Any] | None) -> Requirement | None:
    """Return what the view was marked with, None when it was not marked."""
    return getattr(view, _MARK, None)


def _mark(requirement: Requirement) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        setattr(view, _MARK, requirement)
        return view

    return decorate


class ModuleBlueprint(Blueprint):
    """The routes of one module, mounted at ``/<module>/``.

    Templates are looked for in ``templates/<module>/`` and static files in ``static/`` beside ``import_name``.
    Raises UnguardedRoute for a route without `require`, `signed_in` or `public`, and ReachesOutside for hooks
    into the whole application, which would go on working while the module is off.
    """

    def __init__(self, module: str, import_name: str, **options: Any) -> None:
        if "url_prefix" in options or "subdomain" in options:
            raise ReachesOutside(f"{module}: the address of a module is /{module}/ and cannot be chosen.")
        options.setdefault("template_folder", "templates")
        super().__init__(module, import_name, url_prefix=f"/{module}", **options)
        self.module = module
        self.endpoints: set[str] = set()

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a route; see `flask.Blueprint.add_url_rule`."""
        self._demand_requirement(rule, view_func)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)
        self.endpoints.add(f"{self.name}.{endpoint or getattr(view_func, '__name__', '')}")

    def core_route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Add a route outside ``/<module>/``, such as ``/login``: for the core's own modules only."""
        if not self.import_name.startswith(_BUILTINS):
            raise ReachesOutside(f"{self.module}: only the core has routes outside /{self.module}/ (asked: {rule}).")

        def decorate(view: View) -> View:
            self._demand_requirement(rule, view)
            endpoint = f"{self.name}.{options.pop('endpoint', view.__name__)}"

            def add(state: BlueprintSetupState) -> None:
                state.app.add_url_rule(rule, endpoint, view, **options)

            self.record_once(add)
            self.endpoints.add(endpoint)
            return view

        return decorate

    def _demand_requirement(self, rule: str, view: Callable[..., Any] | None) -> None:
        if requirement_of(view) is None:
            name = getattr(view, "__name__", "?")
            raise UnguardedRoute(
                f'{self.module}: route {rule} ({name}) declares no right. Put @require("permission") under '
                "@blueprint.route, or @signed_in, or @public."
            )


def _refuse(method: str) -> Callable[..., NoReturn]:
    def refused(self: ModuleBlueprint, *args: Any, **options: Any) -> NoReturn:
        raise ReachesOutside(f"{self.module}: {method} reaches the whole application and would work while it is off.")

    refused.__name__ = method
    return refused


for _method in (
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
):
    setattr(ModuleBlueprint, _method, _refuse(_method))
