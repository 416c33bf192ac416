"""Which mails were written by programs: bounces, automatic replies, complaints; and what bounces say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kartoteka.builtin.inbox.parsing import headers
from kartoteka.builtin.inbox.parsing.bounces import find_bounces, returned_id
from kartoteka.builtin.inbox.parsing.contents import Contents, Part
from kartoteka.vocabulary.incoming import BouncedRecipient, IncomingMail, MailKind

_DAEMONS = re.compile(
    r"^(mailer[-_.]?daemon|post[-_.]?master|mail[-_.]?daemon|mdaemon|mmdf|uucp|bounces?|mail[-_.]delivery[-_.]?(sub)?system"
    r"|microsoftexchange[0-9a-f]{10,})([-+.=_].*)?$",
    re.IGNORECASE,
)
_DAEMON_NAMES = re.compile(
    r"mail(er)?[ -]?(delivery|daemon)|delivery (sub)?system|system administrator|mail administrator|postmaster"
    r"|internet mail delivery|mail system",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|non[- ]?deliver|not? (be )?delivered"
    r"|delivery.{0,20}(fail|error|status|problem|report|delay|notif)"
    r"|(fail|error).{0,20}(deliver|sending|message|mail\b)|mail(er)? (system )?(error|fail|deliver)"
    r"|returned? (e-?)?mail"
    r"|mail returned|message you sent|returned to sender|warning: (could not send|message)|mail could not be"
    r"|message (status|delayed|blocked|bounced|not sent)|rejected|bounce|nondeliverable|unzustellbar|fehlgeschlagen"
    r"|nepristatyt|nepavyko pristatyti|ei saanud toimetada|kohaletoimetam|nevar.ja piegād|не (было )?доставлено"
    r"|недоставлен|невозможно доставить|не вдалося доставити|не може бути доставлен|echec|échec|non remis",
    re.IGNORECASE,
)
_BOUNCE_TEXT = re.compile(
    r"could(n't| not) be (delivered|sent)|(wasn't|was not|not) delivered|unable to deliver|delivery (has )?failed"
    r"|permanent(ly)? (fatal )?(error|fail)|user unknown|unknown (user|recipient|local)"
    r"|no such (user|mailbox|recipient)"
    r"|mailbox (unavailable|is full|not found)|over quota|recipient.{0,20}rejected|undeliverable"
    r"|returned (message|mail)"
    r"|undelivered|(fatal|transient|delivery) errors?\b|host (unknown|not found)|delayed mail|still (being|trying)"
    r"|delivery problem"
    r"|[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}|message (was|has been) (rejected|refused|blocked)|account is disabled"
    r"|did not reach|not reach the following|domain (does not exist|not found)|invalid (recipient|address|user)",
    re.IGNORECASE,
)
_AUTO_SUBJECT = re.compile(
    r"^\s*(auto(matic|mated|matische|matisk)?[ -]?(reply|response|antwort|svar)?\s*:|out of (the )?office"
    r"|automatic reply|auto[- ]?(reply|response)|autosvar|vacation|on vacation|away from|abwesen|absence"
    r"|réponse automatique|respuesta automática|risposta automatica"
    r"|automatinis (atsakymas|atsakiklis)|automaatvastus"
    r"|automaatne vastus|automātiskā atbilde|автоответ|автоматическ(ий|ое) (ответ|сообщение)"
    r"|автоматична відповідь|автовідповідь|thank you for (your email|contacting))",
    re.IGNORECASE,
)
_AUTO_SURE = re.compile(
    r"^\s*(auto(matic)?[ -]?(reply|response)|automatic reply|out of (the )?office|automatinis ats|automaatvastus"
    r"|automaatne vastus|automātiskā atbilde|автоответ|автоматический ответ|автоматична відповідь|автовідповідь)",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(r"^(complaint about message from|e-?mail feedback report|\[?abuse report)", re.IGNORECASE)
_NOTICE_OF_BOUNCE = re.compile(r'"notificationType\\?"\s*:\s*\\?"Bounce\\?"')
_NOBODY = re.compile(r"^(no|do[-_.]?not)[-_.]?reply", re.IGNORECASE)
_AUTO_FIELDS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-autoreply-from", "x-mail-autoreply", "x-vacation")
_LIST_FIELDS = ("list-id", "list-unsubscribe", "x-mailing-list", "feedback-id", "x-campaign")


@dataclass(frozen=True)
class Found:
    """What a mail is, and what it reports."""

    kind: MailKind
    automatic: bool = False
    bounced: tuple[BouncedRecipient, ...] = ()
    message_id: str = ""


def classify(message: Part, contents: Contents, mail: IncomingMail) -> Found:
    """Tell what sort of mail it is; a bounce comes before an automatic reply, because bounces call themselves one."""
    if contents.feedback or (_COMPLAINT.search(mail.subject) and contents.returned):
        return Found(MailKind.COMPLAINT, automatic=True, message_id=returned_id(contents, mail))
    if _is_bounce(message, contents, mail):
        bounced = find_bounces(message, contents, mail)
        return Found(MailKind.BOUNCE, automatic=True, bounced=bounced, message_id=returned_id(contents, mail))
    if _is_auto_reply(message, mail):
        return Found(MailKind.AUTO_REPLY, automatic=True)
    return Found(MailKind.MAIL, automatic=_is_automatic(message, mail))


def _is_bounce(message: Part, contents: Contents, mail: IncomingMail) -> bool:
    if contents.statuses or contents.report or headers.field(message, "x-failed-recipients"):
        return True
    if mail.sender and mail.sender.address.endswith("amazonaws.com") and _NOTICE_OF_BOUNCE.search(mail.text):
        return True
    signs = (
        _is_from_daemon(message, mail),
        bool(_BOUNCE_SUBJECT.search(mail.subject)),
        bool(_BOUNCE_TEXT.search(mail.text[:5000])),
    )
    return sum(signs) >= 2 and (signs[0] or _has_no_way_back(message))


def _is_from_daemon(message: Part, mail: IncomingMail) -> bool:
    if mail.sender is None:
        return bool(_DAEMON_NAMES.search(headers.text_field(message, "from"))) or not mail.to
    local = mail.sender.address.partition("@")[0]
    return bool(_DAEMONS.match(local) or _DAEMON_NAMES.search(mail.sender.name))


def _has_no_way_back(message: Part) -> bool:
    return headers.field(message, "return-path").strip() in {"<>", "<MAILER-DAEMON>"}


def _is_auto_reply(message: Part, mail: IncomingMail) -> bool:
    submitted = headers.field(message, "auto-submitted").strip().lower()
    if submitted.startswith("auto-replied") or any(headers.field(message, one) for one in _AUTO_FIELDS):
        return True
    if headers.field(message, "precedence").strip().lower() in {"auto_reply", "auto-reply"}:
        return True
    return bool(_AUTO_SUBJECT.search(mail.subject)) and (
        submitted not in {"", "no"}
        or bool(headers.field(message, "x-auto-response-suppress"))
        or _has_no_way_back(message)
        or bool(mail.references)
        or _AUTO_SURE.search(mail.subject) is not None
    )


def _is_automatic(message: Part, mail: IncomingMail) -> bool:
    submitted = headers.field(message, "auto-submitted").strip().lower()
    precedence = headers.field(message, "precedence").strip().lower()
    return (
        submitted not in {"", "no"}
        or precedence in {"bulk", "list", "junk"}
        or _has_no_way_back(message)
        or (mail.sender is not None and _NOBODY.match(mail.sender.address) is not None)
        or any(headers.field(message, one) for one in _LIST_FIELDS)
    )
