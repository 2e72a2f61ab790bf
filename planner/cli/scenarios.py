"""`planner scenarios`: what would be if."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli import options
from planner.cli.faults import INTERRUPTED
from planner.cli.interrupt import Interruption
from planner.cli.session import bold, narrate, session_of

if TYPE_CHECKING:
    from planner.verbs.scenarios import Answer

Only = Annotated[
    str | None,
    typer.Option(
        "--only",
        envvar="PLANNER_ONLY",
        metavar="NAMES",
        help="Only these, with commas between them; base is always solved.",
        show_default="all",
    ),
]
Workers = Annotated[
    int, typer.Option("--workers", envvar="PLANNER_WORKERS", min=1, help="Scenarios that are solved at once.")
]
File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        envvar="PLANNER_FILE",
        metavar="FILE",
        help="The scenarios.",
        show_default="scenarios.toml beside the tables",
    ),
]


def scenarios(
    context: typer.Context,
    data: options.Data,
    only: Only = None,
    workers: Workers = 1,
    file: File = None,
    profile: options.Profile = "default",
    gap: options.Gap = None,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    policy: options.Policy = "joint",
    engine: options.Engine = "auto",
    buckets: options.Buckets = None,
    out: options.Out = Path("runs"),
    errors: options.Errors = None,
    strict: options.Strict = False,
    force: options.Force = False,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Solve the scenarios of a data set and compare them.

    Named changes of tables and settings, in scenarios.toml; those that are solved already are not solved again."""
    from planner.cli.comparison import comparison_lines
    from planner.cli.progress import ProgressLine
    from planner.errors import NoFeasiblePlan
    from planner.verbs.runs import open_registry
    from planner.verbs.scenarios import Watch, comparison_of, document, solve_scenarios
    from planner.verbs.solve import Request

    session, line = session_of(context), ProgressLine()

    def answered(answer: "Answer") -> None:
        line.clear()
        narrate(_sentence(answer))

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
        engine=engine,
        buckets=buckets,
        policy=policy,
    )
    with Interruption() as interrupted:
        try:
            watch = Watch(answered, line, interrupted)
            answers = solve_scenarios(
                request, open_registry(out), only=only, file=file, workers=workers, watch=watch
            )
        finally:
            line.clear()
    compared = comparison_of(answers)
    lines = comparison_lines(compared, 0) if compared else ["There is nothing to compare with base."]
    session.result(document(answers, compared, interrupted=interrupted()), [*lines, *_runs(answers)])
    session.interrupted = interrupted()
    if interrupted() or any(answer.reason for answer in answers):
        raise typer.Exit(INTERRUPTED if interrupted() else NoFeasiblePlan.exit_code)


def _sentence(answer: "Answer") -> str:
    if answer.run is None:
        kind, message = answer.reason or ("", "")
        return f"{answer.name}: no plan ({kind}): {message}"
    record = answer.run.record
    when = f", solved on {record.stamps['created']}" if answer.reused else ""
    policy = record.effort.get("policy", "joint")
    quality = f"gap {100 * (record.gap or 0):.2f} %" if policy == "joint" else policy
    return f"{answer.name}: {record.status}, cost {record.cost:,.2f} {record.currency}, {quality}{when}"


def _runs(answers: "list[Answer]") -> list[str]:
    lines = ["", bold("Runs")]
    for answer in answers:
        if answer.run:
            lines.append(f"  {answer.name:<22} {answer.run.record.alias}  {answer.run.record.status}")
        else:
            reason = "no plan: " + answer.reason[1].splitlines()[0] if answer.reason else "not solved"
            lines.append(f"  {answer.name:<22} –      {reason}")
    return lines
