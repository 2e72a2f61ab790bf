"""The retail sample has every feature that it is there to show, in believable sizes."""

import numpy as np
import pandas as pd
import pytest

from planner.demand import demand
from planner.sample.retail import parameters as p
from planner.sample.retail.assortment import assortment
from planner.sample.retail.history import history
from planner.sample.retail.network import DCS, MAIN_DC, STORES
from planner.tables.dataset import DataSet
from tests.sample.flow import WEEK, demanded, flow, limits


@pytest.fixture(scope="module")
def data() -> DataSet:
    import tomllib
    from importlib.resources import files

    from planner.sample.folder import tables

    settings = tomllib.loads((files("planner.sample") / "texts/retail.toml").read_text(encoding="utf-8"))
    return DataSet.of(tables("retail"), **settings)


@pytest.fixture(scope="module")
def sold(data: DataSet) -> pd.DataFrame:
    return demanded(data)


def test_it_has_the_size_that_it_promises(data: DataSet) -> None:
    assert data["locations"]["kind"].value_counts().to_dict() == {"store": 12, "dc": 2, "supplier": 2}
    assert data["items"]["category"].value_counts().to_dict() == {
        "grocery": 26,
        "fashion": 12,
        "electronics": 11,
        "durables": 11,
    }
    assert (data["sales"]["date"].max() - data["sales"]["date"].min()).days == 179
    assert data.settings.horizon_days == 14
    assert data["demand"].empty


def test_all_kinds_of_lanes_are_there(data: DataSet) -> None:
    lanes, kinds = data["lanes"], data["locations"].set_index("location_id")["kind"]
    assert set(lanes["mode"]) == {"truck", "lorry", "van", "ltl", "express", "rail", "air"}
    assert set(lanes.loc[lanes["emergency"], "mode"]) == {"express", "air"}
    pairs = set(zip(lanes["origin"].map(kinds), lanes["destination"].map(kinds), strict=True))
    assert pairs == {
        ("supplier", "dc"),
        ("supplier", "store"),
        ("dc", "dc"),
        ("dc", "store"),
        ("store", "store"),
        ("store", "dc"),
    }
    assert lanes["valid_from"].nunique() == 2
    routes = lanes[lanes["route"] != ""].groupby(["origin", "mode", "route"])["destination"].nunique()
    assert routes.to_dict() == {
        ("DC-NORTH", "van", "west"): 3,
        ("DC-SOUTH", "van", "hills"): 2,
    }
    to_stores = lanes[lanes["origin"].isin(DCS) & lanes["destination"].isin(STORES)]
    ways = to_stores.groupby("mode")["destination"].nunique()
    assert ways.to_dict() == {"ltl": 12, "express": 12, "lorry": 12, "truck": 7, "van": 6}
    assert set(data["weight_breaks"]["mode"]) == {"ltl"}


def test_all_conditions_are_there(data: DataSet) -> None:
    supply = data["supply"]
    assert (supply["min_order_quantity"] > 0).any()
    assert (supply["order_multiple"] > 1).any()
    assert supply["max_per_day"].notna().any()
    assert supply["available_from"].notna().any()
    assert set(data["open_orders"]["status"]) == {"in_transit", "firm"}
    assert set(data["capacities"]["resource"]) >= {
        "outbound_vehicles",
        "inbound_vehicles",
        "handling_hours",
        "storage_m3",
    }
    assert data["capacities"]["weekday"].ne("").any()
    assert data["capacities"]["date"].notna().any()
    assert data["items"]["shelf_life_days"].min() <= 5
    assert data["sales"]["stocked_out"].any()
    assert data["sales"]["promotion"].any()


def test_the_scarce_item_runs_out_whatever_one_does(data: DataSet) -> None:
    wanted = demand(data).query("item_id == @p.SCARCE_ITEM")["mean"].sum()
    stock = data["inventory"].query("item_id == @p.SCARCE_ITEM")["on_hand"].sum()
    assert stock + p.SCARCE_PER_DAY * 10 < 0.7 * wanted


def test_the_forecast_from_its_sales_is_close_to_the_truth_behind_them(data: DataSet) -> None:
    goods = assortment()
    true = history(goods, np.random.default_rng(p.SEED)).rate
    found = demand(data).groupby(["item_id", "location_id"], sort=False)["mean"].mean()
    levels = found.unstack().reindex(index=goods["item_id"], columns=list(STORES)).to_numpy()
    open_days = np.where(np.isin(STORES, ["ST08", "ST09", "ST10", "ST11", "ST12"]), 13 / 14, 1.0)
    ratio = levels / (true * open_days)
    for category, rows in goods.groupby("category").groups.items():
        assert levels[rows].sum() / (true * open_days)[rows].sum() == pytest.approx(1, abs=0.06), category
        assert np.abs(ratio[rows] - 1).mean() < 0.25, category


