"""What more service costs: the plans that no other plan beats in both."""

from itertools import pairwise
from typing import Any

from planner.report.charts.lines import trade_off
from planner.report.material import Material
from planner.report.page import Chart, Column, Section, Table
from planner.report.words import counted, number, percent

MONEY = ("holding", "freight", "lost_sales", "cost")


def frontier(m: Material) -> Section | None:
    """Fill rate against what is spent for it."""
    if m.frontier is None:
        return None
    points = sorted(
        (point for point in m.frontier["points"] if point.get("fill_rate") is not None),
        key=lambda point: point["fill_rate"],
    )
    if not points:
        return Section("frontier", "What more service costs", ("There is no plan on the frontier.",))
    currency = m.frontier.get("currency") or m.currency
    return Section(
        "frontier",
        "What more service costs",
        _sentences(m, points, currency),
        charts=(_chart(m, points, currency),),
    )


def spent(point: dict[str, Any]) -> float:
    """Holding and freight [money]: what buys service."""
    return float(point["holding"]) + float(point["freight"])


def _sentences(m: Material, points: list[dict[str, Any]], currency: str) -> tuple[str, ...]:
    assert m.frontier is not None
    low, high = points[0], points[-1]
    served = f"Between {percent(low['fill_rate'])} and {percent(high['fill_rate'])} of demand served"
    sentences = [
        f"{served}, stock and freight cost {number(spent(low))} to {number(spent(high))} {currency}."
    ]
    dearest = [
        ((spent(two) - spent(one)) / (100 * (two["fill_rate"] - one["fill_rate"])), one, two)
        for one, two in pairwise(points)
        if two["fill_rate"] - one["fill_rate"] > 1e-6
    ]
    if len(dearest) > 1:
        first, last = dearest[0], dearest[-1]
        sentences.append(
            f"One more point of service costs {number(first[0])} {currency} at {percent(first[1]['fill_rate'])} "
            f"and {number(last[0])} {currency} at {percent(last[1]['fill_rate'])}."
        )
    if m.frontier.get("dominated"):
        sentences.append(
            f"{counted(int(m.frontier['dominated']), 'further plan')} cost more and serve less than one of these."
        )
    if m.frontier.get("complete") is False:
        sentences.append("Not all of its plans were made: the frontier is not complete.")
    if m.frontier.get("input_hash") not in (None, m.run.record.input_hash):
        sentences.append("The frontier was computed from other tables than the plan of this report.")
    return tuple(sentences)


def _chart(m: Material, points: list[dict[str, Any]], currency: str) -> Chart:
    marked = next(
        (place for place, point in enumerate(points) if point.get("run_id") == m.run.record.run_id), None
    )
    if marked is None:
        marked = next((place for place, point in enumerate(points) if point.get("weight") == 1.0), None)
    summary = (
        "Fill rate against the cost of stock and freight; each point is a plan, written at it how lost sales are weighed."
        + ("" if marked is None else f" The marked plan has weight {number(points[marked]['weight'])}.")
    )
    at = [(float(point["fill_rate"]), spent(point), f"× {number(point['weight'])}") for point in points]
    option = trade_off(summary, at, ("fill rate", f"holding and freight [{currency}]"), marked)
    money = (Column(name.replace("_", " "), "money") for name in MONEY)
    shares = (Column("fill rate", "percent"), Column("in stock", "percent"))
    columns = (Column("weight", "number"), *shares, *money, Column("gap", "percent"))
    rows = tuple(
        (
            point["weight"],
            point["fill_rate"],
            point.get("in_stock_rate"),
            *(point.get(name) for name in MONEY),
            point.get("gap"),
        )
        for point in points
    )
    return Chart(
        "chart-frontier",
        "Service against cost",
        summary,
        option,
        Table(f"Plans on the frontier [{currency}]", columns, rows),
        "money",
        380,
    )
