"""Runs in the environment of a `Machine`: commands, then visits by an administrator; prints the answers as JSON."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from sqlalchemy import select


def main() -> None:
    work = json.loads(sys.argv[1])
    commands = [run_command(arguments) for arguments in work["commands"]]
    visits = visit(work["visits"]) if work["visits"] else []
    json.dump({"commands": commands, "visits": visits}, sys.stdout)


def run_command(arguments: list[str]) -> str:
    from kartoteka.cli import main as kartoteka

    printed = StringIO()
    with redirect_stdout(printed):
        kartoteka(arguments)
    return printed.getvalue()


def visit(visits: list[list[Any]]) -> list[tuple[int, str]]:
    from kartoteka.app import create_app
    from kartoteka.installation import open_installation
    from kartoteka.testing.company import Company

    installation = open_installation()
    app = create_app(installation=installation)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    company = Company(app, installation)
    browser = company.browser(administrator(company))
    answers = []
    for method, address, form in visits:
        answer = browser.open(address, method=method, data=form or None, follow_redirects=method == "POST")
        answers.append((answer.status_code, answer.text))
    return answers


def administrator(company: Any) -> int:
    """Return the administrator, added with a first client when there is nobody yet."""
    from kartoteka.builtin.users.models import User

    with company.database.reading(company.system) as session:
        known = session.scalar(select(User.id).where(User.login == "boss"))
    if known is not None:
        return known
    company.add_client("UAB Pirmieji")
    return company.add_user("administrator", login="boss")


if __name__ == "__main__":
    main()
