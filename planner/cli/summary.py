"""A run in a screenful: what the plan costs and why, what it achieves, how good it is, and what is next."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli.listing import decided
from planner.cli.session import bold
from planner.plan.causes import CAUSES, amount_of
from planner.plan.plan import Plan
from planner.plan.run import Run

if TYPE_CHECKING:
    from planner.response.approval.standing import Standing

RUNS = Path("runs")
NEXT = ("check", "runs show", "export")
SPENT = 0.95  # of the time limit: a run that took less ended by itself


def summary(run: Run, standing: "Standing | None" = None) -> list[str]:
    """The lines for the screen; with what was decided on the run, if that is given."""
    record, plan = run.record, run.plan
    return [
        bold(f"{record.run_id} is {record.status}") + _because(run),
        "",
        *costs(plan.kpis["cost"], record.currency),
        "",
        *achievements(plan.kpis),
        row("loads", _loads(plan)),
        "",
        quality(plan, record.currency, record.seconds),
        *([row("scenario", record.scenario)] if record.scenario else []),
        *(
            [row("decided", _decided(standing))]
            if standing and (standing.signatures or standing.decision)
            else []
        ),
        row("folder", str(run.folder)),
        row("next", " · ".join(f"planner {verb} {record.alias}{_where(run)}" for verb in NEXT)),
    ]


def _decided(standing: "Standing") -> str:
    """How the run stands, and who has signed it."""
    signed = ", ".join(f"{role} by {entry.actor}" for role, entry in standing.signatures.items())
    state = decided(standing.state, (), standing.changed)
    return f"{state}; signed for {signed}" if signed else state


def _because(run: Run) -> str:
    """Why a run isn't completed."""
    if run.record.status == "completed":
        return ""
    record = run.record
    asked = _percent(record.effort.get("gap"))
    if record.interrupted:
        why = "interrupted"
    elif (record.seconds or 0.0) < SPENT * float(record.effort.get("time_limit", 0.0)):
        why = "nothing was left to try in the time that was left"
    else:
        why = "out of time"
    return f": {why}, a gap of {asked} was asked for"


def _where(run: Run) -> str:
    return "" if run.folder.parent == RUNS else f" --out {run.folder.parent}"


def row(name: str, text: str) -> str:
    """A line that begins with a name."""
    return f"  {name:<18} {text}"


def costs(cost: dict[str, Any], currency: str) -> list[str]:
    """One line per cause that costs something, with its share; freight also per mode."""
    total = cost["total"]
    lines = [f"  {'cost':<18} {total:>14,.2f} {currency}"]
    for cause, words in CAUSES.items():
        amount = amount_of(cost, cause)
        if amount:
            share = f"{amount / total:.1%}".replace("%", " %") if total else ""
            lines.append(
                f"    {words:<16} {amount:>14,.2f} {share:>8}{_modes(cost) if cause == 'freight' else ''}"
            )
    return lines


def achievements(kpis: dict[str, Any]) -> list[str]:
    """Service and stock."""
    service = f"fill rate {_percent(kpis['fill_rate'])}, in stock {_percent(kpis['in_stock_rate'])}"
    turns, cover = _number(kpis["inventory_turns"]), _number(kpis["days_of_cover"])
    return [row("service", service), row("stock", f"{turns} turns a year, {cover} days of cover")]


def quality(plan: Plan, currency: str, seconds: float | None) -> str:
    """What is proven about the plan, and how; of a baseline what it is."""
    took = [] if seconds is None else [f"{seconds:.1f} s"]
    method = str(plan.certificate.get("method", ""))
    policy = plan.certificate.get("policy", "joint")
    if policy != "joint":
        return row(
            "baseline", f"{policy}, to compare with: {', '.join([method.removeprefix('baseline: '), *took])}"
        )
    proof = f"no plan can cost less than {plan.bound:,.2f} {currency}: gap {_percent(plan.gap)}"
    return row("proven", f"{proof} ({', '.join(part for part in [method, *took] if part)})")


def _loads(plan: Plan) -> str:
    per_mode = plan.loads.groupby("mode", sort=True)["vehicles"].agg(["size", "sum"])
    modes = ", ".join(f"{mode} {row['size']:.0f}" for mode, row in per_mode.iterrows())
    fill = (
        f"; vehicles {_percent(plan.kpis['vehicle_fill'])} full"
        if plan.kpis["vehicle_fill"] is not None
        else ""
    )
    orders = f"{len(plan.orders):,} orders in {len(plan.loads):,} loads"
    return f"{orders} ({modes}){fill}" if modes else orders


def _modes(cost: dict[str, Any]) -> str:
    freight = cost["freight"]
    modes = (
        [f"{mode} {money:,.0f}" for mode, money in freight.items() if money]
        if isinstance(freight, dict)
        else []
    )
    emergency = cost.get("emergency_freight") or 0.0
    if emergency:
        modes.append(f"of which emergency {emergency:,.0f}")
    return f"   {', '.join(modes)}" if modes else ""


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.2f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"
