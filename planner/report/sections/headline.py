"""What a director reads first."""

from typing import Any

from planner.plan.causes import CAUSES, per_cause
from planner.report.coordination import conclude
from planner.report.material import Material
from planner.report.page import Section, Tile
from planner.report.sections.targets import judged, verdicts
from planner.report.words import listed, number, percent


def headline(m: Material) -> Section:
    """Key figures and the conclusions of the other sections in a sentence each."""
    return Section("headline", "At a glance", tuple(_sentences(m)), tuple(_tiles(m)))


def causes(cost: dict[str, Any]) -> dict[str, float]:
    """Money per cause in words, the largest first."""
    return {
        CAUSES[cause]: money for cause, money in sorted(per_cause(cost).items(), key=lambda pair: -pair[1])
    }


def _sentences(m: Material) -> list[str]:
    plan, kpis = m.run.plan, m.run.plan.kpis
    first = f"The plan costs {number(plan.cost)} {m.currency}, counting only what decisions can change"
    if plan.cost > 0:
        top = [
            f"{cause} ({percent(money / plan.cost, 0)})"
            for cause, money in list(causes(kpis["cost"]).items())[:3]
            if money >= 0.005 * plan.cost
        ]
        first += f"; most of it is {listed(top)}"
    proof = (
        f"It is proven that no plan for these tables can cost less than {number(plan.bound)} {m.currency}: "
        f"at most {percent(plan.gap, 2)} could still be saved."
        if plan.bound > 0
        else "How much cheaper a plan could be is not proven: the bound is 0."
    )
    sentences = [f"{first}.", proof]
    if kpis.get("fill_rate") is not None:
        cover = kpis.get("days_of_cover")
        stock = f" from a stock of {number(cover)} days of cover" if cover is not None else ""
        sentences.append(f"It is expected to serve {percent(kpis['fill_rate'])} of demand{stock}.")
    rows = judged(m)
    if rows:
        sentences.append(verdicts(rows))
    value = conclude(m)
    if value is not None:
        sentences.append(value.sentence)
    return sentences


def _tiles(m: Material) -> list[Tile]:
    plan, kpis = m.run.plan, m.run.plan.kpis
    values = [
        ("Cost", f"{number(plan.cost)} {m.currency}", "what decisions can change"),
        ("Gap", percent(plan.gap if plan.bound > 0 else None, 2), "most that any plan could save"),
        ("Fill rate", percent(kpis.get("fill_rate")), "of demand is served"),
        ("In-stock rate", percent(kpis.get("in_stock_rate")), "of days end with stock"),
        ("Inventory turns", number(kpis.get("inventory_turns")), "a year"),
        ("Days of cover", number(kpis.get("days_of_cover")), "of sales in stock"),
        ("Vehicle fill", percent(kpis.get("vehicle_fill")), f"of room used, {kpis.get('loads', 0):,} loads"),
        ("Emergency freight", percent(kpis.get("emergency_share")), "of freight"),
        ("Freight per unit", number(kpis.get("freight_per_unit")), f"{m.currency} per unit sold"),
        ("Emissions", number(kpis.get("kg_co2"), 0), "kg CO₂"),
    ]
    return [Tile(name, value, note) for name, value, note in values]
