"""Setting up the add-in: where it may be shown, and keys for it."""

from __future__ import annotations

from kartoteka.builtin.office.rules import MANAGE, MOST_ORIGINS, SCOPES, USE, read_origins
from kartoteka.builtin.rest.service import end_program_keys, make_program_key
from kartoteka.builtin.settings.queries import stored_settings
from kartoteka.builtin.settings.service import keep_values
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session, actor_of, demand
from kartoteka.vocabulary.errors import Forbidden, InvalidInput
from kartoteka.vocabulary.message import text as _

READER = Actor.system("office add-in")
_SETTING = "office.origins"
KEY_TITLE = "Word, Excel, Outlook"
_LONGEST = 500


def origins_of(session: Session) -> tuple[str, ...]:
    """Return the origins that may show the add-in in a frame; none at first."""
    return tuple(stored_settings(session).get(_SETTING, "").split())


def save_origins(session: Session, written: str) -> None:
    """Keep the origins that may show the add-in in a frame; raises Forbidden, and InvalidInput for what is none."""
    demand(session, MANAGE)
    origins, wrong = read_origins(written)
    if wrong is not None:
        message = _("“%(origin)s” is no address of a site. Write it as https://example.com.", origin=wrong[:60])
        raise InvalidInput({"origins": message})
    kept = " ".join(origins)
    if len(origins) > MOST_ORIGINS or len(kept) > _LONGEST:
        raise InvalidInput({"origins": _("These are too many.")})
    keep_values(session, {_SETTING: kept})


def make_own_key(session: Session) -> str:
    """Make a key for the actor's add-in and return its text, which nobody sees again; raises Forbidden.

    It finds clients, and registers documents and new versions of them, with the actor's rights and no others.
    """
    actor = actor_of(session)
    if actor.user_id is None or not actor.can(USE):
        raise Forbidden(permission=USE)
    return make_program_key(session, KEY_TITLE, SCOPES)


def end_own_keys(session: Session) -> int:
    """End the keys of the actor's add-ins, such as that of a computer that is gone; return how many."""
    return end_program_keys(session, KEY_TITLE)
