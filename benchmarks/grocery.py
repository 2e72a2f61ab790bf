"""A chain with the real sales of a grocery chain: `python benchmarks/grocery.py FOLDER --sales SALES [--stores N] [--items N]`.

Network and costs are those of the generator, with a fixed seed.

Sales are dunnhumby's "The Complete Journey" (84.51°): 300 product types in 40 stores of 2017, a panel of households. Their
shape is real, their level is a sample, so they are scaled to what stores of the generator sell. The table is read beside the
project and never copied into it.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.bench.goods import CASE_DAYS, CASE_KG, CASES, Goods, goods_of
from planner.bench.network import Network, network_of
from planner.bench.policies import policies_of
from planner.bench.size import Size
from planner.bench.stock import stock_of
from planner.tables.dataset import DataSet
from planner.tables.write import write

KG_PER_STORE = 2_400.0  # and day: a lorry's load on a delivery day, as 200 items of the generator are
FRESH = {
    "PRODUCE": 6,
    "MEAT": 7,
    "MEAT-PCKGD": 21,
    "DELI": 7,
    "SEAFOOD-PCKGD": 14,
    "PASTRY": 4,
    "SALAD BAR": 3,
}


def grocery(folder: Path, size: Size) -> DataSet:
    """The best-selling items in the busiest stores; sales of a year before a Monday."""
    sales = pd.read_parquet(folder / "grocery_sales.parquet")
    departments = pd.read_csv(folder / "grocery_items.csv").set_index("item_id")["department"]
    items, stores = _best(sales, "item_id", size.items), _best(sales, "location_id", size.stores)
    sales = sales[sales["item_id"].isin(items)]
    network, goods = network_of(size), goods_of(size)
    prices = sales.groupby("item_id")["price"].median().reindex(items).to_numpy(np.float64)
    goods = _named(goods, items, prices, departments.reindex(items).to_numpy(object))
    sales = _scaled(sales, goods, network, items, stores, size.seed)
    goods = _packed(goods, sales, items, size.stores)
    stock = stock_of(size, network, goods, _mean(sales, items, network, size.days))
    del stock["demand"]
    tables = {**network.tables, **goods.tables, **stock, "policies": policies_of(goods), "sales": sales}
    return DataSet.of(
        tables, start_date=network.start, horizon_days=size.days, review_days=1, co2_price_per_kg=0.09
    )


def _best(sales: pd.DataFrame, column: str, count: int) -> list[str]:
    total = sales.groupby(column)["units"].sum().sort_values(ascending=False, kind="stable")
    return [str(name) for name in total.index[:count]]


def _named(goods: Goods, items: list[str], prices: Any, departments: Any) -> Goods:
    """The generator's items, fast ones for what sells best, with real names and prices; margins are the generator's."""
    fast = np.argsort(-goods.rate, kind="stable")
    table = goods.tables["items"].iloc[fast].reset_index(drop=True)
    margin = table["unit_price"] / table["unit_cost"]
    shelf = np.array([float(FRESH.get(str(name), np.inf)) for name in departments])
    table = table.assign(
        item_id=items,
        category="grocery",
        unit_price=np.round(prices, 2),
        unit_cost=np.round(prices / margin, 2),
        shelf_life_days=np.where(np.isfinite(shelf), shelf, np.nan),
    )
    supply = goods.tables["supply"].iloc[fast].reset_index(drop=True).assign(item_id=items)
    return replace(
        goods,
        rate=goods.rate[fast],
        weight=goods.weight[fast],
        case=goods.case[fast],
        shelf=shelf,
        category=np.zeros(len(items), np.int64),
        supplier=goods.supplier[fast],
        tables={"items": table, "supply": supply},
    )


def _scaled(
    sales: pd.DataFrame, goods: Goods, network: Network, items: list[str], stores: list[str], seed: int
) -> pd.DataFrame:
    """KG_PER_STORE on average, in whole units, up to the day before the network's first.

    A product type stands for its whole shelf, and a panel for all customers. Multiplied, the luck of a few households would be that
    of all; so days are those of the item in the whole chain, split by what each store sells of it, and customers come at random
    (Poisson).
    """
    days = pd.to_datetime(sales["date"])
    total = sales.assign(date=days).pivot_table(
        index="item_id", columns="date", values="units", aggfunc="sum"
    )
    total = total.reindex(items).fillna(0.0)
    inside = sales[sales["location_id"].isin(stores)]
    sold = inside.pivot_table(index="item_id", columns="location_id", values="units", aggfunc="sum")
    share = sold.reindex(index=items, columns=stores).fillna(0.0).to_numpy(np.float64)
    share = share / share.sum(axis=1, keepdims=True)
    mean = total.to_numpy(np.float64)[:, None, :] * share[:, :, None]
    kg = float(np.einsum("ist,i->", mean, goods.weight)) / mean.shape[2]
    units = np.random.default_rng([seed, 5]).poisson(mean * KG_PER_STORE * len(stores) / kg)
    item, store, day = np.nonzero(units)
    last = pd.Timestamp(network.start) - pd.Timedelta(days=1)
    moved = pd.DatetimeIndex(total.columns) + (last - days.max())
    return pd.DataFrame(
        {
            "item_id": np.array(items, dtype=object)[item],
            "location_id": np.array(network.stores, dtype=object)[store],
            "date": moved.to_numpy()[day],
            "units": units[item, store, day],
        }
    )


def _packed(goods: Goods, sales: pd.DataFrame, items: list[str], stores: int) -> Goods:
    """Cases that last a day in an average store, if they can be lifted, as the generator's do."""
    days = (sales["date"].max() - sales["date"].min()).days + 1
    rate = sales.groupby("item_id")["units"].sum().reindex(items).to_numpy(np.float64) / days / stores
    fitting = np.where(goods.weight[:, None] * CASES <= CASE_KG, CASES, 1)
    nearest = np.abs(fitting - CASE_DAYS * rate[:, None]).argmin(axis=1)
    case = fitting[np.arange(len(items)), nearest].astype(np.float64)
    table = goods.tables["items"].assign(case_size=case)
    return replace(goods, rate=rate, case=case, tables=goods.tables | {"items": table})


def _mean(sales: pd.DataFrame, items: list[str], network: Network, days: int) -> Any:
    """Items × stores × days: mean sales per day of the last eight weeks."""
    recent = sales[sales["date"] >= pd.Timestamp(network.start) - pd.Timedelta(days=56)]
    mean = recent.groupby(["item_id", "location_id"])["units"].sum() / 56
    grid = mean.reindex(pd.MultiIndex.from_product([items, network.stores])).fillna(0.0)
    return np.repeat(grid.to_numpy(np.float64).reshape(len(items), -1, 1), days, axis=2)


def main() -> None:
    """Write the tables into a new folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a new folder for the tables")
    parser.add_argument("--sales", type=Path, required=True, help="the folder with grocery_sales.parquet")
    parser.add_argument("--stores", type=int, default=10)
    parser.add_argument("--items", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write(
        grocery(asked.sales, Size(asked.stores, asked.items, 1, 14, asked.seed)),
        asked.folder,
        parquet={"sales"},
    )
    print(f"Wrote {asked.folder}. Next: planner simulate {asked.folder} --horizon 7 --workers 2")


if __name__ == "__main__":
    main()
