"""`planner frontier`: what service costs in stock and freight, and what stability costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli import options
from planner.cli.faults import INTERRUPTED
from planner.cli.interrupt import Interruption
from planner.cli.replan import Events
from planner.cli.session import narrate, session_of

if TYPE_CHECKING:
    from planner.plan.record import RunRecord
    from planner.value.frontier.points import Point
    from planner.verbs.frontier import Swept


def frontier(
    context: typer.Context,
    data: Annotated[
        Path,
        typer.Argument(metavar="DATA", help="The tables; a run with --stability.", show_default=False),
    ],
    service: Annotated[
        str, typer.Option("--service", envvar="PLANNER_SERVICE", metavar="LOW..HIGH", help="Fill rates.")
    ] = "0.90..0.995",
    points: Annotated[
        int, typer.Option("--points", envvar="PLANNER_POINTS", min=2, max=100, help="Plans in the range.")
    ] = 7,
    profile: options.Profile = "default",
    gap: options.Gap = None,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = None,
    seed: options.Seed = None,
    engine: options.Engine = "auto",
    buckets: options.Buckets = None,
    to: Annotated[
        Path,
        typer.Option(
            "--to", envvar="PLANNER_TO", metavar="FILE", help="A new .json; a .csv is put beside it."
        ),
    ] = Path("frontier.json"),
    stability: Annotated[
        bool,
        typer.Option(
            "--stability",
            envvar="PLANNER_STABILITY",
            help="Instead: what it costs to answer the events of a run with few changes.",
        ),
    ] = False,
    events: Events = None,
    out: options.Out = Path("runs"),
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Show what service costs.

    Plans for several weights of lost sales, each a run; the effort is that of every plan. With --stability: what it costs to answer
    events with few changed order lines."""
    if stability:
        _stability(context, str(data), events, to, out)
        return
    from planner.cli.progress import ProgressLine
    from planner.verbs.frontier import Sweep
    from planner.verbs.frontier import frontier as sweep_service
    from planner.verbs.runs import open_registry
    from planner.verbs.solve import Hooks

    session, line = session_of(context), ProgressLine()

    def begun(record: "RunRecord") -> None:
        session.run_id = record.run_id

    def tell(point: "Point") -> None:
        line.clear()
        narrate(f"service weight {point.weight:g}: fill rate {100 * point.fill_rate:.2f} %")

    sweep = Sweep(data, service, points, profile, gap, time_limit, threads, seed, engine, buckets, to)
    with Interruption() as interrupted:
        try:
            swept = sweep_service(sweep, open_registry(out), Hooks(begun, line, interrupted), tell)
        finally:
            line.clear()
    status = "interrupted" if swept.interrupted else "done"
    session.result({"status": status, "path": str(swept.path), **swept.document}, _lines(swept))
    if swept.interrupted:
        session.interrupted = True
        raise typer.Exit(INTERRUPTED)


def _stability(context: typer.Context, run: str, events: str | None, to: Path, out: Path) -> None:
    from planner.verbs.runs import open_registry
    from planner.verbs.stability import stability

    source = events if events in (None, "-") else Path(events)
    found = stability(run, open_registry(out), events=source, to=to)
    lines = [f"{'changes':>9}  {'made':>6}  {'cost':>14}  {'saved':>12}"]
    for point in found.points:
        allowed = "all" if point.allowed is None else f"{point.allowed:,}"
        cost = f"{point.cost:,.2f}" if point.cost is not None else "not possible"
        saved = f"{point.saved:,.2f}" if point.saved is not None else ""
        lines.append(f"{allowed:>9}  {point.changes:>6,}  {cost:>14}  {saved:>12}")
    lines.append(f"Wrote {to} and {to.with_suffix('.csv').name}")
    session_of(context).result({"status": "done", "path": str(to), **found.document}, lines)


def _lines(swept: "Swept") -> list[str]:
    """A table, what was left out, and what can't be reached."""
    told, money = swept.frontier, swept.document["currency"]
    heads = ("weight", "fill rate", "in stock", f"holding {money}", "freight", "lost sales", "cost", "gap")
    lines = ["  ".join(f"{head:>12}" for head in heads) + "  run"]
    for point in told.points:
        shares = [f"{100 * share:.2f} %" for share in (point.fill_rate, point.in_stock_rate)]
        amounts = [
            f"{amount:,.2f}" for amount in (point.holding, point.freight, point.lost_sales, point.cost)
        ]
        cells = [f"{point.weight:g}", *shares, *amounts, f"{100 * point.gap:.2f} %"]
        lines.append("  ".join(f"{cell:>12}" for cell in cells) + f"  {point.run_id[-5:]}")
    left_out = [
        f"{count} {words}"
        for count, words in (
            (told.dominated, "no better than another in service, stock and freight"),
            (told.outside, "outside the range"),
        )
        if count
    ]
    lines += [f"Left out: {', '.join(left_out)}."] if left_out else []
    if told.complete and told.highest < told.high - 5e-5:
        lines.append(
            f"A fill rate of {100 * told.high:.2f} % is not reached, however much a lost sale counts; "
            f"the highest is {100 * told.highest:.2f} %: supply, time or capacity is the limit, not the weight."
        )
    if told.complete and told.lowest > told.low + 5e-5:
        lines.append(
            f"No plan has a fill rate as low as {100 * told.low:.2f} %, however little a lost sale counts; "
            f"the lowest is {100 * told.lowest:.2f} %."
        )
    if swept.interrupted:
        lines.append("Interrupted: the same command goes on from here.")
    return [*lines, f"Wrote {swept.path} and {swept.path.with_suffix('.csv').name}"]
