"""Every cost is given to an item and a location, once."""

import pytest

from planner.audit.costs import COSTS
from planner.audit.projection import play
from planner.compile import compile_problem
from planner.compile.index import index_of
from planner.plan.build import orders_of
from planner.report.attribution import attribute
from planner.tables.dataset import DataSet
from planner_models.projection import Projection
from tests.engine.instances import random_data
from tests.engine.test_random_orders import random_lots
from tests.report.made import joint


@pytest.mark.parametrize("seed", range(12))
def test_parts_add_up_to_the_whole_for_every_cause_on_any_network(seed: int) -> None:
    data = random_data(seed, stores=2, days=3)
    problem = compile_problem(data)
    orders = orders_of(data, index_of(data), Projection(problem, random_lots(problem, seed)))
    projection, _ = play(data, orders)
    parts = attribute(projection).groupby("cause")["money"].sum()
    for cause, cost in COSTS.items():
        assert parts.get(cause, 0.0) == pytest.approx(cost(projection), rel=1e-9, abs=1e-9), cause


def test_freight_belongs_to_where_goods_arrive(tiny: DataSet) -> None:
    projection, _ = play(tiny, joint(tiny).orders)
    parts = attribute(projection)
    freight = parts[parts["cause"] == "freight"].groupby("location_id")["money"].sum()
    # data/tiny/README.md: a truck of 20 to the DC, two vans of 3 to NEAR; to FAR a van of 30, and the lamp by express for 10
    assert freight.to_dict() == pytest.approx({"DC": 20.0, "NEAR": 6.0, "FAR": 40.0})
