"""`planner simulate`: policies in a closed loop, against what really happens."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli import options
from planner.cli.faults import INTERRUPTED
from planner.cli.interrupt import Interruption
from planner.cli.session import session_of
from planner.value.simulate.setup import Engine, Source

if TYPE_CHECKING:
    from planner.value.simulate.study import State


def simulate(
    context: typer.Context,
    data: options.Data,
    policies: Annotated[
        str,
        typer.Option(
            "--policies", envvar="PLANNER_POLICIES", help="Which to compare; the first with the others."
        ),
    ] = "joint,sequential,reorder",
    delay: Annotated[
        str,
        typer.Option("--delay", envvar="PLANNER_DELAY", help="Ages of information in days, e.g. 0,1,3,7."),
    ] = "0",
    days: Annotated[int, typer.Option("--days", envvar="PLANNER_DAYS", min=1, help="Days to simulate.")] = 56,
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            envvar="PLANNER_REPLICATIONS",
            min=1,
            help="How often; every policy meets the same demand.",
            show_default="20; 1 with --truth history",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", envvar="PLANNER_SEED", min=0, help="Seed of what is random.")
    ] = 1,
    truth: Annotated[
        Source,
        typer.Option(
            "--truth",
            envvar="PLANNER_TRUTH",
            help="The last days of the history again, or demand that is drawn.",
        ),
    ] = "draws",
    review: Annotated[
        int | None,
        typer.Option(
            "--review",
            envvar="PLANNER_REVIEW",
            min=1,
            help="Days between plans.",
            show_default="planner.toml",
        ),
    ] = None,
    horizon: Annotated[
        int | None,
        typer.Option(
            "--horizon",
            envvar="PLANNER_HORIZON",
            min=1,
            help="Days that plans are for.",
            show_default="planner.toml",
        ),
    ] = None,
    gap: Annotated[
        float, typer.Option("--gap", envvar="PLANNER_GAP", min=0, help="Gap at which each joint plan ends.")
    ] = 0.05,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", envvar="PLANNER_TIME_LIMIT", min=0, help="Seconds for each joint plan."),
    ] = 30.0,
    engine: Annotated[
        Engine,
        typer.Option(
            "--engine",
            envvar="PLANNER_ENGINE",
            help="Joint plans by work (quick), or by an engine of solve with a gap and seconds.",
        ),
    ] = "quick",
    buckets: options.Buckets = None,
    service_weight: Annotated[
        float,
        typer.Option(
            "--service-weight",
            envvar="PLANNER_SERVICE_WEIGHT",
            min=0,
            help="Times its price that a lost sale counts in joint plans.",
        ),
    ] = 1.0,
    window: Annotated[
        int | None,
        typer.Option(
            "--window",
            envvar="PLANNER_WINDOW",
            min=1,
            help="Days between reviews as plans see it.",
            show_default="review_days of planner.toml",
        ),
    ] = None,
    trigger: Annotated[
        str | None,
        typer.Option(
            "--trigger",
            envvar="PLANNER_TRIGGER",
            help="What makes a plan: weekly, daily or event; the first is compared with the others.",
            show_default="a review every --review days",
        ),
    ] = None,
    response: Annotated[
        str | None,
        typer.Option(
            "--response",
            envvar="PLANNER_RESPONSE",
            help="Hours from an event to the published plan, for all or by trigger, e.g. weekly=48,event=0.1.",
            show_default="0.1",
        ),
    ] = None,
    shocks: Annotated[
        str | None,
        typer.Option(
            "--shocks",
            envvar="PLANNER_SHOCKS",
            help="Shocks that happen: how many per week are drawn, or a file with events.",
            show_default="none",
        ),
    ] = None,
    detect: Annotated[
        bool,
        typer.Option(
            "--detect",
            envvar="PLANNER_DETECT",
            help="Plans look for shifts of demand in the last sales; event does so every morning.",
        ),
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", envvar="PLANNER_WORKERS", min=1, help="Processes side by side.")
    ] = 1,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            envvar="PLANNER_TO",
            metavar="DIR",
            help="Where results are kept.",
            show_default="simulations/ and a name made from the question",
        ),
    ] = None,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Compare policies in a closed loop.

    Plans from what was known by then, demand as it really happens. The same call goes on where it was stopped."""
    from planner.cli.progress import ProgressLine
    from planner.cli.simulation import lines
    from planner.verbs.simulate import Hooks, Request, document
    from planner.verbs.simulate import simulate as run

    session, line = session_of(context), ProgressLine()

    def show(state: "State") -> None:
        left = f", {_time(state.left)} left" if state.left is not None else ""
        line.say(f"{state.done} of {state.cells} simulated, {_time(state.elapsed)}{left}")

    request = Request(
        data,
        policies,
        delay,
        days,
        replications,
        seed,
        truth,
        review,
        horizon,
        gap,
        time_limit,
        engine,
        buckets,
        service_weight,
        window,
        trigger,
        response,
        shocks,
        detect,
        workers,
        to,
    )
    with Interruption() as interrupted:
        try:
            outcome = run(request, Hooks(show, interrupted))
        finally:
            line.clear()
    session.result(document(outcome), lines(outcome.summary, str(outcome.folder)))
    if not outcome.complete:
        session.interrupted = True
        raise typer.Exit(INTERRUPTED)


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, hours = round(seconds / 60), int(seconds // 3600)
    return f"{minutes} min" if seconds < 3600 else f"{hours} h {minutes - 60 * hours} min"
