"""The steps of the assistant, with their forms; what is typed travels from page to page and is stored at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import request

from kartoteka.builtin.clients.fields import CLIENT_KIND, FIELDS
from kartoteka.builtin.clients.forms import client_form
from kartoteka.db.actor import Actor
from kartoteka.extension.company_fields import fields_here
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.work import ClientStep
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

WHO, MANAGER = "who", "manager"
WHO_FIELDS = (
    "kind",
    "company_name",
    "surname",
    "first_name",
    "country",
    "registration_code",
    "vat_code",
    "phone",
    "email",
    "website",
)
MANAGER_FIELDS = ("manager", "relationship", "importance", "client_kind", "group", "activity", "notes")
ALSO_KEPT = ("mobile", "accept_duplicates")
"""Fields that no step shows and that a directory company fills in; the tick stands beside the duplicates."""

KNOWN = ("country", "region", "city", "street", "postcode", "phone", "mobile", "email", "website")
"""What modules are told about the client beforehand."""


@dataclass(frozen=True)
class Step:
    """A step: its name in addresses, its title, its form and the names of the fields that it shows."""

    name: str
    title: Message
    form: Any
    shown: tuple[str, ...]
    declared: ClientStep | None = None
    untouched: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> list[Any]:
        """The fields to show."""
        return [self.form[name] for name in self.shown if name in self.form]

    @property
    def is_filled(self) -> bool:
        """Whether somebody, or a directory, has filled in anything."""
        return self.declared is None or _given(self.form.values()) != self.untouched


class Assistant:
    """All steps with what was typed so far; ``known`` are texts that a directory gives."""

    def __init__(self, actor: Actor, declared: list[ClientStep], first: Mapping[str, Any], known: Mapping[str, str]):
        self.form = client_form()
        self.form.limit(actor)
        asked = tuple(one.name for one in fields_here(CLIENT_KIND) if one.required and one.type is not FieldType.FILE)
        self.form.keep_only([*WHO_FIELDS, *MANAGER_FIELDS, *ALSO_KEPT, *asked])
        self.form.fill(first)
        country = str(self.form.country.data or first.get("country") or "")
        told = _told(known, country)
        own = Step(WHO, _("Name and codes"), self.form, WHO_FIELDS)
        others = [_declared_step(one, told, country) for one in declared]
        self.steps = [own, *others, Step(MANAGER, _("Manager and group"), self.form, (*MANAGER_FIELDS, *asked))]

    def find(self, name: str) -> Step:
        """Return a step by name, the first one for a name that there is none of."""
        return next((step for step in self.steps if step.name == name), self.steps[0])

    def after(self, step: Step, distance: int = 1) -> Step:
        """Return the step behind another one, or before it."""
        place = self.steps.index(step) + distance
        return self.steps[min(max(place, 0), len(self.steps) - 1)]

    def is_last(self, step: Step) -> bool:
        """Say whether no step follows."""
        return step is self.steps[-1]

    def is_sound(self, step: Step) -> bool:
        """Check what was typed in one step; problems stand beside its fields."""
        if step.declared is not None:
            return not step.is_filled or bool(step.form.validate())
        self._validate_own()
        return not any(one.errors for one in step.fields) and not step.form.form_errors

    def first_unsound(self) -> Step | None:
        """Return the first step that can't be saved as it is."""
        return next((step for step in self.steps if not self.is_sound(step)), None)

    def filled(self) -> list[Step]:
        """Return the steps of modules that have something to save."""
        return [step for step in self.steps if step.declared is not None and step.is_filled]

    def values(self) -> dict[str, Any]:
        """Return the client's values by field name."""
        return {name: value for name, value in self.form.values().items() if name in FIELDS}

    def hidden(self, step: Step) -> Iterator[tuple[str, str]]:
        """Yield the inputs that the page of a step does not show, by name."""
        shown = {one.name for one in step.fields}
        for form in {id(each.form): each.form for each in self.steps}.values():
            for one in form.data_fields:
                if one.name not in shown and one.name != "accept_duplicates":
                    yield from ((one.name, value) for value in _written(one))

    def _validate_own(self) -> bool:
        if not self._own_checked:
            self._own_checked.append(self.form.validate())
        return self._own_checked[0]

    @cached_property
    def _own_checked(self) -> list[bool]:
        return []


def _declared_step(declared: ClientStep, told: Mapping[str, str], country: str) -> Step:
    name = _name_of(declared)
    # The forgery token stands once in the page, outside of the steps' forms.
    form = declared.form(prefix=name, meta={"csrf": False})
    form.fill(_begin(declared, told))
    shown = declared.shown or tuple(one.short_name for one in form.data_fields)
    return Step(name, declared.title, form, shown, declared, _given(_untouched(declared, _told({}, country))))


def begun_steps(declared: list[ClientStep], known: Mapping[str, str]) -> list[tuple[ClientStep, str, dict[str, Any]]]:
    """Return the steps that what is known of a client fills in by itself, as (step, name, values)."""
    told, nothing = _told(known, known.get("country", "")), _told({}, known.get("country", ""))
    begun = [(one, _name_of(one), _untouched(one, told)) for one in declared]
    return [one for one in begun if _given(one[2]) != _given(_untouched(one[0], nothing))]


def _name_of(declared: ClientStep) -> str:
    return declared.key.replace(".", "-")


def _told(known: Mapping[str, str], country: str) -> dict[str, str]:
    return {name: str(known.get(name) or "") for name in KNOWN} | {"country": country}


def _begin(declared: ClientStep, told: Mapping[str, str]) -> dict[str, Any]:
    return {} if declared.begin is None else dict(declared.begin(told))


def _untouched(declared: ClientStep, told: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a step's form as it begins."""
    form = declared.form(formdata=None, meta={"csrf": False}, data=_begin(declared, told))
    return dict(form.values())


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that say something: an empty text and none at all are the same."""
    return {name: value for name, value in values.items() if value not in (None, "", False, [])}


def _written(field: Any) -> list[str]:
    """Return what a hidden input has to hold so that the field reads the same from it."""
    if field.raw_data and request.method == "POST":
        return [str(value) for value in field.raw_data]
    if isinstance(field.data, bool):
        return ["y"] if field.data else []
    if isinstance(field.data, list | tuple):
        return [str(value) for value in field.data]
    return [str(field._value()) if hasattr(field, "_value") else ("" if field.data is None else str(field.data))]
