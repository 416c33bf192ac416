"""A client to whom everything that the change log keeps happens by chance; what is typed is a token of its own."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import ClientShare
from kartoteka.builtin.clients.service import archive_clients, change_client, create_client, restore_clients
from kartoteka.builtin.clients.sharing import end_share, share_client
from kartoteka.builtin.clients.tags.service import add_tags, find_or_add_tag, remove_tags
from kartoteka.builtin.custom_fields.service import add_field
from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.service import change_file, save_version, set_state, store_file
from kartoteka.builtin.timeline.models import Note
from kartoteka.builtin.timeline.service import change_note, delete_note, write_note
from kartoteka.db.journal import delete_rows, operation_of
from kartoteka.db.journal.undo import undo_operation
from kartoteka.db.session import use_workplace
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.record import RecordRef, RecordState
from kartoteka_crm_clients import service
from kartoteka_crm_clients.classes.models import Turnover
from kartoteka_crm_clients.classes.service import change_turnover, enter_turnover
from kartoteka_crm_clients.contracts.models import Contract
from kartoteka_crm_clients.contracts.service import add_contract, archive_contract, change_contract
from kartoteka_crm_clients.marketing.fields import DIRECTORIES as MARKETING
from kartoteka_crm_clients.marketing.service import set_marketing
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.relations.models import Position, Relation
from kartoteka_crm_clients.relations.service import (
    add_position,
    add_relation,
    change_position,
    change_relation,
    remove_position,
    remove_relation,
)
from kartoteka_crm_clients.stages.fields import STAGES
from kartoteka_crm_clients.stages.service import set_stage
from kartoteka_crm_clients.terms.service import set_terms

CLIENT, CONTACT, CONTRACT = "clients.client", "crm_clients.contact", "crm_clients.contract"
OWN = "x_pageidavimas"


class BusyLife:
    """Things that happen to a client, drawn by chance; each word is told apart from every other."""

    def __init__(self, office: Company, seed: int) -> None:
        self.office, self.chance, self.numbers = office, random.Random(seed), itertools.count(1000)
        self.operations: list[int] = []
        self.user_id = office.add_user(ADMINISTRATOR, name="Ona Onaitė")
        self.actor = office.actor(self.user_id)
        self.colleague = office.add_user(ADMINISTRATOR, name="Petras Petraitis")
        with self.working() as session:
            add_start_entries(session, [STAGES, *(f"crm_clients.{one.name}" for one in MARKETING)])
            for kind in (CLIENT, CONTACT, CONTRACT):
                add_field(session, kind, {"type": "line", "title": "Pageidavimas"})
        self.client_id = self.do(lambda session: create_client(session, {"name": self.word(), "country": "LT"}).id)
        self.others = [self.do(lambda session: create_client(session, {"name": self.word()}).id) for _ in range(3)]
        self.person = self.do(lambda session: create_client(session, {"kind": "person", "surname": self.word()}).id)

    @contextmanager
    def working(self) -> Iterator[Any]:
        database = self.office.database
        with use_workplace(database, self.actor), database.transaction(self.actor, "Life") as session:
            yield session

    def do(self, act: Callable[[Any], Any]) -> Any:
        """Do something in a transaction of its own, and remember its operation; what is refused is left."""
        with self.working() as session:
            done = act(session)
            if (operation := operation_of(session)) is not None:
                self.operations.append(operation)
        return done

    def word(self) -> str:
        return f"Zod{next(self.numbers)}q"

    def live(self, times: int) -> None:
        """Let so many things happen."""
        acts = [getattr(self, name) for name in sorted(dir(self)) if name.startswith("act_")]
        for act in [*self.chance.sample(acts, len(acts)), *self.chance.choices(acts, k=times)]:
            with suppress(Problem):
                act()

    def pick(self, model: Any, *conditions: Any) -> int | None:
        """Return one of the client's records."""
        with self.office.database.reading(self.office.system) as session:
            mine = select(model.id).where(model.client_id == self.client_id, *conditions).order_by(model.id)
            ids = list(session.scalars(mine))
        return self.chance.choice(ids) if ids else None

    def act_client(self) -> None:
        field = self.chance.choice(("name", "notes", "activity", OWN))
        self.do(lambda session: change_client(session, self.client_id, {field: self.word()}))
        self.do(lambda session: change_client(session, self.client_id, {"manager_id": self.colleague}))

    def act_state(self) -> None:
        self.do(lambda session: archive_clients(session, [self.client_id]))
        self.do(lambda session: restore_clients(session, [self.client_id]))

    def act_contact(self) -> None:
        values = {"surname": self.word(), "email": f"{self.word()}@uab.lt".lower(), OWN: self.word()}
        self.do(lambda session: service.add_contact(session, self.client_id, values))

    def act_change_contact(self) -> None:
        if number := self.pick(Contact, Contact.state == RecordState.ACTIVE):
            values = {self.chance.choice(("surname", "job_title", "notes", OWN)): self.word()}
            self.do(lambda session: service.change_contact(session, number, values))

    def act_drop_contact(self) -> None:
        if number := self.pick(Contact):
            drop = self.chance.choice((service.archive_contact, lambda s, one: delete_rows(s, Contact, [one])))
            self.do(lambda session: drop(session, number))

    def act_address(self) -> None:
        values = {"city": self.word(), "street": self.word()}
        self.do(lambda session: service.add_address(session, self.client_id, values))
        if number := self.pick(Address):
            self.do(lambda session: service.change_address(session, number, {"street": self.word()}))

    def act_position(self) -> None:
        whose = {"person_id": self.person}
        if contact := self.pick(Contact, Contact.state == RecordState.ACTIVE):
            whose = self.chance.choice((whose, {"contact_id": contact}))
        self.do(lambda session: add_position(session, self.client_id, {**whose, "notes": self.word()}))

    def act_change_position(self) -> None:
        if number := self.pick(Position, Position.state == RecordState.ACTIVE):
            if self.chance.random() < 0.3:
                self.do(lambda session: remove_position(session, number))
            else:
                self.do(lambda session: change_position(session, number, {"notes": self.word()}))

    def act_relation(self) -> None:
        pair = [self.client_id, self.chance.choice(self.others)]
        self.chance.shuffle(pair)
        self.do(lambda session: add_relation(session, pair[0], {"related_id": pair[1], "notes": self.word()}))

    def act_change_relation(self) -> None:
        with self.office.database.reading(self.office.system) as session:
            ids = list(session.scalars(select(Relation.id).where(Relation.state == RecordState.ACTIVE)))
        if ids:
            number = self.chance.choice(ids)
            if self.chance.random() < 0.3:
                self.do(lambda session: remove_relation(session, number))
            else:
                self.do(lambda session: change_relation(session, number, {"notes": self.word()}))

    def act_contract(self) -> None:
        values = {"number": self.word(), "title": self.word(), "signed_on": date(2026, 3, 1), OWN: self.word()}
        self.do(lambda session: add_contract(session, self.client_id, values))

    def act_change_contract(self) -> None:
        if number := self.pick(Contract, Contract.state == RecordState.ACTIVE):
            if self.chance.random() < 0.2:
                self.do(lambda session: archive_contract(session, number))
            else:
                field = self.chance.choice(("title", "terms", OWN))
                self.do(lambda session: change_contract(session, number, {field: self.word()}))

    def act_note(self) -> None:
        self.do(lambda session: write_note(session, RecordRef(CLIENT, self.client_id), self.word()))
        if number := self.pick(Note):
            change = self.chance.random() < 0.7
            self.do(lambda session: change_note(session, number, {"text": self.word()})) if change else None
            self.do(lambda session: delete_note(session, number)) if not change else None

    def act_file(self) -> None:
        content = io.BytesIO(self.word().encode())
        named = {"client_id": self.client_id, "title": self.word(), "note": self.word()}
        self.do(lambda session: store_file(session, content, f"{self.word()}.txt", **named))

    def act_change_file(self) -> None:
        if number := self.pick(File, File.state == RecordState.ACTIVE):
            chance, content = self.chance.random(), io.BytesIO(self.word().encode())
            if chance < 0.3:
                self.do(lambda session: set_state(session, number, RecordState.DELETED))
            elif chance < 0.6:
                self.do(
                    lambda session: save_version(session, number, content, f"{self.word()}.txt", comment=self.word())
                )
            else:
                self.do(lambda session: change_file(session, number, {"title": self.word()}))

    def act_tag(self) -> None:
        tag = self.do(lambda session: find_or_add_tag(session, f"Zod{self.chance.randint(100, 104)}q").id)
        change = self.chance.choice((add_tags, add_tags, remove_tags))
        self.do(lambda session: change(session, [self.client_id], [tag]))

    def act_share(self) -> None:
        if number := self.pick(ClientShare):
            self.do(lambda session: end_share(session, number))
        else:
            self.do(lambda session: share_client(session, self.client_id, self.colleague, self.word()))

    def act_marketing(self) -> None:
        with self.office.database.reading(self.office.system) as session:
            sizes = select(DirectoryEntry.id).where(DirectoryEntry.directory == "crm_clients.sizes")
            size = self.chance.choice(list(session.scalars(sizes.order_by(DirectoryEntry.id))))
        self.do(lambda session: set_marketing(session, self.client_id, {"size": size}))

    def act_stage(self) -> None:
        with self.office.database.reading(self.office.system) as session:
            stages = select(DirectoryEntry.id).where(DirectoryEntry.directory == STAGES)
            stage = self.chance.choice(list(session.scalars(stages.order_by(DirectoryEntry.id))))
        day = date(2026, 3, 1)
        self.do(lambda session: set_stage(session, self.client_id, stage, day, today=day))

    def act_terms(self) -> None:
        values = {"is_blocked": True, "block_reason": self.word(), "discount": str(self.chance.randint(1, 60))}
        self.do(lambda session: set_terms(session, self.client_id, values))

    def act_turnover(self) -> None:
        day = date(2025, 1, 1) + timedelta(days=self.chance.randint(0, 400))
        self.do(lambda session: enter_turnover(session, self.client_id, day, self.chance.randint(1, 900)))
        if number := self.pick(Turnover):
            self.do(lambda session: change_turnover(session, number, {"amount": self.chance.randint(1, 900)}))

    def act_merge(self) -> None:
        other = self.do(lambda session: create_client(session, {"name": self.word()}).id)
        self.do(lambda session: service.add_contact(session, other, {"surname": self.word()}))
        self.do(lambda session: write_note(session, RecordRef(CLIENT, other), self.word()))
        self.do(lambda session: merge_clients(session, self.client_id, [other]))
        if self.chance.random() < 0.5:
            self.act_undo()

    def act_undo(self) -> None:
        """Take back the last thing that was done."""
        if len(self.operations) > 10:
            last = self.operations.pop()
            with suppress(Problem), self.working() as session:
                undo_operation(session, last)
