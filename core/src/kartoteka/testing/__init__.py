"""Test kit for authors of modules: fixtures (see `kartoteka.testing.plugin`) and the contract all modules keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kartoteka.testing.contract import ModuleContract
    from kartoteka.testing.jobs import run_jobs

__all__ = ["ModuleContract", "run_jobs"]


def __getattr__(name: str) -> Any:
    # Late: pytest reads this package before it measures coverage, and the contract imports nearly everything.
    if name == "run_jobs":
        from kartoteka.testing.jobs import run_jobs

        return run_jobs
    if name in __all__:
        from kartoteka.testing.contract import ModuleContract

        return ModuleContract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
