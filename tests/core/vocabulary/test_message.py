from __future__ import annotations

import pickle

import pytest
from markupsafe import Markup, escape

from kartoteka.vocabulary.message import Message, Texts, fill, plural_text, translator
from kartoteka.vocabulary.message import text as _


@pytest.fixture
def shouting():
    """A translator that shouts, in place of a language."""
    token = translator.set(lambda message: fill(message.english.replace("Hello", "HELLO"), message))
    yield
    translator.reset(token)


def test_text_is_english_without_a_translator():
    assert str(_("Hello %(name)s", name="Rūta")) == "Hello Rūta"


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 clients"), (1, "One client"), (2, "2 clients"), (21, "21 clients")]
)
def test_plural_follows_the_count(count, expected):
    assert str(plural_text("One client", "%(count)s clients", count)) == expected


@pytest.mark.parametrize(
    "message",
    [_("Hello %(name)s", other=1), _("%(count)d of them", count="many"), _("100% %(x)s", x=1), _("Odd %", x=1)],
)
def test_wrong_values_show_the_raw_text(message):
    assert str(message) == message.text


def test_percent_needs_no_doubling_without_values():
    assert str(_("100 % sure")) == "100 % sure"


def test_messages_among_the_values_are_translated(shouting):
    assert str(_("%(greeting)s, %(name)s", greeting=_("Hello"), name="Hello")) == "HELLO, Hello"


def test_translation_happens_when_shown(shouting):
    message = _("Hello")
    assert (str(message), f"{message:>6}", message.text) == ("HELLO", " HELLO", "Hello")


def test_modules_have_a_domain_of_their_own():
    texts = Texts("crm_clients")
    assert texts("Contact").domain == "crm_clients"
    assert texts.plural("One", "%(count)s", 2).domain == "crm_clients"
    assert texts.context("verb", "Order", n=1) == Message("Order", {"n": 1}, "crm_clients", context="verb")
    assert _("Contact").domain == "core"


def test_values_can_be_added_later():
    message = _("%(a)s %(b)s", a=1)
    assert str(message.with_values(b=2)) == "1 2"
    assert str(message % {"b": 3}) == "1 3"
    assert message.values == {"a": 1}
    with pytest.raises(TypeError):
        message % 5


def test_values_may_bear_the_names_of_arguments():
    assert str(_("%(text)s %(self)s %(msgid)s", text=1, self=2, msgid=3)) == "1 2 3"


def test_messages_are_hashable_and_compare_by_content():
    assert {_("A", x=[1]), _("A", x=[1]), _("B")} == {_("A", x=[1]), _("B")}
    assert _("A", x=1) != _("A", x=2)
    assert pickle.loads(pickle.dumps(_("A", x=1))) == _("A", x=1)


def test_templates_escape_what_the_values_bring():
    message = _("Hello %(name)s", name="<script>")
    assert escape(message) == Markup("Hello &lt;script&gt;")
    assert not hasattr(message, "__html__")
