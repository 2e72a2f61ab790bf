"""Instances of any size: as large as asked, valid, the same for the same seed, and with a plan that exists."""

from pathlib import Path

import numpy as np
import pytest

from planner import load
from planner.bench.make import instance, make
from planner.bench.size import Size
from planner.compile import compile_problem
from planner.errors import UsageError
from planner.tables.dataset import DataSet
from planner.tables.load import validate
from tests.models.search.relaxed import idle

SMALL = Size(stores=6, items=40, dcs=2, days=14, seed=3)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    return load(make(tmp_path_factory.mktemp("bench") / "made", SMALL))


def test_it_has_the_size_that_was_asked_for(data: DataSet) -> None:
    kinds = data["locations"]["kind"].value_counts()
    assert (kinds["store"], kinds["dc"], kinds["supplier"]) == (6, 2, 2)
    assert len(data["items"]) == 40
    assert len(data["demand"]) == 6 * 40 * 14


def test_it_is_valid_without_a_warning(tmp_path: Path) -> None:
    for size in (Size(1, 1, 1, 1, 0), Size(2, 3, 3, 7, 5), SMALL):
        report = validate(make(tmp_path / f"{size.items}", size))
        assert report.data is not None
        assert [finding.message for finding in report.findings] == []


def test_the_same_seed_gives_the_same_tables_and_another_one_others(data: DataSet) -> None:
    assert instance(SMALL).content_hash == data.content_hash
    assert instance(Size(6, 40, 2, 14, seed=4)).content_hash != data.content_hash


@pytest.mark.parametrize("size", [Size(1, 1, 1, 1, 0), Size(2, 5, 6, 20, 1), Size(30, 50, 4, 10, 2)])
def test_there_is_a_plan_at_any_size_because_doing_nothing_is_one(size: Size) -> None:
    assert idle(compile_problem(instance(size))).excess == {}


def test_doing_nothing_keeps_all_limits_and_costs_much(data: DataSet) -> None:
    nothing = idle(compile_problem(data))
    assert nothing.excess == {}
    assert nothing.costs["lost_sales"] > 10 * nothing.costs["holding"]


def test_a_store_sells_the_weight_of_its_assortment(data: DataSet) -> None:
    """12 kg per item and day, but for the sizes of stores and tastes: 480 kg."""
    demand = data["demand"].merge(data["items"], on="item_id")
    daily = float((demand["mean"] * demand["unit_weight_kg"]).sum()) / (6 * 14)
    assert 240.0 < daily < 960.0


def test_ten_stores_with_200_items_take_a_vehicle_per_delivery_day() -> None:
    """12 kg × 200 items × 7 ÷ 5 days = 3.4 t: 1.1 lorries of 3 t, 0.4 trucks of 8 t."""
    large = instance(Size(stores=10, items=200))
    demand = large["demand"].merge(large["items"], on="item_id")
    weekly = (demand["mean"] * demand["unit_weight_kg"]).groupby(demand["location_id"]).sum() / 2
    lorries = weekly / 5 / 3_000.0
    assert 0.5 < lorries.mean() < 1.5


def test_slow_goods_sell_rarely_and_come_in_small_cases() -> None:
    large = instance(Size(stores=10, items=300))
    rate = large["demand"].groupby("item_id")["mean"].mean()
    items = large["items"].set_index("item_id").loc[rate.index]
    slow = rate < 0.5
    assert 0.2 < slow.mean() < 0.5
    assert (items["case_size"][slow] == 1).all()
    assert items["case_size"].between(1, 24).all()
    assert (items["case_size"] * items["unit_weight_kg"] <= 25.0).all()
    tenth = rate.sort_values()[-30:].sum() / rate.sum()
    assert 0.5 < tenth < 0.8  # the fastest tenth sells more than all others


def test_some_goods_are_scarce_some_perish_and_some_are_on_the_way() -> None:
    problem = compile_problem(instance(Size(stores=4, items=300, seed=2)))
    stock = problem.stock
    assert np.isfinite(stock.shelf).any()
    dc = stock.mean.sum(axis=1) == 0
    assert stock.given_in[dc].sum() > 0
    assert stock.given_in[~dc].sum() > 0
    asked = np.zeros(len(problem.items.names))
    np.add.at(asked, stock.item, stock.mean[:, :2].sum(axis=1))
    assert 0 < (stock.on_hand[dc] < asked[stock.item[dc]]).mean() < 0.1


def test_neighbours_share_lorries_and_ways_differ_in_days_and_tariffs() -> None:
    made = instance(Size(stores=40, items=20, dcs=3, seed=1))
    lanes = made["lanes"]
    shared = lanes[lanes["route"] != ""].groupby(["origin", "route"])
    assert len(shared) >= 3
    assert (shared.size() == 2).all()
    assert (shared[["cost_per_vehicle", "dispatch_days"]].nunique() == 1).all(axis=None)
    assert set(lanes["mode"]) == {"truck", "lorry", "van", "ltl", "express", "rail"}
    assert lanes["dispatch_days"].nunique() >= 4
    assert len(made["weight_breaks"]) > 0
    assert set(made["capacities"]["resource"]) == {"handling_hours", "outbound_vehicles", "inbound_vehicles"}


def test_long_tables_are_parquet_and_others_can_be_read(tmp_path: Path) -> None:
    made = make(tmp_path / "made", Size(2, 2))
    names = {path.name for path in made.iterdir()}
    assert {"demand.parquet", "inventory.parquet", "items.csv", "lanes.csv", "planner.toml"} <= names


def test_nothing_that_exists_is_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        make(tmp_path / "mine", SMALL)
    assert list((tmp_path / "mine").iterdir()) == []