def test_stores_differ_by_about_a_factor_of_four_and_sell_more_than_a_van_and_less_than_two_trucks_a_day(
    sold: pd.DataFrame,
) -> None:
    kg = sold.groupby("location_id")["kg"].sum() / 7
    assert 3 < kg.max() / kg.min() < 5
    assert p.VAN["vehicle_kg"] < kg.min() < kg.max() < 2 * p.TRUCK["vehicle_kg"]
    assert kg.median() == pytest.approx(p.TRUCK["vehicle_kg"] / 2, rel=0.2)  # a truck every other day


def test_the_groceries_are_a_part_of_what_a_supermarket_sells(sold: pd.DataFrame) -> None:
    """An average German supermarket turned over 5.2 million in 2020 (EHI); a store sells more than 26 items."""
    grocery = sold[sold["category"] == "grocery"]
    millions = grocery.groupby("location_id")["sales"].sum() * 52 / 1e6
    assert 0.25 < millions.min() / 5.2 < 0.4
    assert 0.4 < millions.median() / 5.2 < 0.7


@pytest.mark.parametrize("resource", ["outbound_vehicles", "inbound_vehicles", "handling_hours"])
def test_docks_and_hours_bind_on_peak_days_only_and_overtime_is_nearly_enough(
    data: DataSet, resource: str
) -> None:
    used = getattr(flow(data), resource)
    limit, overtime = (limits(data, resource, column) for column in ("limit", "overtime_limit"))
    assert (used > limit).any().all()
    assert (used <= limit).sum().min() >= 3
    assert (used <= 1.1 * (limit + overtime)).all(axis=None)
    assert (
        (used.sum() / limit.sum()).between(0.5, 1.25)
    ).all()  # and fuller vehicles nearly do without overtime


def test_the_repairs_at_the_dock_are_on_a_day_with_more_arrivals_than_they_allow(data: DataSet) -> None:
    dated = data["capacities"].dropna(subset="date").iloc[0]
    arrivals = flow(data).inbound_vehicles.loc[WEEK[dated["date"].weekday()], dated["location_id"]]
    assert dated["limit"] < arrivals <= dated["limit"] + dated["overtime_limit"]


def test_the_dcs_have_room_for_five_to_ten_days_of_sales(data: DataSet, sold: pd.DataFrame) -> None:
    a_day = sold.groupby(sold["location_id"].map(MAIN_DC))["m3"].sum() / 7
    room = limits(data, "storage_m3", "limit").iloc[0] / a_day
    assert room.between(5, 10).all()


def test_what_is_on_the_way_fits_on_the_vehicles_of_its_day(data: DataSet) -> None:
    way = ["origin", "destination", "mode"]
    lanes = data["lanes"].drop_duplicates(way)
    orders = data["open_orders"].merge(data["items"], on="item_id").merge(lanes, on=way)
    for unit, vehicle in (("unit_weight_kg", "vehicle_kg"), ("unit_volume_m3", "vehicle_m3")):
        share = orders["quantity"] * orders[unit] / (orders[vehicle] * orders["max_vehicles_per_day"])
        assert share.groupby([orders[column] for column in (*way, "dispatch_date")]).sum().max() <= 1


def test_freight_handling_holding_and_margin_compete(data: DataSet, sold: pd.DataFrame) -> None:
    margin = (sold["sales"] - sold["cost"]).sum() / 7
    freight = flow(data).freight
    handling = sold["cases"].sum() / 7 * (2 * p.HANDLING["dc"][1] + p.HANDLING["store"][1])
    stock = data["inventory"].merge(data["items"], on="item_id").merge(data["locations"], on="location_id")
    rate = stock["kind"].map(p.HOLDING_RATE) / 365
    holding = (stock["on_hand"] * stock["unit_cost"] * rate).sum()
    assert 0.05 < freight / margin < 0.25  # 15 %: selling pays, half-empty trucks don't
    assert 0.3 < handling / freight < 1.0  # 46 %
    assert 0.05 < holding / freight < 0.3  # 11 %: nine days of it cost as much as a day of freight
