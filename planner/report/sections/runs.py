"""Several runs side by side: scenarios, policies, or yesterday and today."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from planner.plan.run import Run
from planner.report.charts.bars import lying, lying_height
from planner.report.material import Material
from planner.report.page import Chart, Column, Kind, Section, Table
from planner.report.words import counted, number, percent, shown, signed, some


@dataclass(frozen=True)
class Figure:
    """A key figure of every run."""

    name: str
    kind: Kind
    of: Callable[[Run], Any]


def _kpi(name: str) -> Callable[[Run], Any]:
    return lambda run: run.plan.kpis.get(name)


FIGURES = (
    Figure("cost", "money", lambda run: run.plan.cost),
    Figure("fill rate", "percent", _kpi("fill_rate")),
    Figure("days of cover", "number", _kpi("days_of_cover")),
    Figure("emergency share of freight", "percent", _kpi("emergency_share")),
    Figure("gap", "percent", lambda run: run.plan.gap if run.plan.bound > 0 else None),
    Figure("in-stock rate", "percent", _kpi("in_stock_rate")),
    Figure("inventory turns", "number", _kpi("inventory_turns")),
    Figure("vehicle fill", "percent", _kpi("vehicle_fill")),
    Figure("freight per unit", "money", _kpi("freight_per_unit")),
    Figure("kg CO₂", "whole", _kpi("kg_co2")),
)
DRAWN = 4


def runs(m: Material) -> Section | None:
    """Small charts of the main figures, a table of all."""
    if len(m.runs) < 2:
        return None
    columns = (Column("figure"), *(Column(name, "number") for name in m.names))
    rows = tuple((figure.name, *(shown(figure.of(run), figure.kind) for run in m.runs)) for figure in FIGURES)
    charts = tuple(_chart(m, figure) for figure in FIGURES[:DRAWN])
    table = Table(f"Key figures side by side [money in {m.currency}]", columns, rows, _tables(m))
    return Section("runs", "Runs side by side", _sentences(m), charts=charts, tables=(table,))


def _sentences(m: Material) -> tuple[str, ...]:
    first = m.run
    parts = []
    for run in m.runs[1:]:
        change = run.plan.cost - first.plan.cost
        share = f" ({signed(percent(change / first.plan.cost))})" if first.plan.cost else ""
        parts.append(f"{m.name(run)} {signed(number(change))} {m.currency}{share}")
    return (f"Cost against {m.name(first)}: {some(parts, 8)}.",)


def _tables(m: Material) -> str:
    other = [m.name(run) for run in m.runs if run.record.input_hash != m.run.record.input_hash]
    if not other:
        return "All runs answer the same tables."
    tables = f"{counted(len(other), 'run')} made from other tables than {m.names[0]}: {some(other)}."
    return f"{tables} Differences come from the tables, too."


def _chart(m: Material, figure: Figure) -> Chart:
    values = [None if (value := figure.of(run)) is None else float(value) for run in m.runs]
    labels = [shown(value, figure.kind) for value in values]
    title = figure.name[0].upper() + figure.name[1:] + (f" [{m.currency}]" if figure.kind == "money" else "")
    summary = (
        f"{title}: " + ", ".join(f"{name} {label}" for name, label in zip(m.names, labels, strict=True)) + "."
    )
    option = lying(summary, m.names, {figure.name: values}, labels)
    return Chart(
        f"chart-run-{figure.name.split()[0]}",
        title,
        summary,
        option,
        None,
        figure.kind,
        lying_height(len(m.runs)),
        half=True,
    )
