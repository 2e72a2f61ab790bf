"""`planner approve` and `planner reject`: a plan has two owners."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import CheckData, Debug, Json, Out, RunName
from planner.cli.session import narrate, session_of

if TYPE_CHECKING:
    from planner.response.approval.decide import Decision

Role = Annotated[
    str,
    typer.Option(
        "--role",
        envvar="PLANNER_ROLE",
        metavar="ROLE",
        help="For whom: retail, distribution, or a role of planner.toml.",
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by", envvar="PLANNER_BY", metavar="NAME", help="Who decides.", show_default="who is logged in"
    ),
]
Note = Annotated[
    str, typer.Option("--note", envvar="PLANNER_NOTE", metavar="TEXT", help="Why; it is kept in the ledger.")
]
RUNS = Path("runs")


def approve(
    context: typer.Context,
    run: RunName,
    role: Role,
    by: By = None,
    note: Note = "",
    data: CheckData = None,
    out: Out = RUNS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Sign a plan for a role.

    It is published when all roles have signed, and replaces the plan that was published before."""
    from planner.verbs.approve import Request, document
    from planner.verbs.approve import approve as approve_run
    from planner.verbs.runs import open_registry

    decision = approve_run(run, open_registry(out), Request(role, by, note, data))
    if not decision.entry.facts["checked"]:
        narrate(
            "The tables have changed since the run was solved, so it was not checked again: it is as it was when it was made."
        )
    session_of(context).result(document(decision), _lines(decision, role))


def reject(
    context: typer.Context,
    run: RunName,
    role: Role,
    note: Note,
    by: By = None,
    data: CheckData = None,
    out: Out = RUNS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """End a proposal, and say why."""
    from planner.verbs.approve import Request, document
    from planner.verbs.approve import reject as reject_run
    from planner.verbs.runs import open_registry

    decision = reject_run(run, open_registry(out), Request(role, by, note, data))
    session_of(context).result(document(decision), _lines(decision, role))


def _lines(decision: "Decision", role: str) -> list[str]:
    entry, name = decision.entry, decision.run.record.run_id
    void = [
        f"  The signature for {other} no longer counts: files were changed since." for other in decision.void
    ]
    if entry.kind == "published":
        return [f"{name} is published", *void, *(f"  It replaces {other}." for other in decision.supersedes)]
    if entry.kind == "rejected":
        return [f"{name} is rejected for {role} by {entry.actor}"]
    return [
        f"{name} is approved for {role} by {entry.actor}",
        *void,
        f"  Missing: {', '.join(decision.missing)}.",
    ]
