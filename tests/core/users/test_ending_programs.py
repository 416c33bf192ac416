"""A new password ends whatever lets anybody in as its user: programs as well as browsers."""

from __future__ import annotations

from sqlalchemy import func, select

from kartoteka.builtin.dav.models import CalendarFeed
from kartoteka.builtin.dav.service import add_feed
from kartoteka.builtin.notifications.channels.models import PushSubscription
from kartoteka.builtin.rest.models import ApiKey
from kartoteka.builtin.rest.service import make_key
from kartoteka.builtin.users.app_passwords.models import AppPassword
from kartoteka.builtin.users.app_passwords.service import add_app_password
from kartoteka.builtin.users.service import set_password
from kartoteka.testing.company import ADMINISTRATOR, PASSWORD, Company

NEW_PASSWORD = "seven wise geese 9"
CHANGE = {"old_password": PASSWORD, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
ALL, NONE = [1, 1, 1, 1], [0, 0, 0, 0]


def let_programs_in(company: Company, user_id: int) -> None:
    """Give out one of each of what lets programs in as a user."""
    with company.database.transaction(company.actor(user_id)) as session:
        make_key(session, title="Website", scopes=["*:read"])
        add_app_password(session, user_id, "Word")
        add_feed(session, user_id, "Phone")
    with company.database.transaction(company.system) as session:
        keys = {"p256dh": "p", "auth": "a", "agent": ""}
        session.add(PushSubscription(user_id=user_id, endpoint="https://push", endpoint_hash=str(user_id), **keys))


def let_in(company: Company, user_id: int) -> list[int]:
    """Return how many of each still let somebody in."""
    with company.database.reading(company.system) as session:
        counts = [
            session.scalar(select(func.count(one.id)).where(one.user_id == user_id, one.ended_at.is_(None)))
            for one in (ApiKey, AppPassword, CalendarFeed)
        ]
        browsers = select(func.count(PushSubscription.id)).where(PushSubscription.user_id == user_id)
        return [*map(int, counts), int(session.scalar(browsers) or 0)]


def test_a_password_set_by_an_administrator_ends_all_programs_of_this_user(made: Company) -> None:
    boss, clerk = made.add_user(ADMINISTRATOR), made.add_user(permissions=["rest.keys"])
    for user_id in (boss, clerk):
        let_programs_in(made, user_id)
    with made.database.transaction(made.actor(boss)) as session:
        set_password(session, clerk, NEW_PASSWORD)
    assert (let_in(made, clerk), let_in(made, boss)) == (NONE, ALL)


def test_whoever_changes_his_own_password_ends_his_programs_or_keeps_them(made: Company) -> None:
    anna, ona = made.add_user(permissions=["rest.keys"]), made.add_user(permissions=["rest.keys"])
    for user_id in (anna, ona):
        let_programs_in(made, user_id)
    page = made.browser(anna).get("/users/me/password").text
    assert "app passwords, API keys, calendar addresses and push messages end" in page
    assert made.browser(anna).post("/users/me/password", data=CHANGE).status_code == 302
    assert made.browser(ona).post("/users/me/password", data={**CHANGE, "keep_programs": "y"}).status_code == 302
    assert (let_in(made, anna), let_in(made, ona)) == (NONE, ALL)
