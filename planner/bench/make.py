"""Write a network of any size with the magnitudes of the retail sample: valid tables, and a plan that exists."""

from pathlib import Path
from typing import TYPE_CHECKING

from planner.bench.size import Size
from planner.errors import UsageError
from planner.sample.folder import drafted

if TYPE_CHECKING:
    from planner.tables.dataset import DataSet

LONG = frozenset({"demand", "inventory", "open_orders"})


def make(folder: Path, size: Size) -> Path:
    """Write the tables into a new folder, long ones as Parquet, others as CSV; nothing that exists is touched.

    Raises UsageError if the folder exists.
    """
    from planner.tables.write import write

    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder} exists already; nothing was written. Maybe choose another name.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with drafted(folder.parent) as place:
        write(instance(size), place / "tables", "csv", parquet=LONG)
        (place / "tables").rename(folder)
    return folder


def instance(size: Size) -> "DataSet":
    """The data set of this size."""
    from planner.bench.goods import demand_of, goods_of
    from planner.bench.network import network_of
    from planner.bench.policies import policies_of
    from planner.bench.stock import stock_of
    from planner.tables.dataset import DataSet

    network = network_of(size)
    goods = goods_of(size)
    mean = demand_of(size, goods)
    stock = stock_of(size, network, goods, mean)
    tables = {**network.tables, **goods.tables, **stock, "policies": policies_of(goods)}
    return DataSet.of(
        tables,
        start_date=network.start,
        horizon_days=size.days,
        review_days=1,
        co2_price_per_kg=0.09,
        terminal_value="useful",
    )
