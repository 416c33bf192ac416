"""Push messages: encrypted for the browser, signed by us, sent with no page open, and only to push services (X-13)."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select

from kartoteka.builtin.notifications.channels.models import Delivery, DeliveryState, PushSubscription
from kartoteka.builtin.notifications.channels.push import is_push_service
from kartoteka.builtin.notifications.service import notify
from kartoteka.builtin.settings.models import Setting
from kartoteka.testing.clock import Clock
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef

TYPE, PUSH = "dashboard.birthday", "notifications.push"
HELLO = Message("Birthday today: turns %(age)s", {"age": 50})


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class PushService:
    """A push service on this machine, and a browser that subscribed to it."""

    port: int = 0
    status: int = 201
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/push/some-browser"

    @property
    def subscription(self) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": self.endpoint, "keys": {"p256dh": encoded(point), "auth": encoded(self.auth)}}

    def opened(self) -> list[dict[str, Any]]:
        """Return the messages as the browser reads them."""
        return [
            json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))
            for _headers, body in self.taken
        ]


@pytest.fixture
def service() -> Iterator[PushService]:
    made = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.taken.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(made.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, push_hosts="127.0.0.1", address="https://crm.company.lt")


def subscribed(company: Company, service: PushService) -> int:
    anna = company.add_user(ADMINISTRATOR)
    browser = company.browser(anna)
    sent = {"wanted": [TYPE], "with_channels": "1", "via": [f"{TYPE}|{PUSH}"]}
    browser.post("/notifications/types", data=sent)
    key = browser.post("/notifications/push/key").json["key"]
    assert key == browser.post("/notifications/push/key").json["key"]
    assert len(base64.urlsafe_b64decode(key + "=")) == 65
    assert browser.post("/notifications/push", json=service.subscription).status_code == 200
    return anna


def tell(company: Company, user_id: int, ref: RecordRef | None = None) -> None:
    with company.database.transaction(company.system) as session:
        notify(session, [user_id], TYPE, HELLO, ref)


def browsers(company: Company) -> int:
    with company.database.reading(company.system) as session:
        return session.scalar(select(func.count(PushSubscription.id))) or 0


@pytest.mark.catalogue("X-13")
@pytest.mark.catalogue("CORE-11")
def test_a_message_arrives_with_the_page_closed(
    made: Company, service: PushService, run_jobs: Callable[..., int]
) -> None:
    anna = subscribed(made, service)
    client = made.add_client("UAB Langai")
    tell(made, anna, RecordRef("clients.client", client.id))
    run_jobs(made)
    assert service.opened() == [
        {
            "title": "UAB Langai",
            "body": "Birthday today: turns 50",
            "url": "/notifications/1",
            "tag": "notification-1",
        }
    ]
    sent, body = service.taken[0]
    headers = {name.title(): value for name, value in sent.items()}
    assert b"Langai" not in body
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Authorization"].startswith("vapid t=")
    claims = headers["Authorization"].partition("t=")[2].split(".")[1].split(",")[0]
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert told["aud"] == f"http://127.0.0.1:{service.port}"
    assert told["sub"] == "https://crm.company.lt"
    with made.database.reading(made.system) as session:
        kept = session.scalar(select(Setting.value).where(Setting.name == "push_key"))
    assert kept is not None
    assert len(kept) > 100, "the private key is sealed"
    page = made.browser(anna).get("/notifications/types").text
    assert "/notifications/push/1/remove" in page
    assert made.browser(anna).post("/notifications/push/1/remove").status_code == 302
    assert browsers(made) == 0


def test_a_browser_that_is_gone_is_forgotten(made: Company, service: PushService, run_jobs: Callable[..., int]) -> None:
    anna = subscribed(made, service)
    service.status = 410
    tell(made, anna)
    run_jobs(made)
    assert browsers(made) == 0
    assert len(service.taken) == 1


def test_a_service_that_fails_or_leads_elsewhere_is_tried_again(
    made: Company, service: PushService, clock: Clock, run_jobs: Callable[..., int]
) -> None:
    clock.set("2026-03-02 09:00")
    anna = subscribed(made, service)
    service.status = 302
    tell(made, anna)
    run_jobs(made)
    service.status = 503
    clock.move(minutes=10)
    run_jobs(made)
    service.status = 201
    clock.move(minutes=10)
    run_jobs(made)
    run_jobs(made)
    assert len(service.taken) == 3
    with made.database.reading(made.system) as session:
        assert list(session.scalars(select(Delivery.state))) == [DeliveryState.SENT]


def test_nobody_removes_the_browsers_of_others(made: Company, service: PushService) -> None:
    subscribed(made, service)
    made.browser(made.add_user(ADMINISTRATOR)).post("/notifications/push/1/remove")
    assert browsers(made) == 1


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {"endpoint": "http://127.0.0.1/x"},
        {"endpoint": "https://evil.example/x", "keys": {"p256dh": "a" * 87, "auth": "a" * 22}},
        {"endpoint": "http://169.254.169.254/", "keys": {"p256dh": "a" * 87, "auth": "a" * 22}},
        {"endpoint": "http://127.0.0.1/x", "keys": {"p256dh": "<script>", "auth": "a" * 22}},
        {"endpoint": "http://127.0.0.1/x", "keys": []},
        {"endpoint": 7, "keys": {}},
    ],
)
def test_what_no_browser_answers_is_refused(made: Company, sent: Any) -> None:
    anna = made.add_user(ADMINISTRATOR)
    assert made.browser(anna).post("/notifications/push", json=sent).status_code in (400, 409, 422)
    assert browsers(made) == 0


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://db5p.notify.windows.com/w/?token=x", True),
        ("https://web.push.apple.com/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://user@fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evil.example/fcm.googleapis.com", False),
        ("https://[::1", False),
        ("ftp://allowed.example/x", False),
        ("https://allowed.example/x", True),
    ],
)
def test_which_addresses_are_push_services(endpoint: str, known: bool) -> None:
    assert is_push_service({"allowed.example"}, endpoint) is known


def test_the_worker_of_the_page_is_served_to_everybody(made: Company) -> None:
    made.add_user(ADMINISTRATOR)
    answer = made.browser().get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert "showNotification" in answer.text
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
