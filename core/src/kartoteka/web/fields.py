"""Form fields: each cleans what was typed, limits its length, and asks a check of the vocabulary when it has one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import wtforms
from wtforms import widgets

from kartoteka.vocabulary.identifiers import Checked, email_address, phone, website
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_block, clean_line
from kartoteka.web.choices import ChoiceField, ManyChoicesField, UserField, YesNoField, to_id
from kartoteka.web.field_base import REQUIRED, KartotekaField, number_rules, refusal, rules
from kartoteka.web.i18n import current_formats

__all__ = [
    "REQUIRED",
    "BlockField",
    "ChoiceField",
    "CodeField",
    "DateField",
    "DecimalField",
    "EmailField",
    "IntegerField",
    "LineField",
    "ManyChoicesField",
    "PasswordField",
    "PhoneField",
    "UserField",
    "WebsiteField",
    "YesNoField",
    "to_id",
]

Check = Callable[[str], Any]
"""A check of `kartoteka.vocabulary.identifiers`: returns something with ``problem`` and ``severity``."""

EARLIEST = date(1800, 1, 1)
LATEST = date(2200, 12, 31)


class LineField(KartotekaField, wtforms.StringField):
    """One line of text; an empty one is None."""

    clean: Callable[[str | None], str] = staticmethod(clean_line)
    check: Check | None = None

    def __init__(
        self,
        label: Translatable | None = None,
        *,
        required: bool = False,
        max_length: int = 200,
        help: Translatable | None = None,
        check: Check | None = None,
        validators: Iterable[Any] = (),
        **options: Any,
    ) -> None:
        super().__init__(label, [*rules(required), *validators], description=help or "", **options)  # type: ignore[arg-type]
        self.max_length = max_length
        self.required = required
        if check is not None:
            self.check = check  # type: ignore[method-assign]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean what was typed."""
        if valuelist:
            self.data = self.clean(str(valuelist[0])) or None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse what is too long or makes no sense; mark what is unusual."""
        if self.errors or not self.data:
            return
        if len(self.data) > self.max_length:
            raise refusal(
                _("Too long: %(length)s characters, at most %(most)s.", length=len(self.data), most=self.max_length)
            )
        if self.check is not None:
            self._take(self.check(self.data))

    def _take(self, checked: Checked) -> None:
        problem: Message | None = checked.problem
        if problem is None:
            return
        if checked.severity == "error":
            raise refusal(problem)
        self.warnings = [*self.warnings, problem]


class BlockField(LineField):
    """Several lines of text."""

    clean = staticmethod(clean_block)
    widget = widgets.TextArea()
    kind = "block"
    full_width = True

    def __init__(self, label: Translatable | None = None, *, max_length: int = 20_000, **options: Any) -> None:
        super().__init__(label, max_length=max_length, **options)


class CodeField(LineField):
    """A code: registration, VAT, bank account; ``check`` says what is wrong or unusual about it."""

    kind = "code"

    def __init__(self, label: Translatable | None = None, *, max_length: int = 40, **options: Any) -> None:
        super().__init__(label, max_length=max_length, **options)


class PhoneField(LineField):
    """A telephone number as people type it; ``region`` is the country of numbers without a prefix."""

    widget = widgets.TelInput()
    kind = "phone"

    def __init__(
        self, label: Translatable | None = None, *, region: str = "LT", max_length: int = 100, **options: Any
    ) -> None:
        options.setdefault("check", lambda typed: phone(typed, region))
        super().__init__(label, max_length=max_length, **options)


class EmailField(LineField):
    """An e-mail address."""

    widget = widgets.EmailInput()
    kind = "email"

    def __init__(self, label: Translatable | None = None, *, max_length: int = 254, **options: Any) -> None:
        options.setdefault("check", email_address)
        super().__init__(label, max_length=max_length, **options)


class WebsiteField(LineField):
    """The address of a web site, with or without https://."""

    kind = "url"

    def __init__(self, label: Translatable | None = None, *, max_length: int = 500, **options: Any) -> None:
        options.setdefault("check", website)
        super().__init__(label, max_length=max_length, **options)


class PasswordField(KartotekaField, wtforms.PasswordField):
    """A password: taken as typed, never shown again."""

    kind = "password"

    def __init__(
        self,
        label: Translatable | None = None,
        *,
        required: bool = True,
        help: Translatable | None = None,
        new: bool = False,
        **options: Any,
    ) -> None:
        options.setdefault("render_kw", {"autocomplete": "new-password" if new else "current-password"})
        super().__init__(label, rules(required), description=help or "", **options)  # type: ignore[arg-type]
        self.required = required
        self.max_length = 1024


class DateField(KartotekaField, wtforms.DateField):
    """A date, from the browser's own calendar."""

    kind = "date"

    def __init__(
        self,
        label: Translatable | None = None,
        *,
        required: bool = False,
        help: Translatable | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, rules(required), description=help or "", **options)  # type: ignore[arg-type]
        self.required = required

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse years that are slips of the finger."""
        if self.data is not None and not EARLIEST <= self.data <= LATEST:
            raise refusal(_("Check the year."))


class IntegerField(KartotekaField, wtforms.IntegerField):
    """A whole number within limits."""

    kind = "integer"

    def __init__(
        self,
        label: Translatable | None = None,
        *,
        required: bool = False,
        help: Translatable | None = None,
        least: int = -(10**9),
        most: int = 10**9,
        **options: Any,
    ) -> None:
        super().__init__(label, number_rules(required), description=help or "", **options)  # type: ignore[arg-type]
        self.required = required
        self.least, self.most = least, most

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse what is out of the limits."""
        if self.data is not None and not self.least <= self.data <= self.most:
            raise refusal(_("Write a number from %(least)s to %(most)s.", least=self.least, most=self.most))


class DecimalField(KartotekaField, wtforms.StringField):
    """A number with decimals, typed with a comma or a point, with or without spaces between thousands."""

    kind = "decimal"

    def __init__(
        self,
        label: Translatable | None = None,
        *,
        required: bool = False,
        help: Translatable | None = None,
        places: int = 2,
        **options: Any,
    ) -> None:
        options.setdefault("render_kw", {"inputmode": "decimal"})
        super().__init__(label, number_rules(required), description=help or "", **options)  # type: ignore[arg-type]
        self.required = required
        self.places = places

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else current_formats().typed(self.data, self.places)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number."""
        typed = clean_line(str(valuelist[0])) if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            number = Decimal("".join(typed.split()).replace(",", "."))
            if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
                raise InvalidOperation
            self.data = number.quantize(Decimal(1).scaleb(-self.places))
        except InvalidOperation:
            raise ValueError(_("Write a number here.")) from None
