"""What this layer needs to know of things that live in higher layers."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class MountedBlueprint(Protocol):
    """A blueprint that belongs to one module; `kartoteka.api.web.ModuleBlueprint` is the only one."""

    module: str
    name: str


@runtime_checkable
class ListOfRecords(Protocol):
    """A list of records of one kind; `kartoteka.api.lists.RecordList` is the only one."""

    name: str
    kind: str
    path: str
