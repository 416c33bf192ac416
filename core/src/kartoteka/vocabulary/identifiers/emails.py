"""E-mail addresses."""

from __future__ import annotations

import re

from kartoteka.vocabulary.identifiers.checked import Checked, accepted, refused, unusual
from kartoteka.vocabulary.identifiers.hosts import normal_host
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, no_value

EMAIL_LENGTH = 254
"""RFC 5321 4.5.3.1.3, less the angle brackets around a path."""

_LOCAL_LENGTH = 64
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_NAMED = re.compile(r"[^<>@]*<([^<>\s]+@[^<>\s]+)>")


def email_address(text: str | None) -> Checked:
    """Check an e-mail address; the value is in small letters, since no mail server known to us minds.

    Taken: dot-atoms of RFC 5322 3.4.1 at a host name, international ones too. Also what people paste: "mailto:" and
    "Name <address>". Not taken: quoted names, comments and addresses in square brackets, which hardly any mail
    program sends to. Of several addresses the first counts, with a warning.
    """
    typed = clean_line(text)
    if len(typed) > 2 * EMAIL_LENGTH:
        return refused(typed, _("This is too long for an e-mail address. Keep one address here."))
    if no_value(typed):
        return Checked(typed)
    parts = [part.strip() for part in re.split(r"[,;]", typed) if part.strip()]
    found = _check_one(typed, parts[0])
    if len(parts) > 1 and not found.is_error:
        return unusual(typed, found.value, _("There are several addresses here; e-mails go to the first only."))
    return found


def _check_one(typed: str, address: str) -> Checked:
    named = _NAMED.fullmatch(address)
    address = re.sub(r"^mailto:", "", named[1] if named else address, flags=re.IGNORECASE)
    local, at, domain = address.rpartition("@")
    if not at:
        return refused(typed, _("An e-mail address has an @ in it, as in name@company.com."))
    if not _LOCAL.fullmatch(local):
        return refused(typed, _("Check the part before the @: no spaces, and single dots between letters."))
    host = normal_host(domain)
    if host is None:
        return refused(typed, _("Check the part after the @: it should look like company.com."))
    if len(local.encode()) > _LOCAL_LENGTH or len(f"{local}@{domain}".encode()) > EMAIL_LENGTH:
        return refused(typed, _("This is too long for an e-mail address. Keep one address here."))
    return _second_look(typed, local, host)


def _second_look(typed: str, local: str, host: str) -> Checked:
    value = f"{local.lower()}@{host}"
    if not local.isascii():
        return unusual(typed, value, _("There are letters before the @ that many mail servers refuse. Check them."))
    if "." not in host:
        return unusual(typed, value, _("There is no dot after the @. Check the end of the address."))
    return accepted(typed, value)
