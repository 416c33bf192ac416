"""The demo company: a maker of windows in the Baltics, its three users, and their work of the last 18 months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from kartoteka.builtin.access.actors import load_actor
from kartoteka.builtin.access.service import add_role, ensure_administrator, give_role
from kartoteka.builtin.clients.demo.history import live_through
from kartoteka.builtin.dashboard.service import post_notice
from kartoteka.builtin.search.saved_views import save_view
from kartoteka.builtin.settings.queries import stored_settings
from kartoteka.builtin.settings.service import save_settings
from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.service import add_user, save_department
from kartoteka.db.actor import Actor, Reach
from kartoteka.db.journal import name_operation
from kartoteka.db.session import Session
from kartoteka.extension.active import active_set
from kartoteka.extension.dispatch import load_demo
from kartoteka.installation import Installation, requires_of
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.message import translator
from kartoteka.web.assembly import locale_folders
from kartoteka.web.i18n import Languages

PASSWORD = "balti-aknad-7"  # noqa: S105 - the demo company is made up and served to its own machine only
SYSTEM = Actor.system("demo company")
TITLE = _("Demo company")
MANAGING = frozenset(
    {
        *("users.manage", "access.manage", "modules.manage", "settings.manage", "jobs.manage", "audit.view"),
        *("custom_fields.manage", "clients.arrange_card", "clients.manage_tags"),
        *("operations.undo_any", "importing.see_all", "clients.purge"),
    }
)


@dataclass(frozen=True)
class Person:
    """A user of the demo company: ``refused`` are rights that the person's role leaves out."""

    login: str
    name: str
    email: str
    born: date
    department: str
    role: str
    reach: Reach
    language: str
    refused: frozenset[str] = frozenset()


DIRECTOR = Person(
    login="rasa",
    name="Rasa Kazlauskienė",
    email="rasa@siaures-langai.example",
    born=date(1978, 5, 14),
    department="Management",
    role="Administrator",
    reach=Reach.ALL,
    language="en",
)
HEAD_OF_SALES = Person(
    login="kadri",
    name="Kadri Tamm",
    email="kadri@siaures-langai.example",
    born=date(1985, 2, 28),
    department="Sales",
    role="Head of sales",
    reach=Reach.DEPARTMENT,
    language="en",
    refused=MANAGING,
)
SELLER = Person(
    login="tomas",
    name="Tomas Petrauskas",
    email="tomas@siaures-langai.example",
    born=date(1991, 11, 3),
    department="Sales",
    role="Sales manager",
    reach=Reach.OWN,
    language="en",
    refused=frozenset(
        {
            *MANAGING,
            "dashboard.manage_notices",
            "clients.change_manager",
            "clients.share",
            "clients.see_personal_code",
            "clients.edit_personal_code",
            "access.see_confidential",
            "access.edit_confidential",
        }
    ),
)
PEOPLE = (DIRECTOR, HEAD_OF_SALES, SELLER)
SETTINGS = {"company": "Šiaurės langai", "country": "LT", "language": "en", "timezone": "Europe/Vilnius"}
NOTICE = {
    "title": "New prices of triple glazing",
    "text": "From Monday offers are made with the new price list. Ask Kadri where an old promise has to be kept.",
    "important": True,
}


def fill_demo_company(
    installation: Installation, clients: int, today: date, *, password: str | None = PASSWORD
) -> None:
    """Add the demo company's users, ``clients`` clients and what the active modules add to them.

    Without a ``password`` nobody can sign in as one of these users until somebody gives them one.
    """
    with installation.database.transaction(SYSTEM, title=TITLE) as session:
        modules = active_set(session)
        users = _add_people(session, installation, modules, password)
        actors = [_actor(session, installation, modules, user) for user in users]
    live_through(installation.database, actors[0], actors[1:], clients, today)
    with _all_languages(installation), installation.database.transaction(SYSTEM, title=TITLE) as session:
        load_demo(session, clients)
        name_operation(session, TITLE)  # whatever the modules did on the way: they all fill one company
        if not stored_settings(session):
            save_settings(session, SETTINGS)
    with installation.database.transaction(actors[0], title=TITLE) as session:
        post_notice(session, {**NOTICE, "valid_from": today, "valid_until": today + timedelta(days=14)})
        save_view(session, "clients", title="Important clients", query="importance=a", shared=True)


@contextmanager
def _all_languages(installation: Installation) -> Iterator[None]:
    """Load the catalogues: what directories begin with is kept in all languages."""
    languages = Languages(locale_folders(installation))  # type: ignore[arg-type]
    token = translator.set(languages.translator(SETTINGS["language"]))
    try:
        yield
    finally:
        translator.reset(token)


def _add_people(
    session: Session, installation: Installation, modules: frozenset[str], password: str | None
) -> list[User]:
    known = requires_of(installation.registry, modules)
    departments = {name: save_department(session, None, name=name).id for name in ("Management", "Sales")}
    taken = set(session.scalars(select(User.login)))
    users: list[User] = []
    for person in PEOPLE:
        values = {
            "login": person.login if person.login not in taken else f"{person.login}.demo",
            "name": person.name,
            "email": person.email,
            "birth_date": person.born,
            "department_id": departments[person.department],
            "language": person.language,
        }
        users.append(add_user(session, values, password=password))
        give_role(session, users[-1].id, _role_id(session, person, set(known)))
    return users


def _role_id(session: Session, person: Person, known: set[str]) -> int:
    if person is DIRECTOR:
        return ensure_administrator(session).id
    rights = dict.fromkeys(sorted(known - person.refused), True)
    return add_role(session, title=person.role, reach=person.reach, rights=rights).id


def _actor(session: Session, installation: Installation, modules: frozenset[str], user: User) -> Actor:
    return load_actor(
        session,
        user_id=user.id,
        name=user.name,
        department_id=user.department_id,
        requires=requires_of(installation.registry, modules),
        modules=modules,
    )
