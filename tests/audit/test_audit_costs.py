"""Each cost alone, with the arithmetic of the expected number."""

import math

import pytest

from tests.audit.world import World, chain, covers, limits


def retail(days: int = 3, **settings: object) -> World:
    """S → X with lead time 0 and a window of one day."""
    world = World(days, **settings).item().place("S", "supplier").place("X", "store")
    return world.lane("S", "X", lead_time_days=0)


@covers("holding")
def test_holding_is_charged_on_the_stock_at_the_end_of_each_day() -> None:
    # rate 0.365 a year on a unit cost of 10 is 0.01 a day; closing 8, 5, 5: 18 · 0.01
    world = retail(defaults={"holding_rate_per_year": 0.365}).stock("X", 10.0).demand("X", [2.0, 3.0, 0.0])
    assert world.evaluate().costs["holding"] == pytest.approx(0.18)


@covers("holding")
def test_holding_cost_per_unit_and_day_overrides_the_rate_where_its_row_fits() -> None:
    world = retail().stock("X", 10.0).stock("X", 10.0, item="B").item("B")
    world.policy(kind="store", holding_rate_per_year=0.73).policy(item_id="B", holding_cost_per_unit_day=0.5)
    # A: 10 · 3 · 0.02; B: 10 · 3 · 0.5
    assert world.evaluate().costs["holding"] == pytest.approx(0.6 + 15.0)


@covers("lost_sales")
def test_a_lost_sale_costs_its_margin_and_the_penalty() -> None:
    # margin 4, penalty 1; 2 of 5 units are lost on day 1, all 5 on day 2
    world = World().item(unit_price=14.0).place("S", "supplier").place("X", "store").lane("S", "X")
    world.stock("X", 8.0).demand("X", [5.0, 5.0, 5.0]).policy(lost_sale_penalty=1.0)
    assert world.evaluate().costs["lost_sales"] == pytest.approx(7.0 * 5.0)


@covers("lost_sales")
def test_the_service_weight_multiplies_margin_and_penalty() -> None:
    # as above, 7 · (4 + 1) at the weight 1; a quarter of it
    world = (
        World(service_weight=0.25)
        .item(unit_price=14.0)
        .place("S", "supplier")
        .place("X", "store")
        .lane("S", "X")
    )
    world.stock("X", 8.0).demand("X", [5.0, 5.0, 5.0]).policy(lost_sale_penalty=1.0)
    assert world.evaluate().costs["lost_sales"] == pytest.approx(35.0 / 4)


@covers("lost_sales")
def test_a_service_target_stands_for_the_penalty_of_its_critical_fractile() -> None:
    # h = 0.1, review 2 days, τ = 0.9: 0.1 · 2 · 9 = 1.8, of which the margin covers 0.5: 1.8 per unit in all
    world = (
        World(review_days=2).item(unit_price=10.5).place("S", "supplier").place("X", "store").lane("S", "X")
    )
    world.demand("X", [5.0, 0.0, 0.0]).policy(service_target=0.9, holding_cost_per_unit_day=0.1)
    assert world.evaluate().costs["lost_sales"] == pytest.approx(5.0 * 1.8)


@covers("lost_sales")
def test_an_item_without_price_loses_no_margin() -> None:
    world = World().item(unit_price=None).place("S", "supplier").place("X", "store").lane("S", "X")
    assert world.demand("X", [5.0]).evaluate().costs["lost_sales"] == 0.0


@covers("handling")
def test_handling_counts_lines_and_cases_at_both_ends_suppliers_too() -> None:
    world = chain(item={"case_size": 6}).stock("D", 60.0).stock("X", 0.0)
    world.row("handling", location_id="S", cost_per_line=5.0)
    world.row("handling", location_id="D", cost_per_line=2.0, cost_per_case=0.5)
    world.row("handling", location_id="X", cost_per_case=0.25)
    world.order("S", "D", 4.0, size=6.0).order("D", "X", 2.0, dispatch=2, size=6.0)
    world.row(
        "open_orders", order_id="T", item_id="A", destination="X", quantity=6, arrival_date="2026-01-06"
    )
    world.tables["open_orders"][0]["status"] = "in_transit"
    # S: 5; D receives: 2 + 4 · 0.5; D sends: 2 + 2 · 0.5; X, after the horizon: 2 · 0.25; in transit: nothing
    assert world.evaluate().costs["handling"] == pytest.approx(5.0 + 4.0 + 3.0 + 0.5)


