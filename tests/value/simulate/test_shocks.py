"""Every type of event, by hand: what it does to the world, and what the planner is told of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.tables.dataset import conform
from planner.tables.schema import EVENT_TYPES, TABLES
from planner.value.simulate.episode import play
from planner.value.simulate.knowledge import Records, known_data
from planner.value.simulate.measures import measures, rates_of
from planner.value.simulate.shocks import KINDS, drawn
from planner.value.simulate.truth import Truth, truth
from planner.value.simulate.world import World
from tests.value.simulate.shop import DC, MILK, S1, S2, SOAP, START, certain, orders, shop

VAN = {"origin": "DC", "destination": "S1", "mode": "van"}


def event(type_: str, day: int, hour: float = 10, **columns: Any) -> dict[str, Any]:
    """A row of the table; `first` and `last` are day numbers."""
    at = pd.Timestamp(START) + pd.Timedelta(days=day, hours=hour)
    for name, column in (("first", "date_from"), ("last", "date_to")):
        if name in columns:
            columns[column] = pd.Timestamp(START) + pd.Timedelta(days=columns.pop(name))
    return {"event_id": f"{type_} {day}", "at": at, "type": type_, **columns}


def shaken(happens: Truth, *events: dict[str, Any]) -> Truth:
    """The truth with these shocks besides; demand stays as it is."""
    return replace(happens, shocks=conform(TABLES["events"], list(events)))


def quiet(days: int = 5, **changes: Any) -> Truth:
    """Nobody wants anything."""
    return certain(shop(**changes), {(SOAP, S1): [0.0] * days})


def played(happens: Truth, days: int) -> Records:
    """Records of so many days on which nothing was sent, and the morning after them."""
    world = World(happens)
    records = Records(world)
    for day in range(days + 1):
        records.opening[day] = world.on_hand
        records.incidents.happen(day, early=True)
        if day < days:
            records.arrived[day] = world.arrive(day)
            records.incidents.happen(day, early=False)
            records.sold[day] = world.sell(day).sold
    return records


def soap_known(records: Records, day: int, delay: int = 0) -> float:
    """Soap at S1 as a planner knows it in the morning of a day."""
    table = known_data(records, day, delay, orders())["inventory"].set_index(["item_id", "location_id"])
    return float(table["on_hand"].get(("SOAP", "S1"), 0.0))


def test_a_shift_multiplies_demand_on_its_days_where_it_holds() -> None:
    shift = event("demand_shift", 1, item_id="SOAP", location_id="S1", factor=2, first=2, last=3)
    plain, shifted = (truth(shop(), 7, "draws", 1, 0, events=rows).wanted for rows in ([], [shift]))
    expected = plain.copy()
    expected[SOAP, S1, 2:4] *= 2
    assert plain[SOAP, S1, 2:4].sum() > 0
    assert np.array_equal(shifted, expected)


def test_whole_units_stay_whole_and_keep_their_mean_when_demand_shifts() -> None:
    shift = event("demand_shift", 0, category="food", factor=1.25)
    plain, shifted = (truth(shop(), 60, "draws", 1, 0, events=rows).wanted for rows in ([], [shift]))
    assert np.array_equal(shifted, np.floor(shifted))
    # about 240 cells, each rounded by less than one unit with a standard deviation of at most 0.5
    assert shifted.sum() == pytest.approx(1.25 * plain.sum(), abs=4 * 0.5 * np.sqrt(240))


def test_nothing_leaves_on_a_lane_that_is_closed() -> None:
    world = World(shaken(quiet(), event("lane_closed", 0, **VAN, first=1, last=1)))
    plan = orders(("SOAP", "DC", "S1", "van", 8, 0, 0), ("SOAP", "DC", "S2", "van", 8, 0, 1))
    assert [world.dispatch(day, plan)["quantity"].tolist() for day in range(3)] == [[8, 8], [8], [8, 8]]


def test_no_more_leaves_on_a_lane_than_its_vehicles_carry() -> None:
    """A van carries 100 kg: 200 units of soap; 60 units of milk take 60 kg of it."""
    stock = shop()["inventory"].assign(on_hand=1000)
    world = World(
        shaken(quiet(inventory=stock), event("lane_capacity", 0, **VAN, quantity=1, first=1, last=1))
    )
    plan = orders(("MILK", "DC", "S1", "van", 60, 0, 0), ("SOAP", "DC", "S1", "van", 240, 0, 0))
    assert world.dispatch(0, plan)["quantity"].tolist() == [60, 240]
    assert world.dispatch(1, plan)["quantity"].tolist() == [60, 80]  # 40 kg are left
    none = World(shaken(quiet(), event("lane_capacity", 0, **VAN, quantity=0)))
    assert none.dispatch(0, plan).empty


def test_a_closed_location_sends_nothing_receives_nothing_and_sells_nothing() -> None:
    shut = event("location_closed", 0, location_id="DC", first=1, last=1)
    world = World(shaken(quiet(), shut))
    world.dispatch(0, orders(("SOAP", "FARM", "DC", "truck", 40, 0, 1)))
    assert [world.arrive(day)[SOAP, DC] for day in range(3)] == [0, 0, 40]
    assert world.dispatch(1, orders(("SOAP", "DC", "S1", "van", 8, 1, 1))).empty
    assert len(world.dispatch(2, orders(("SOAP", "DC", "S1", "van", 8, 2, 2)))) == 1
    found = truth(
        shop(), 4, "draws", 1, 0, events=[event("location_closed", 0, location_id="S1", first=2, last=2)]
    )
    assert found.wanted[:, S1, 2].sum() == 0
    assert found.wanted[:, S2, 2].sum() > 0


@pytest.mark.parametrize(
    ("resource", "limit", "most"),
    [
        ("outbound_units", 100, 48),  # half of 100, in cases of 4
        ("outbound_kg", 40, 40),  # half of 40 kg
        ("outbound_vehicles", 2, 200),  # one van of 100 kg
    ],
)
def test_a_location_sends_no_more_than_is_left_of_its_capacity(
    resource: str, limit: float, most: float
) -> None:
    table = pd.DataFrame({"location_id": ["DC"], "resource": [resource], "limit": [limit]})
    stock = shop()["inventory"].assign(on_hand=1000)
    change = event("capacity_change", 0, location_id="DC", resource=resource, factor=0.5, first=1, last=1)
    world = World(shaken(quiet(capacities=table, inventory=stock), change))
    plan = orders(("SOAP", "DC", "S1", "van", 240, 0, 0), ("SOAP", "DC", "S2", "van", 80, 0, 1))
    assert world.dispatch(0, plan)["quantity"].tolist() == [240, 80]
    assert world.dispatch(1, plan)["quantity"].tolist() == [most]


def test_freight_costs_what_the_tariff_has_become() -> None:
    """A van of 20 a day, half as dear again on the second and third day: 20 + 30 + 30."""
    dearer = event("tariff_change", 0, mode="van", factor=1.5, first=1, last=2)
    plan = orders(*(("SOAP", "DC", "S1", "van", 4, day, day) for day in range(3)))
    happens = shaken(quiet(3), dearer)
    found = measures(happens, play(happens, lambda _: plan, 0), rates_of(happens))
    assert found["freight"] == pytest.approx(80)


def test_stock_is_corrected_by_no_more_than_there_is() -> None:
    records = played(
        shaken(quiet(), event("stock_correction", 1, item_id="SOAP", location_id="S1", quantity=-8)), 2
    )
    assert records.opening[:3, SOAP, S1].tolist() == [20, 20, 12]
    more = event("stock_correction", 1, item_id="SOAP", location_id="S1", quantity=-50)
    assert played(shaken(quiet(), more), 2).world.on_hand[SOAP, S1] == 0
    found = event("stock_correction", 1, item_id="SOAP", location_id="S1", quantity=4)
    assert played(shaken(quiet(), found), 2).world.on_hand[SOAP, S1] == 24


def test_a_count_that_is_older_than_the_correction_is_corrected_when_it_is_told() -> None:
    """Told on day 1 at ten: the count of day 0 with information two days old, in the morning of day 2."""
    happens = shaken(quiet(), event("stock_correction", 1, item_id="SOAP", location_id="S1", quantity=-8))
    same = played(quiet(), 2)
    sold = 20 - soap_known(same, 2, delay=2)  # what is expected to have been sold
    assert soap_known(played(happens, 2), 2, delay=2) == pytest.approx(20 - 8 - sold)
    assert soap_known(played(happens, 1), 1, delay=1) == pytest.approx(
        soap_known(played(quiet(), 1), 1, delay=1)
    )


def test_goods_on_hold_are_neither_sold_nor_sent_and_come_back() -> None:
    """Held on day 0 at ten until day 1; 20 units that one can see and not sell."""
    wanted = certain(shop(), {(SOAP, S1): [5.0, 5.0, 5.0, 0.0]})
    happens = shaken(wanted, event("quality_hold", 0, item_id="SOAP", location_id="S1", last=1))
    episode = play(happens, lambda _: orders(), 0)
    assert episode.sold[:, SOAP, S1].tolist() == [0, 0, 5, 0]
    assert episode.held[:, SOAP, S1].tolist() == [20, 20, 0, 0]
    records = played(happens, 1)
    assert soap_known(records, 1) == 0
    back = known_data(records, 1, 0, orders())["open_orders"]
    assert back[["item_id", "destination", "quantity"]].values.tolist() == [["SOAP", "S1", 20.0]]
    assert back["arrival_date"].tolist() == [pd.Timestamp(START) + pd.Timedelta(days=2)]
    assert soap_known(played(happens, 2), 2) == 20


def test_a_hold_can_be_of_a_part_and_be_ended() -> None:
    hold = event("quality_hold", 0, item_id="SOAP", location_id="S1", quantity=15)
    end = event("quality_hold", 2, item_id="SOAP", location_id="S1", factor=1)
    records = played(shaken(quiet(), hold, end), 4)
    assert records.opening[:5, SOAP, S1].tolist() == [20, 5, 5, 20, 20]


def test_goods_on_hold_expire_as_others_do() -> None:
    """12 units of milk with three days left, held on the first one: wasted on the third."""
    happens = shaken(quiet(4), event("quality_hold", 0, item_id="MILK", location_id="S1"))
    assert play(happens, lambda _: orders(), 0).wasted[:, MILK, S1].tolist() == [0, 0, 12, 0]


def moving() -> pd.DataFrame:
    table = orders(("SOAP", "FARM", "DC", "truck", 40, -1, 2)).drop(columns="cases")
    return table.assign(status="in_transit", order_id="A")


def test_late_goods_come_later_and_are_promised_for_then_when_it_is_told() -> None:
    happens = shaken(quiet(6, open_orders=moving()), event("inbound_late", 1, order_id="A", days=2))
    records = played(happens, 5)
    assert np.flatnonzero(records.arrived[:, SOAP, DC]).tolist() == [4]
    promised = [
        known_data(played(happens, day), day, 0, orders())["open_orders"]["arrival_date"].item().day
        - START.day
        for day in range(4)
    ]
    assert promised == [2, 2, 4, 4]


def test_all_that_is_on_the_way_on_a_lane_can_be_late_and_each_order_is_told() -> None:
    late = event("inbound_late", 0, origin="FARM", destination="DC", mode="truck", days=1)
    world = World(shaken(quiet(), late))
    records = Records(world)
    world.dispatch(
        0, orders(("SOAP", "FARM", "DC", "truck", 40, 0, 1), ("MILK", "FARM", "DC", "truck", 6, 0, 1))
    )
    records.incidents.happen(0, early=False)
    assert [world.arrive(day).sum() for day in range(1, 4)] == [0, 46, 0]
    told = records.told(pd.Timestamp(START) + pd.Timedelta(days=1))
    assert told["item_id"].tolist() == ["SOAP", "MILK"]
    assert told["days"].tolist() == [1, 1]


def test_an_order_brings_what_was_confirmed_on_the_day_that_was() -> None:
    confirmed = event("order_confirmed", 0, order_id="A", quantity=24, last=3)
    happens = shaken(quiet(6, open_orders=moving()), confirmed)
    records = played(happens, 5)
    assert records.arrived[:, SOAP, DC].tolist() == [0, 0, 0, 24, 0, 0]
    known = known_data(played(happens, 1), 1, 0, orders())["open_orders"]
    assert known["quantity"].tolist() == [24]


def test_the_planner_is_told_of_a_shift_and_forecasts_with_and_without_it() -> None:
    """The shift is on for days 0 to 3 and tripled sales. On day 2, told: twice the usual on day 2 and 3, the usual from then on."""
    shift = event("demand_shift", -1, item_id="SOAP", location_id="S1", factor=3, first=0, last=3)
    plain = certain(shop(), {(SOAP, S1): [2.0] * 5})
    tripled = certain(shop(), {(SOAP, S1): [6.0] * 5})

    def outlook(happens: Truth) -> list[float]:
        table = known_data(played(happens, 2), 2, 0, orders())["demand"]
        rows = table[(table["item_id"] == "SOAP") & (table["location_id"] == "S1")]
        return [float(value) for value in rows.sort_values("date")["mean"].iloc[:4]]

    usual, told = outlook(plain), outlook(shaken(tripled, shift))
    assert told == pytest.approx([3 * usual[0], 3 * usual[1], usual[2], usual[3]])
    assert outlook(tripled)[2] > usual[2]  # who isn't told takes it for the new level


def test_the_planner_is_told_of_lanes_and_locations_and_tariffs() -> None:
    shocks = [
        event("lane_closed", 1, **VAN, first=3, last=3),
        event("location_closed", 1, location_id="S2", first=4, last=4),
    ]
    happens = shaken(quiet(), *shocks)
    before, after = (known_data(played(happens, day), day, 0, orders()) for day in (1, 2))
    assert len(before["lanes"]) == 3
    assert before["calendar"].empty
    assert len(after["lanes"]) == 4  # the van to S1 before and after its closed day
    assert after["calendar"]["location_id"].tolist() == ["S2"]


def test_all_types_of_events_are_known_here() -> None:
    """Each has a test above by its name; those that come as a surprise can be drawn."""
    assert set(KINDS) == set(EVENT_TYPES) - {"order_confirmed"}


def test_shocks_are_drawn_as_often_as_was_asked() -> None:
    found = [drawn(shop(), 70, 2.0, np.random.default_rng(seed)) for seed in range(40)]
    counts = [table["event_id"].str.split(".").str[0].nunique() for table in found]
    # 20 in ten weeks, less those that the shop has nothing for; Poisson, so ± √20 ÷ √40 = 0.7
    types = set(pd.concat(found)["type"])
    share = sum(KINDS[name][0] for name in types) / sum(part for part, _ in KINDS.values())
    assert np.mean(counts) == pytest.approx(20 * share, abs=3)
    assert "demand_shift" in types


def test_the_same_replication_has_the_same_shocks_and_without_them_the_same_demand() -> None:
    one, same, other = (truth(shop(), 28, "draws", 5, number, 3.0) for number in (0, 0, 1))
    pd.testing.assert_frame_equal(one.shocks, same.shocks)
    assert np.array_equal(one.wanted, same.wanted)
    assert not one.shocks.equals(other.shocks)
    calm = truth(shop(), 28, "draws", 5, 0)
    untouched = one.wanted == calm.wanted
    assert 0 < (~untouched).sum() < untouched.sum()
