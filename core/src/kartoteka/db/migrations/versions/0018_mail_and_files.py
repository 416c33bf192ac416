"""What mail, the inbox and files keep besides; kinds and statuses of documents become directories."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | None = None
depends_on: str | None = None

_LANGUAGES = ("lt", "et", "uk", "ru")
_KINDS = (
    ("agreement", "Agreement", "agreement", "", ("Susitarimas", "Kokkulepe", "Угода", "Соглашение")),
    ("offer", "Offer", "offer", "", ("Pasiūlymas", "Pakkumine", "Пропозиція", "Предложение")),
    (
        "specification",
        "Project specification",
        "project specification",
        "",
        ("Projekto specifikacija", "Projekti spetsifikatsioon", "Специфікація проєкту", "Спецификация проекта"),
    ),
    ("drawing", "Drawing", "drawing", "", ("Brėžinys", "Joonis", "Креслення", "Чертёж")),
    ("act", "Act", "act", "", ("Aktas", "Akt", "Акт", "Акт")),
    ("contract", "Contract", "contract", "", ("Sutartis", "Leping", "Договір", "Договор")),
    ("invoice", "Invoice", "invoice", "", ("Sąskaita faktūra", "Arve", "Рахунок", "Счёт")),
    ("letter", "Letter", "letter", "", ("Raštas", "Kiri", "Лист", "Письмо")),
    ("photo", "Photo", "photo", "", ("Nuotrauka", "Foto", "Фото", "Фото")),
    (
        "other",
        "Other document",
        "other document",
        "",
        ("Kitas dokumentas", "Muu dokument", "Інший документ", "Другой документ"),
    ),
)
_STATUSES = (
    (
        "in_preparation",
        "In preparation",
        "in preparation",
        "planned",
        ("Rengiama", "Koostamisel", "Готується", "Готовится"),
    ),
    (
        "working",
        "Working version",
        "working version",
        "planned",
        ("Darbinė versija", "Tööversioon", "Робоча версія", "Рабочая версия"),
    ),
    ("sent", "Sent", "sent", "today", ("Išsiųsta", "Saadetud", "Надіслано", "Отправлено")),
    ("signed", "Signed", "signed", "done", ("Pasirašyta", "Allkirjastatud", "Підписано", "Подписано")),
    ("in_force", "In force", "in force", "done", ("Galioja", "Kehtib", "Чинний", "Действует")),
    ("ended", "Ended", "ended", "none", ("Baigta", "Lõppes", "Завершено", "Завершено")),
)
_ENTRIES = sa.table(
    "core_directory_entry",
    *(sa.column(name, sa.String) for name in ("directory", "code", "name", "name_sort", "country", "colour")),
    sa.column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
    sa.column("position", sa.Integer),
    sa.column("closed", sa.Boolean),
    sa.column("version", sa.Integer),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Say of mails whether they want pictures from elsewhere: of old ones with HTML, perhaps. Fill the directories.

    Documents keep what they say: a kind or a status is the code of its entry.
    """
    with op.batch_alter_table("core_inbox_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("has_remote", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(sa.text("UPDATE core_inbox_mail SET has_remote = has_html"))
    with op.batch_alter_table("core_inbox_mail", schema=None) as batch_op:
        batch_op.alter_column("has_remote", server_default=None)
    op.bulk_insert(_ENTRIES, [*_rows("files.kinds", _KINDS), *_rows("files.statuses", _STATUSES)])


def downgrade() -> None:
    """Take the directories away; documents keep the codes."""
    own = _ENTRIES.c.directory.in_(["files.kinds", "files.statuses"])
    op.execute(sa.delete(_ENTRIES).where(own))
    with op.batch_alter_table("core_inbox_mail", schema=None) as batch_op:
        batch_op.drop_column("has_remote")


def _rows(directory: str, entries: tuple[tuple[str, str, str, str, tuple[str, ...]], ...]) -> list[dict[str, object]]:
    now = datetime.now(UTC)
    return [
        {
            "directory": directory,
            "code": code,
            "name": name,
            "name_sort": sort,
            "titles": dict(zip(_LANGUAGES, titles, strict=True)),
            "country": "",
            "position": position,
            "colour": colour,
            "closed": False,
            "version": 1,
            "created_at": now,
        }
        for position, (code, name, sort, colour, titles) in enumerate(entries, 1)
    ]
