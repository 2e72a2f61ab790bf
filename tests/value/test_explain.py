"""Explanations: differences of two evaluated plans, to the cent, on the sample that is solved by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner import evaluate, solve
from planner.errors import UsageError
from planner.plan.plan import Plan
from planner.tables.dataset import DataSet
from planner.tables.load import load
from planner.value.explain.explanation import Explanation, explain_nothing, explain_order
from planner.value.explain.judged import Base, Judged
from planner.value.explain.words import way
from tests.audit.world import World, chain, day

TINY = Path(__file__).parents[2] / "data" / "tiny"


def base_of(data: DataSet, orders: pd.DataFrame, buckets: str = "") -> Base:
    dates = {name: pd.to_datetime(orders[name]) for name in ("dispatch_date", "arrival_date")}
    return Base.of(data, orders.assign(**dates), buckets)


@pytest.fixture(scope="module")
def tiny() -> Base:
    """The optimal plan of the tiny sample; its README has the arithmetic."""
    data = load(TINY)
    return base_of(data, solve(data, gap=0.0, threads=1).orders)


def told(base: Base, item: str, destination: str, mode: str, dispatch: str) -> Explanation:
    orders = base.placed.orders
    rows = (orders["item_id"] == item) & (orders["destination"] == destination) & (orders["mode"] == mode)
    rows &= orders["dispatch_date"] == pd.Timestamp(dispatch)
    return explain_order(base, int(np.flatnonzero(rows)[0]))


def one(explanation: Explanation, kind: str, mode: str = "", dispatch: str = "") -> Judged:
    return next(
        found
        for found in explanation.alternatives
        if found.candidates.kind == kind
        and (not mode or way(found)["mode"] == mode)
        and (not dispatch or way(found)["dispatch_date"] == pd.Timestamp(dispatch))
    )


def test_differences_are_those_of_the_readme_of_the_sample(tiny: Base) -> None:
    lamp = told(tiny, "lamp", "FAR", "express", "2026-03-03")
    assert one(lamp, "less").difference == pytest.approx(10.50)  # the lamp isn't sold
    assert one(lamp, "day", "express", "2026-03-02").difference == pytest.approx(0.40)  # one day earlier
    rice = told(tiny, "rice", "FAR", "van", "2026-03-04")
    more = one(rice, "more")
    assert more.difference == pytest.approx(1.60)  # 10 more rice: 1.50 held, 0.10 handling
    assert more.causes == pytest.approx({"holding": 1.50, "handling": 0.10})
    # both cases a day later with the express: 20 kg · 2 = 40 freight, and held as before but for a night at FAR, 10 · 0.10
    assert one(rice, "mode", "express").causes == pytest.approx({"freight": 40.0, "holding": 1.0})


def test_the_next_best_is_the_cheapest_other_day_or_mode(tiny: Base) -> None:
    best = told(tiny, "lamp", "FAR", "express", "2026-03-03").best
    assert best is not None
    assert way(best)["mode"] == "express"
    assert best.difference == pytest.approx(0.40)


def test_an_alternative_that_breaks_a_limit_is_not_possible_and_says_why(tiny: Base) -> None:
    """10 soap come to the DC and 10 leave for FAR: one case of 5 less is missing there."""
    less = one(told(tiny, "soap", "DC", "truck", "2026-03-02"), "less")
    assert not less.possible
    assert not less.priced  # what can't leave can't be sold: a cost would mean nothing
    assert (
        less.broken["message"].iloc[0]
        == "soap at DC on 2026-03-04: what leaves is 5 units more than there is"
    )


def test_a_quantity_serves_the_days_until_the_next_one_first_in_first_out(tiny: Base) -> None:
    serves = told(tiny, "rice", "NEAR", "van", "2026-03-02").served
    assert serves is not None
    # NEAR has 10 for day 0; 20 arrive on day 1 (Tuesday) for days 1 and 2, the next ones on day 3
    assert serves.sales.to_dict("records") == [
        {"location_id": "NEAR", "date": pd.Timestamp("2026-03-03"), "units": 10.0},
        {"location_id": "NEAR", "date": pd.Timestamp("2026-03-04"), "units": 10.0},
    ]


def test_a_quantity_for_a_dc_serves_the_customers_of_its_stores(tiny: Base) -> None:
    serves = told(tiny, "soap", "DC", "truck", "2026-03-02").served
    assert serves is not None
    assert serves.sales[["location_id", "units"]].to_numpy().tolist() == [["FAR", 5.0], ["FAR", 5.0]]


def test_nothing_is_ordered_where_every_way_to_bring_a_case_costs_more(tiny: Base) -> None:
    """Soap for NEAR, where nobody wants it: no way has it, or all cost more."""
    placed = tiny.placed
    rice, near = placed.problem.items.names.index("rice"), placed.problem.locations.names.index("NEAR")
    nothing = explain_nothing(tiny, rice, near, 2)
    assert nothing.stock["expected_sales"] == 10.0
    assert {way(found)["mode"] for found in nothing.alternatives} == {"van", "express"}
    assert all(found.difference > 0 for found in nothing.alternatives)


def scarce() -> World:
    """The DC has 3, day 1 sells 5 at X with a margin of 2, and nothing can come in time for more."""
    return (
        chain(item={"unit_price": 12.0}, lane={"lead_time_days": 0})
        .stock("D", 3.0)
        .demand("X", [0.0, 5.0, 0.0])
        .order("D", "X", 3, dispatch=1, arrival=1)
    )


def test_stock_that_is_missing_at_the_origin_is_worth_what_one_case_more_would_bring() -> None:
    world = scarce()
    found = explain_order(base_of(world.data(), world.frame()), 0)
    (limit,) = found.binding["more"]
    assert limit.limit == "available_stock"
    assert limit.worth == pytest.approx(2.0)  # one of the two that are lost, at a margin of 2


def test_full_vehicles_are_a_limit_whose_price_is_the_next_vehicle() -> None:
    """5 kg of 5 kg are used; a sixth unit would bring 2 and need a second truck for 7."""
    world = chain(
        item={"unit_price": 12.0}, lane={"lead_time_days": 0, "vehicle_kg": 5.0, "cost_per_vehicle": 7.0}
    )
    world.stock("D", 9.0).demand("X", [0.0, 6.0, 0.0]).order("D", "X", 5, dispatch=1, arrival=1)
    found = explain_order(base_of(world.data(), world.frame()), 0)
    (limit,) = found.binding["more"]
    assert (limit.limit, limit.price) == ("vehicle_full", 7.0)
    assert "100.0 % full" in limit.message
    assert one(found, "more").difference == pytest.approx(7.0 - 2.0)


def test_the_last_truck_is_a_limit_whose_room_is_worth_what_one_case_more_would_save() -> None:
    """As above with one truck, free of charge: room for the sixth unit is worth its margin of 2."""
    world = chain(
        item={"unit_price": 12.0}, lane={"lead_time_days": 0, "vehicle_kg": 5.0, "max_vehicles_per_day": 1}
    )
    world.stock("D", 9.0).demand("X", [0.0, 6.0, 0.0]).order("D", "X", 5, dispatch=1, arrival=1)
    (limit,) = explain_order(base_of(world.data(), world.frame()), 0).binding["more"]
    assert (limit.limit, limit.worth) == ("vehicles_per_day", pytest.approx(2.0))


def test_a_price_of_the_run_is_said_where_there_is_one() -> None:
    world = scarce()
    prices = pd.DataFrame(
        {
            "kind": ["stock", "stock"],
            "item_id": ["A", "A"],
            "location_id": ["D", "D"],
            "resource": ["", ""],
            "date": pd.to_datetime([day(0), day(1)]),
            "price": [1.5, 1.75],
        }
    )
    (limit,) = explain_order(base_of(world.data(), world.frame()), 0, prices).binding["more"]
    assert (limit.price, limit.unit) == (1.75, "unit")


def test_a_given_order_has_no_alternatives_and_still_serves() -> None:
    world = chain(lane={"lead_time_days": 0}).stock("D", 9.0).demand("X", [2.0, 2.0, 2.0])
    world.row(
        "open_orders",
        order_id="G1",
        item_id="A",
        origin="D",
        destination="X",
        mode="truck",
        quantity=5.0,
        dispatch_date=day(0),
        status="firm",
    )
    world.order("D", "X", 5, dispatch=0, arrival=0, order_id="G1")
    found = explain_order(base_of(world.data(), world.frame()), 0)
    assert found.given
    assert found.alternatives == ()
    assert found.served is not None
    assert found.served.sales["units"].tolist() == [2.0, 2.0, 1.0]


def test_orders_of_other_tables_are_refused() -> None:
    world = scarce()
    orders = world.frame().assign(mode="rail")
    with pytest.raises(UsageError, match="order O000001 of the run is not possible with these tables"):
        base_of(world.data(), orders)


def weekly() -> tuple[DataSet, Plan]:
    data = load(TINY)
    return data, solve(data, gap=0.0, threads=1, buckets="2d,1x3d")


def test_plans_in_periods_are_explained_in_periods() -> None:
    data, plan = weekly()
    base = base_of(data, plan.orders, "2d,1x3d")
    assert base.evaluation.total == pytest.approx(plan.cost)
    for row in range(len(plan.orders)):
        found = explain_order(base, row)
        for other in found.alternatives:
            changed = evaluate(data, base.placed.with_change(other.change), "2d,1x3d")
            assert other.difference == changed.total - base.evaluation.total
            assert not other.possible or other.difference > -1e-6
        assert found.served is not None
        serves = found.served
        parts = serves.sales["units"].sum() + serves.waste + serves.left + serves.under_way
        assert parts == pytest.approx(plan.orders["quantity"].iloc[row])
