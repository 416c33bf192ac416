"""The command line: ``kartoteka run|worker|db|module|user|demo|search`` and the commands of modules."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module

import click

from kartoteka.config import BadSettings
from kartoteka.vocabulary.errors import Problem

OWN = {
    "run": "kartoteka.cli.run:run",
    "worker": "kartoteka.cli.worker:worker",
    "db": "kartoteka.cli.db:db",
    "module": "kartoteka.cli.module:module",
    "user": "kartoteka.cli.user:user",
    "backup": "kartoteka.cli.backup:backup",
    "restore": "kartoteka.cli.backup:restore",
    "check": "kartoteka.cli.check:check",
    "setup": "kartoteka.cli.setup:setup",
    "demo": "kartoteka.cli.data:demo",
    "search": "kartoteka.cli.data:search",
}
"""Where each command lives; imported only when it is run, so that help and mistakes answer at once."""


class Commands(click.Group):
    """The core's commands, and below each module's name those that the module brings."""

    def list_commands(self, context: click.Context) -> list[str]:
        return [*OWN, *_of_modules()]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in OWN:
            place, _colon, attribute = OWN[name].partition(":")
            return getattr(import_module(place), attribute)  # type: ignore[no-any-return]
        return _of_modules().get(name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="kartoteka")
def kartoteka() -> None:
    """Kartoteka: a client card that modules fill."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command; a mistake of the user ends with one clear line, never with a stack trace."""
    try:
        kartoteka(args=arguments, prog_name="kartoteka", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _complain("Stopped.")
    except (Problem, BadSettings) as error:
        _complain(str(error))
    except BrokenPipeError:
        sys.stderr.close()
    except Exception as error:
        explained = _explained(error)
        if explained is None:
            raise
        _complain(explained)


def _of_modules() -> Mapping[str, click.Command]:
    from kartoteka.cli.common import module_commands

    try:
        return module_commands()
    except BadSettings:
        return {}


def _complain(text: str) -> None:
    click.echo(text, err=True)
    sys.exit(1)


def _explained(error: Exception) -> str | None:
    from sqlalchemy.exc import DBAPIError

    from kartoteka.db.lineages import MigrationProblem
    from kartoteka.extension.findings import BrokenCore, ConflictingAnswers

    if isinstance(error, BrokenCore | ConflictingAnswers | MigrationProblem):
        return str(error)
    if not isinstance(error, DBAPIError):
        return None
    reason = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
    missing = "no such table" in reason or "does not exist" in reason
    advice = "Run: kartoteka db upgrade" if missing else "Check KARTOTEKA_DATABASE and that the server answers."
    return f"The database says: {reason}\n{advice}"
