"""Mails that managers begin with a template of this module."""

from __future__ import annotations

from kartoteka.api.declare import MailTemplate
from kartoteka.api.texts import Texts

_ = Texts("crm_clients")

MAIL_TEMPLATES = [
    MailTemplate(
        name="birthday",
        title=_("Birthday greetings"),
        subject=_("Happy birthday!"),
        body=_("Dear {record},\n\nwe wish you a very happy birthday.\n\n{my_name}\n{company}"),
        placeholders={
            "record": _("Name of the person"),
            "my_name": _("Name of who sends it"),
            "company": _("Name of our company"),
        },
        sample={"record": "Ona Žukauskienė", "my_name": "Rasa", "company": "UAB Langai"},
    )
]
