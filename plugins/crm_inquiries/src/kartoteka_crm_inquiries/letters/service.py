"""Working on the shared mailbox together: take, answer, hand over, give back, tie (IN-45). Services never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.api.db import Session, actor_of, as_system, demand, find, utc_now
from kartoteka.api.errors import Conflict, InvalidInput, NotFound, Refused
from kartoteka.api.mail import answer_draft, answering_account, set_about
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts, clean_block
from kartoteka.api.users import readers_of, user_names
from kartoteka.api.work import AttachedFile, notify, send_mail
from kartoteka_crm_inquiries.choices import choose
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.letters import queries, rules
from kartoteka_crm_inquiries.letters.incoming import tie
from kartoteka_crm_inquiries.letters.models import LetterWriter, SharedLetter
from kartoteka_crm_inquiries.letters.texts import LETTER_GIVEN, given_words
from kartoteka_crm_inquiries.naming import ASSIGN, INQUIRY, LETTER, SHARED_MAIL

_ = Texts("crm_inquiries")
LONGEST_ANSWER = 100_000


def take_letter(session: Session, id: int) -> SharedLetter:
    """Take a letter on: nobody else can then. Raises Refused naming who has it, also at the same instant."""
    letter, actor = _locked(session, id), actor_of(session)
    if letter.assignee_id == actor.user_id:
        return letter
    if letter.assignee_id is not None:
        raise Refused(rules.taken_words(user_names(session, [letter.assignee_id]).get(letter.assignee_id, "")))
    letter.assignee_id, letter.taken_at = actor.user_id, utc_now()
    letter.status = rules.WORK if letter.status == rules.NEW else letter.status
    session.flush()
    return letter


def release_letter(session: Session, id: int) -> SharedLetter:
    """Give a letter back for others to take; raises Forbidden for one that somebody else has."""
    letter = _held(session, id)
    letter.assignee_id = letter.taken_at = None
    letter.status = rules.NEW if letter.status == rules.WORK else letter.status
    session.flush()
    return letter


def hand_over_letter(session: Session, id: int, user_id: int) -> SharedLetter:
    """Pass a letter on to a colleague, who is told; raises InvalidInput for one who may not answer shared mail."""
    letter = _held(session, id)
    ref = RecordRef(LETTER, letter.id)
    if user_id not in readers_of(session, ref, [user_id], permission=SHARED_MAIL):
        raise InvalidInput({"user_id": _("Choose somebody who answers e-mails of the shared mailbox.")})
    letter.assignee_id, letter.taken_at = user_id, utc_now()
    letter.status = rules.WORK if letter.status == rules.NEW else letter.status
    session.flush()
    if user_id != actor_of(session).user_id:
        notify(session, [user_id], LETTER_GIVEN, given_words(actor_of(session).name), ref)
    return letter


def answer_letter(
    session: Session, id: int, text: str, *, version: int | None = None, files: Sequence[AttachedFile] = ()
) -> int:
    """Answer a letter from the shared address and return the id of the mail; whoever has none takes it by that.

    ``version`` is that of the letter when the answer was begun. Raises Refused naming who has the letter, Conflict when
    somebody answered meanwhile or another mail came, InvalidInput.
    """
    if version is not None and _locked(session, id).version != version:
        raise Conflict
    letter, written = take_letter(session, id), clean_block(text)
    if not written:
        raise InvalidInput({"text": _("Write something first.")})
    if len(written) > LONGEST_ANSWER:
        raise InvalidInput({"text": _("Use at most %(count)s characters.", count=LONGEST_ANSWER)})
    mail = queries.mail_of(session, letter)
    draft = replace(answer_draft(mail, written), account_id=answering_account(session, mail), attachments=tuple(files))
    belongs = queries.inquiry_of_letter(session, letter)
    if belongs is not None:
        draft = replace(draft, ref=belongs)
    mail_id = send_mail(session, replace(draft, client_id=letter.client_id or mail.client_id))
    tie(session, RecordRef(LETTER, letter.id), mail_id=mail_id)
    letter.status, letter.answered_at = rules.ANSWERED, utc_now()
    session.flush()
    _stop_writing(session, letter.id)
    return mail_id


def set_letter_state(session: Session, id: int, state: str) -> SharedLetter:
    """Put a letter away that needs no answer, or take it back; raises Forbidden for one that somebody else has."""
    letter = _locked(session, id)
    if letter.assignee_id is not None:
        _demand_holder(session, letter)
    letter.state = state
    session.flush()
    return letter


def tie_letter(session: Session, id: int, inquiry_id: int) -> SharedLetter:
    """Say which inquiry a letter belongs to; its mail and its client follow. Raises NotFound."""
    letter = _locked(session, id)
    inquiry = find(session, Inquiry, inquiry_id)
    with as_system(session, reason="a letter is tied to an inquiry that its reader sees"):
        set_about(session, letter.mail_id, RecordRef(INQUIRY, inquiry.id))
    letter.inquiry_id, letter.client_id = inquiry.id, inquiry.client_id
    session.flush()
    return letter


def keep_writing(session: Session, id: int) -> list[str]:
    """Note that the actor is writing an answer now, and return the names of others who are."""
    letter, user_id = _seen(session, id), actor_of(session).user_id
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values: dict[str, Any] = {"letter_id": letter.id, "user_id": user_id, "seen_at": utc_now()}
    with as_system(session, reason="somebody is writing an answer"):
        made = make(LetterWriter).values(values)
        session.execute(
            made.on_conflict_do_update(index_elements=["letter_id", "user_id"], set_={"seen_at": values["seen_at"]})
        )
    return queries.others_writing(session, letter.id, user_id)


def let_mail_make_inquiries(session: Session, *, on: bool) -> None:
    """Choose whether mail of a client without an open inquiry makes one by itself; raises Forbidden."""
    choose(session, queries.MAIL_CHOICE, {"makes_inquiries": on})


def _seen(session: Session, id: int) -> SharedLetter:
    demand(session, SHARED_MAIL)
    return find(session, SharedLetter, id)


def _locked(session: Session, id: int) -> SharedLetter:
    """Return a letter that nobody else changes until this transaction ends."""
    _seen(session, id)
    wanted = select(SharedLetter).where(SharedLetter.id == id).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def _held(session: Session, id: int) -> SharedLetter:
    letter = _locked(session, id)
    if letter.assignee_id is not None:
        _demand_holder(session, letter)
    return letter


def _demand_holder(session: Session, letter: SharedLetter) -> None:
    if letter.assignee_id != actor_of(session).user_id:
        demand(session, ASSIGN)


def _stop_writing(session: Session, letter_id: int) -> None:
    mine = (LetterWriter.letter_id == letter_id, LetterWriter.user_id == actor_of(session).user_id)
    with as_system(session, reason="an answer is written"):
        session.execute(delete(LetterWriter).where(*mine), execution_options={"synchronize_session": False})
