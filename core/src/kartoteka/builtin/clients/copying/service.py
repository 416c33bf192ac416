"""Use cases of copies and templates. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.copying.models import ClientTemplate
from kartoteka.builtin.clients.fields import CREATE, FIELDS, FIXED
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.tags.models import Tagging
from kartoteka.builtin.clients.tags.service import add_tags
from kartoteka.db.session import Session, actor_of, demand, find
from kartoteka.extension.declarations.data import FieldType
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

NAME_LENGTH = 100
OWN = FIXED | {
    *("company_name", "surname", "first_name", "personal_code", "birth_date", "sex", "income"),
    *("registration_code", "vat_code", "external_source", "external_id", "bank_account"),
    *("phone", "mobile", "fax", "email", "website", "registered_on", "notes"),
}
"""Fields that belong to one client alone, its names, numbers, codes and how it is reached: no copy has them."""


def copied_values(session: Session, client: Client) -> dict[str, Any]:
    """Return the stored values of a client that a copy begins with: those that the actor may read and write."""
    can = actor_of(session).can
    copied = (field for field in FIELDS.values() if _is_copied(field.name) and field.is_writable(can))
    return {field.name: getattr(client, field.attribute) for field in copied}


def copy_start(session: Session, client_id: int) -> dict[str, Any]:
    """Return what a copy of a client begins with; raises NotFound."""
    demand(session, CREATE)
    return copied_values(session, find(session, Client, client_id))


def template_start(session: Session, template_id: int) -> dict[str, Any]:
    """Return what a client made of a template begins with; raises NotFound. Fields that are gone are left out."""
    demand(session, CREATE)
    can = actor_of(session).can
    template = find(session, ClientTemplate, template_id)
    return {
        name: value
        for name, value in template.contents.items()
        if name in FIELDS and _is_copied(name) and FIELDS[name].is_writable(can)
    }


def save_template(session: Session, client_id: int, name: str) -> ClientTemplate:
    """Keep a client as a template, under a name that no other one has; one of one's own is written over."""
    demand(session, CREATE)
    client = find(session, Client, client_id)
    wanted = clean_line(name)
    if not wanted or len(wanted) > NAME_LENGTH:
        raise InvalidInput(
            {"name": _("Give the template a name of at most %(longest)s characters.", longest=NAME_LENGTH)}
        )
    contents = {field: value for field, value in copied_values(session, client).items() if _is_plain(value)}
    tags = list(session.scalars(select(Tagging.tag_id).where(Tagging.client_id == client_id).order_by(Tagging.tag_id)))
    template = session.scalar(select(ClientTemplate).where(ClientTemplate.name == wanted))
    if template is None:
        session.add(template := ClientTemplate(name=wanted, user_id=actor_of(session).user_id))
    elif template.user_id != actor_of(session).user_id:
        raise InvalidInput({"name": _("There is a template with this name already.")})
    template.contents, template.tag_ids = contents, tags
    session.flush()
    return template


def delete_template(session: Session, template_id: int) -> None:
    """Delete a template: one's own, or, with the right to rename and delete tags, any; raises Refused."""
    actor = actor_of(session)
    template = find(session, ClientTemplate, template_id)
    if template.user_id != actor.user_id and not actor.can("clients.manage_tags"):
        raise Refused(_("Only whoever has kept a template deletes it, or who may rename and delete tags."))
    session.delete(template)
    session.flush()


def give_tags(session: Session, client_id: int, start: Mapping[str, int]) -> None:
    """Give a new client the tags of the client (``like``) or of the template (``template``) that it was made of."""
    if "like" in start:
        find(session, Client, start["like"])
        tags = list(session.scalars(select(Tagging.tag_id).where(Tagging.client_id == start["like"])))
    else:
        tags = list(find(session, ClientTemplate, start["template"]).tag_ids)
    if tags and actor_of(session).can("clients.edit"):
        add_tags(session, [client_id], tags)


def list_templates(session: Session) -> list[Any]:
    """Return all templates by name."""
    columns = (ClientTemplate.id, ClientTemplate.name, ClientTemplate.user_id)
    return list(session.execute(select(*columns).order_by(ClientTemplate.name)))


def _is_copied(name: str) -> bool:
    """Tell whether a copy has a field: a document belongs to one client alone."""
    return name not in OWN and FIELDS[name].type is not FieldType.FILE


def _is_plain(value: Any) -> bool:
    return value not in (None, "") and isinstance(value, str | int | bool)
