"""What models say about the columns that others follow from: changes of many rows rely on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kartoteka.config import Config
from kartoteka.db.base import Model
from kartoteka.installation import open_installation

_USUAL = {str: "x", int: 1, bool: True, date: date(2026, 1, 2), datetime: datetime(2026, 1, 2, tzinfo=UTC)}


class Watched(dict[str, Any]):
    """The values of a row that remember which of them were looked at."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)


def speaking_models() -> list[type[Model]]:
    """Return the models of the core and of the installed modules that say what they derive from."""
    open_installation(Config(database="sqlite:///unused.db", secret="for tests and nothing else"))
    found = (mapper.class_ for mapper in Model.registry.mappers)
    return sorted((one for one in found if one.derives_from is not None), key=lambda one: one.__name__)


def rows_of(model: type[Model]) -> Iterator[Watched]:
    """Yield rows with all values, as of a company and as of a person where there is a kind."""
    columns = model.__table__.columns  # type: ignore[attr-defined]
    usual = {column.name: _USUAL.get(_python_type(column.type), "x") for column in columns}
    for kind in ("company", "person"):
        yield Watched({**usual, "kind": kind} if "kind" in usual else usual)


def _python_type(type_: Any) -> Any:
    try:
        return getattr(type_, "impl_instance", type_).python_type  # a decorated type says nothing itself
    except NotImplementedError:
        return None


@pytest.mark.parametrize("model", speaking_models(), ids=lambda model: model.__name__)
def test_a_model_derives_from_the_columns_it_names_and_no_others(model: Any) -> None:
    seen: set[str] = set()
    for row in rows_of(model):
        assert model.derive(row), "it derives something"
        seen |= row.seen
    assert seen == model.derives_from


def test_the_models_that_move_with_clients_say_what_they_derive_from() -> None:
    assert {"Client", "Contact", "Address", "User"} <= {model.__name__ for model in speaking_models()}
