"""Sealed values: readable with the installation's secret, with no other, and not when changed."""

import pytest

from kartoteka.db.sealing import SealBroken, seal, unseal

SECRET = "a secret for tests only"


def test_a_sealed_value_opens_with_the_same_secret_only() -> None:
    sealed = seal(SECRET, "slaptažodis 😀")
    assert unseal(SECRET, sealed) == "slaptažodis 😀"
    assert "slapta" not in sealed
    assert seal(SECRET, "slaptažodis 😀") != sealed
    with pytest.raises(SealBroken):
        unseal("another secret for tests", sealed)


@pytest.mark.parametrize("broken", ["", "nonsense", "ąčę", "gAAAAA=="])
def test_what_was_never_sealed_is_refused(broken: str) -> None:
    with pytest.raises(SealBroken):
        unseal(SECRET, broken)
