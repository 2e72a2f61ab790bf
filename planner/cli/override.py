"""`planner override`: a person decides an order."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.approve import By
from planner.cli.options import CheckData, Debug, Json, Out, RunName
from planner.cli.session import session_of

if TYPE_CHECKING:
    from planner.verbs.afterwards import Afterwards
    from planner.verbs.override import Outcome


def override(
    context: typer.Context,
    run: RunName,
    order: Annotated[
        str | None,
        typer.Option("--order", envvar="PLANNER_ORDER", metavar="ID", help="The order, by its id."),
    ] = None,
    quantity: Annotated[
        float | None,
        typer.Option(
            "--quantity", envvar="PLANNER_QUANTITY", metavar="UNITS", help="What is sent; 0 = nothing."
        ),
    ] = None,
    mode: Annotated[
        str | None, typer.Option("--mode", envvar="PLANNER_MODE", metavar="MODE", help="How it goes.")
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(
            "--date",
            envvar="PLANNER_DATE",
            metavar="DAY",
            formats=["%Y-%m-%d"],
            help="When it leaves: 2026-03-31.",
        ),
    ] = None,
    reason: Annotated[
        str,
        typer.Option(
            "--reason", envvar="PLANNER_REASON", metavar="TEXT", help="Why; it is kept in the ledger."
        ),
    ] = "",
    item: Annotated[
        str | None,
        typer.Option(
            "--item", envvar="PLANNER_ITEM", metavar="ITEM", help="Which item of an order of several."
        ),
    ] = None,
    by: By = None,
    after: Annotated[
        Path | None,
        typer.Option(
            "--after",
            envvar="PLANNER_AFTER",
            metavar="DATA",
            help="Instead: what the overrides of the run cost in fact, by the sales in these newer tables.",
        ),
    ] = None,
    data: CheckData = None,
    out: Out = Path("runs"),
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Decide a single order yourself.

    Makes a new run with that order as you say and all else as it was, tells what that costs, and keeps why."""
    from planner.errors import UsageError
    from planner.verbs import afterwards
    from planner.verbs.override import Request, document
    from planner.verbs.override import override as override_order
    from planner.verbs.runs import open_registry

    registry = open_registry(out)
    if after is not None:
        if order is not None or quantity is not None or mode is not None or date is not None:
            raise UsageError(
                "--after looks back on overrides that were made: it takes no --order, --quantity, --mode, --date."
            )
        found = afterwards.price_after(run, registry, after, data)
        session_of(context).result(afterwards.document(found), _after_lines(found))
        return
    if order is None:
        raise UsageError("Say which order: --order ID.")
    day = date.date() if date else None
    made = override_order(run, registry, Request(order, reason, quantity, mode, day, item, by, data))
    session_of(context).result(document(made), _lines(made))


def _lines(made: "Outcome") -> list[str]:
    told, record = made.override, made.run.record
    return [
        f"{told.order_id} of {made.base.record.run_id}: {told.item_id}, {_way(told.before)} → {_way(told.after)}",
        f"  costs {told.price:+,.2f} {told.currency}{_causes(told.causes)}",
        f"{record.run_id} has it, and costs {record.cost:,.2f} {record.currency}: proposed",
    ]


def _after_lines(found: "Afterwards") -> list[str]:
    lines = [
        f"With what was wanted through {found.until}, and the forecast after that (+ cost more, - saved):"
    ]
    for run, made, price in found.prices:
        fact = (
            f"{price.difference:>+12,.2f}{_causes(price.causes)}"
            if price.priced
            else "  unknown: more leaves than there was"
        )
        what = f"{run.record.alias}  {made.order_id} {_way(made.before)} → {_way(made.after)}"
        lines += [
            f"  {what}",
            f"    said before {made.price:>+12,.2f}{_causes(made.causes)}",
            f"    in fact     {fact}",
        ]
    return lines


def _way(order: dict[str, Any]) -> str:
    return f"{order['quantity']:,.6g} by {order['mode']} on {order['dispatch_date']}" if order else "nothing"


def _causes(causes: dict[str, float]) -> str:
    from planner.plan.causes import CAUSES

    shown = [
        f"{CAUSES.get(name, name)} {money:+,.2f}" for name, money in causes.items() if abs(money) >= 0.005
    ]
    return f" ({', '.join(shown)})" if shown else ""
