"""Template rules: nothing that the content security policy refuses, and no text that cannot be translated.

Jinja's marks are taken out first (a value becomes one neutral sign, a statement a space), then the HTML is read
as a browser reads it. `{% trans %}` blocks hold translatable text and are left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from tools.tree import ROOT, distributions, relative, report

VALUE = "\N{WHITE SQUARE}"
TRANSLATED_ATTRIBUTES = {"title", "placeholder", "aria-label", "aria-description", "alt", "label", "data-confirm"}
TRANSLATED_ARGUMENTS = {"title", "text", "label", "placeholder", "help", "action_title", "alt", "heading", "confirm"}
NOT_WORDS = {"Kartoteka", "CSV", "XLSX", "PDF", "Ctrl", "Alt", "Shift", "Esc", "Enter", "htmx"}
WORD = re.compile(r"[^\W\d_]{2,}")
VERBATIM = {"code", "kbd", "pre", "samp", "script", "style"}
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)


def without_jinja(source: str) -> str:
    """The template's own text, with each line where it was."""
    parts: list[str] = []
    lines = 1
    inside_trans = False
    for line, kind, value in _tokens(source):
        if kind == "block" and value.startswith(("trans", "endtrans")):
            inside_trans = value.startswith("trans")
        if kind == "data":
            text = "" if inside_trans else value
        else:
            text = VALUE if kind == "variable" else " "
        text = "\n" * (line - lines) + text
        lines += text.count("\n")
        parts.append(text)
    return "".join(parts)


def _tokens(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, data | variable | block, text) in order; comments and raw marks left out."""
    kind, start, words = "", 1, []
    for line, mark, value in ENVIRONMENT.lex(source):
        if mark == "data":
            yield line, "data", value
        elif mark in {"variable_begin", "block_begin"}:
            kind, start, words = mark.removesuffix("_begin"), line, []
        elif mark in {"variable_end", "block_end"}:
            yield start, kind, "".join(words).strip()
        elif kind:
            words.append(value)


class TemplateReader(HTMLParser):
    """Reads a template without its Jinja marks and notes (line, problem)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[tuple[int, str]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge the element and each of its attributes."""
        values = {name.lower(): value or "" for name, value in attrs}
        for name, value in values.items():
            self._judge_attribute(tag, name, value)
        if tag == "style":
            self._note("<style> is refused by the policy: put it into kartoteka.css")
        if tag == "script" and not values.get("src") and values.get("type") != "application/json":
            self._note("<script> with code is refused by the policy: put it into core/front/src")
        if tag == "input" and values.get("type") in {"submit", "button", "reset"}:
            self._judge_text(values.get("value", ""), "the button's value")
        if tag in VERBATIM:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element whose text is taken as it is."""
        if tag in self.open:
            self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        """A text node with words that nobody can translate is a problem."""
        if not self.open:
            self._judge_text(data, "text")

    def _judge_attribute(self, tag: str, name: str, value: str) -> None:
        plain = name.removeprefix("data-")
        if name == "style":
            self._note("style= is refused by the policy: use a class")
        elif plain.startswith("hx-on"):
            self._note(f"{name} is refused by the policy: put it into core/front/src")
        elif re.fullmatch(r"on[a-z]+", name):
            self._note(f"{name}= is refused by the policy: put it into core/front/src")
        elif re.match(r"\s*(?:javascript|js):", value, re.IGNORECASE):
            self._note(f"{name} holds code: {value.strip()[:40]}")
        elif plain.startswith("hx-trigger") and "[" in value:
            self._note(f"{name} holds a filter, which the policy refuses to evaluate")
        elif name in {"src", "href", "action"} and tag in {"script", "link", "img", "iframe", "form"}:
            if re.match(r"(?:https?:)?//", value):
                self._note(f"{name} points outside: {value[:60]}")
        elif name in TRANSLATED_ATTRIBUTES:
            self._judge_text(value, name)

    def _judge_text(self, text: str, what: str) -> None:
        words = [word for word in WORD.findall(text) if word not in NOT_WORDS]
        if words:
            self._note(f"{what} is not translatable: {' '.join(text.split())[:60]!r}")

    def _note(self, problem: str) -> None:
        self.problems.append((self.getpos()[0], problem))


def untranslated_arguments(source: str) -> Iterator[tuple[int, str]]:
    """(line, problem) for plain words handed to a macro as title, label and the like."""
    for call in ENVIRONMENT.parse(source).find_all(nodes.Call):
        for keyword in call.kwargs:
            value = getattr(keyword.value, "value", None)
            if keyword.key in TRANSLATED_ARGUMENTS and isinstance(value, str) and WORD.search(value):
                yield call.lineno, f"argument {keyword.key} is not translatable: {value[:60]!r}"


def find_problems(source: str) -> list[tuple[int, str]]:
    """(line, problem) of one HTML template."""
    try:
        reader = TemplateReader()
        reader.feed(without_jinja(source))
        reader.close()
        return sorted([*reader.problems, *untranslated_arguments(source)])
    except TemplateSyntaxError as error:
        return [(error.lineno, f"is no template: {error.message}")]


def main() -> int:
    """Check every HTML template of the core and the modules."""
    paths: list[Path] = [path for each in distributions(ROOT) for path in each.templates() if path.suffix == ".html"]
    problems = [
        f"{relative(path)}:{line}: {problem}"
        for path in paths
        for line, problem in find_problems(path.read_text("utf-8"))
    ]
    return report(problems, f"{len(paths)} templates keep the rules.")


if __name__ == "__main__":
    sys.exit(main())
