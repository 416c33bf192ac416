"""``kartoteka user``: people who sign in, from the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select

from kartoteka.builtin.access.models import Role
from kartoteka.builtin.access.queries import roles_of_users
from kartoteka.builtin.access.service import ADMINISTRATOR, ensure_administrator, give_role
from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.service import (
    add_user,
    deactivate_user,
    reactivate_user,
    reset_second_factor,
    set_password,
)
from kartoteka.builtin.users.signing_in import end_sign_ins, fold_login
from kartoteka.cli.common import opened
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

password_from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it."
)


@click.group()
def user() -> None:
    """Add users, give them passwords, lock them out."""


@user.command("add")
@click.argument("login")
@click.option("--name", help="The person's name; the login when left out.")
@click.option("--email")
@click.option("--role", "roles", multiple=True, help="A role's name or title; may be given again.")
@click.option("--language")
@click.option("--must-change-password", is_flag=True, help="Ask for a new password at the first sign-in.")
@password_from_stdin
def add(
    login: str,
    name: str | None,
    email: str | None,
    roles: tuple[str, ...],
    language: str | None,
    must_change_password: bool,
    password_stdin: bool,
) -> None:
    """Add a user who signs in as LOGIN."""
    password = _read_password(from_stdin=password_stdin)
    with _working(_("User added by command")) as session:
        values = {"login": login, "name": name or login, "email": email, "language": language}
        added = add_user(session, values, password=password)
        added.must_change_password = must_change_password
        for role in roles:
            give_role(session, added.id, _role(session, role).id)
    click.echo(f"Added {added.login}.")


@user.command("list")
def list_users() -> None:
    """List users with their roles."""
    with opened().database.reading(Actor.system("user list")) as session:
        users = session.scalars(select(User).order_by(User.login)).all()
        roles = roles_of_users(session, [each.id for each in users])
    if not users:
        click.echo("There are no users yet. Add the first one: kartoteka user add LOGIN --role administrator")
    for each in users:
        state = "" if each.active else "  (locked)"
        click.echo(f"{each.login:20} {each.name:30} {', '.join(roles.get(each.id, [])) or '-'}{state}")


@user.command("password")
@click.argument("login")
@click.option("--must-change", is_flag=True, help="Ask for a new one at the next sign-in.")
@password_from_stdin
def password(login: str, must_change: bool, password_stdin: bool) -> None:
    """Give a user a new password; he is signed out everywhere."""
    new = _read_password(from_stdin=password_stdin)
    with _working(_("Password set by command")) as session:
        set_password(session, _user(session, login).id, new, must_change=must_change)
    click.echo("The password is changed.")


@user.command("lock")
@click.argument("login")
def lock(login: str) -> None:
    """Keep a user from signing in, and sign him out everywhere."""
    with _working(_("User locked by command")) as session:
        deactivate_user(session, _user(session, login).id)
    click.echo(f"{login} can't sign in any more.")


@user.command("unlock")
@click.argument("login")
def unlock(login: str) -> None:
    """Let a user sign in again, also after too many wrong passwords."""
    with _working(_("User unlocked by command")) as session:
        reactivate_user(session, _user(session, login).id)
    click.echo(f"{login} can sign in.")


@user.command("reset-second-factor")
@click.argument("login")
def reset(login: str) -> None:
    """Let a user who has lost phone, passkeys and recovery codes in with the password alone."""
    with _working(_("Second factor reset by command")) as session:
        reset_second_factor(session, _user(session, login).id)
    click.echo(f"{login} signs in with the password alone now.")


@user.command("end-sessions")
@click.argument("login")
def end_sessions(login: str) -> None:
    """Sign a user out everywhere."""
    with _working(_("User signed out everywhere by command")) as session:
        ended = end_sign_ins(session, _user(session, login).id)
    click.echo(f"Ended {ended} sign-ins.")


@contextmanager
def _working(title: Message) -> Iterator[Session]:
    with opened().database.transaction(Actor.system("command"), title) as session:
        yield session


def _user(session: Session, login: str) -> User:
    found = session.scalar(select(User).where(User.login == fold_login(login)))
    if found is None:
        raise Refused(_('There is no user "%(login)s". See: kartoteka user list', login=login))
    return found


def _role(session: Session, name: str) -> Role:
    if name == ADMINISTRATOR:
        return ensure_administrator(session)
    found = session.scalar(select(Role).where((Role.name == name) | (Role.title == name)))
    if found is None:
        known = ", ".join(sorted({ADMINISTRATOR, *session.scalars(select(Role.name))}))
        raise Refused(_('There is no role "%(name)s". Known: %(known)s.', name=name, known=known))
    return found


def _read_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
