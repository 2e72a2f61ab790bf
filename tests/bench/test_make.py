"""Instances of any size: as large as asked, valid, the same for the same seed, and with a plan that exists."""

from pathlib import Path

import numpy as np
import pytest

from planner import load
from planner.bench.make import Size, instance, make
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


def test_doing_nothing_keeps_all_limits_and_costs_much(data: DataSet) -> None:
    nothing = idle(compile_problem(data))
    assert nothing.excess == {}
    assert nothing.costs["lost_sales"] > 10 * nothing.costs["holding"]


def test_a_store_sells_the_weight_of_its_assortment(data: DataSet) -> None:
    """15 kg per item and day, but for the sizes of stores and tastes: 600 kg."""
    demand = data["demand"].merge(data["items"], on="item_id")
    daily = float((demand["mean"] * demand["unit_weight_kg"]).sum()) / (6 * 14)
    assert 300.0 < daily < 1_200.0


def test_some_goods_are_scarce_some_perish_and_some_are_on_the_way() -> None:
    problem = compile_problem(instance(Size(stores=4, items=300, seed=2)))
    stock = problem.stock
    assert np.isfinite(stock.shelf).any()
    assert stock.given_in.sum() > 0
    dc = stock.mean.sum(axis=1) == 0
    asked = np.zeros(len(problem.items.names))
    np.add.at(asked, stock.item, stock.mean[:, :2].sum(axis=1))
    assert 0 < (stock.on_hand[dc] < asked[stock.item[dc]]).mean() < 0.1


def test_nothing_that_exists_is_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        make(tmp_path / "mine", SMALL)
    assert list((tmp_path / "mine").iterdir()) == []
