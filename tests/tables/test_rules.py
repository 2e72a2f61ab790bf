"""Each rule between rows and tables: one fault, one finding, at its row and column."""

import pytest

LANE = {
    "origin": "DC",
    "destination": "STORE-2",
    "mode": "truck",
    "valid_from": "",
    "valid_to": "",
    "route": "",
}


def check(folder, code, where, message, severity="error"):
    """The one finding with this code is there, and says this."""
    finding = folder.only(code)
    assert f"{finding.file}:{finding.row}:{finding.column}" == where
    assert finding.severity == severity
    assert message in finding.message, finding.message


def change(table, row, **cells):
    return lambda folder: folder.set(table, row, **cells)


def add(table, copy_of, **cells):
    return lambda folder: folder.add(table, copy_of, **cells)


CASES = {
    "a key is there once": (
        add("inventory", 2, on_hand="5"),
        "duplicate_key",
        "inventory.csv:5:item_id",
        "row 2 has the same item_id, location_id",
    ),
    "an order has an item once": (
        add("open_orders", 4),
        "duplicate_key",
        "open_orders.csv:5:order_id",
        "row 4 has the same order_id, item_id",
    ),
    "a band of weight is there once": (
        add("weight_breaks", 3, from_kg="50.0"),
        "duplicate_key",
        "weight_breaks.csv:5:origin",
        "row 3 has the same origin, destination, mode, from_kg",
    ),
    "a lane row of the same first day is there once": (
        add("lanes", 5),
        "duplicate_key",
        "lanes.csv:8:origin",
        "row 5 has the same origin, destination, mode, valid_from",
    ),
    "a capacity is there once": (
        add("capacities", 3),
        "duplicate_key",
        "capacities.csv:5:location_id",
        "row 3 has the same",
    ),
    "an item exists": (
        change("inventory", 3, item_id="TVS"),
        "unknown_reference",
        "inventory.csv:3:item_id",
        "item_id is TVS; items.item_id has no such value. Maybe TV is meant.",
    ),
    "a location exists": (
        change("inventory", 3, location_id="STORE1"),
        "unknown_reference",
        "inventory.csv:3:location_id",
        "Maybe STORE-1 is meant.",
    ),
    "a category exists": (
        change("policies", 3, category="grocer"),
        "unknown_reference",
        "policies.csv:3:category",
        "items.category has no such value. Maybe grocery is meant.",
    ),
    "a lane leads somewhere": (
        change("lanes", 5, destination="STORE-9", route=""),
        "unknown_reference",
        "lanes.csv:5:destination",
        "locations.location_id has no such value",
    ),
    "a weight break has a lane": (
        change("weight_breaks", 2, mode="courier"),
        "unknown_lane",
        "weight_breaks.csv:2:mode",
        "lanes has no DC → STORE-1 of this mode. The modes of this lane are parcel, van.",
    ),
    "a firm order has a lane": (
        change("open_orders", 3, origin="IMPORTER"),
        "unknown_lane",
        "open_orders.csv:3:mode",
        "lanes has no IMPORTER → DC of this mode. The modes of this lane are rail.",
    ),
    "a planned order has a lane": (
        change("open_orders", 4, origin="STORE-2"),
        "unknown_lane",
        "open_orders.csv:4:mode",
        "The lane has no row.",
    ),
    "a lane doesn't lead to its origin": (
        add("lanes", 5, **LANE | {"destination": "DC"}),
        "lane_to_itself",
        "lanes.csv:8:destination",
        "can't lead to its own origin",
    ),
    "suppliers receive nothing by lane": (
        add("lanes", 5, **LANE | {"destination": "IMPORTER"}),
        "lane_to_supplier",
        "lanes.csv:8:destination",
        "can't lead to a supplier. Maybe origin and destination were swapped.",
    ),
    "suppliers hold no stock": (
        change("inventory", 3, location_id="SUPPLIER"),
        "stock_at_supplier",
        "inventory.csv:3:location_id",
        "suppliers hold no stock",
    ),
    "suppliers have no demand": (
        change("demand", 3, location_id="SUPPLIER"),
        "demand_at_supplier",
        "demand.csv:3:location_id",
        "suppliers sell nothing to customers",
    ),
    "suppliers have no sales": (
        change("sales", 3, location_id="SUPPLIER"),
        "demand_at_supplier",
        "sales.csv:3:location_id",
        "suppliers sell nothing to customers",
    ),
    "demand is not before the start": (
        change("demand", 2, date="2026-03-01"),
        "demand_before_start",
        "demand.csv:2:date",
        "date is 2026-03-01; demand can't be before the first day, 2026-03-02",
    ),
    "demand is not after the horizon": (
        change("demand", 2, date="2026-03-09"),
        "demand_after_end",
        "demand.csv:2:date",
        "demand can't be after the last day, 2026-03-08",
    ),
    "sales are before the start": (
        change("sales", 4, date="2026-03-02"),
        "sales_after_start",
        "sales.csv:4:date",
        "sales can't be on or after the first day, 2026-03-02",
    ),
    "goods in transit have an arrival": (
        change("open_orders", 2, arrival_date=""),
        "incomplete_order",
        "open_orders.csv:2:arrival_date",
        "arrival_date is empty; an order of status in_transit needs it",
    ),
    "a firm order is not dispatched before the start": (
        change("open_orders", 3, dispatch_date="2026-03-01"),
        "order_before_start",
        "open_orders.csv:3:dispatch_date",
        "Maybe it is on its way; then its status is in_transit.",
    ),
    "a planned order is not dispatched before the start": (
        change("open_orders", 4, dispatch_date="2026-03-01"),
        "order_before_start",
        "open_orders.csv:4:dispatch_date",
        "it can't be before the first day",
    ),
    "a firm order has an origin": (
        change("open_orders", 3, origin=""),
        "incomplete_order",
        "open_orders.csv:3:origin",
        "an order of status firm needs it",
    ),
    "a firm order has a mode": (
        change("open_orders", 3, mode=""),
        "incomplete_order",
        "open_orders.csv:3:mode",
        "an order of status firm needs it",
    ),
    "a planned order has a dispatch date": (
        change("open_orders", 4, dispatch_date="", arrival_date=""),
        "incomplete_order",
        "open_orders.csv:4:dispatch_date",
        "an order of status planned needs it",
    ),
    "an order has a destination": (
        change("open_orders", 3, destination=""),
        "empty_cell",
        "open_orders.csv:3:destination",
        "it can't be empty",
    ),
    "an order doesn't arrive before it leaves": (
        change("open_orders", 3, arrival_date="2026-03-03"),
        "arrival_before_dispatch",
        "open_orders.csv:3:arrival_date",
        "it can't be before dispatch_date, 2026-03-04",
    ),
    "an order doesn't go to a supplier": (
        change("open_orders", 2, destination="SUPPLIER"),
        "delivery_to_supplier",
        "open_orders.csv:2:destination",
        "suppliers receive nothing",
    ),
    "a firm order is in whole cases": (
        change("open_orders", 3, item_id="MILK", quantity="30"),
        "broken_case",
        "open_orders.csv:3:quantity",
        "quantity is 30; the case has 12 units; a firm order is in whole cases",
    ),
    "validity doesn't end before it begins": (
        change("lanes", 7, valid_to="2025-12-31"),
        "validity_backwards",
        "lanes.csv:7:valid_to",
        "it can't be before valid_from, 2026-01-01",
    ),
    "validities of a lane and mode don't overlap": (
        change("lanes", 3, valid_from="2026-03-31"),
        "overlapping_validity",
        "lanes.csv:3:valid_from",
        "the validity overlaps with that of row 2",
    ),
    "an open end overlaps what follows": (
        change("lanes", 2, valid_to=""),
        "overlapping_validity",
        "lanes.csv:3:valid_from",
        "the validity overlaps with that of row 2",
    ),
    "rates fall with the weight": (
        change("weight_breaks", 4, cost_per_kg="2.1"),
        "rising_rate",
        "weight_breaks.csv:4:cost_per_kg",
        "the band below has 2; rates can't rise with the weight",
    ),
    "lanes of a route have the same vehicles": (
        change("lanes", 6, vehicle_kg="900"),
        "route_differs",
        "lanes.csv:6:vehicle_kg",
        "row 5 is of the same route and has 1000",
    ),
    "lanes of a route have the same number of vehicles": (
        change("lanes", 6, max_vehicles_per_day=""),
        "route_differs",
        "lanes.csv:6:max_vehicles_per_day",
        "row 5 is of the same route and has 2",
    ),
    "lanes of a route have the same cost per vehicle": (
        change("lanes", 5, cost_per_vehicle="151"),
        "route_differs",
        "lanes.csv:6:cost_per_vehicle",
        "row 5 is of the same route and has 151",
    ),
    "lanes of a route have the same CO₂ per vehicle": (
        change("lanes", 6, kg_co2_per_vehicle="61"),
        "route_differs",
        "lanes.csv:6:kg_co2_per_vehicle",
        "row 5 is of the same route and has 60",
    ),
    "a lane keeps its route": (
        lambda folder: folder.set("lanes", 2, valid_to="2026-03-05").set(
            "lanes", 3, valid_from="2026-03-06", route=""
        ),
        "route_changes",
        "lanes.csv:3:route",
        "route is empty; row 2 is of the same lane and mode and has NORTH; it can't change in the horizon. Give",
    ),
    "a vehicle carries the smallest case": (
        change("lanes", 7, vehicle_kg="2.9"),
        "vehicle_too_small",
        "lanes.csv:7:vehicle_kg",
        "the smallest case has 3 kg; the vehicle can carry nothing",
    ),
    "stock at least is not above stock at most": (
        change("policies", 4, max_stock="1"),
        "minimum_above_maximum",
        "policies.csv:4:min_stock",
        "min_stock is 2; max_stock is 1 (row 4) for TV at STORE-1",
    ),
    "what is too little cover is not above what is too much": (
        change("policies", 4, high_days_of_cover="2"),
        "low_above_high",
        "policies.csv:4:low_days_of_cover",
        "low_days_of_cover is 3; high_days_of_cover is 2 (row 4) for TV at STORE-1",
    ),
    "the least order is not above the most per day": (
        change("supply", 4, max_per_day="90"),
        "minimum_above_maximum",
        "supply.csv:4:min_order_quantity",
        "max_per_day is 90; an order could never be placed",
    ),
    "a capacity holds for a date or a weekday": (
        change("capacities", 3, date="2026-03-07"),
        "date_and_weekday",
        "capacities.csv:3:weekday",
        "a row holds for a date or for a weekday, not for both",
    ),
    "only suppliers supply": (
        change("supply", 4, location_id="DC"),
        "not_a_supplier",
        "supply.csv:4:location_id",
        "it is a dc, not a supplier",
    ),
    "only suppliers have order minimums": (
        change("order_minimums", 3, supplier="STORE-1"),
        "not_a_supplier",
        "order_minimums.csv:3:supplier",
        "it is a store, not a supplier",
    ),
    "order minimums are for what somebody receives": (
        change("order_minimums", 3, destination="SUPPLIER"),
        "delivery_to_supplier",
        "order_minimums.csv:3:destination",
        "suppliers receive nothing",
    ),
    "an event has what its type needs": (
        change("events", 2, factor=""),
        "incomplete_event",
        "events.csv:2:factor",
        "an event of type demand_shift needs it",
    ),
    "a limit is a quantity or a factor": (
        change("events", 2, type="capacity_change", factor="", quantity=""),
        "incomplete_event",
        "events.csv:2:quantity",
        "an event of type capacity_change needs it, or a factor",
    ),
    "an event doesn't end before it begins": (
        change("events", 2, date_to="2026-03-02"),
        "event_backwards",
        "events.csv:2:date_to",
        "it can't be before date_from, 2026-03-03",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rule(folder, name):
    spoil, code, where, message = CASES[name]
    check(spoil(folder), code, where, message)


def test_a_scope_gives_a_field_once(folder):
    report = folder.add("policies", 3).report()
    assert {(f.row, f.code, f.rule) for f in report.errors} == {
        (5, "duplicate_policy", "row 3 gives it for the same scope")
    }
    assert len(report.errors) == len(folder.rows("policies")[0]) - 4


def test_two_rows_of_a_scope_may_give_different_fields(folder):
    header, row = folder.rows("policies")[0], folder.rows("policies")[2]
    folder.set("policies", 3, **dict.fromkeys(header[4:], "") | {"min_stock": "1"})
    folder.add("policies", 3, **dict(zip(header[4:], row[4:], strict=True)) | {"min_stock": ""})
    assert folder.report().findings == ()


def test_a_general_minimum_above_a_special_maximum_is_found_after_the_cascade(folder):
    folder.set("policies", 2, min_stock="6").set("policies", 4, min_stock="", max_stock="5")
    finding = folder.only("minimum_above_maximum")
    assert finding.row == 2
    assert finding.rule == "max_stock is 5 (row 4) for TV at STORE-1; the least can't be above the most"


def test_goods_that_are_overdue_are_a_warning_and_come_on_the_first_day(folder):
    report = folder.set("open_orders", 2, arrival_date="2026-03-01").report()
    assert not report.errors
    finding = folder.only("overdue_order")
    assert (finding.row, finding.column) == (2, "arrival_date")
    assert "before the first day, 2026-03-02; the goods are expected on that day" in finding.message


def test_a_policy_whose_scope_fits_nothing_is_a_warning(folder):
    report = folder.set("policies", 4, category="fashion").report()
    assert [finding.message for finding in report.findings] == [
        ("policies.csv row 4: category is fashion; the category of TV is electronics; the row never holds.")
    ]
    assert report.findings[0].code == "useless_policy"
    assert report.valid


def test_cases_that_some_vehicles_cannot_carry_are_a_warning(folder):
    report = folder.set("lanes", 7, vehicle_kg="14").report()
    assert [(finding.code, finding.severity, finding.row) for finding in report.findings] == [
        ("vehicle_small", "warning", 7)
    ]
    assert report.findings[0].rule == "1 of 3 items have larger cases and can't ride"
    assert report.findings[0].hint == "The largest is TV with 15 kg."


def test_lanes_of_no_time_must_not_form_a_circle(folder):
    folder.set("lanes", 5, lead_time_days="0", route="")
    folder.add("lanes", 5, origin="STORE-1", destination="DC", mode="return", dispatch_days="")
    found = [finding for finding in folder.report().errors if finding.code == "circle_without_time"]
    assert [(finding.row, finding.column) for finding in found] == [
        (5, "lead_time_days"),
        (8, "lead_time_days"),
    ]


def test_a_chain_of_no_time_is_no_circle(folder):
    for row in range(2, 8):
        folder.set("lanes", row, lead_time_days="0")
    assert folder.report().findings == ()


def test_routes_may_change_their_vehicles_over_time(folder):
    for row in (5, 6):
        folder.set("lanes", row, valid_to="2026-03-31")
        folder.add("lanes", row, valid_from="2026-04-01", valid_to="", vehicle_kg="900")
    assert folder.report().findings == ()


@pytest.mark.parametrize("change_on", ["2026-03-02", "2026-03-09"])
def test_a_lane_may_have_had_another_route_before_the_horizon_or_have_one_after_it(folder, change_on):
    """The horizon is 2026-03-02 to 2026-03-08."""
    folder.set("lanes", 2, valid_to="2026-03-01" if change_on == "2026-03-02" else "2026-03-08")
    folder.set("lanes", 3, valid_from=change_on, route="")
    assert folder.report().findings == ()


def test_neither_demand_nor_sales_is_an_error(folder):
    folder.file("demand").unlink()
    folder.file("sales").unlink()
    finding = folder.only("no_demand")
    assert finding.message == (
        "demand.csv: there is neither demand nor sales, so there is nothing to plan for. "
        "Give a forecast in demand, or history in sales."
    )


def test_sales_alone_are_enough(folder):
    folder.file("demand").unlink()
    data = folder.settings(start_date="", horizon_days="").report().data
    assert (data.settings.start_date.isoformat(), data.settings.horizon_days) == ("2026-03-02", 14)


def test_an_empty_inventory_is_a_warning(folder):
    report = folder.put("inventory", folder.rows("inventory")[:1]).report()
    assert [(finding.code, finding.severity) for finding in report.findings] == [("no_stock", "warning")]


def test_a_capacity_of_what_suppliers_never_do_is_a_warning(folder):
    report = folder.add("capacities", 2, location_id="SUPPLIER", resource="storage_m3").report()
    assert [(finding.code, finding.severity) for finding in report.findings] == [
        ("useless_capacity", "warning")
    ]


def test_an_order_after_the_end_is_a_warning(folder):
    report = folder.set("open_orders", 4, dispatch_date="2026-03-20", arrival_date="").report()
    assert [(finding.code, finding.severity) for finding in report.findings] == [
        ("order_after_end", "warning")
    ]


def unreachable(folder):
    found = [finding for finding in folder.report().errors if finding.code == "unreachable_demand"]
    return [(finding.row, finding.rule) for finding in found]


def test_an_item_that_no_lane_brings_to_its_demand_is_an_error(folder):
    folder.put("lanes", [row for row in folder.rows("lanes") if row[1] != "STORE-2"])
    assert unreachable(folder) == [
        (3, "no lane brings MILK to STORE-2 from stock or from a supplier that offers it"),
        (5, "no lane brings SHIRT to STORE-2 from stock or from a supplier that offers it"),
    ]


def test_an_item_that_no_supplier_offers_and_nobody_has_is_an_error(folder):
    folder.put("supply", folder.rows("supply")[:3])
    assert unreachable(folder) == []  # IMPORTER has no rows now, so it offers everything
    folder.add("supply", 2, location_id="IMPORTER")
    folder.put("open_orders", folder.rows("open_orders")[:3])
    assert unreachable(folder) == [
        (5, "no lane brings SHIRT to STORE-2 from stock or from a supplier that offers it")
    ]


def test_a_case_that_fits_no_vehicle_on_the_way_does_not_arrive(folder):
    for row in (5, 6, 7):
        folder.set("lanes", row, vehicle_m3="0.1")
    assert unreachable(folder) == [
        (4, "no lane brings TV to STORE-1 from stock or from a supplier that offers it")
    ]


def test_stock_at_the_place_of_demand_is_enough(folder):
    folder.put("lanes", [row for row in folder.rows("lanes") if row[1] != "STORE-2"])
    folder.add("inventory", 2, location_id="STORE-2").add("inventory", 4, location_id="STORE-2")
    assert unreachable(folder) == []


def test_all_problems_are_found_in_one_pass(folder):
    folder.set("inventory", 2, on_hand="-1").set("demand", 2, mean="x").set("lanes", 7, lead_time_days="")
    folder.set("open_orders", 3, quantity="").set("items", 2, unit_cost="1 EUR")
    (folder.path / "planner.toml").write_text("horizont_days = 7\n")
    places = {(finding.file, finding.row, finding.column) for finding in folder.report().errors}
    assert places >= {
        ("inventory.csv", 2, "on_hand"),
        ("demand.csv", 2, "mean"),
        ("lanes.csv", 7, "lead_time_days"),
        ("open_orders.csv", 3, "quantity"),
        ("items.csv", 2, "unit_cost"),
        ("planner.toml", None, "horizont_days"),
    }
