"""The retail sample has every feature that it is there to show, in believable sizes."""

import numpy as np
import pytest

from planner.demand import demand
from planner.sample.retail import parameters as p
from planner.sample.retail.assortment import assortment
from planner.sample.retail.history import history
from planner.sample.retail.network import STORES
from planner.tables.dataset import DataSet


@pytest.fixture(scope="module")
def data() -> DataSet:
    import tomllib
    from importlib.resources import files

    from planner.sample.folder import tables

    settings = tomllib.loads((files("planner.sample") / "texts/retail.toml").read_text(encoding="utf-8"))
    return DataSet.of(tables("retail"), **settings)


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
    assert set(lanes["mode"]) == {"truck", "van", "ltl", "express", "rail", "air"}
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
    assert routes.tolist() == [2, 3, 2]
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


def test_stores_differ_by_about_a_factor_of_four_and_weigh_what_vans_carry(data: DataSet) -> None:
    weight = data["items"].set_index("item_id")["unit_weight_kg"]
    found = demand(data)
    kg = (found["mean"] * found["item_id"].map(weight)).groupby(found["location_id"]).sum() / 14
    assert 3 < kg.max() / kg.min() < 5
    assert 600 < kg.mean() < 1_200
