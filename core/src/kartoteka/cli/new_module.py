"""``kartoteka module new``: the skeleton of a module, small but whole, with tests that pass."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import click

import kartoteka
from kartoteka.extension.checks.module import check_module, check_prefixes
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.version import API_VERSION, ENTRY_POINT_GROUP
from kartoteka.vocabulary.message import Message

_PACKAGE = Path(str(kartoteka.__file__)).parent
TEMPLATES = (_PACKAGE / "module_template", _PACKAGE.parents[2] / "module-template")
"""Where the skeleton lies in an installed Kartoteka, and in a checkout of its sources."""


@click.command("new")
@click.argument("name")
@click.option("--title", help="As people read it; made of NAME unless given.")
@click.option("--into", default=".", type=click.Path(file_okay=False, path_type=Path), help="The folder it goes into.")
def new_module(name: str, title: str | None, into: Path) -> None:
    """Make the skeleton of the module NAME, such as crm_visits."""
    if problem := _problem_with(name):
        raise click.ClickException(problem)
    folder = into / name
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} exists already and is not empty.")
    _render(name, title, folder)
    click.echo(
        f"The module {name} is in {folder}. Next:\n"
        f"  pip install -e {folder}      (in a checkout of Kartoteka: make install)\n"
        "  kartoteka db upgrade\n"
        f"  kartoteka module on {name}\n"
        f"  pytest {folder}"
    )


def _problem_with(name: str) -> str | None:
    """Return why a module cannot have this name here, None when it can."""
    module = _named(name)
    for _field, problem in check_module(module, name, builtin=False):
        return f"{name}: {problem}"
    installed = sorted({point.name for point in entry_points(group=ENTRY_POINT_GROUP)})
    if name in installed:
        return f"A module {name} is installed already."
    for _name, problem in check_prefixes([module, *map(_named, installed)], frozenset()):
        return f"{name}: {problem}"
    return None


def _named(name: str) -> Module:
    text = Message(name)
    return Module(name=name, title=text, description=text, version="0.1.0", api=API_VERSION)


def _render(name: str, title: str | None, folder: Path) -> None:
    try:
        from copier import run_copy
    except ImportError as error:
        raise click.ClickException(
            "The skeleton is filled in by copier. Install it: pip install 'kartoteka[testing]'"
        ) from error
    template = next((one for one in TEMPLATES if one.is_dir()), None)
    if template is None:
        raise click.ClickException("This installation of Kartoteka came without the skeleton of a module.")
    answers = {"name": name} if title is None else {"name": name, "title": title}
    try:
        run_copy(str(template), str(folder), data=answers, defaults=True, quiet=True)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
