"""How long a million rows of demand take to validate: `python benchmarks/tables.py [rows]`."""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.tables.dataset import DataSet
from planner.tables.load import validate
from planner.tables.write import write

DAYS = 20


def data_set(rows: int) -> DataSet:
    """A supplier, a DC and 50 stores; as many items as `rows` of demand need."""
    items = [f"SKU-{number:06}" for number in range(max(1, rows // (50 * DAYS)))]
    stores = [f"STORE-{number:03}" for number in range(50)]
    lanes = [("SUPPLIER", "DC", "truck"), *(("DC", store, "truck") for store in stores)]
    days = pd.date_range("2026-01-05", periods=DAYS)
    demand = pd.MultiIndex.from_product(
        [items, stores, days], names=["item_id", "location_id", "date"]
    ).to_frame(index=False)
    random = np.random.default_rng(0)
    tables: dict[str, Any] = {
        "items": {"item_id": items, "unit_cost": 2.5, "unit_weight_kg": 0.4, "case_size": 6},
        "locations": {
            "location_id": ["SUPPLIER", "DC", *stores],
            "kind": ["supplier", "dc", *["store"] * len(stores)],
        },
        "lanes": pd.DataFrame(lanes, columns=["origin", "destination", "mode"]).assign(lead_time_days=1),
        "inventory": {"item_id": items, "location_id": "DC", "on_hand": 100},
        "demand": demand.assign(mean=random.gamma(2, 2, len(demand)), sd=random.gamma(2, 1, len(demand))),
    }
    return DataSet.of(tables)


def main(rows: int) -> None:
    data = data_set(rows)
    with tempfile.TemporaryDirectory() as folder:
        for format_ in ("csv", "parquet"):
            target = write(data, Path(folder) / format_, format_)
            megabytes = (target / f"demand.{format_}").stat().st_size / 2**20
            report = validate(target)
            assert report.data is not None, report.text()
            started = time.perf_counter()
            same = report.data.content_hash == data.content_hash
            hashing = time.perf_counter() - started
            print(
                f"{len(data['demand']):,} rows of demand as {format_} ({megabytes:.0f} MB): "
                f"validated in {report.seconds:.1f} s, hashed in {hashing:.1f} s, same content: {same}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
