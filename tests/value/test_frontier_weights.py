"""Which weight is tried next, and which points are shown: no solver, fill rates by formula or by hand."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from planner.errors import UsageError
from planner.value.frontier.points import Point, frontier_of, undominated
from planner.value.frontier.weights import next_weight, read_range


def swept(fill: Callable[[float], float], low: float, high: float, points: int = 7) -> dict[float, float]:
    reached: dict[float, float] = {}
    while (weight := next_weight(reached, low, high, points)) is not None:
        assert weight not in reached, "no weight is tried twice"
        reached[weight] = fill(weight)
    return reached


def test_a_smooth_trade_off_is_spanned_by_the_points_that_were_asked_for() -> None:
    """Losses fall with the weight as 4 % ÷ weight."""
    reached = swept(lambda weight: max(0.0, 1 - 0.04 / weight), 0.90, 0.995)
    inside = sorted(fill for fill in reached.values() if 0.90 <= fill <= 0.995)
    assert len(inside) >= 7
    assert len(reached) <= 2 * 7 + 4
    edges = [0.90, *inside, 0.995]
    assert max(b - a for a, b in pairwise(edges)) <= 0.095 / 3


def test_where_supply_is_the_limit_the_search_for_the_upper_end_stops_soon() -> None:
    reached = swept(lambda weight: min(0.95, 1 - 0.04 / weight), 0.90, 0.995)
    assert max(reached) <= 64  # 4 brings 0.95, 16 and 64 nothing more
    assert max(reached.values()) == 0.95


def test_jumps_are_not_halved_for_ever() -> None:
    reached = swept(lambda weight: 0.5 if weight < 2 else 1.0, 0.6, 0.9)
    assert len(reached) <= 14


def test_a_range_without_meaning_is_explained() -> None:
    assert read_range("0.9..0.995") == (0.9, 0.995)
    for text, words in (
        ("0.9-0.99", "Two dots stand between the ends"),
        ("a..b", "write 0.90..0.995"),
        ("90..99.5", "Maybe 0.9..0.995 is meant"),
        ("0.99..0.9", "below the second"),
        ("0..1", "above 0"),
        ("0.9..", "write 0.90..0.995"),
    ):
        with pytest.raises(UsageError, match=words):
            read_range(text)


def point(fill: float, holding: float, freight: float, weight: float = 1.0) -> Point:
    return Point(weight, f"run-{weight}", fill, fill, holding, freight, 0.0, holding + freight, 0.0)


def test_points_that_are_no_better_in_anything_are_dropped_and_counted() -> None:
    points = [
        point(0.95, 10, 20, 1),
        point(0.95, 10, 20, 2),  # the same plan: the first one stays
        point(0.94, 10, 21, 3),  # worse than the first in service and freight
        point(0.99, 15, 20, 4),
        point(0.97, 9, 30, 5),  # less stock, more freight: neither is better
        point(0.96, 16, 31, 6),  # 0.99 has less of both
    ]
    assert [one.weight for one in undominated(points)] == [1, 5, 4]
    found = frontier_of(points, 0.9, 0.995, complete=True)
    assert (len(found.points), found.dominated, found.outside) == (3, 3, 0)


def test_the_next_point_beyond_each_end_is_shown_and_farther_ones_are_counted() -> None:
    points = [point(fill, 100 * fill, 10, fill) for fill in (0.5, 0.7, 0.92, 0.96, 0.999, 1.0)]
    found = frontier_of(points, 0.9, 0.99, complete=True)
    assert [one.fill_rate for one in found.points] == [0.7, 0.92, 0.96, 0.999]
    assert (found.dominated, found.outside) == (0, 2)
    assert (found.lowest, found.highest) == (0.5, 1.0)
