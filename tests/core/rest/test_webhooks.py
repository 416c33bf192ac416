"""Webhooks: signed, tried again, sent again on request, never into the private network unless that is allowed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from kartoteka.builtin.clients.service import change_client
from kartoteka.builtin.rest.models import Webhook, WebhookDelivery
from kartoteka.builtin.rest.webhooks import delivering, targets
from kartoteka.builtin.rest.webhooks.delivering import DELAYS, LEASE, Letter, Posted, send
from kartoteka.builtin.rest.webhooks.managing import (
    KEPT,
    add_webhook,
    check_address,
    forget_deliveries,
    send_again,
    send_ping,
)
from kartoteka.builtin.rest.webhooks.targets import BadTarget, find_address, is_public, read_target
from kartoteka.db.clock import at_moment, utc_now
from kartoteka.db.journal import insert_rows
from kartoteka.db.sealing import seal
from kartoteka.testing import run_jobs
from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import InvalidInput
from tests.core.rest.receiver import listening

CLIENT = "clients.client"


@pytest.fixture
def receiver():
    with listening() as receiver:
        yield receiver


@pytest.fixture(params=chosen_kinds())
def shop(request):
    """A company whose webhooks may go to this machine."""
    with open_company(request.param, private_webhooks=True) as company:
        yield company


def hook(company, receiver, *kinds):
    with company.database.transaction(company.system) as session:
        webhook, secret = add_webhook(session, title="Shop", url=receiver.url, kinds=kinds or (CLIENT,))
    return webhook.id, secret


def deliveries(company):
    with company.database.reading(company.system) as session:
        return session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()


def events(receiver):
    return [(json.loads(body)["type"], json.loads(body)["data"].get("ids")) for _headers, body in receiver.taken]


def test_a_secret_that_can_not_be_read_stops_no_other_webhook(shop, receiver, monkeypatch):
    monkeypatch.setattr(delivering, "AT_ONCE", 1)
    broken, _secret = hook(shop, receiver)
    hook(shop, receiver)
    with shop.database.transaction(shop.system) as session:
        session.get_one(Webhook, broken).secret = seal("another secret", "whsec_AAAA")
    shop.add_client("UAB Langai")
    run_jobs(shop)
    told = {one.webhook_id: (one.state, str(one.error or "")) for one in deliveries(shop)}
    assert told.pop(broken) == ("failed", "The secret of this webhook can't be read any more. Add the webhook anew.")
    assert list(told.values()) == [("sent", "")]
    assert len(receiver.taken) == 1


@pytest.mark.catalogue("X-04", part="webhooks")
def test_a_program_is_told_of_changes_and_can_check_who_says_so(shop, receiver):
    shop.add_client("Before")
    _id, secret = hook(shop, receiver)
    shop.add_client("UAB Langai")
    with shop.database.transaction(shop.system) as session:
        change_client(session, 2, {"activity": "Windows"})
    run_jobs(shop)
    assert events(receiver) == [("clients.client.created", [2]), ("clients.client.changed", [2])]
    headers, body = receiver.taken[0]
    told = Verifier(secret).verify(body, headers)
    assert told["data"] == {"kind": CLIENT, "resource": "/api/v1/clients/clients", "ids": [2]}
    assert b"Langai" not in body, "contents are read with a key, within its rights"
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace(b"[2]", b"[3]"), headers)
    with pytest.raises(WebhookVerificationError):
        Verifier("whsec_" + "A" * 32).verify(body, headers)
    assert [one.state for one in deliveries(shop)] == ["sent", "sent"]


@pytest.mark.catalogue("X-04", part="replay")
def test_a_message_that_fails_is_tried_again_and_can_be_sent_again(shop, receiver):
    hook(shop, receiver)
    receiver.answers += [500, 302]
    shop.add_client("UAB Langai")
    run_jobs(shop)
    (delivery,) = deliveries(shop)
    assert (delivery.state, delivery.attempts, delivery.status) == ("waiting", 1, 500)
    assert run_jobs(shop) == 0 or len(receiver.taken) == 1, "not before its time"
    later = utc_now()
    for delay in DELAYS[:2]:
        later += delay + timedelta(seconds=61)
        with at_moment(later):
            run_jobs(shop)
    (delivery,) = deliveries(shop)
    assert (delivery.state, delivery.attempts, delivery.status) == ("sent", 3, 204)
    with shop.database.transaction(shop.system) as session:
        send_again(session, delivery.id)
    run_jobs(shop)
    assert len({headers["webhook-id"] for headers, _body in receiver.taken}) == 1
    assert len(receiver.taken) == 4


def test_a_message_is_given_up_in_the_end(shop, receiver):
    hook(shop, receiver)
    receiver.answers += [500] * 20
    shop.add_client("UAB Langai")
    later = utc_now()
    for delay in (*DELAYS, timedelta(days=2)):
        with at_moment(later):
            run_jobs(shop)
        later += delay + timedelta(minutes=2)
    (delivery,) = deliveries(shop)
    assert (delivery.state, delivery.attempts) == ("failed", len(DELAYS) + 1)
    with at_moment(later + KEPT), shop.database.transaction(shop.system) as session:
        assert forget_deliveries(session) == 1


def test_a_target_that_is_gone_is_told_no_more(shop, receiver):
    webhook, _secret = hook(shop, receiver)
    receiver.answers.append(410)
    shop.add_client("UAB Langai")
    run_jobs(shop)
    shop.add_client("UAB Durys")
    run_jobs(shop)
    assert len(receiver.taken) == 1
    with shop.database.reading(shop.system) as session:
        assert session.get(Webhook, webhook).enabled is False


def test_imports_are_told_in_a_few_messages_and_the_bin_is_a_deletion(shop, receiver):
    from kartoteka.builtin.clients.bin.service import delete_clients, restore_deleted

    hook(shop, receiver)
    with shop.database.transaction(shop.system) as session:
        row = {"registered_on": utc_now().date()}
        ids = insert_rows(session, "core_client", [{**row, "number": f"X{n}", "company_name": "A"} for n in range(250)])
    with shop.database.transaction(shop.system) as session:
        delete_clients(session, ids[:2])
    with shop.database.transaction(shop.system) as session:
        restore_deleted(session, ids[:1])
    with at_moment(utc_now() + timedelta(minutes=6)):
        run_jobs(shop)
    told = sorted((kind, len(numbers)) for kind, numbers in events(receiver))
    assert told == [
        ("clients.client.created", 1),
        ("clients.client.created", 50),
        ("clients.client.created", 100),
        ("clients.client.created", 100),
        ("clients.client.deleted", 2),
    ]


def test_an_operation_of_many_steps_is_told_step_by_step(shop, receiver):
    from kartoteka.db.journal import continue_operation, operation_of

    hook(shop, receiver)
    run_jobs(shop)  # the timetable counts from here
    with shop.database.transaction(shop.system) as session:
        insert_rows(session, "core_client", [{"registered_on": utc_now().date(), "number": "X1"}])
        operation = operation_of(session)
    with shop.database.transaction(shop.system) as session:
        continue_operation(session, operation)
        insert_rows(session, "core_client", [{"registered_on": utc_now().date(), "number": "X2"}])
    with at_moment(utc_now() + timedelta(minutes=6)):
        run_jobs(shop)
    assert events(receiver) == [("clients.client.created", [1]), ("clients.client.created", [2])]


def test_a_worker_that_dies_while_sending_leaves_the_message_to_another(shop, receiver, monkeypatch):
    hook(shop, receiver)
    shop.add_client("UAB Langai")

    def die(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("kartoteka.builtin.rest.webhooks.delivering.ThreadPoolExecutor", die)
        with pytest.raises(KeyboardInterrupt):
            run_jobs(shop)
    with at_moment(utc_now() + LEASE + timedelta(minutes=4)):
        run_jobs(shop)
    assert events(receiver) == [("clients.client.created", [1])]
    assert [(one.state, one.attempts) for one in deliveries(shop)] == [("sent", 2)]


def test_a_test_message(shop, receiver):
    webhook, _secret = hook(shop, receiver)
    with shop.database.transaction(shop.system) as session:
        send_ping(session, webhook)
    run_jobs(shop)
    assert events(receiver) == [("rest.ping", None)]


@pytest.mark.needs_module("crm_clients")
def test_kinds_of_a_module_that_is_off_are_not_told(shop, receiver):
    from kartoteka_crm_clients.service import add_contact

    shop.switch("crm_clients")
    hook(shop, receiver, "crm_clients.contact")
    client = shop.add_client("UAB Langai")
    with shop.database.transaction(shop.system) as session:
        add_contact(session, client.id, {"surname": "Žukauskas"})
    shop.switch("crm_clients", on=False)
    run_jobs(shop)
    assert receiver.taken == []


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://0/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://localhost/",
        "https://user:word@93.184.216.34/",
        "https://93.184.216.34/#part",
        "https://93.184.216.34:99999/",
        "https:///path",
        "ftp://93.184.216.34/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://exa mple.lt/",
        "https://example.lt/\r\nX: y",
        "https://[::1",
        "https://" + "a" * 600 + ".lt/",
        "",
    ],
)
def test_addresses_that_nothing_is_sent_to(url):
    with pytest.raises(InvalidInput) as refused:
        check_address(url)
    assert list(refused.value.errors) == ["url"]
    assert send(Letter(1, url, "whsec_" + "A" * 32, "msg_1", {}), private=False).error is not None


def test_what_is_public():
    assert [is_public(each) for each in ("93.184.216.34", "2606:2800:220:1::1")] == [True, True]
    private = ("192.168.1.1", "100.64.0.1", "224.0.0.1", "fe80::1%eth0", "fc00::1", "::", "0.0.0.0", "nonsense")
    assert [each for each in private if is_public(each)] == []


def test_a_name_that_moves_into_the_private_network_is_noticed(monkeypatch):
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 443))], [(2, 1, 6, "", ("127.0.0.1", 443))]])
    monkeypatch.setattr(targets.socket, "getaddrinfo", lambda *args, **options: next(answers))
    target = read_target("https://rebound.example/")
    assert find_address(target) == "93.184.216.34"
    with pytest.raises(BadTarget):
        find_address(target)


def test_a_target_that_never_ends_is_cut_off(receiver, monkeypatch):
    import socket
    import threading

    server = socket.create_server(("127.0.0.1", 0))

    def drip():
        taken, _address = server.accept()
        try:
            while True:
                taken.sendall(b"H")
                threading.Event().wait(0.05)
        except OSError:
            taken.close()

    threading.Thread(target=drip, daemon=True).start()
    monkeypatch.setattr(targets, "SECONDS", 0.4)
    target = read_target(f"http://127.0.0.1:{server.getsockname()[1]}/", private=True)
    began = utc_now()
    with pytest.raises((OSError, targets.http.client.HTTPException)):
        targets.post(target, "127.0.0.1", b"{}", {})
    assert utc_now() - began < timedelta(seconds=3)
    server.close()


def test_secrets_are_sealed(shop, receiver):
    webhook, secret = hook(shop, receiver)
    with shop.database.reading(shop.system) as session:
        kept = session.get(Webhook, webhook).secret
    assert secret not in kept
    assert Posted(204).is_taken