@covers("overtime")
def test_overtime_is_charged_above_the_limit_per_day() -> None:
    world = chain().stock("D", 100.0).order("D", "X", 30.0).order("D", "X", 12.0, dispatch=1)
    world.row(
        "capacities",
        location_id="D",
        resource="outbound_units",
        limit=10,
        overtime_limit=50,
        overtime_cost=0.3,
    )
    # 20 and 2 units above the limit
    result = world.evaluate()
    assert result.costs["overtime"] == pytest.approx(22.0 * 0.3)
    assert result.feasible


@covers("waste")
def test_stock_that_expires_before_it_can_be_sold_is_waste_at_unit_cost() -> None:
    # shelf life 2: no more may be left than tomorrow's demand of 3. Day 0: 10 − 3 = 7, of which 4 are waste.
    world = World(2).item(shelf_life_days=2).place("S", "supplier").place("X", "store").lane("S", "X")
    result = world.stock("X", 10.0).demand("X", [3.0, 3.0]).evaluate()
    assert result.costs["waste"] == pytest.approx(40.0)
    assert list(result.inventory["closing"]) == [3.0, 0.0]


@covers("waste")
def test_after_the_horizon_the_last_days_of_demand_repeat() -> None:
    world = World(2).item(shelf_life_days=3).place("S", "supplier").place("X", "store").lane("S", "X")
    world.stock("X", 17.0).demand("X", [3.0, 5.0])
    # day 0: 14 left, limit 5 + 3 = 8, so 6 are waste; day 1: 3 left, limit 3 + 5
    assert list(world.evaluate().inventory["waste"]) == [6.0, 0.0]


@covers("waste")
def test_a_dc_keeps_what_its_dependants_can_sell() -> None:
    world = chain(2, item={"shelf_life_days": 2}).stock("D", 10.0).stock("X", 50.0).demand("X", [4.0, 4.0])
    result = world.evaluate()
    assert float(result.inventory.query("location_id == 'D'")["waste"].sum()) == 6.0


@covers("purchase")
def test_purchase_is_what_a_supplier_costs_above_the_cheapest() -> None:
    world = chain().place("T", "supplier").lane("T", "D")
    world.row("supply", item_id="A", location_id="S", unit_cost=9.0).row(
        "supply", item_id="A", location_id="T"
    )
    world.order("S", "D", 5.0).order("T", "D", 3.0)
    # T names no price, so it asks the item's 10: 3 · (10 − 9)
    assert world.evaluate().costs["purchase"] == pytest.approx(3.0)


@covers("co2")
def test_co2_is_priced_per_vehicle_and_per_kg() -> None:
    lane = {"vehicle_kg": 10.0, "kg_co2_per_vehicle": 7.0, "kg_co2_per_kg": 0.5}
    world = chain(lane=lane, co2_price_per_kg=0.2).stock("D", 100.0).order("D", "X", 25.0)
    # 3 vehicles · 7 + 25 kg · 0.5 = 33.5 kg
    result = world.evaluate()
    assert result.kpis["kg_co2"] == pytest.approx(33.5)
    assert result.costs["co2"] == pytest.approx(6.7)


def planned(world: World, order_id: str, quantity: float, dispatch: str, status: str = "planned") -> World:
    return world.row(
        "open_orders",
        order_id=order_id,
        item_id="A",
        origin="D",
        destination="X",
        mode="truck",
        quantity=quantity,
        dispatch_date=dispatch,
        status=status,
    )


