"""What forms of documents share with those of other features: choosing the records that a document belongs to."""

from __future__ import annotations

from typing import Any

import wtforms

from kartoteka.builtin.files.clients import typed_client
from kartoteka.builtin.files.linking import Offered, offered_links, read_records
from kartoteka.db.session import reading
from kartoteka.extension.seeing import client_of
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.field_base import KartotekaField


class RecordsField(KartotekaField, wtforms.Field):
    """The records that a document belongs to beside its client; which of them are offered, its template knows."""

    kind = "records"
    data: list[Any]

    def process_data(self, value: Any) -> None:
        """Begin with records that were chosen before."""
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was chosen."""
        try:
            self.data = read_records(valuelist)
        except InvalidInput as problem:
            raise wtforms.ValidationError(problem.errors["records"]) from None  # type: ignore[arg-type]


def offered_to(form: Any, about: RecordRef | None, client_id: int | None) -> dict[str, list[Offered]]:
    """Return what a form offers: of the record's client, of the one that was typed, or of that in the address."""
    with reading() as session:
        if about is not None:
            return offered_links(session, client_of(session, about))
        if form.is_submitted() and form.client_number is not None:
            try:
                client_id = typed_client(session, form.client_number.data or "")
            except InvalidInput:
                return {}
        return offered_links(session, client_id)
