"""Runs side by side, as sections: the document of `planner compare` with the charts of the report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from planner.plan.run import Run
from planner.report.charts.bars import differences, lying, lying_height
from planner.report.material import Material
from planner.report.page import Chart, Column, Section, Table
from planner.report.sections.runs import runs as side_by_side
from planner.report.words import counted, listed, number, signed
from planner.value.compare.figures import COST, Figure
from planner.value.compare.verdict import Verdict
from planner.value.compare.words import change, cost_name, is_part, shown, verdict_words

MOST_ROWS = 50  # changed orders of a run on the page
MOST_CHARTS = 4  # of differences per cause
TOTAL = f"{COST}total"
PROOF = {"equal": "–", "same problem": "the same problem", "proven": "proven", "not proven": "not proven"}


def sections(content: Mapping[str, Any], runs: Sequence[Run]) -> list[Section]:
    """Which is cheaper, what it costs per cause, key figures, and what changed in the orders."""
    names, currency = [str(one["label"]) for one in content["runs"]], str(content["currency"])
    figures = [Figure(one["name"], tuple(one["values"])) for one in content["figures"]]
    cost = [one for one in figures if one.name.startswith(COST) and any(one.values)]
    others = [one for one in figures if not one.name.startswith(COST)]
    return [
        _verdicts(content, names, cost, currency),
        _causes(names, cost, currency),
        _key_figures(names, others, runs),
        _orders(content, names),
    ]


def _verdicts(
    content: Mapping[str, Any], names: Sequence[str], cost: Sequence[Figure], currency: str
) -> Section:
    told = [
        {name: value for name, value in one["verdict"].items() if name != "words"}
        for one in content["changes"]
    ]
    verdicts = [Verdict(**one) for one in told]
    said = tuple(
        verdict_words(name, names[0], one, currency) for name, one in zip(names[1:], verdicts, strict=True)
    )
    total = next(one for one in cost if one.name == TOTAL) if cost else Figure(TOTAL, (0.0,) * len(names))
    rows = tuple(
        (
            name,
            f"{value:,.2f}",
            f"{away:+,.2f}" if place else None,
            change(TOTAL, away, share) if place else None,
            proof,
        )
        for place, (name, value, away, share, proof) in enumerate(
            zip(
                names,
                total.values,
                total.differences,
                total.shares,
                [None, *(PROOF[one.kind] for one in verdicts)],
                strict=True,
            )
        )
    )
    columns = (
        Column("run"),
        Column(f"cost [{currency}]", "money"),
        Column("difference", "number"),
        Column("in %", "number"),
        Column("is the difference proven?"),
    )
    return Section("verdict", "Which is cheaper", said, tables=(Table("Cost", columns, rows),))


def _causes(names: Sequence[str], cost: Sequence[Figure], currency: str) -> Section:
    causes = [one for one in cost if not is_part(one.name) and one.name != TOTAL]
    totals = next((one.values for one in cost if one.name == TOTAL), ())
    summary = f"Cost per cause [{currency}] of {listed(names)}."
    parts = {cost_name(one.name): one.values for one in causes}
    whole = Chart(
        "chart-cost-causes",
        f"Cost per cause [{currency}]",
        summary,
        lying(summary, names, parts, [number(value) for value in totals]),
        None,
        "money",
        lying_height(len(names), legend=True),
    )
    away = [_away(place, name, names[0], causes, currency) for place, name in enumerate(names[1:], 1)]
    charts = (whole, *[one for one in away if one][:MOST_CHARTS]) if causes else ()
    rows = tuple(_row(one, ("… " if is_part(one.name) else "") + cost_name(one.name)) for one in cost)
    table = Table(f"Cost per cause [{currency}], and in % of {names[0]}", _columns("cause", names), rows)
    return Section("causes", "What it costs", charts=charts, tables=(table,))


def _away(place: int, name: str, base: str, causes: Sequence[Figure], currency: str) -> Chart | None:
    """What one costs more and less than the base."""
    found = [(cost_name(one.name), away) for one in causes if (away := one.differences[place])]
    if not found:
        return None
    labels = [signed(number(value)) for _, value in found]
    told = listed([f"{cause} {label}" for (cause, _), label in zip(found, labels, strict=True)])
    title = f"{name} against {base} [{currency}]"
    option = differences(
        f"{title}: {told}.", [one for one, _ in found], [value for _, value in found], labels
    )
    height = lying_height(len(found))
    return Chart(f"chart-away-{place}", title, f"{title}: {told}.", option, None, "money", height, half=True)


def _key_figures(names: Sequence[str], figures: Sequence[Figure], runs: Sequence[Run]) -> Section:
    drawn = side_by_side(Material(tuple(runs), looked=False, labels=tuple(names)))
    assert drawn is not None
    rows = tuple(_row(one, one.name.replace("_", " ")) for one in figures)
    table = Table(f"Key figures, and their change from {names[0]}", _columns("figure", names), rows)
    note = replace(table, note=drawn.tables[0].note)
    return replace(drawn, id="figures", title="Key figures", sentences=(), tables=(note,))


def _columns(first: str, names: Sequence[str]) -> tuple[Column, ...]:
    pairs = [(Column(name, "number"), Column("±", "number")) for name in names[1:]]
    return (Column(first), Column(names[0], "number"), *(column for pair in pairs for column in pair))


def _row(figure: Figure, name: str) -> tuple[str, ...]:
    cells = [shown(figure.name, figure.values[0])]
    for value, away, share in zip(figure.values[1:], figure.differences[1:], figure.shares[1:], strict=True):
        cells += [shown(figure.name, value), change(figure.name, away, share)]
    return (name, *cells)


def _orders(content: Mapping[str, Any], names: Sequence[str]) -> Section:
    said, tables = [], []
    for name, one in zip(names[1:], content["changes"], strict=True):
        counts = [f"{count:,} {kind}" for kind, count in one["orders"].items() if count]
        said.append(f"{name} against {names[0]}: {listed(counts) if counts else 'the same orders'}.")
        changed = one["order_changes"]
        if changed:
            columns = tuple(_column(column) for column in changed[0])
            rows = tuple(tuple(row.values()) for row in changed[:MOST_ROWS])
            rest = len(changed) - MOST_ROWS
            note = f"{counted(rest, 'change')} more." if rest > 0 else ""
            tables.append(Table(f"{name} against {names[0]}", columns, rows, note))
    return Section("orders", "What changed in the orders", tuple(said), tables=tuple(tables))


def _column(name: str) -> Column:
    return Column(
        name.removesuffix("_id").replace("_", " "), "number" if name.startswith("quantity") else "text"
    )
