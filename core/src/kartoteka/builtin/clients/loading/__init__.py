"""Loading clients from files: read lines, check them like the form does, write them in steps."""

from kartoteka.builtin.clients.loading.loader import ClientLoader
from kartoteka.builtin.clients.loading.rows import LOADABLE, LoadOptions, is_loadable
from kartoteka.builtin.clients.loading.totals import LineProblem, LoadTotals
from kartoteka.vocabulary.lines import FileFormat, FileProblem, Line, read_lines

__all__ = [
    "LOADABLE",
    "ClientLoader",
    "FileFormat",
    "FileProblem",
    "Line",
    "LineProblem",
    "LoadOptions",
    "LoadTotals",
    "is_loadable",
    "read_lines",
]
