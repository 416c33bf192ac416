"""Lists of records: columns, filters, orders, quick search and pages from one description, for every kind alike."""

from kartoteka.web.lists.building import columns_of, filters_of, orders_of
from kartoteka.web.lists.conditions import condition_for, contains_text, contains_words
from kartoteka.web.lists.definition import ListColumn, ListFilter, ListOrder, RecordList
from kartoteka.web.lists.exporting import export_list
from kartoteka.web.lists.views import choose_columns, show_filters, show_list

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
