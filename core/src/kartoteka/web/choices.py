"""Form fields for one or several of given values, and for yes or no."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import Parameter, signature
from types import FunctionType
from typing import Any

import wtforms
from markupsafe import Markup, escape
from wtforms import validators, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import html_params

from kartoteka.db.session import Session, reading, workplace
from kartoteka.extension.declarations.data import is_kept
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.field_base import REQUIRED, KartotekaField, refusal
from kartoteka.web.kept import forget_kept, read_or_kept


def _to_text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def to_id(value: Any) -> int | None:
    """Read the id of a choice, None for the empty one; raises ValueError for what cannot be an id."""
    if value in (None, ""):
        return None
    number = int(value)
    if not 0 < number < 2**31:
        raise ValueError("out of range")
    return number


def _options(source: Iterable[Any]) -> list[SelectChoice]:
    pairs = ((one.value, one.title) if hasattr(one, "title") else one for one in source)
    return [SelectChoice(value, title) for value, title in pairs]


def _needs_session(choices: Callable[..., Iterable[Any]]) -> bool:
    if isinstance(choices, FunctionType):  # as most are; a signature takes longer than the answer
        return choices.__code__.co_argcount > len(choices.__defaults__ or ())
    return any(one.default is Parameter.empty for one in signature(choices).parameters.values())


def _ask(choices: Callable[..., Iterable[Any]]) -> Iterable[Any]:
    if not _needs_session(choices):
        return choices()
    # Several fields offer the same, such as everybody who works here; what a transaction changes is read anew.
    read = workplace.get().read
    if choices not in read:
        found = read_or_kept(choices, lambda: _read(choices)) if is_kept(choices) else _read(choices)
        read[choices] = found
    offered: Iterable[Any] = read[choices]
    return offered


def _read(choices: Callable[[Session], Iterable[Any]]) -> tuple[Any, ...]:
    with reading() as session:
        return tuple(choices(session))


class QuickSelect(widgets.Select):
    """A <select> written in one go: lists of countries and time zones have hundreds of options."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        """Write the field with its options."""
        attributes.setdefault("id", field.id)
        chosen, coerce = field.data, field.coerce
        options = "".join(
            f'<option value="{escape(option.value)}"{" selected" if coerce(option.value) == chosen else ""}>'
            f"{escape(option.label)}</option>"
            for option in field._choices_from_input(field.choices) or ()
        )
        return Markup(f"<select {html_params(name=field.name, **attributes)}>{options}</select>")  # noqa: S704


class ChoiceField(KartotekaField, wtforms.SelectField):
    """One of several values.

    ``choices`` are `Choice` declarations or (value, title) pairs, or a function that returns them. One that needs a
    parameter, such as `directory_choices` returns, is given a session. ``empty`` is the title of "nothing chosen";
    None leaves it out.
    """

    kind = "choice"
    widget = QuickSelect()

    def __init__(
        self,
        label: Translatable | None = None,
        *,
        choices: Any = (),
        required: bool = False,
        empty: Translatable | None = "",
        help: Translatable | None = None,
        coerce: Callable[[Any], Any] = _to_text,
        **options: Any,
    ) -> None:
        # A required choice without a default still begins empty: nobody should save the first one by accident.
        self._empty = empty
        self._source = choices
        self.required = required
        given = (lambda: self._offer(_ask(choices))) if callable(choices) else self._offer(choices)
        rules = [validators.InputRequired(REQUIRED)] if required else []  # type: ignore[arg-type]
        super().__init__(label, rules, coerce=coerce, choices=given, description=help or "", **options)  # type: ignore[arg-type]

    def _offer(self, source: Iterable[Any]) -> list[SelectChoice]:
        offered = _options(source)
        return offered if self._empty is None else [SelectChoice("", self._empty), *offered]

    def _invoke_choices_callback(self, callback: Callable[[], Any]) -> Any:
        # WTForms would find out at every reading whether the function, always ours, wants the form and the field.
        return callback()

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not offered; kept choices are read anew before: it may have come back without a word."""
        if self.process_errors or not self.validate_choice or self._is_offered():
            return
        if forget_kept(self._source):
            workplace.get().read.pop(self._source, None)
            self.choices = self._offer(_ask(self._source))
        if not self._is_offered():
            raise refusal(_("Choose one of the values offered."))

    def _is_offered(self) -> bool:
        return any(self.coerce(one.value) == self.data for one in self._choices_from_input(self.choices) or ())

    def title_of(self, value: Any) -> Translatable:
        """Return what people read for a value."""
        wanted = "" if value is None else str(value)
        return next((option.label for option in self.iter_choices() if str(option.value) == wanted), wanted)


class UserField(ChoiceField):
    """A user, out of those offered by ``users``: pairs of (id, name), or a function that returns them."""

    kind = "user"

    def __init__(self, label: Translatable | None = None, *, users: Any = (), **options: Any) -> None:
        super().__init__(label, choices=users, coerce=to_id, **options)


class ManyChoicesField(KartotekaField, wtforms.SelectMultipleField):
    """Several of several values, as check boxes; ``choices`` are those of ChoiceField."""

    kind = "many"
    full_width = True
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(
        self, label: Translatable | None = None, *, choices: Any = (), help: Translatable | None = None, **options: Any
    ) -> None:
        given = (lambda: _options(_ask(choices))) if callable(choices) else _options(choices)
        super().__init__(label, choices=given, description=help or "", **options)  # type: ignore[arg-type]
        self.required = False


class YesNoField(KartotekaField, wtforms.BooleanField):
    """A tick."""

    kind = "yes_no"

    def __init__(self, label: Translatable | None = None, *, help: Translatable | None = None, **options: Any) -> None:
        super().__init__(label, description=help or "", **options)  # type: ignore[arg-type]
        self.required = False
