"""Forms: cleaned values, messages beside fields, nothing lost, versions and conflicts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

GOOD = {"name": " UAB  Žuvėdra ", "kind": "big", "version": "3"}


@pytest.fixture
def filled(world: Any) -> Any:
    """Return a function that makes the form as posted, filled with a record."""

    def make(typed: dict[str, Any], record: dict[str, Any] | None = None) -> Any:
        world.app.config["WTF_CSRF_ENABLED"] = False
        context = world.app.test_request_context("/shop/new", method="POST", data=typed)
        context.push()
        form = world.shop.OrderForm()
        form.fill({"name": None, **(record or {})})
        world.contexts = [*getattr(world, "contexts", []), context]
        return form

    yield make
    for context in reversed(getattr(world, "contexts", [])):
        context.pop()


def errors(form: Any) -> dict[str, str]:
    form.validate()
    return {name: "; ".join(str(one) for one in found) for name, found in form.errors.items()}


def test_text_is_cleaned(filled: Any) -> None:
    form = filled(GOOD | {"notes": "a\r\nb\x00c", "email": ""})
    assert errors(form) == {}
    assert form.name.data == "UAB Žuvėdra"
    assert form.notes.data == "a\nbc"
    assert form.email.data is None
    assert form.version_number == 3


@pytest.mark.parametrize(
    ("typed", "field", "part"),
    [
        ({"name": ""}, "name", "Fill this in."),
        ({"name": " \t "}, "name", "Fill this in."),
        ({"name": "\x00\u202e"}, "name", "Fill this in."),
        ({"name": "x" * 51}, "name", "Too long: 51 characters, at most 50."),
        ({"kind": ""}, "kind", "Fill this in."),
        ({"kind": "huge"}, "kind", "Choose one of the values offered."),
        ({"manager": "3"}, "manager", "Choose one of the values offered."),
        ({"manager": "99999999999999999999"}, "manager", "Choose one"),
        ({"manager": "1 OR 1=1"}, "manager", "Choose one"),
        ({"due": "2026-02-30"}, "due", "This is not a date."),
        ({"due": "0001-01-01"}, "due", "Check the year."),
        ({"amount": "a lot"}, "amount", "Write a number here."),
        ({"amount": "NaN"}, "amount", "Write a number here."),
        ({"amount": "1e400"}, "amount", "Write a number here."),
        ({"email": "nobody"}, "email", "@"),
        ({"tags": ["a", "zz"]}, "tags", "one of the values offered"),
    ],
)
def test_nonsense_is_refused_beside_its_field(filled: Any, typed: dict[str, Any], field: str, part: str) -> None:
    found = errors(filled(GOOD | typed))
    assert list(found) == [field]
    assert part in found[field]


@pytest.mark.parametrize(
    ("typed", "wanted"), [("1 234,5", "1234.50"), ("1234.567", "1234.57"), ("1\xa0234", "1234.00"), ("-5", "-5.00")]
)
def test_numbers_are_read_as_people_write_them(filled: Any, typed: str, wanted: str) -> None:
    form = filled(GOOD | {"amount": typed})
    assert errors(form) == {}
    assert form.amount.data == Decimal(wanted)


def test_unusual_value_warns_and_is_kept(filled: Any) -> None:
    form = filled(GOOD | {"phone": "12"})
    assert errors(form) == {}
    assert form.phone.data == "12"
    assert form.phone.warnings


def test_only_what_differs_from_the_record_is_changed(filled: Any) -> None:
    form = filled(
        GOOD | {"manager": "2", "due": "2026-11-30"},
        {"name": "UAB Žuvėdra", "kind": "small", "manager": 2, "email": None, "tags": None, "paid": None},
    )
    assert errors(form) == {}
    assert form.changed_data() == {"kind": "big", "due": date(2026, 11, 30)}


def test_theirs_is_taken_where_it_is_ticked(filled: Any) -> None:
    form = filled(GOOD | {"take_theirs": ["name"], "name": ""}, {"name": "Theirs", "kind": "big"})
    assert form.name.data == "Theirs"
    assert errors(form) == {}
    assert form.changed_data() == {}


@pytest.mark.parametrize("written", ["", "x", "-1", "9" * 30, "٣"])
def test_nonsense_version_is_none(filled: Any, written: str) -> None:
    assert filled(GOOD | {"version": written}).version_number is None


def test_fields_the_user_may_not_write_are_not_read(filled: Any) -> None:
    form = filled(GOOD | {"email": "a@b.lt"})
    form.keep_only(["name", "kind"])
    assert set(form.values()) == {"name", "kind"}


@pytest.mark.catalogue("X-30")
def test_a_form_of_which_nothing_arrived_saves_nothing(filled: Any) -> None:
    form = filled({"csrf_token": "x"}, {"name": "Užsakymas", "kind": "big"})
    assert not form.validate()
    assert "Nothing of the form arrived" in str(form.all_errors()[0][1])


def test_conflict_is_shown_side_by_side_and_input_is_kept(surfer: Any) -> None:
    page = surfer.post("/shop/new", data=GOOD | {"name": "conflict", "manager": "1"})
    assert page.status_code == 422
    assert "Rasa saved this record" in page.text
    assert 'value="conflict"' in page.text
    assert "Theirs" in page.text
    assert "Rasa Petraitytė" in page.text
    assert 'name="version" type="hidden" value="7"' in page.text


def test_refusal_of_a_service_stands_beside_the_field_and_on_top(surfer: Any) -> None:
    page = surfer.post("/shop/new", data=GOOD | {"name": "taken"}).text
    assert page.count("This name is taken.") == 2
    assert 'aria-invalid="true"' in page
    assert "Something else." in page


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "\"'><img src=x>", "{{ 7*7 }}", "%(name)s", "%s%s%n"])
def test_typed_text_comes_back_harmless(surfer: Any, value: str) -> None:
    page = surfer.post("/shop/new", data={"name": value, "email": value, "notes": value}).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert ("7*7" in page) is ("7*7" in value)


def test_options_are_escaped_and_the_chosen_one_is_marked(filled: Any) -> None:
    form = filled(GOOD)
    form.kind.choices = [("big", "<Big>"), ('"x"', "X")]
    html = str(form.kind(class_="form-select", required=False))
    assert html == (
        '<select class="form-select" id="kind" name="kind"><option value="big" selected>&lt;Big&gt;</option>'
        '<option value="&#34;x&#34;">X</option></select>'
    )


def test_messages_speak_the_readers_language(world: Any, surfer: Any) -> None:
    world.person.language = "xx"
    assert "⟦Choose one of the values offered.⟧" in surfer.post("/shop/new", data=GOOD | {"kind": "?"}).text


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("0", None), ("7", None), ("", "Fill this in."), (" ", "Fill this in."), ("8", "from 0 to 7")],
)
def test_nought_is_a_number_too(world: Any, typed: str, problem: str | None) -> None:
    from kartoteka.web.forms import DecimalField, Form, IntegerField

    class Numbers(Form):
        whole = IntegerField("Whole", required=True, least=0, most=7)
        part = DecimalField("Part", required=True)

    world.app.config["WTF_CSRF_ENABLED"] = False
    data = {"whole": typed, "part": typed}
    with world.app.test_request_context("/shop/new", method="POST", data=data):
        found = errors(Numbers())
    assert ("whole" in found) == (problem is not None)
    assert (problem or "") in found.get("whole", "")
    assert ("part" in found) == (typed.strip() == "")


@pytest.mark.parametrize(("language", "shown"), [("en", "6600.50"), ("lt", "6600,50"), ("uk", "6600,50")])
def test_a_form_shows_numbers_with_the_readers_decimal_sign_and_reads_them_again(
    world: Any, language: str, shown: str
) -> None:
    from kartoteka.web.forms import DecimalField, Form
    from kartoteka.web.i18n import fall_silent, speak

    class Offer(Form):
        value = DecimalField("Value")

    world.app.config["WTF_CSRF_ENABLED"] = False
    with world.app.test_request_context("/shop/new", method="POST", data={"value": shown}):
        tokens = speak(language, "UTC")
        sent = Offer()
        field = Offer(formdata=None, data={"value": Decimal("6600.5")}).value
        written = field._value()
        fall_silent(tokens)
    assert written == shown
    assert sent.value.data == Decimal("6600.50")
