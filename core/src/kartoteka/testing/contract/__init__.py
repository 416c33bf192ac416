"""What every module promises: one test class that a module inherits, with messages that say what to do.

In the module's own tests::

    from kartoteka.testing import ModuleContract

    class TestVisits(ModuleContract):
        module = "crm_visits"

The module must be installed (``pip install -e .`` will do); its other tests use the fixtures of `kartoteka.testing`.
"""

from __future__ import annotations

from kartoteka.testing.contract.declaring import DeclaringContract
from kartoteka.testing.contract.entering import EnteringContract
from kartoteka.testing.contract.selling import SellingContract
from kartoteka.testing.contract.serving import ServingContract
from kartoteka.testing.contract.showing import ShowingContract
from kartoteka.testing.contract.storing import StoringContract
from kartoteka.testing.contract.wording import WordingContract

__all__ = ["ModuleContract"]


class ModuleContract(
    DeclaringContract,
    EnteringContract,
    SellingContract,
    ServingContract,
    ShowingContract,
    StoringContract,
    WordingContract,
):
    """Inherit it and name the module; the attributes of `ContractBase` say what may be set beside that."""
