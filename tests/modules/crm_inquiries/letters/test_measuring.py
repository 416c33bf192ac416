"""How much mail finds its client, its inquiry and its thread: real mails, and twins that were made (IN-44)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bench.letters import measure, real_mails, told
from tests.core.inbox.letters import bounce, letter, needs_real_mails


@pytest.fixture
def measured(company: Callable[..., Any]) -> Any:
    return company(modules=["crm_inquiries"])


@needs_real_mails
@pytest.mark.catalogue("IN-44")
def test_real_mails_are_registered_and_threaded(measured: Any) -> None:
    figures = measure(measured, real_mails())
    assert figures.of_people > 100
    assert figures.share_registered >= 97, told(figures)
    assert figures.share_threaded == 100, told(figures)
    assert figures.share_quiet == 100, told(figures)


@pytest.mark.catalogue("IN-44")
def test_made_mails_are_registered_and_threaded(measured: Any) -> None:
    mails = []
    for n in range(12):
        one = f"client{n}@company{n}.lt"
        mails.append((f"first {n}", letter("Question\n", sender=f"Client {n} <{one}>", message_id=f"<a{n}@x>")))
        more = {"sender": one.upper(), "message_id": f"<b{n}@x>", "In_Reply_To": f"<a{n}@x>"}
        mails.append((f"second {n}", letter("And another\n", **more)))
        mails.append((f"bounce {n}", bounce(f"<a{n}@x>")))
    figures = measure(measured, mails)
    assert (figures.of_people, figures.registered) == (24, 24), told(figures)
    assert (figures.threads, figures.threaded) == (12, 12), told(figures)
    assert (figures.bounces, figures.quiet) == (12, 12), told(figures)
