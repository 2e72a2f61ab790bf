"""Points of the frontier: plans for several service weights, judged by the same prices, and which of them are worth showing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.plan.run import Run
from planner.tables.dataset import DataSet

if TYPE_CHECKING:
    import pandas as pd

EQUAL = 1e-9  # rounding of sums
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Point:
    """One plan. Money is that of the evaluator at the weight of the data, whatever weight the plan was made with.

    `gap` is proven at the weight of the plan.
    """

    weight: float
    run_id: str
    fill_rate: float
    in_stock_rate: float
    holding: float
    freight: float
    lost_sales: float
    cost: float
    gap: float


@dataclass(frozen=True)
class Frontier:
    """Points by fill rate; how many were left out because others are no worse in anything, or are far outside the range.

    `lowest` and `highest` are the fill rates of all plans that were made; `complete` says that none is missing.
    """

    points: tuple[Point, ...]
    dominated: int
    outside: int
    low: float
    high: float
    lowest: float
    highest: float
    complete: bool


def point_of(data: DataSet, run: Run, weight: float) -> Point:
    """A run as a point, by the prices of the data. Raises UsageError where there is no demand to be met."""
    from planner.audit import evaluate

    plan = run.plan
    found = evaluate(data, plan.orders, plan.buckets)
    if found.kpis["fill_rate"] is None:
        raise UsageError("there is no demand in the horizon, so that there is no service to trade off")
    return Point(
        weight,
        run.record.run_id,
        float(found.kpis["fill_rate"]),
        float(found.kpis["in_stock_rate"]),
        found.costs["holding"],
        found.costs["freight"],
        found.costs["lost_sales"],
        found.total,
        plan.gap,
    )


def frontier_of(points: Sequence[Point], low: float, high: float, *, complete: bool) -> Frontier:
    """The points in the range, with the next one beyond each end that no point in it reaches."""
    best = undominated(points)
    below = [point for point in best if point.fill_rate < low - EQUAL][-1:]
    above = [point for point in best if point.fill_rate > high + EQUAL][:1]
    inside = [point for point in best if low - EQUAL <= point.fill_rate <= high + EQUAL]
    shown = (*below, *inside, *above)
    fills = [point.fill_rate for point in points]
    return Frontier(
        shown,
        len(points) - len(best),
        len(best) - len(shown),
        low,
        high,
        min(fills),
        max(fills),
        complete,
    )


def undominated(points: Sequence[Point]) -> list[Point]:
    """Those that no other beats: with at least the fill rate, and at most the holding and freight. Of equals the first.

    By fill rate, the lowest first.
    """
    kept = [
        point
        for number, point in enumerate(points)
        if not any(
            _no_worse(other, point) and (place < number or not _no_worse(point, other))
            for place, other in enumerate(points)
            if other is not point
        )
    ]
    return sorted(kept, key=lambda point: point.fill_rate)


def _no_worse(one: Point, other: Point) -> bool:
    return (
        one.fill_rate >= other.fill_rate - EQUAL
        and one.holding <= other.holding * (1 + EQUAL) + EQUAL
        and one.freight <= other.freight * (1 + EQUAL) + EQUAL
    )


def document(frontier: Frontier, data: DataSet, source: str) -> dict[str, Any]:
    """The content of frontier.json."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "service",
        "currency": data.settings.currency,
        "source": source,
        "input_hash": data.content_hash,
        "complete": frontier.complete,
        "range": [frontier.low, frontier.high],
        "reached": [frontier.lowest, frontier.highest],
        "points": [asdict(point) for point in frontier.points],
        "dominated": frontier.dominated,
        "outside": frontier.outside,
    }


def table(frontier: Frontier) -> "pd.DataFrame":
    """The content of frontier.csv: a row per point."""
    import pandas as pd

    return pd.DataFrame([asdict(point) for point in frontier.points])
