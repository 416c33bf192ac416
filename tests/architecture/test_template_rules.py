"""The template rules refuse each thing that the policy or a translator could not live with, and nothing else."""

from __future__ import annotations

import pytest

from tools.check_templates import find_problems

REFUSED = {
    '<p style="color: red">{{ name }}</p>': "style=",
    '<p class="a"\n style="{{ colour }}">{{ name }}</p>': "style=",
    '<button onclick="go()">{{ _("Go") }}</button>': "onclick=",
    '<button {% if x %}onclick="go()"{% endif %}>{{ _("Go") }}</button>': "onclick=",
    '<div hx-on:click="go()"></div>': "hx-on:click",
    '<div hx-on::after-swap="go()"></div>': "hx-on::after-swap",
    '<div data-hx-on:click="go()"></div>': "data-hx-on:click",
    '<div hx-vals="js:{now: Date.now()}"></div>': "holds code",
    '<a href="javascript:void(0)">{{ name }}</a>': "holds code",
    "<input hx-trigger=\"keyup[key=='Enter']\">": "filter",
    "<script>alert(1)</script>": "<script>",
    '<script type="module">go()</script>': "<script>",
    "<style>p { color: red }</style>": "<style>",
    '<script src="https://example.com/a.js"></script>': "points outside",
    "<p>Save</p>": "'Save'",
    "<p>Išsaugoti</p>": "'Išsaugoti'",
    "<p>{{ count }} clients</p>": "clients",
    "{% if x %}Bare{% endif %}": "'Bare'",
    '<a title="Open the card" href="{{ url }}">{{ name }}</a>': "title is not translatable",
    '<input placeholder="Name">': "placeholder",
    '<nav aria-label="Main menu"></nav>': "aria-label",
    '<input type="submit" value="Save">': "the button's value",
    '{{ panel(title="Contacts") }}': "argument title",
    "{% block x %}": "is no template",
}

ALLOWED = [
    '<p class="text-red">{{ _("Save") }}</p>',
    "{% trans %}Save <b>this</b>{% endtrans %}",
    "{% trans count=n %}One client{% pluralize %}{{ count }} clients{% endtrans %}",
    "<script src=\"{{ asset('core.js') }}\" defer></script>",
    '<script type="application/json" id="chart">{"label": "words"}</script>',
    '<input placeholder="{{ _(\'Name\') }}" hx-trigger="keyup changed delay:300ms">',
    '<a href="{{ url_for("x.y", title="none") }}">{{ name }}</a>'.replace("title", "kind"),
    "<kbd>Ctrl</kbd>+<kbd>K</kbd> CSV &middot; 12 %",
    '{{ panel(title=_("Contacts"), icon="users") }}',
    "{# Words in a comment #}",
    '<option value="active" {% if chosen %}selected{% endif %}>{{ title }}</option>',
]


@pytest.mark.parametrize(("source", "problem"), REFUSED.items())
def test_refused(source: str, problem: str) -> None:
    found = find_problems(source)
    assert any(problem in text for _line, text in found), found


@pytest.mark.parametrize("source", ALLOWED)
def test_allowed(source: str) -> None:
    assert find_problems(source) == []


def test_problem_names_its_line() -> None:
    source = "{# two\n lines #}\n{% set a = 1 %}\n\n<p>\n  {{ a }}\n  Bare</p>\n<i style=''></i>"
    assert [line for line, _text in find_problems(source)] == [5, 8]
