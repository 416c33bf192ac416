"""A module that makes offers: its action stands on pages of inquiries without this module knowing of it."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.db import Actor, Session
from kartoteka.api.declare import Action, Module, Outcome
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import INQUIRY, VIEW

_ = Texts("offers")
MADE: list[RecordRef] = []


def make_offer(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    MADE.extend(records)
    return Outcome(_("The offer is made."), len(records), url="/clients/")


@hookimpl
def register_module() -> Module:
    return Module(name="offers", title=_("Offers"), description=_("Makes offers."), version="1.0", api=API_VERSION)


@hookimpl
def register_actions() -> list[Action]:
    offer = Action(
        name="offer",
        kinds=(INQUIRY,),
        title=_("Make an offer"),
        icon="file-dollar",
        permission=VIEW,
        run=make_offer,
        primary=True,
    )
    return [offer]


ENTRY_POINT: Any = SimpleNamespace(name="offers", value="offers", dist=None, load=lambda: sys.modules[__name__])
