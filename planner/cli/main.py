"""`planner`: the verbs in the order of a day's work, and what happens when one of them fails."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from planner import __version__
from planner.cli import (
    approve,
    bench,
    check,
    compare,
    exceptions,
    explain,
    export,
    frontier,
    init,
    override,
    replan,
    report,
    response,
    runs,
    scenarios,
    schedule,
    serve,
    simulate,
    solve,
    tokens,
    validate,
    watch,
    webhooks,
)
from planner.cli.faults import INTERRUPTED
from planner.cli.faults import report as report_fault
from planner.cli.session import Session

VERBS = (
    "init",
    "validate",
    "solve",
    "check",
    "explain",
    "compare",
    "scenarios",
    "frontier",
    "simulate",
    "exceptions",
    "replan",
    "override",
    "approve",
    "reject",
    "response",
    "watch",
    "report",
    "runs",
    "export",
    "serve",
    "tokens",
    "webhooks",
    "schedule",
    "bench",
)


class InOrder(typer.core.TyperGroup):
    """Lists the verbs in the order of a day's work."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (typer's signature)
        """The names of the verbs."""
        return list(VERBS)


app = typer.Typer(
    name="planner",
    cls=InOrder,
    help="One plan for replenishment and transport, with a proven gap.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(init.init)
app.command("validate")(validate.validate)
app.command("solve")(solve.solve)
app.command("check")(check.check)
app.command("explain")(explain.explain)
app.command("compare")(compare.compare)
app.command("scenarios")(scenarios.scenarios)
app.command("frontier")(frontier.frontier)
app.command("simulate")(simulate.simulate)
app.command("exceptions")(exceptions.exceptions)
app.command("replan")(replan.replan)
app.command("override")(override.override)
app.command("approve")(approve.approve)
app.command("reject")(approve.reject)
app.command("response")(response.response)
app.command("watch")(watch.watch)
app.command("report")(report.report)
app.add_typer(runs.app, name="runs")
app.command("export")(export.export)
app.command("serve")(serve.serve)
app.add_typer(tokens.app, name="tokens")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(schedule.app, name="schedule")
app.add_typer(bench.app, name="bench")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def planner(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """One plan for replenishment and transport, with a proven gap."""
    context.obj.verb = context.invoked_subcommand or ""


def main(argv: Sequence[str]) -> int:
    """Do what the arguments say and return the exit code; never raises."""
    session = Session(json="--json" in argv, debug="--debug" in argv)
    command = typer.main.get_command(app)
    try:
        code = command.main(args=list(argv), prog_name="planner", standalone_mode=False, obj=session)
    except BaseException as fault:
        return report_fault(fault, session)
    if code == INTERRUPTED and not session.interrupted:  # typer has swallowed the KeyboardInterrupt
        return report_fault(KeyboardInterrupt(), session)
    return code if isinstance(code, int) else 0


def run() -> None:
    """The entry point of the command."""
    sys.exit(main(sys.argv[1:]))
