"""What the plan costs, and where."""

import pandas as pd

from planner.plan.causes import CAUSES
from planner.report.charts.bars import lying, lying_height
from planner.report.material import Material
from planner.report.page import Chart, Column, Section, Table
from planner.report.sections.headline import causes
from planner.report.words import listed, number, part_of, percent

MOST_PLACES = 40


def costs(m: Material) -> Section:
    """Per cause, then per location and cause."""
    total, cost = m.run.plan.cost, m.run.plan.kpis["cost"]
    money = {cause: amount for cause, amount in causes(cost).items() if amount > 0}
    sentences = [_freight(m, cost)] if total else ["The plan costs nothing that decisions could change."]
    charts = [_by_cause(m, total, cost, money)]
    if m.run.record.run_id in m.shares:
        charts.append(_by_place(m, m.shares[m.run.record.run_id]))
    return Section("costs", "What it costs, and where", tuple(sentences), charts=tuple(charts))


def _freight(m: Material, cost: dict[str, object]) -> str:
    modes = cost.get("freight")
    assert isinstance(modes, dict)
    freight = sum(modes.values())
    if not freight:
        return "There is no freight."
    used = sorted(((money, mode) for mode, money in modes.items() if money), reverse=True)
    words = listed([f"{mode} {percent(money / freight, 0)}" for money, mode in used[:3]])
    return f"Freight is {number(freight)} {m.currency}: {words}."


def _by_cause(m: Material, total: float, cost: dict[str, object], money: dict[str, float]) -> Chart:
    summary = "Cost per cause, the largest first: " + ", ".join(
        f"{cause} {number(amount)}" for cause, amount in money.items()
    )
    rows: list[tuple[str, float, float | None]] = []
    modes = cost["freight"]
    assert isinstance(modes, dict)
    for cause, amount in money.items():
        rows.append((cause, amount, amount / total if total else None))
        if cause == CAUSES["freight"]:
            rows += [(f"… by {mode}", part, part / total) for mode, part in modes.items() if part]
    emergency = float(cost.get("emergency_freight") or 0.0)  # type: ignore[arg-type]
    if emergency:
        rows.append(("… of freight, emergency", emergency, emergency / total))
    rows.append(("total", total, 1.0 if total else None))
    table = Table(
        f"Cost per cause [{m.currency}]",
        (Column("cause"), Column("money", "money"), Column("share", "percent")),
        tuple(rows),
    )
    labels = [f"{number(amount)}" for amount in money.values()]
    option = lying(summary, list(money), {"cost": list(money.values())}, labels)
    return Chart(
        "chart-causes",
        f"Cost per cause [{m.currency}]",
        summary,
        option,
        table,
        "money",
        lying_height(len(money)),
    )


def _by_place(m: Material, shares: pd.DataFrame) -> Chart:
    table = shares.pivot_table(
        index="location_id", columns="cause", values="money", aggfunc="sum", fill_value=0.0
    )
    table = table[[cause for cause in CAUSES if cause in table]].rename(columns=CAUSES)
    table = table.loc[table.sum(axis=1).sort_values(ascending=False).index]
    table = table.rename(index={"": "whole network"})
    shown = table.head(MOST_PLACES)
    summary = (
        f"Cost per location and cause. {listed([str(name) for name in shown.index[:3]])} cost most. "
        "Freight and handling of a shipment count where it arrives; freight is split by weight."
    )
    rows = tuple((str(name), float(row.sum()), *map(float, row)) for name, row in table.iterrows())
    columns = (
        Column("location"),
        Column("total", "money"),
        *(Column(str(name), "money") for name in table.columns),
    )
    option = lying(
        summary, [str(name) for name in shown.index], {str(name): shown[name].tolist() for name in shown}
    )
    return Chart(
        "chart-places",
        f"Cost per location [{m.currency}]",
        summary,
        option,
        Table(f"Cost per location and cause [{m.currency}]", columns, rows),
        "money",
        lying_height(len(shown), legend=True),
        note=part_of(len(shown), len(table)),
    )
