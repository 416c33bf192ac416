"""Declarations: pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    from kartoteka.extension.declarations.lists import ListLink
    from kartoteka.extension.declarations.ui import Badge, Column, Filter, MenuItem, Panel, Tab
    from kartoteka.extension.protocols import ListOfRecords, MountedBlueprint


@hookspec
def register_blueprints() -> list[MountedBlueprint]:
    """Hand over the module's pages.

    When called: once per application, on every installed module; the routes of a module that is off answer 404.
    Returns: a list of ModuleBlueprint; all addresses begin with ``/<module>/``, and every route names its permission.
    Order: as given.
    Since: 1.0
    Example::

        @hookimpl
        def register_blueprints() -> list[ModuleBlueprint]:
            return [blueprint]
    """
    raise NotImplementedError


@hookspec
def register_menu() -> list[MenuItem]:
    """Add entries to the main menu.

    When called: once per application, on every installed module; shown per request by active module and permission.
    Returns: a list of MenuItem.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_menu() -> list[MenuItem]:
            return [
                MenuItem(
                    name="visits",
                    title=_("Visits"),
                    endpoint="crm_visits.show_visits",
                    permission="crm_visits.view",
                    icon="walk",
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_tabs() -> list[Tab]:
    """Add tabs to the client card or to any other record page.

    When called: once per application, on every installed module; a tab of a kind whose module is absent is never shown.
    Returns: a list of Tab.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_tabs() -> list[Tab]:
            return [
                Tab(
                    kinds=("clients.client",),
                    name="visits",
                    title=_("Visits"),
                    permission="crm_visits.view",
                    endpoint="crm_visits.show_client_visits",
                    count=count_visits,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_panels() -> list[Panel]:
    """Add boxes to the slots of record pages.

    When called: once per application, on every installed module; ``load`` runs per page view, and a panel that raises
        shows an error box with its module's name instead.
    Returns: a list of Panel.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_panels() -> list[Panel]:
            return [
                Panel(
                    name="last_visit",
                    slot=CARD_SIDE,
                    kinds=("clients.client",),
                    title=_("Last visit"),
                    permission="crm_visits.view",
                    template="crm_visits/last_visit.html",
                    load=load_last_visit,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_badges() -> list[Badge]:
    """Add marks beside records, in lists and on their pages.

    When called: once per application, on every installed module; ``load`` runs once per page with all ids of one kind.
    Returns: a list of Badge.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_badges() -> list[Badge]:
            return [
                Badge(
                    kinds=("clients.client",),
                    name="never_visited",
                    permission="crm_visits.view",
                    load=load_never_visited,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_columns() -> list[Column]:
    """Offer columns for a list.

    When called: once per application, on every installed module; only the columns a user has chosen are computed.
    Returns: a list of Column.
    Order: weight, module, name; each user may order them anew.
    Since: 1.0
    Example::

        @hookimpl
        def register_columns() -> list[Column]:
            return [
                Column(
                    list_name=CLIENT_LIST,
                    name="last_visit",
                    title=_("Last visit"),
                    type=FieldType.DATE,
                    permission="crm_visits.view",
                    value=last_visits,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_filters() -> list[Filter]:
    """Offer filters for a list.

    When called: once per application, on every installed module; ``condition`` runs when a user filters by it.
    Returns: a list of Filter.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_filters() -> list[Filter]:
            return [
                Filter(
                    list_name=CLIENT_LIST,
                    name="place",
                    title=_("Place of visit"),
                    type=FieldType.LINE,
                    permission="crm_visits.view",
                    condition=visited_in,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_list_links() -> list[ListLink]:
    """Offer links beside the filters at work in a list, such as keeping what it finds as a segment.

    When called: once per application, on every installed module; a link is shown while the list is filtered.
    Returns: a list of ListLink; endpoints are pages of the module, which get the list's address as ``where``.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_list_links() -> list[ListLink]:
            return [
                ListLink(
                    list_name=CLIENT_LIST,
                    name="plan",
                    title=_("Plan visits"),
                    icon="walk",
                    permission="crm_visits.view",
                    endpoint="crm_visits.plan",
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_lists() -> list[ListOfRecords]:
    """Name the lists of the module, so that something can be done with everything that one of them finds.

    When called: once per application, on every installed module.
    Returns: a list of RecordList; names are unique in the whole installation, kinds are known.
    Order: as given.
    Since: 1.0
    Example::

        @hookimpl
        def register_lists() -> list[RecordList]:
            return [VISIT_LIST]
    """
    raise NotImplementedError
