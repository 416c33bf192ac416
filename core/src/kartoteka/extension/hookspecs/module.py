"""Declarations: what a module is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    from kartoteka.extension.declarations.access import Module, Permission, RoleTemplate


@hookspec
def register_module() -> Module:
    """Say what the module is: its name, its version, what it requires.

    When called: once per application, first of all hooks, on every installed module.
    Returns: one Module; its name is the name of the entry point.
    Order: modules are loaded after the modules they require, then by name.
    Since: 1.0
    Example::

        @hookimpl
        def register_module() -> Module:
            return Module(
                name="crm_visits",
                title=_("Visits"),
                description=_("Who visited which client, and what came of it."),
                version="1.0",
                api="1.0",
                migrations=Path(__file__).parent / "migrations",
            )
    """
    raise NotImplementedError


@hookspec
def register_models() -> list[type[Any]]:
    """Hand over the mapped classes of the module.

    When called: once per application, on every installed module, before its record kinds.
    Returns: a list of classes derived from Model; every table begins with the module's table prefix, and every class
        is the model of a record kind or says in ``__row_scope__`` whose rows a user sees.
    Order: as given.
    Since: 1.0
    Example::

        @hookimpl
        def register_models() -> list[type[Model]]:
            return [Visit]
    """
    raise NotImplementedError


@hookspec
def register_permissions() -> list[Permission]:
    """Name the rights of the module.

    When called: once per application, on every installed module.
    Returns: a list of Permission; names begin with the module's name and a dot.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_permissions() -> list[Permission]:
            return [
                Permission(
                    name="crm_visits.view",
                    title=_("See visits"),
                    description=_("See visits to the clients one may see."),
                    record_kind="crm_visits.visit",
                    also_requires=("clients.view",),
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_roles() -> list[RoleTemplate]:
    """Offer roles that an administrator may copy into the company.

    When called: once per application, on every installed module.
    Returns: a list of RoleTemplate.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_roles() -> list[RoleTemplate]:
            return [RoleTemplate(name="visitor", title=_("Visitor"), permissions=("crm_visits.view",))]
    """
    raise NotImplementedError
