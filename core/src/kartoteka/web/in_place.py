"""Values edited where they are shown: the value with its pencil, and the form that takes its place.

Without JavaScript the pencil leads to a small page with the same form. A card shows its facts by the macro of
``shell/value_shown.html``. The view behind the pencil answers by `show_value_form`, when ``done`` is asked for by
`show_value`, and after saving by `show_saved_value`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kartoteka.vocabulary.message import Translatable
from kartoteka.web.pages import is_fragment, render


@dataclass(frozen=True)
class Fact:
    """A value with its title, as a page shows it.

    ``link`` is where a click on the value leads, ``is_outside`` that it leaves the program; ``phone`` stands behind
    the value to be called. With ``colour`` the value is a badge with its icon. ``unusual`` says why the value deserves
    a second look.
    """

    name: str
    title: Translatable
    value: Translatable
    icon: str = ""
    link: str | None = None
    unusual: Translatable | None = None
    may_edit: bool = False
    is_block: bool = False
    is_outside: bool = False
    colour: str = ""
    phone: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.value == ""


def show_value_form(
    form: Any, name: str, *, edit_url: str, back_url: str, record_title: Translatable
) -> tuple[str, int]:
    """Return the form of a value: in its place, or on a page of its own where there is no JavaScript.

    ``back_url`` is the page of the record. Refused input is answered by 422, a conflict with somebody else's by 409.
    """
    page = render(
        "shell/value_form.html" if is_fragment() else "shell/value_page.html",
        form=form,
        name=name,
        title=next(iter(form.data_fields)).label.text,
        edit_url=edit_url,
        back_url=back_url,
        record_title=record_title,
    )
    if not form.is_submitted():
        return page, 200
    return page, 409 if hasattr(form, "conflict") else 422


def show_value(fact: Fact, edit_url: str) -> str:
    """Return a value as it stands on the page."""
    return render("shell/value_shown.html", fact=fact, edit_url=edit_url)


def show_saved_value(fact: Fact, edit_url: str, back_url: str, rest: str = "") -> str:
    """Return a value that was saved in place, with what to say about it; ``rest`` is what else the page shows of it."""
    return render("shell/value_saved.html", fact=fact, edit_url=edit_url, back=back_url, rest=rest)
