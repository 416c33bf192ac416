"""A company whose mail comes in and leaves, with people who work on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.api.mail import Arrival, InboxAccount, MailAccount, keep_bytes
from kartoteka.db.blobs import put_bytes
from kartoteka.testing.databases import chosen_kinds
from tests.core.inbox.letters import letter
from tests.installed import installed
from tests.modules.crm_inquiries.conftest import RIGHTS, InquiryHouse

MAIL_RIGHTS = ("mail.view", "mail.send", "inbox.view", "inbox.sort", "crm_clients.view", "crm_clients.edit")


class PostHouse(InquiryHouse):
    """A company with a mailbox that several people work on."""

    def __init__(self, company: Any) -> None:
        super().__init__(company)
        self.user_id = company.add_user(
            permissions=(*RIGHTS, *MAIL_RIGHTS), login="rasa", name="Rasa Rasaitė", reach="all"
        )
        self.other_id = company.add_user(
            permissions=(*RIGHTS, *MAIL_RIGHTS), login="jonas", name="Jonas Jonaitis", reach="all"
        )
        self.browser, self.stranger = company.browser(self.user_id), company.browser(self.other_id)
        with company.database.transaction(company.system) as session:
            account = MailAccount(
                title="Info", address="info@company.lt", host="127.0.0.1", is_default=True, sender_name="Company"
            )
            box = InboxAccount(title="Info", host="127.0.0.1", username="info@company.lt", last_uid=0, active=False)
            session.add_all([account, box])
            session.flush()
            self.account_id, self.box_id = account.id, box.id
        self._uid = 0

    def comes(self, text: str = "Hello\n", *, box: int | None = None, raw: bytes | None = None, **values: Any) -> int:
        """Let a mail come in and return its id."""
        self._uid += 1
        given = {"message_id": f"<m{self._uid}@client.lt>", **values}
        data = raw if raw is not None else letter(text, **given)
        with self.company.database.transaction(self.company.system) as session:
            blob = put_bytes(session.database.blobs, data)
            place = Arrival(account_id=box or self.box_id, uid_validity=1, uid=self._uid, blob=blob)
            return keep_bytes(session, data, place)

    def system(self) -> Any:
        """Open a session as the program."""
        return self.company.database.transaction(self.company.system)


@pytest.fixture(params=chosen_kinds())
def post(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> PostHouse:
    made = company_on(request.param)
    made.switch(*installed("crm_clients", "crm_inquiries"))
    return PostHouse(made)
