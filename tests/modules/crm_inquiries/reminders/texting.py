"""A module that sends text messages through a gateway, as companies have them: one request over HTTP for each."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.db import Session
from kartoteka.api.declare import Channel, Module, Telling
from kartoteka.api.errors import Refused
from kartoteka.api.texts import Texts

_ = Texts("texting")
LONGEST = 160


@dataclass
class Gateway:
    """A server that takes messages, each once for its key; ``failures`` are answered with 503 before."""

    phones: dict[int, str] = field(default_factory=dict)
    taken: dict[str, dict[str, str]] = field(default_factory=dict)
    failures: int = 0
    calls: int = 0

    def __post_init__(self) -> None:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                gateway.calls += 1
                status = 503 if gateway.calls <= gateway.failures else 202 if said["to"].startswith("+3") else 422
                if status == 202:
                    gateway.taken.setdefault(said["key"], said)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_said: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Return number and text of what was taken."""
        return [(one["to"], one["text"]) for one in self.taken.values()]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def send(self, telling: Telling) -> None:
        """Send a message; a gateway that is busy is asked again later, one that refuses a number is not."""
        text = f"{telling.title}: {telling.text} {telling.about}"[:LONGEST]
        body = {"to": self.phones[telling.user_id], "text": text, "key": f"kartoteka-{telling.id}"}
        answer = requests.post(f"http://127.0.0.1:{self.server.server_port}/messages", json=body, timeout=5)
        if answer.status_code == 422:
            raise Refused(_("The gateway does not know this number."))
        answer.raise_for_status()

    def ready(self, session: Session, user_ids: list[int]) -> set[int]:
        return self.phones.keys() & set(user_ids)


def texting(gateway: Gateway) -> Any:
    """Return the module."""

    class Plugin:
        @hookimpl
        def register_module(self) -> Module:
            return Module(name="texting", title=_("Texts"), description=_("SMS."), version="1.0", api=API_VERSION)

        @hookimpl
        def register_channels(self) -> list[Channel]:
            return [
                Channel(
                    name="sms",
                    title=_("Text message"),
                    description=_("To your mobile phone."),
                    icon="device-mobile",
                    send=gateway.send,
                    ready=gateway.ready,
                    repeatable=True,
                )
            ]

    return Plugin()
