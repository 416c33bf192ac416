"""What the company has chosen for the module: numbers and switches that several rooms go by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import JsonDict, Model, Session, as_system, demand
from kartoteka.api.declare import Public
from kartoteka_crm_inquiries.naming import MANAGE_PROCESSES


class InquirySetting(Model):
    """A choice of the company by its name; what nobody chose is as the program has it."""

    __tablename__ = "crm_inquiries_setting"
    __row_scope__ = Public()

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)


def chosen(session: Session, name: str) -> dict[str, Any]:
    """Return a choice by its name, empty where nobody made one."""
    return dict(session.scalar(select(InquirySetting.value).where(InquirySetting.name == name)) or {})


def choose(session: Session, name: str, value: dict[str, Any]) -> None:
    """Keep a choice; raises Forbidden without the right to set up sales processes."""
    demand(session, MANAGE_PROCESSES)
    with as_system(session, reason="a choice of the company"):
        kept = session.scalar(select(InquirySetting).where(InquirySetting.name == name))
        if kept is None:
            session.add(InquirySetting(name=name, value=value))
        else:
            kept.value = value
        session.flush()
