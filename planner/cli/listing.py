"""Runs and tables as lines on the screen."""

from typing import TYPE_CHECKING, Any

from planner.plan.plan import Plan
from planner.plan.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from planner.response.ledger import Entry


def run_line(entry: dict[str, Any]) -> str:
    """One run in one line: alias, when, status, what was decided, cost, gap, tables."""
    cost = f"{entry['cost']:>14,.2f} {entry['currency']}" if entry["cost"] is not None else f"{'–':>14}"
    gap = f"{100 * entry['gap']:.2f} %" if entry["gap"] is not None else "–"
    proven = f"gap {gap:>8}" if entry["policy"] == "joint" else f"{entry['policy']:<12}"
    source = entry["source"] + (f"  scenario {entry['scenario']}" if entry["scenario"] else "")
    state = decided(entry["state"], entry["signed"], entry["changed"])
    return (
        f"{entry['alias']}  {entry['run_id']}  {entry['status']:<10} {state:<22} {cost}  {proven}  {source}"
    )


def decided(state: str | None, signed: "Iterable[str]", changed: bool) -> str:
    """How a run stands, in a few words."""
    by = f" ({', '.join(signed)})" if state == "proposed" and signed else ""
    return f"{state or ''}{by}{', files changed' if changed else ''}"


def ledger_line(entry: "Entry") -> str:
    """One decision in one line: when, what, who, which run, and its shorter facts."""
    alias = entry.run_id.rsplit("-", 1)[-1]
    hidden = ("content", "before", "after", "causes", "events", "tables")
    told = {
        name: value
        for name, value in entry.facts.items()
        if name not in hidden and value not in ("", [], {}, None)
    }
    facts = ", ".join(f"{name} {_fact(value)}" for name, value in told.items())
    return f"{entry.number:>5}  {entry.at}  {entry.kind:<10} {alias:<7} {entry.actor:<14} {facts}".rstrip()


def failure(run: Run) -> list[str]:
    """Why a run has no plan."""
    error = run.record.error or {}
    return [f"{run.record.run_id} is {run.record.status}", *str(error.get("message", "")).splitlines()]


def _fact(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(one["exception_id"] if isinstance(one, dict) else one) for one in value)
    return f"{value:,.2f}" if isinstance(value, float) else _flat(value)


def plan_tables(plan: Plan, rows: int) -> list[str]:
    """The first loads and orders, as tables."""
    if rows == 0:
        return []
    loads = plan.loads.drop(columns=["route"]) if not plan.loads["route"].any() else plan.loads
    loads = loads.assign(fill=(100 * loads["fill"]).round()).rename(columns={"fill": "fill %"})
    return ["", "Loads", *table(loads, rows), "", "Orders", *table(plan.orders, rows)]


def pairs(values: dict[str, Any]) -> list[str]:
    """Name and value, one per line; nested ones on one line."""
    return [f"{name.replace('_', ' '):<14} {_flat(value)}" for name, value in values.items()]


def table(frame: "pd.DataFrame", rows: int) -> list[str]:
    """The first rows as aligned text, and how many more there are."""
    from pandas.api.types import is_datetime64_any_dtype

    if frame.empty:
        return ["  none"]
    shown = frame.head(rows).copy()
    for name in shown.columns:
        if is_datetime64_any_dtype(shown[name]):
            shown[name] = shown[name].dt.strftime("%a %d %b").fillna("")
    text = shown.to_string(index=False, na_rep="", float_format=_short)
    more = len(frame) - len(shown)
    return [f"  {line}" for line in text.splitlines()] + ([f"  … and {more:,} more"] if more > 0 else [])


def _short(value: float) -> str:
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {inner}" for name, inner in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
