"""Form fields for fields that a company has added to its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import wtforms
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import widgets

from kartoteka.db.blobs import Blob
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Choice, FieldType
from kartoteka.extension.declarations.rest import SentFile
from kartoteka.vocabulary.message import text as _
from kartoteka.web.choices import ChoiceField, ManyChoicesField
from kartoteka.web.current import current, visitor
from kartoteka.web.field_base import REQUIRED, KartotekaField, refusal
from kartoteka.web.fields import BlockField, DateField, DecimalField, LineField
from kartoteka.web.i18n import current_formats

_YES_NO = (Choice("true", _("Yes")), Choice("false", _("No")))
_PLACES = 6
_KEPT_SECONDS = 12 * 3600


class _AnyNumberField(DecimalField):
    """A number with as many decimals as were typed."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else current_formats().typed(self.data)


@dataclass(frozen=True)
class KeptFile:
    """A file that a record has: its name, and the address of its page for who may open it."""

    name: str
    url: str | None = None


class OwnFileField(KartotekaField, wtforms.Field):
    """A document: the present one stays unless another is sent, or it is ticked that there is none any more.

    ``data`` is the id of the present document, None, or what was sent as a SentFile once `keep` has been called. What
    was sent with a form that had mistakes comes back as a signed text, so that nobody chooses the file again.
    """

    kind = "file"
    full_width = True
    widget = widgets.FileInput()
    none = "-"
    """What the tick box sends."""

    def __init__(self, label: Any, *, required: bool = False, help: Any = None, **options: Any) -> None:
        super().__init__(label, description=help or "", **options)
        self.required = required
        self.present: KeptFile | None = None
        self.upload: Any = None
        self.kept = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was chosen now, or what was sent before; the tick box counts when there is neither."""
        texts = [one for one in valuelist if isinstance(one, str) and one]
        self.upload = next((one for one in valuelist if getattr(one, "filename", "")), None)
        for text in texts:
            if text == self.none and self.upload is None:
                self.data = None
            elif self.upload is None and (sent := _read_kept(text)) is not None:
                self.data, self.kept = sent, text

    def keep(self, sent: SentFile) -> None:
        """Take over what is in the store now."""
        self.data, self.upload = sent, None
        self.kept = str(_signer().dumps([visitor().id, sent.name, sent.blob.digest, sent.blob.size]))

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Demand a file where there has to be one."""
        if self.required and self.data is None and self.upload is None:
            raise refusal(REQUIRED)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current().database.secret, salt="kartoteka upload")


def _read_kept(text: str) -> SentFile | None:
    try:
        user_id, name, digest, size = _signer().loads(text, max_age=_KEPT_SECONDS)
    except (BadData, ValueError):
        return None
    return SentFile(name, Blob(digest, size)) if user_id == visitor().id else None


def make_own_field(field: CustomField) -> Any:
    """Return the form field for a field of the company; services check what is typed, by `CustomField.read`."""
    options: dict[str, Any] = {"help": field.help}
    if field.type is FieldType.BLOCK:
        return BlockField(field.title, required=field.required, **options)
    if field.type is FieldType.FILE:
        return OwnFileField(field.title, required=field.required, **options)
    if field.type is FieldType.DATE:
        return DateField(field.title, required=field.required, **options)
    if field.type is FieldType.DECIMAL:
        made = DecimalField if field.currency else _AnyNumberField
        return made(field.title, required=field.required, places=field.places, **options)
    if field.type in (FieldType.CHOICE, FieldType.YES_NO):
        choices = field.choices if field.type is FieldType.CHOICE else _YES_NO
        return ChoiceField(
            field.title, choices=choices, empty=_("Not set"), required=field.required, validate_choice=False, **options
        )
    if field.is_many:
        return ManyChoicesField(field.title, choices=field.choices, validate_choice=False, **options)
    hints = {"autocomplete": "off", "inputmode": _MODES.get(field.type, "text")}
    if field.type is FieldType.RECORD and field.help is None:
        options["help"] = _("Write the client's number, code or whole name.")
    return LineField(field.title, required=field.required, max_length=field.longest or 300, render_kw=hints, **options)


def shown_in_form(field: CustomField, stored: Any) -> Any:
    """Return a stored value as its form field takes it."""
    typed = field.typed(stored)
    if field.type is FieldType.YES_NO:
        return None if typed is None else str(bool(typed)).lower()
    if field.is_many:
        return typed or []
    return str(typed) if field.type is FieldType.INTEGER and typed is not None else typed


def keep_present_choice(bound: Any, field: CustomField) -> None:
    """Offer the choice that a record has although nobody else gets it any more."""
    present = bound.data if isinstance(bound.data, list) else [bound.data]
    offered = {choice.value for choice in field.choices} if isinstance(field.choices, tuple) else set()
    known = field.known_choices if isinstance(field.known_choices, tuple) else ()
    lost = [choice for choice in known if choice.value in present and choice.value not in offered]
    if lost and field.type in (FieldType.CHOICE, FieldType.CHOICES):
        bound.choices = [*bound.choices, *((choice.value, choice.title) for choice in lost)]


_MODES = {FieldType.INTEGER: "numeric", FieldType.URL: "url"}
