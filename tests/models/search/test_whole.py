"""The arrays from which the search cuts its parts say the same as the relaxation of the joint model."""

import numpy as np
import pytest

from planner.compile import compile_problem
from planner_models.search.part import Part, Strictness, own_columns
from tests.engine.instances import random_data
from tests.models.search.relaxed import Relaxed

PRICED = Strictness(price=1.0, stock=0.5)
SEEDS = (2, 4, 6, 8, 13, 14, 15, 16, 17)


def relaxed(seed: int) -> Relaxed:
    return Relaxed.of(compile_problem(random_data(seed, stores=3, items=4, days=5)))


@pytest.mark.parametrize("seed", SEEDS)
def test_order_lines_as_shares_of_their_shipments_cost_as_much(seed: int) -> None:
    found = relaxed(seed)
    assert found.solvable
    answer = found.whole().solve(found.matrix.lower, found.matrix.upper, 60.0)
    assert answer is not None
    assert answer.cost == pytest.approx(found.bound, rel=1e-6, abs=1e-6)


def test_lines_are_folded_where_no_least_quantity_needs_them() -> None:
    found = relaxed(23)
    whole, columns, ship = found.whole(), found.columns, found.problem.shipments
    line = columns.line >= 0
    assert line.any()
    free = line & (ship.min_units <= 0)[:, None]
    assert not whole.kept[columns.line[free]].any()
    assert whole.kept[columns.line[line & ~free]].all()
    assert whole.folded.sum() == free.sum()
    assert (whole.line_cost[columns.ship[free]] >= 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_part_with_everything_in_it_is_the_relaxation(seed: int) -> None:
    found = relaxed(seed)
    assert found.solvable
    whole = found.whole()
    part = Part(whole, np.ones(len(whole.cost), bool), found.answer(), PRICED, light=False)
    assert part.solve() + whole.offset == pytest.approx(found.bound, rel=1e-6, abs=1e-6)
    x = np.zeros(len(whole.cost))
    part.write(x)
    assert (x[part.columns] >= whole.lower[part.columns] - 1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_place_with_the_rest_as_it_stands_costs_no_more_than_it_does_now(seed: int) -> None:
    """Its present solution is one of those that it may choose."""
    found = relaxed(seed)
    assert found.solvable
    whole = found.whole()
    now = whole.solve(found.matrix.lower, found.matrix.upper, 60.0)
    assert now is not None
    for location in np.unique(found.problem.lanes.destination):
        place = np.arange(len(found.problem.locations.names)) == location
        part = Part(whole, own_columns(whole, place), now, PRICED, light=False)
        there = float(whole.cost[part.columns] @ now.x[part.columns])
        assert part.solve() <= there + 1e-5 * max(1.0, abs(there))
