"""`planner solve`: one plan from the tables, joint or by a baseline."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.cli import options
from planner.cli.faults import INTERRUPTED
from planner.cli.interrupt import Interruption
from planner.cli.session import Session, narrate, session_of

if TYPE_CHECKING:
    from planner.plan.record import RunRecord
    from planner.plan.run import Run


def solve(
    context: typer.Context,
    data: options.Data,
    profile: options.Profile = "default",
    gap: options.Gap = None,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    policy: options.Policy = "joint",
    engine: options.Engine = "auto",
    buckets: options.Buckets = None,
    warm: options.Warm = None,
    executor: options.Executor = None,
    insecure_cluster: options.InsecureCluster = False,
    out: options.Out = Path("runs"),
    write_model: options.WriteModel = None,
    errors: options.Errors = None,
    strict: options.Strict = False,
    force: options.Force = False,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Make the joint plan, with a proven gap.

    Quantities, modes and vehicles for all locations together; or, to compare with, the plan of a baseline (--policy)."""
    from planner.cli.progress import ProgressLine
    from planner.verbs.runs import open_registry
    from planner.verbs.solve import Hooks, Request
    from planner.verbs.solve import solve as solve_run

    session, line = session_of(context), ProgressLine()

    def begun(record: "RunRecord") -> None:
        session.run_id = record.run_id
        line.say(f"run {record.run_id}")

    request = Request(
        data,
        profile,
        gap,
        time_limit,
        threads,
        seed,
        strict,
        errors,
        force,
        write_model,
        engine,
        warm,
        executor,
        insecure_cluster,
        buckets,
        policy,
    )
    with Interruption() as interrupted:
        try:
            outcome = solve_run(request, open_registry(out), Hooks(begun, line, interrupted))
        finally:
            line.clear()
    _show(outcome.run, outcome.reused, session)
    if outcome.run.record.interrupted and not outcome.reused:
        session.interrupted = True
        raise typer.Exit(INTERRUPTED)


def _show(run: "Run", reused: bool, session: Session) -> None:
    from planner.cli.summary import summary
    from planner.verbs.runs import document

    record = run.record
    if reused:
        narrate(f"The same question was answered on {record.stamps['created']}; --force solves it again.")
    for warning in record.warnings[:20]:
        narrate(f"warning: {warning['message']}")
    session.result({**document(run), "reused": reused}, summary(run))
