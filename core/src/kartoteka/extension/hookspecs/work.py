"""Declarations: work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    import click

    from kartoteka.extension.declarations.health import HealthCheck
    from kartoteka.extension.declarations.ui import Widget
    from kartoteka.extension.declarations.work import Action, ClientStep, Job, Report, Schedule


@hookspec
def register_actions() -> list[Action]:
    """Add actions to records of any module.

    When called: once per application, on every installed module; ``run`` is called in one transaction with the records
        that the user may see.
    Returns: a list of Action.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_actions() -> list[Action]:
            return [
                Action(
                    name="log_visit",
                    kinds=("clients.client",),
                    title=_("Log a visit"),
                    icon="walk",
                    permission="crm_visits.view",
                    run=log_visit,
                    bulk=True,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_client_steps() -> list[ClientStep]:
    """Ask for more in the assistant for new clients.

    When called: once per application, on every installed module; forms are made, and ``save`` is called, when somebody
        enters a client step by step, or makes a client of a company from a directory.
    Returns: a list of ClientStep.
    Order: weight, module, name; between the step with name and codes and the one with the manager.
    Since: 1.0
    Example::

        @hookimpl
        def register_client_steps() -> list[ClientStep]:
            return [
                ClientStep(
                    name="first_visit",
                    title=_("First visit"),
                    permission="crm_visits.view",
                    form=FirstVisitForm,
                    save=save_first_visit,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_reports() -> list[Report]:
    """Add reports, shown on the screen and downloaded as CSV and XLSX.

    When called: once per application, on every installed module; ``rows`` runs when a user asks for the report.
    Returns: a list of Report.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_reports() -> list[Report]:
            return [
                Report(
                    name="visits_by_place",
                    title=_("Visits by place"),
                    description=_("How often each place was visited."),
                    permission="crm_visits.view",
                    columns=(
                        ReportColumn("place", _("Place"), FieldType.LINE),
                        ReportColumn("visits", _("Visits"), FieldType.INTEGER),
                    ),
                    rows=count_by_place,
                    chart=ReportChart("bar", "place", "visits"),
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_widgets() -> list[Widget]:
    """Offer boxes for the front page, which each user places, resizes and removes.

    When called: once per application, on every installed module; ``load`` runs when a user opens the front page.
    Returns: a list of Widget.
    Order: weight, module, name: the order at the start, until a user changes it.
    Since: 1.0
    Example::

        @hookimpl
        def register_widgets() -> list[Widget]:
            return [
                Widget(
                    name="last_visits",
                    title=_("Last visits"),
                    icon="walk",
                    permission="crm_visits.view",
                    template="crm_visits/last_visits.html",
                    load=load_last_visits,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_health_checks() -> list[HealthCheck]:
    """Add checks to the queue of the data health page, where users put the data of their clients right.

    When called: once per application, on every installed module; ``find`` and ``look`` run when a user works through
        the queue, and every night as the system, which counts what is wrong.
    Returns: a list of HealthCheck.
    Order: weight, module, name: the order of the queue.
    Since: 1.0
    Example::

        @hookimpl
        def register_health_checks() -> list[HealthCheck]:
            return [
                HealthCheck(
                    name="no_place",
                    title=_("Visits without a place"),
                    permission="crm_visits.view",
                    find=visits_without_place,
                    look=visit_without_place,
                    fix=store_place,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_jobs() -> list[Job]:
    """Add work that is done in the background, in steps.

    When called: once per application, on every installed module; ``run`` is called by a worker for each step of a job
        that somebody asked for, while the module is on. Jobs of a module that is off wait.
    Returns: a list of Job; a job is asked for by its key, ``module.name``.
    Order: weight, module, name; jobs are done in the order in which they are due.
    Since: 1.0
    Example::

        @hookimpl
        def register_jobs() -> list[Job]:
            return [Job(name="forget_old_visits", title=_("Forget old visits"), run=forget_old_visits)]
    """
    raise NotImplementedError


@hookspec
def register_schedules() -> list[Schedule]:
    """Say when jobs of the module are done by themselves.

    When called: once per application, on every installed module; schedules of a module that is off are skipped.
    Returns: a list of Schedule, each with the key of a job of the same module.
    Order: weight, module, job; however many workers there are, each moment of a schedule makes one job.
    Since: 1.0
    Example::

        @hookimpl
        def register_schedules() -> list[Schedule]:
            return [Schedule(job="crm_visits.forget_old_visits", cron="30 3 * * *", title=_("Every night"))]
    """
    raise NotImplementedError


@hookspec
def register_commands() -> list[click.Command]:
    """Add commands for the command line, run as ``kartoteka <module> <command>``.

    When called: once, when the command line starts, on every installed module.
    Returns: a list of click commands.
    Order: module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_commands() -> list[click.Command]:
            return [count_visits_command]
    """
    raise NotImplementedError
