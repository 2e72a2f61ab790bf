"""`planner replan`: events answered by a new plan."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.options import CheckData, Debug, Json, Out, RunName
from planner.cli.session import bold, session_of

if TYPE_CHECKING:
    from planner.verbs.replan import Outcome

SHOWN = 20
Events = Annotated[
    str | None,
    typer.Option(
        "--events",
        envvar="PLANNER_EVENTS",
        metavar="FILE",
        help="What happened: CSV, JSON, `-` = standard input; else the table events.",
        show_default=False,
    ),
]
MaxChanges = Annotated[
    int | None,
    typer.Option(
        "--max-changes",
        envvar="PLANNER_MAX_CHANGES",
        min=0,
        help="Order lines that may differ.",
        show_default="no limit",
    ),
]
ChangeCost = Annotated[
    float,
    typer.Option(
        "--change-cost",
        envvar="PLANNER_CHANGE_COST",
        min=0,
        help="Money per changed case, in what is weighed.",
    ),
]
Certify = Annotated[
    bool, typer.Option("--certify", envvar="PLANNER_CERTIFY", help="Prove a bound for the whole plan.")
]


def replan(
    context: typer.Context,
    run: RunName,
    events: Events = None,
    max_changes: MaxChanges = None,
    change_cost: ChangeCost = 0.0,
    time_limit: Annotated[
        float, typer.Option("--time-limit", envvar="PLANNER_TIME_LIMIT", min=0, help="Seconds.")
    ] = 4.0,
    seed: Annotated[int, typer.Option("--seed", envvar="PLANNER_SEED", min=0, help="For chance.")] = 0,
    certify: Certify = False,
    data: CheckData = None,
    out: Out = Path("runs"),
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Answer events.

    Plans again what they touch, leaves the rest of the plan as it stands, and writes a new run with what is to be done."""
    from planner.verbs.replan import Request, document
    from planner.verbs.replan import replan as replan_run
    from planner.verbs.runs import open_registry

    source = events if events in (None, "-") else Path(events)
    request = Request(max_changes, change_cost, time_limit, seed, certify, data)
    outcome = replan_run(run, source, open_registry(out), request)
    session_of(context).result(document(outcome), _lines(outcome))


def _lines(outcome: "Outcome") -> list[str]:
    from planner.verbs.replan import document

    told, money = document(outcome), outcome.run.record.currency
    around = told["neighbourhood"]
    lines = list(told["events"].values())
    before = (
        f"{told['cost_before']:,.2f}"
        if told["feasible_before"]
        else f"limits broken ({', '.join(told['broken_before'])})"
    )
    orders = around["orders_inside"] + around["orders_outside"]
    lines += [
        f"Doing nothing: {before} {money}. The new plan: {told['cost_after']:,.2f} {money}.",
        f"Planned again: {around['orders_inside']:,} of {orders:,} orders; {told['changes']:,} order lines change.",
        f"With the rest as it stands no plan is cheaper by more than {around['cost'] - around['bound']:,.2f} {money}.",
    ]
    if told["change_cost"]:
        lines.append(f"Changes were weighed with {told['change_cost']:,.2f} {money}, which is in no cost.")
    first = sorted(told["actions"], key=_urgency)[:SHOWN]
    lines += [f"  {_sentence(action, money)}" for action in first]
    rest = len(told["actions"]) - SHOWN
    lines += [f"  … and {rest:,} more in actions.csv"] if rest > 0 else []
    again = " (it was there already)" if outcome.reused else ""
    return [*lines, f"{bold(told['run_id'])} proposes it{again}: {told['folder']}"]


def _sentence(action: dict[str, Any], money: str) -> str:
    way = _way(action, "") or _way(action, "from_")
    moved = f", was {_way(action, 'from_')}" if _way(action, "") and _way(action, "from_") else ""
    worth = "needed" if action["money"] is None else f"{action['money']:+,.2f} {money}"
    because = action["event_ids"].replace(" ", ", ") or action["reason"]
    return (
        f"{action['action']:<11} {action['order_id']} {action['item_id']} → {action['destination']}: {way}{moved} [{worth}] "
        f"{because}"
    )


def _urgency(action: dict[str, Any]) -> tuple[str, float]:
    """What has to be done first: the earliest dispatch, then what is needed, then what is worth most."""
    days = [action[name] for name in ("dispatch_date", "from_dispatch_date") if action[name]]
    worth = float("inf") if action["money"] is None else action["money"]
    return min(days, default=""), -worth


def _way(action: dict[str, Any], prefix: str) -> str:
    quantity = action[f"{prefix}quantity"]
    if quantity is None:
        return ""
    origin, mode, day = (action[f"{prefix}{name}"] for name in ("origin", "mode", "dispatch_date"))
    return f"{quantity:,.6g} from {origin} by {mode} on {day}"
