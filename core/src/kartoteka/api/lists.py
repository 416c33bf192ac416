"""Lists of a module's own records: columns, filters, orders, quick search and pages from one description."""

from kartoteka.web.lists import (
    ListColumn,
    ListFilter,
    ListOrder,
    RecordList,
    choose_columns,
    columns_of,
    condition_for,
    contains_text,
    contains_words,
    export_list,
    filters_of,
    orders_of,
    show_filters,
    show_list,
)

__all__ = [
    "ListColumn",
    "ListFilter",
    "ListOrder",
    "RecordList",
    "choose_columns",
    "columns_of",
    "condition_for",
    "contains_text",
    "contains_words",
    "export_list",
    "filters_of",
    "orders_of",
    "show_filters",
    "show_list",
]
