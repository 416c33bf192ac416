"""From a directory company to a client: which values go where."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.clients.directory.models import DirectoryCompany
from kartoteka.builtin.clients.models import ClientKind

_SAME = ("country", "registration_code", "vat_code", "phone", "mobile", "email", "website", "activity")
_KNOWN = ("country", "region", "city", "street", "postcode", "phone", "mobile", "email", "website")


def values_of(company: DirectoryCompany) -> dict[str, Any]:
    """Return the values of a client by field name."""
    values = {name: getattr(company, name) for name in _SAME if getattr(company, name)}
    return {"kind": ClientKind.COMPANY, "company_name": company.name, **values}


def known_of(company: DirectoryCompany) -> dict[str, str]:
    """Return what modules are told about the company: where it is and how it is reached."""
    return {name: getattr(company, name) for name in _KNOWN}
