"""Passkeys: what browsers are asked for and how their answers are checked (Web Authentication, level 3).

The site is the one whose address the browser shows: a passkey made there answers nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kartoteka.builtin.users.factors.models import Passkey

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

LONGEST_ANSWER = 20_000


class PasskeyRefused(Exception):
    """A browser's answer proves nothing: forged, replayed, of another site or a copied key."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The site as browsers know it: ``domain`` without the port, ``origin`` such as https://crm.example.lt."""

    domain: str
    origin: str
    name: str


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """What is kept of a new passkey."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: list[str]


def options_to_make(
    site: Site, *, secret: str, user_id: int, login: str, name: str, known: Sequence[Passkey]
) -> tuple[dict[str, Any], str]:
    """Return what the browser needs to make a passkey, and the challenge to be kept."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=site.domain,
        rp_name=site.name,
        user_id=_handle(secret, user_id),
        user_name=login,
        user_display_name=name,
        exclude_credentials=[_descriptor(one) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return json.loads(options_to_json(options)), bytes_to_base64url(options.challenge)


def check_new(site: Site, answer: str, challenge: str) -> NewKey:
    """Return the new key that a browser made. Raises PasskeyRefused."""
    from webauthn import verify_registration_response
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

    credential = _read(answer)
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.domain,
            expected_origin=site.origin,
        )
    except Exception as error:  # the library lets through whatever a malformed answer makes its parsers raise
        raise PasskeyRefused from error
    response = credential.get("response")
    transports = response.get("transports") if isinstance(response, dict) else None
    return NewKey(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=[str(one)[:20] for one in transports if isinstance(one, str)][:8]
        if isinstance(transports, list)
        else [],
    )


def options_to_prove(site: Site, known: Sequence[Passkey], *, alone: bool) -> tuple[dict[str, Any], str]:
    """Return what the browser needs to prove that it has a passkey, and the challenge to be kept.

    ``alone`` means that no password was asked for: the device must then check a finger, a face or a PIN.
    """
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import UserVerificationRequirement as Verification

    options = generate_authentication_options(
        rp_id=site.domain,
        allow_credentials=[_descriptor(one) for one in known],
        user_verification=Verification.REQUIRED if alone else Verification.PREFERRED,
    )
    return json.loads(options_to_json(options)), bytes_to_base64url(options.challenge)


def credential_in(answer: str) -> str:
    """Return the id of the passkey that an answer says to be of. Raises PasskeyRefused."""
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

    named = _read(answer).get("rawId")
    try:
        return bytes_to_base64url(base64url_to_bytes(named))  # type: ignore[arg-type]
    except Exception as error:
        raise PasskeyRefused from error


def check_proof(site: Site, answer: str, challenge: str, key: Passkey, *, alone: bool) -> int:
    """Return how often the key was used by now. Raises PasskeyRefused, also for a key that was copied."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    try:
        proved = verify_authentication_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.domain,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=alone,
        )
    except Exception as error:
        raise PasskeyRefused from error
    return proved.new_sign_count


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused from error
    if not isinstance(read, dict):
        raise PasskeyRefused
    return read


def _descriptor(key: Passkey) -> PublicKeyCredentialDescriptor:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    known = {one.value for one in AuthenticatorTransport}
    transports = [AuthenticatorTransport(one) for one in key.transports if one in known]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id), transports=transports or None)


def _handle(secret: str, user_id: int) -> bytes:
    """Return the number that devices know the user by: it must say nothing about him (level 3, 14.6.1)."""
    return hmac.new(secret.encode(), f"passkey user {user_id}".encode(), hashlib.sha256).digest()
