from __future__ import annotations

import pytest

from kartoteka.vocabulary.record import RecordRef, RecordState, RecordSummary


def test_reference_is_written_and_read():
    ref = RecordRef("crm_clients.contact", 17)
    assert str(ref) == "crm_clients.contact:17"
    assert RecordRef.parse(str(ref)) == ref
    assert ref.module == "crm_clients"
    assert {ref: 1}[RecordRef("crm_clients.contact", 17)] == 1


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "contact:17",
            "crm.contact",
            "crm.contact:",
            "crm.contact:0",
            "crm.contact:-1",
            "crm.contact:1x",
            "a.b.c:1",
        ),
        *("Crm.contact:1", "crm.contact:1\n", " crm.contact:1", "crm.contact:" + "9" * 30, "crm.contact:١"),
    ],
)
def test_nonsense_is_no_reference(written):
    with pytest.raises(ValueError, match=r"module\.noun"):
        RecordRef.parse(written)


def test_kind_is_checked():
    with pytest.raises(ValueError, match=r"module\.noun"):
        RecordRef("contact", 1)


def test_summary_is_active_unless_said():
    summary = RecordSummary(RecordRef("clients.client", 1), "UAB Žuvėdra")
    assert (summary.state, summary.subtitle, summary.url) == (RecordState.ACTIVE, "", None)
    assert summary.state in RecordState.ALL
