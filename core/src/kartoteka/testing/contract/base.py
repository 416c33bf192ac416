"""What the parts of the contract share: the module under test, and how a broken promise is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from kartoteka.testing.company import ADMINISTRATOR, Company, demo_template, open_company

if TYPE_CHECKING:
    from kartoteka.testing.contract.subject import Subject

EMPTY, DEMO = "empty", "demo"


class ContractBase:
    """Settings of a module's contract.

    ``module`` is the name of the entry point. ``languages`` are those it is translated into beside English.
    ``open_routes`` are endpoints that need no right on purpose (``@public`` and ``@signed_in``), ``route_values`` give
    arguments of addresses for which neither 1 nor "x" will do, ``kinds_without_demo`` are record kinds that
    ``load_demo`` makes no records of. The others are how many statements something may need: a panel, a badge and a
    column for one page, a report whatever its rows, a tab together with the card around it.
    """

    module = ""
    languages: Sequence[str] = ("lt", "et", "uk", "ru")
    open_routes: Sequence[str] = ()
    route_values: Mapping[str, Any] = {}
    kinds_without_demo: Sequence[str] = ()
    panel_statements = 2
    widget_statements = 3
    badge_statements = 2
    column_statements = 2
    report_statements = 5
    tab_statements = 12

    @pytest.fixture
    def subject(self) -> Iterator[Subject]:
        """The module, switched on in a company that has one client and nothing else."""
        with open_company() as company:
            subject = self._subject(company)
            company.switch(self.module)
            company.add_client("Contract")
            yield subject

    @pytest.fixture(params=[EMPTY, DEMO])
    def stocked(self, request: pytest.FixtureRequest) -> Iterator[Subject]:
        """The module in a company with one client, and in the demo company."""
        template = demo_template(self.module) if request.param == DEMO else None
        with open_company(template=template) as company:
            subject = self._subject(company)
            if template is None:
                company.switch(self.module)
                company.add_client("Contract")
            subject.is_demo = template is not None
            subject.actor = company.actor(company.add_user(ADMINISTRATOR))
            yield subject

    def _subject(self, company: Company) -> Subject:
        from kartoteka.testing.contract.subject import Subject

        if not self.module:
            pytest.fail(f'{type(self).__name__} must name its module: module = "crm_visits"', pytrace=False)
        registry = company.installation.registry
        for broken in registry.broken:
            if broken.name == self.module:
                pytest.fail(f"The module is set aside. {broken}", pytrace=False)
        if self.module not in registry.installed:
            known = ", ".join(sorted(registry.installed - registry.builtins)) or "none"
            pytest.fail(
                f"No module {self.module} is installed (installed: {known}). Its pyproject.toml needs an entry point "
                'in the group "kartoteka.modules", and the package must be installed: pip install -e .',
                pytrace=False,
            )
        subject = Subject(company, registry.module(self.module))
        if missing := subject.tables_without_migration():
            pytest.fail(
                f"No migration makes {', '.join(missing)}. Write one: "
                f'kartoteka db upgrade, then kartoteka db revision {self.module} "First tables"',
                pytrace=False,
            )
        return subject


def promise(problems: Iterable[object], advice: str) -> None:
    """Fail with all problems and one sentence on what to do, unless there are none."""
    __tracebackhide__ = True
    if listed := [str(problem) for problem in problems]:
        pytest.fail("\n".join([*(f"- {problem}" for problem in listed), advice]), pytrace=False)
