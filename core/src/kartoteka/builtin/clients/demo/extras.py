"""What the demo company has added itself: fields of its own with their values, and tags."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.tags.service import add_tags, change_tag, find_or_add_tag
from kartoteka.builtin.custom_fields.service import add_field
from kartoteka.db.journal import update_rows
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Colour

FIELDS: tuple[dict[str, Any], ...] = (
    {
        "type": "integer",
        "title": "Windows a year",
        "titles": {"lt": "Langų per metus", "et": "Aknaid aastas", "uk": "Вікон на рік", "ru": "Окон в год"},
        "personal": False,
    },
    {
        "type": "choice",
        "title": "Frames",
        "titles": {"lt": "Rėmai", "et": "Raamid", "uk": "Рами", "ru": "Рамы"},
        "choices": "Wood\nAluminium\nPlastic",
    },
    {
        "type": "date",
        "title": "Site measured on",
        "titles": {
            "lt": "Objektas išmatuotas",
            "et": "Objekt mõõdetud",
            "uk": "Об’єкт виміряно",
            "ru": "Объект измерен",
        },
    },
)
TAGS = (("Fair 2026", Colour.PLANNED), ("Newsletter", Colour.DONE), ("Pays late", Colour.OVERDUE))
_FIRST_DAY = date(2026, 1, 5)


def add_extras(session: Session) -> None:
    """Add fields and tags, and give them to some of the clients; the same ones each time."""
    names = [add_field(session, CLIENT_KIND, values).name for values in FIELDS]
    ids = session.scalars(select(Client.id).where(Client.kind == "company").order_by(Client.id)).all()
    frames = ("wood", "aluminium", "plastic")
    chosen = {one: place for place, one in enumerate(ids) if place % 3 == 0}
    values = {
        one: dict(
            zip(
                names,
                (20 + place * 7 % 400, frames[place % 3], (_FIRST_DAY + timedelta(days=place % 300)).isoformat()),
                strict=True,
            )
        )
        for one, place in chosen.items()
    }
    update_rows(session, Client, values)
    for place, (title, colour) in enumerate(TAGS):
        tag = find_or_add_tag(session, title)
        change_tag(session, tag.id, title, colour)
        add_tags(session, [one for number, one in enumerate(ids) if number % 7 == place], [tag.id])