@covers("changes")
def test_changes_count_cases_more_less_new_and_cancelled() -> None:
    world = chain(item={"case_size": 2}, change_cost_per_case=1.5).stock("D", 100.0)
    planned(world, "P0", 8.0, "2026-01-05")
    planned(world, "P1", 4.0, "2026-01-06")
    world.order("D", "X", 6.0, size=2.0).order("D", "X", 1.0, dispatch=2, size=2.0)
    # day 0: 6 instead of 4 cases; day 1: 0 instead of 2; day 2: 1 instead of 0
    assert world.evaluate().costs["changes"] == pytest.approx(5.0 * 1.5)


@covers("changes")
def test_given_orders_are_no_change() -> None:
    world = chain(change_cost_per_case=1.5, frozen_days=1).stock("D", 100.0)
    planned(world, "P0", 8.0, "2026-01-05")
    planned(world, "F1", 4.0, "2026-01-06", "firm")
    world.order("D", "X", 8.0, order_id="P0").order("D", "X", 4.0, dispatch=1, order_id="F1")
    result = world.evaluate()
    assert result.feasible
    assert result.costs["changes"] == 0.0


@covers("terminal")
def test_terminal_prices_certain_demand_that_the_last_stock_can_not_meet() -> None:
    # window = lead 1 + review 1 = 2 days, which repeat days 0 and 1 of 3 … of the last 3 days: 4 + 5 = 9;
    # stock at the end 12 − 4 − 5 − 0 = 3, on the way 2: 4 units at a margin of 5
    world = World(terminal_value="useful").item(unit_price=15.0).place("S", "supplier").place("X", "store")
    world.lane("S", "X").stock("X", 12.0).demand("X", [4.0, 5.0, 0.0]).order("S", "X", 2.0, dispatch=2)
    assert world.evaluate().costs["terminal"] == pytest.approx(4.0 * 5.0)


@covers("terminal")
def test_terminal_at_a_dc_is_the_lowest_rate_of_its_dependants_with_demand() -> None:
    world = chain(1, item={"unit_price": 15.0}, terminal_value="useful").place("Y", "store").lane("D", "Y")
    world.demand("X", [4.0]).demand("Y", [6.0]).stock("X", 100.0).stock("Y", 100.0)
    world.policy(location_id="Y", lost_sale_penalty=3.0).policy(location_id="D", lost_sale_penalty=90.0)
    # two days of 10 units at the DC, which has nothing, at X's rate of 5
    assert world.evaluate().costs["terminal"] == pytest.approx(20.0 * 5.0)


@covers("terminal")
def test_terminal_of_uncertain_demand_is_an_expected_shortage() -> None:
    # window 1 day (lead 0), demand of mean 4 and sd 4 is exponential; at the end nothing is left: E = 4
    # with 6 units on the way: 4 · exp(−6/4)
    for coming, expected in ((0.0, 4.0), (6.0, 4.0 * math.exp(-1.5))):
        world = retail(1, terminal_value="useful", defaults={"lost_sale_penalty": 1.0}).demand(
            "X", [4.0], sd=4.0
        )
        if coming:
            world.row("open_orders", order_id="T", item_id="A", destination="X", quantity=coming)
            world.tables["open_orders"][0] |= {"status": "in_transit", "arrival_date": "2026-01-09"}
        assert world.evaluate().costs["terminal"] == pytest.approx(expected)


@covers("terminal")
def test_terminal_none_costs_nothing() -> None:
    world = retail(1, defaults={"lost_sale_penalty": 1.0}).demand("X", [4.0], sd=4.0)
    assert world.evaluate().costs["terminal"] == 0.0


@covers("freight")
def test_the_causes_add_up_and_emergency_freight_is_not_counted_twice() -> None:
    world = chain().lane("D", "X", "air", cost_per_kg=3.0, emergency=True).stock("D", 100.0)
    world.tables["lanes"][1]["cost_per_vehicle"] = 40.0
    result = world.order("D", "X", 10.0).order("D", "X", 10.0, mode="air").evaluate()
    assert result.freight_by_mode == {"air": 30.0, "truck": 40.0}
    assert result.emergency_freight == 30.0
    assert result.total == sum(result.costs.values()) == 70.0
    assert result.kpis["cost"]["total"] == 70.0
    assert limits(result) == []
