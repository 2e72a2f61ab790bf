"""Stock, sales and the end at a point: values are set, violations are read. Equations (1) to (6)."""

import pytest

from tests.models.builder import Point, chain, day, direct, world

BALANCE = "stock_balance"


def test_stock_grows_by_arrivals_on_their_day_and_shrinks_by_sales() -> None:
    built = chain(3).demand("X", [4, 4, 4]).stock("X", 10)
    point = Point(built.problem())
    n, k = point.point("A", "X"), point.shipment("A", "D", "X")
    # Day 0: 10 opening − 4 sold − 6 left = 0.
    point.set("sales", (n, 0), 4).set("on_hand", (n, 0), 6)
    assert point.violation("stock_balance", (n, 0)) == pytest.approx(0)
    # Day 1: 6 + 5 dispatched on day 0 and arriving now − 4 − 7 = 0.
    point.set("ship", (k, 0), 5).set("sales", (n, 1), 4).set("on_hand", (n, 1), 7)
    assert point.violation("stock_balance", (n, 1)) == pytest.approx(0)
    # Day 2: what leaves on day 1 arrives on day 2; 7 + 0 − 4 − 2 = 1 unit has vanished.
    point.set("sales", (n, 2), 4).set("on_hand", (n, 2), 2)
    assert point.violation("stock_balance", (n, 2)) == pytest.approx(1)


def test_stock_shrinks_by_dispatches_on_the_day_on_which_they_leave() -> None:
    point = Point(chain(2, item={"case_size": 6}).demand("X", [4, 4]).stock("D", 20).problem())
    n, k = point.point("A", "D"), point.shipment("A", "D", "X")
    # 20 − 2 cases of 6 − 8 left = 0; a third case would leave −6.
    point.set("ship", (k, 0), 2).set("on_hand", (n, 0), 8)
    assert point.violation(BALANCE, (n, 0)) == pytest.approx(0)
    point.set("ship", (k, 0), 3)
    assert point.violation(BALANCE, (n, 0)) == pytest.approx(6)


def test_given_orders_leave_and_arrive_in_the_balance() -> None:
    built = (
        chain(3)
        .demand("X", [1, 1, 1])
        .stock("D", 9)
        .given("D", "X", 4, 0)
        .given("", "X", 3, None, arrival=1, status="in_transit")
    )
    point = Point(built.problem())
    d, x = point.point("A", "D"), point.point("A", "X")
    # D, day 0: 9 − 4 firm − 5 left = 0. X, day 1: 0 + 4 firm + 3 in transit − 7 left = 0.
    point.set("on_hand", (d, 0), 5).set("on_hand", (x, 1), 7)
    assert point.violation(BALANCE, (d, 0)) == pytest.approx(0)
    assert point.violation(BALANCE, (x, 1)) == pytest.approx(0)


def test_waste_leaves_the_stock() -> None:
    point = Point(direct(1, item={"shelf_life_days": 1}).demand("X", [2]).stock("X", 9).problem())
    # 9 − 2 sold − 7 expired − 0 left = 0.
    point.set("sales", (0, 0), 2).set("waste", (0, 0), 7)
    assert point.violation(BALANCE, (0, 0)) == pytest.approx(0)


def test_the_minimum_counts_stock_after_sales_and_before_waste_from_the_first_possible_arrival() -> None:
    built = chain(3, item={"shelf_life_days": 2}).demand("X", [2, 2, 2]).policy(location_id="X", min_stock=5)
    point = Point(built.problem())
    n = point.point("A", "X")
    # Nothing can arrive at X before day 1.
    assert [t for at, t in point.keys("minimum_stock") if at == n] == [1, 2]
    # 3 kept + 1 expired is 1 below 5; 4 + 2 is 1 above.
    point.set("on_hand", (n, 1), 3).set("waste", (n, 1), 1)
    assert point.violation("minimum_stock", (n, 1)) == pytest.approx(1)
    point.set("on_hand", (n, 1), 4).set("waste", (n, 1), 2)
    assert point.violation("minimum_stock", (n, 1)) == pytest.approx(-1)


def test_the_maximum_counts_stock_after_sales_and_before_waste() -> None:
    built = direct(2, item={"shelf_life_days": 2}).demand("X", [2, 2]).policy(location_id="X", max_stock=6)
    point = Point(built.problem())
    # 5 kept + 3 expired is 2 above 6.
    point.set("on_hand", (0, 1), 5).set("waste", (0, 1), 3)
    assert point.violation("maximum_stock", (0, 1)) == pytest.approx(2)


def test_days_of_cover_are_a_maximum_of_the_following_demand() -> None:
    point = Point(direct(3).demand("X", [2, 4, 8]).policy(max_days_of_cover=1.5).problem())
    # After day 0: 4 of day 1 and half of the 8 of day 2 = 8. Nothing is there without orders, so that
    # is the limit.
    point.set("on_hand", (0, 0), 9)
    assert point.violation("maximum_stock", (0, 0)) == pytest.approx(1)
    # After day 1: 8 of day 2 and half of what follows, where the three days repeat: 2 / 2 = 1.
    point.set("on_hand", (0, 1), 9)
    assert point.violation("maximum_stock", (0, 1)) == pytest.approx(0)


