"""A passkey device in software: makes keys and proofs as browsers hand them over (Web Authentication, level 3)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, NEW_KEY = 0x01, 0x04, 0x40


def to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One key; ``verifies`` says whether it checks a finger, ``origin`` what the browser's address line shows."""

    origin: str = "http://localhost"
    domain: str = "localhost"
    verifies: bool = True
    used: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        """Answer the page that makes a passkey."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        held = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + public
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(NEW_KEY) + held}
        client = self._client("webauthn.create", options["challenge"])
        return self._answer(client, attestationObject=to_text(cbor2.dumps(attested)), transports=["internal"])

    def prove(self, options: dict[str, Any]) -> str:
        """Answer a page that asks for a passkey."""
        self.used += 1
        data, client = self._data(), self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(client, authenticatorData=to_text(data), signature=to_text(signature))

    def _data(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.domain.encode()).digest() + struct.pack(">BI", flags, self.used)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, client: bytes, **response: Any) -> str:
        name = to_text(self.credential_id)
        whole = {"clientDataJSON": to_text(client), **response}
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": whole, "clientExtensionResults": {}}
        )
