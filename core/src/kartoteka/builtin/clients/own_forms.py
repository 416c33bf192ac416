"""Forms of records whose company has added fields to them (X-01)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from kartoteka.builtin.clients.linking import linked_numbers
from kartoteka.builtin.clients.own_files import keep_uploads, show_present
from kartoteka.db.session import reading, who_works
from kartoteka.db.settling import EditConflict
from kartoteka.extension.company_fields import fields_here
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import FieldType
from kartoteka.web.forms import Form
from kartoteka.web.own_fields import keep_present_choice, make_own_field, shown_in_form

F = TypeVar("F", bound="ExtensibleForm")
_FOUND = (FieldType.RECORD, FieldType.FILE)


class ExtensibleForm(Form):
    """A form of records of ``record_kind`` that also asks for the fields of the company; make it with `open_form`."""

    record_kind: ClassVar[str] = ""

    @classmethod
    def open_form(cls: type[F]) -> F:
        """Return the form with the fields that the company has added, those that the visitor may write."""
        own = fields_here(cls.record_kind)
        if not own:
            return cls()
        known = cls.__dict__.get("_with_own")
        # By identity: equal fields stay the same objects, and those of another company are others.
        if known is None or known[0] is not own:
            members = {field.name: make_own_field(field) for field in own}
            known = (own, type(cls.__name__, (cls,), members))
            cls._with_own = known  # type: ignore[attr-defined]
        made: F = known[1]()
        can = who_works().can
        for field in own:
            if field.name in made and not field.is_writable(can):
                del made[field.name]
        return made

    @property
    def own_fields(self) -> list[Any]:
        """The fields of the company, in their order."""
        return [self[field.name] for field in fields_here(self.record_kind) if field.name in self]

    def checkable(self) -> dict[str, Any]:
        """Return the values that can be checked without the database: all but links and files, which services find."""
        links = {field.name for field in fields_here(self.record_kind) if field.type in _FOUND}
        return {name: value for name, value in self.values().items() if name not in links}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was typed, and put files that were sent into the store."""
        sound = bool(super().validate(extra_validators))
        return keep_uploads(self, self.record_kind) and sound

    def fill(self, record: object) -> None:
        """Show the record's values, those of the fields of the company as their form fields take them."""
        own = {field.name: field for field in fields_here(self.record_kind) if field.name in self}
        if not own:
            super().fill(record)
            return
        names = [field.short_name for field in self]
        given = record if isinstance(record, Mapping) else {name: getattr(record, name, None) for name in names}
        super().fill({**given, **{name: shown_in_form(one, given.get(name)) for name, one in own.items()}})
        for name, field in own.items():
            keep_present_choice(self[name], field)
        self._show_links(own)
        show_present(self, self.record_kind)

    def take_both(self, conflict: EditConflict, version: int) -> None:
        """Show both values of disputed fields; see `Form.take_both`."""
        own = {field.name: field for field in fields_here(self.record_kind)}
        conflict.theirs, conflict.merged = (_in_form(own, one) for one in (conflict.theirs, conflict.merged))
        super().take_both(conflict, version)
        self._show_links(own)
        show_present(self, self.record_kind)

    def _show_links(self, own: Mapping[str, CustomField]) -> None:
        """Put the numbers of linked clients where their ids are."""
        links = [self[name] for name, field in own.items() if field.type is FieldType.RECORD and name in self]
        ids = [one.data for one in links if isinstance(one.data, int)]
        if ids:
            with reading() as session:
                numbers = linked_numbers(session, ids)
            for one in links:
                one.data = numbers.get(one.data, "") if isinstance(one.data, int) else one.data


def _in_form(own: Mapping[str, CustomField], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: shown_in_form(own[name], value) if name in own else value for name, value in values.items()}