def test_stock_that_is_there_anyway_is_no_breach_of_a_maximum() -> None:
    point = Point(direct(2).demand("X", [2, 2]).stock("X", 10).policy(max_stock=5).problem())
    # 10 − 2 = 8 without any order on day 0, 6 on day 1; both are above 5 and so become the limit.
    point.set("on_hand", (0, 0), 8).set("on_hand", (0, 1), 7)
    assert point.violation("maximum_stock", (0, 0)) == pytest.approx(0)
    assert point.violation("maximum_stock", (0, 1)) == pytest.approx(1)


def test_sales_stay_below_a_line_that_touches_the_curve() -> None:
    problem = direct(1).demand("X", [10], sd=3).problem()
    point = Point(problem, sales_lines=[(0, 0, 2.0, 0.5)])
    # Available 4 + 8 = 12: the line allows 2 + 0.5 · 12 = 8; 8 sold is just right, 9 of 13 is 0.5 too much.
    point.set("on_hand", (0, 0), 4).set("sales", (0, 0), 8)
    assert point.violation("sales_curve", 0) == pytest.approx(0)
    point.set("sales", (0, 0), 9)
    assert point.violation("sales_curve", 0) == pytest.approx(0.5)


def test_expired_stock_was_available_for_sale() -> None:
    problem = direct(1, item={"shelf_life_days": 1}).demand("X", [10], sd=3).problem()
    point = Point(problem, sales_lines=[(0, 0, 2.0, 0.5)])
    # Available 0 + 8 + 4 expired = 12: 8 is just right.
    point.set("sales", (0, 0), 8).set("waste", (0, 0), 4)
    assert point.violation("sales_curve", 0) == pytest.approx(0)


def test_what_arrives_after_the_horizon_counts_at_the_end() -> None:
    built = direct(2, item={"case_size": 5}, lane={"lead_time_days": 1}, terminal_value="useful")
    built.demand("X", [10, 10], sd=3).policy(lost_sale_penalty=1.0).given(
        "", "X", 2, None, arrival=4, status="in_transit"
    )
    point = Point(built.problem(), terminal_lines=[(0, 9.0, -0.5)])
    # On hand 3, one case of 5 leaves on day 1 for day 2, 2 in transit: position 10, so at least 9 − 0.5
    # · 10 = 4 are missing.
    point.set("on_hand", (0, 1), 3).set("ship", (0, 1), 1).set("short", 0, 4)
    assert point.violation("terminal_cover", 0) == pytest.approx(0)
    # What left on day 0 has arrived and is in the stock already; it must not count twice.
    point.set("ship", (0, 0), 1).set("short", 0, 3)
    assert point.violation("terminal_cover", 0) == pytest.approx(1)


@pytest.mark.parametrize(
    ("on_hand", "sales", "ample", "violated"),
    [
        (0, 6, 0, []),  # below the knee everything is sold
        (1, 5, 0, ["f"]),  # one of 6 is kept from the customer
        (0, 10, 0, []),  # at the knee
        (0, 10, 1, []),
        (5, 10, 1, []),  # above the knee the whole demand is sold
        (5, 9, 1, ["s"]),  # or is not
        (5, 10, 0, ["d", "f"]),  # the switch has to be right
        (0, 6, 1, ["b", "s"]),
    ],
)
def test_without_uncertainty_nothing_is_withheld_on_either_side_of_the_demand(
    on_hand: float, sales: float, ample: int, violated: list[str]
) -> None:
    # Demand 10 is the knee, 30 is the most that can be there.
    problem = direct(1).demand("X", [10]).problem()
    point = Point(problem, guards=[(0, 0, 10.0, 10.0, 30.0, 10.0)])
    point.set("on_hand", (0, 0), on_hand).set("sales", (0, 0), sales).set("ample", (0, 0), ample)
    assert [row for row in "bdfs" if point.violation("nothing_withheld", (0, 0, row)) > 1e-9] == violated


def test_with_uncertainty_sales_are_not_below_the_chords_of_the_curve() -> None:
    problem = direct(1).demand("X", [10], sd=3).problem()
    point = Point(problem, guards=[(0, 0, 8.0, 7.0, 20.0, 10.0)])
    # Half of the knee's 8 available: at least half of its 7 are sold. 3.5 + 0.5 = 4.
    point.set("sales", (0, 0), 3.5).set("on_hand", (0, 0), 0.5)
    assert point.violation("nothing_withheld", (0, 0, "f")) == pytest.approx(0)
    # 14 of 8 to 20 available, half of the way from 7 to 10: 8.5 are sold; 8.4 is 0.1 too few.
    point.set("ample", (0, 0), 1).set("sales", (0, 0), 8.4).set("on_hand", (0, 0), 5.6)
    assert point.violation("nothing_withheld", (0, 0, "s")) == pytest.approx(0.1)


def test_bounds_hold_what_needs_no_equation() -> None:
    built = world(2).item("A", shelf_life_days=2).place("S", "supplier").place("X", "store").lane("S", "X")
    built.demand("X", [3, 4]).policy(lost_sales_allowed=False).row("calendar", location_id="X", date=day(1))
    point = Point(built.problem())
    # Demand that must be met is sold; X is closed on day 1, so nothing is sold there.
    assert point.model.sales[0, 0].bounds == (3, 3)
    assert (0, 1) not in point.model.sales
    # Stock that expires after two days is the next day's demand, which is 0 on the closed day, and 3
    # after the horizon.
    assert [point.model.on_hand[0, t].ub for t in (0, 1)] == [0, 3]
