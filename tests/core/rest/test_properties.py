"""Whatever the description of the API allows, and much that it doesn't, is sent: no answer surprises."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
)

from kartoteka.builtin.clients.grouping import add_group
from kartoteka.builtin.clients.service import create_client
from kartoteka.builtin.rest.limits import Limiter
from kartoteka.testing.company import ADMINISTRATOR, open_company
from kartoteka_crm_clients.service import add_address, add_contact
from tests.core.rest.conftest import make_program

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    ignored_auth,
]


SEED = int(os.environ.get("KARTOTEKA_TEST_SEED") or random.randrange(2**32))
"""Which cases are sent; a test that fails prints it, and does the same again when it is set."""
CASES = 8 if os.environ.get("CI") else 3
"""How many other cases each operation gets, in each mode."""
FILLED = ("/clients/clients", "/clients/groups", "/contacts", "/addresses")
"""Resources that have records here."""


@pytest.fixture(scope="module")
def api():
    """The API of a company, for a program that may do everything."""
    with open_company() as company:
        company.switch("crm_clients", "crm_inquiries")
        rights = tuple(one.name for one in company.installation.registry.permissions)
        company.app.extensions["kartoteka"].caches["api_limiter"] = Limiter(requests=10**9)
        with company.database.transaction(company.system) as session:
            for number in (1, 2):
                company_id = create_client(session, {"company_name": f"UAB {number}"}).id
                add_contact(session, company_id, {"surname": "Žukauskas"})
                add_address(session, company_id, {"city": "Šiauliai"})
                add_group(session, {"name": f"Group {number}"})
        company.add_user(ADMINISTRATOR)
        program = make_program(company, permissions=rights)
        headers = {"Authorization": f"Bearer {program.token}"}
        config = schemathesis.Config()
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", company.app, config=config, headers=headers)
        schema.kept, schema.seen = headers, Counter()
        yield schema


@pytest.mark.catalogue("X-04", part="properties")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
def test_every_answer_is_as_described(api, mode):
    operations = operations_of(api)
    assert len(operations) >= 40
    for operation in operations:
        surprise_with(api, operation, mode, settings(max_examples=8, derandomize=True))
    if mode is GenerationMode.POSITIVE:
        fine = {label for label, status in api.seen if status < 300}
        ours = {one.label for one in operations if one.method != "post" and any(name in one.label for name in FILLED)}
        assert fine >= ours, "some cases are carried out, too"


@pytest.mark.catalogue("X-04", part="properties, other cases each time")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
def test_every_answer_to_other_cases_is_as_described(api, mode):
    print(f"KARTOTEKA_TEST_SEED={SEED}")  # noqa: T201 - shown when the test fails
    for operation in operations_of(api):
        surprise_with(api, operation, mode, settings(max_examples=CASES, print_blob=True))


def operations_of(api):
    """Return the operations in an order in which what is put away comes last."""
    return sorted((found.ok() for found in api.get_all_operations()), key=_order)


def _order(operation):
    """What puts records away comes last, clients after what belongs to them."""
    return operation.method == "delete", "/clients/clients" in operation.label, operation.label


def surprise_with(api, operation, mode, number):
    """Send cases to one operation; half of them are about a record that is there."""

    @seed(SEED)
    @settings(number, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode), known=st.sampled_from([1, 2, None, None]))
    def send(case, known):
        if known and case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters = {"record_id": known}
            case.headers.update({"If-Match": "*"})
        answer = case.call(headers=api.kept)
        api.seen[operation.label, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS, headers=api.kept)

    send()
