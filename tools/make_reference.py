"""Writes docs/reference: every hook with its facts, every declaration with its fields, taken from the code itself."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

from kartoteka.api import declare
from kartoteka.extension import hookspecs
from kartoteka.extension.calls import first_result_hooks

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
FACTS = ("When called", "Returns", "Order", "Since", "Example")
GENERATED = "<!-- Written by `make docs` from the code; changes made here are lost. -->"

_FACT = re.compile(rf"^({'|'.join(FACTS)})::?[ ]?", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Hook:
    """One hook as its docstring tells it."""

    name: str
    signature: str
    group: str
    summary: str
    facts: dict[str, str]
    first_result: bool


def read_hooks() -> list[Hook]:
    """Return all hooks in the order in which the contract gives them."""
    return [_read_hook(hook, _chapter_title(hook)) for hook in hookspecs.HOOKS.values()]


def read_facts(docstring: str) -> tuple[str, dict[str, str]]:
    """Split a hook's docstring into what stands before its facts, and the facts by name."""
    pieces = _FACT.split(inspect.cleandoc(docstring))
    facts = {name: textwrap.dedent(text).strip() for name, text in zip(pieces[1::2], pieces[2::2], strict=True)}
    return pieces[0].strip(), facts


def pages() -> dict[str, str]:
    """Return the pages of the reference by file name."""
    return {"hooks.md": hooks_page(), "declarations.md": declarations_page()}


def hooks_page() -> str:
    """Return the page about hooks."""
    return "\n".join(_hook_lines()).rstrip() + "\n"


def declarations_page() -> str:
    """Return the page about declarations."""
    return "\n".join(_declaration_lines()).rstrip() + "\n"


def _hook_lines() -> Iterator[str]:
    yield from ("# Hooks", "", GENERATED, "", _paragraph(inspect.cleandoc(hookspecs.__doc__ or "")), "")
    group = ""
    for hook in read_hooks():
        if hook.group != group:
            group = hook.group
            yield from (f"## {group}", "")
        yield from (f"### {hook.name}", "", f"`{hook.signature}`", "", hook.summary, "")
        for name in FACTS[:-1]:
            yield f"- **{name}:** {_paragraph(hook.facts[name])}"
        yield from ("", "```python", hook.facts["Example"], "```", "")


def _chapter_title(hook: FunctionType) -> str:
    return inspect.cleandoc(sys.modules[hook.__module__].__doc__ or "").splitlines()[0].rstrip(".")


def _read_hook(function: FunctionType, group: str) -> Hook:
    summary, facts = read_facts(function.__doc__ or "")
    signature = f"{function.__name__}{inspect.signature(function)}".replace("'", "")
    return Hook(function.__name__, signature, group, summary, facts, function.__name__ in first_result_hooks())


def _declaration_lines() -> Iterator[str]:
    yield from ("# Declarations", "", GENERATED, "")
    yield "What a module may hand over, all of it importable from `kartoteka.api.declare`."
    yield ""
    for name in sorted(declare.__all__):
        item = getattr(declare, name)
        if isinstance(item, type):
            yield from _class_lines(name, item)


def _class_lines(name: str, item: type[Any]) -> Iterator[str]:
    yield from (f"## {name}", "", _prose(item), "")
    if issubclass(item, enum.Enum):
        yield from ("| name | value |", "|---|---|")
        yield from (f"| `{member.name}` | `{member.value}` |" for member in item)
        yield ""
    elif dataclasses.is_dataclass(item) and dataclasses.fields(item):
        yield from ("| field | type | default |", "|---|---|---|")
        # What every declaration has comes last; the owner is no business of the module.
        own = sorted(dataclasses.fields(item), key=lambda field: field.name == "weight")
        yield from (_field_line(field) for field in own if field.name != "module")
        yield ""


def _field_line(field: dataclasses.Field[Any]) -> str:
    kind = str(field.type).replace("|", "\\|")
    required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    default = "required" if required else f"`{_default(field)}`"
    return f"| `{field.name}` | `{kind}` | {default} |"


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default is dataclasses.MISSING:
        made = field.default_factory()  # type: ignore[misc]
        return repr(dict(made) if isinstance(made, Mapping) else made) if isinstance(made, (Mapping, list)) else "…"
    return field.default.value if isinstance(field.default, enum.Enum) else repr(field.default).replace("|", "\\|")


def _prose(item: type[Any]) -> str:
    """Return a docstring as Markdown: names between single backticks, lines joined."""
    text = inspect.cleandoc(item.__doc__ or "").replace("``", "`")
    return "\n\n".join(_paragraph(part) for part in text.split("\n\n"))


def _paragraph(text: str) -> str:
    return " ".join(line.strip() for line in text.replace("``", "`").splitlines() if line.strip())


def main() -> int:
    """Write the pages; say which ones changed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        file = FOLDER / name
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            print(f"docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
