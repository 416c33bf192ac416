"""Declarations: records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    from kartoteka.extension.declarations.data import ClientReference, PersonalData, RecordKind, SearchText


@hookspec
def register_record_kinds() -> list[RecordKind]:
    """Describe the kinds of records the module keeps, field by field.

    When called: once per application, on every installed module.
    Returns: a list of RecordKind; kinds are named ``module.noun``.
    Order: weight, module, kind.
    Since: 1.0
    Example::

        @hookimpl
        def register_record_kinds() -> list[RecordKind]:
            return [
                RecordKind(
                    kind="crm_visits.visit",
                    title=_("Visit"),
                    plural_title=_("Visits"),
                    icon="walk",
                    model=Visit,
                    permission="crm_visits.view",
                    scope=OwnedByClient("client_id"),
                    client_column="client_id",
                    fields=(
                        Field(name="place", title=_("Place"), type=FieldType.LINE, searchable=True),
                        Field(name="visited_on", title=_("Visited on"), type=FieldType.DATE),
                    ),
                    summarise=summarise_visits,
                    url=visit_url,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_search() -> list[SearchText]:
    """Say which fields of a record kind quick search finds.

    When called: once per application, on every installed module.
    Returns: a list of SearchText, at most one for each record kind of the module.
    Order: weight, module, kind.
    Since: 1.0
    Example::

        @hookimpl
        def register_search() -> list[SearchText]:
            return [SearchText(kind="crm_visits.visit", fields=("place",), permission="crm_visits.view")]
    """
    raise NotImplementedError


@hookspec
def register_client_references() -> list[ClientReference]:
    """Say which columns point to a client, and what becomes of their rows when clients are merged or deleted.

    When called: once per application, on every installed module; kept in the database by ``kartoteka db upgrade``, so
        that rows of a module whose code is gone are treated all the same.
    Returns: a list of ClientReference, one for each foreign key to a client.
    Order: weight, module, table and column.
    Since: 1.0
    Example::

        @hookimpl
        def register_client_references() -> list[ClientReference]:
            return [ClientReference(table="crm_visits_visit", column="client_id", on_delete="with_client")]
    """
    raise NotImplementedError


@hookspec
def register_personal_data() -> list[PersonalData]:
    """Say what is personal in the module's tables, and what stays of it when a person is erased.

    When called: once per application, on every installed module; kept in the database by ``kartoteka db upgrade``.
    Returns: a list of PersonalData, at most one for each table.
    Order: weight, module, table.
    Since: 1.0
    Example::

        @hookimpl
        def register_personal_data() -> list[PersonalData]:
            return [PersonalData(table="crm_visits_visit", client_column="client_id", replacements={"place": ""})]
    """
    raise NotImplementedError
