"""Lists of records: columns, filters, orders, quick search and pages from one description, for every kind alike."""

from kartoteka.web.lists.asking import asking_session
from kartoteka.web.lists.building import columns_of, filters_of, orders_of
from kartoteka.web.lists.choosing import FilterForm
from kartoteka.web.lists.conditions import condition_for, contains_text, contains_words
from kartoteka.web.lists.definition import ListColumn, ListFilter, ListOrder, RecordList
from kartoteka.web.lists.exporting import export_list
from kartoteka.web.lists.finding import select_found, sound_query, words_of
from kartoteka.web.lists.known import find_list
from kartoteka.web.lists.views import choose_columns, open_list, show_filters, show_list

__all__ = [
    "FilterForm",
    "ListColumn",
    "ListFilter",
    "ListOrder",
    "RecordList",
    "asking_session",
    "choose_columns",
    "columns_of",
    "condition_for",
    "contains_text",
    "contains_words",
    "export_list",
    "filters_of",
    "find_list",
    "open_list",
    "orders_of",
    "select_found",
    "show_filters",
    "show_list",
    "sound_query",
    "words_of",
]
