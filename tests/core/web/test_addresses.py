"""Addresses are written by code that is made for the first of them."""

from __future__ import annotations

import pytest
from werkzeug.routing import Map, Rule

from kartoteka.web.addresses import Address
from kartoteka.web.assembly import make_flask


def test_writing_is_prepared_with_the_first_address(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[str] = []
    prepare = Rule._compile_builder

    def note(rule: Rule, append_unknown: bool = True) -> object:
        prepared.append(rule.rule)
        return prepare(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", note)
    card = "/clients/<int:record_id>/<route>"
    rules = Map([Address(card, endpoint="card"), Address("/clients/", endpoint="list")]).bind("localhost")
    assert rules.match("/clients/7/notes") == ("card", {"record_id": 7, "route": "notes"})
    assert prepared == []
    for record_id in (7, 8):
        wanted = {"record_id": record_id, "route": "a b", "self": "1"}
        assert rules.build("card", wanted) == f"/clients/{record_id}/a%20b?self=1"
    assert prepared == [card]


def test_applications_write_their_addresses_so() -> None:
    assert {type(rule) for rule in make_flask().url_map.iter_rules()} == {Address}
