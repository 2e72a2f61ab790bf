"""A small world for tests of the evaluator: tables row by row, orders by day numbers.

Day 0 is Monday 2026-01-05. Unless a test says otherwise nothing costs anything, demand is certain, the item A
weighs 1 kg and takes 0.1 m³, and goods flow S (supplier) → D (dc) → X (store), one day each.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

import pandas as pd

from planner.audit import Evaluation, evaluate
from planner.tables.dataset import DataSet

START = date(2026, 1, 5)
Test = TypeVar("Test", bound=Callable[..., Any])


def covers(*names: str) -> Callable[[Test], Test]:
    """Says which limits, costs and order faults a test proves; `test_audit_coverage.py` reads it."""
    assert names
    return lambda test: test


def day(number: int) -> date:
    """The date of a day number."""
    return START + timedelta(days=number)


class World:
    def __init__(self, days: int = 3, **settings: Any) -> None:
        defaults = {"holding_rate_per_year": 0.0} | settings.pop("defaults", {})
        self.settings = {
            "start_date": START,
            "horizon_days": days,
            "terminal_value": "none",
            "defaults": defaults,
        }
        self.settings |= settings
        self.days = days
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.orders: list[dict[str, Any]] = []

    def row(self, table: str, **values: Any) -> "World":
        self.tables.setdefault(table, []).append(values)
        return self

    def item(self, name: str = "A", **values: Any) -> "World":
        usual = {"unit_weight_kg": 1.0, "unit_volume_m3": 0.1, "unit_cost": 10.0, "unit_price": 10.0}
        return self.row("items", item_id=name, **(usual | values))

    def place(self, name: str, kind: str) -> "World":
        return self.row("locations", location_id=name, kind=kind)

    def lane(self, origin: str, destination: str, mode: str = "truck", **values: Any) -> "World":
        return self.row(
            "lanes", origin=origin, destination=destination, mode=mode, **({"lead_time_days": 1} | values)
        )

    def stock(self, location: str, on_hand: float, item: str = "A") -> "World":
        return self.row("inventory", item_id=item, location_id=location, on_hand=on_hand)

    def demand(self, location: str, means: list[float], sd: float = 0.0, item: str = "A") -> "World":
        for number, mean in enumerate(means):
            self.row("demand", item_id=item, location_id=location, date=day(number), mean=mean, sd=sd)
        return self

    def policy(self, **values: Any) -> "World":
        return self.row("policies", **values)

    def order(
        self,
        origin: str,
        destination: str,
        cases: float,
        dispatch: int = 0,
        arrival: int | None = None,
        item: str = "A",
        mode: str = "truck",
        size: float = 1.0,
        **values: Any,
    ) -> "World":
        row = {
            "order_id": f"O{len(self.orders) + 1:06d}",
            "item_id": item,
            "origin": origin,
            "destination": destination,
            "mode": mode,
            "dispatch_date": day(dispatch),
            "arrival_date": day(dispatch + 1 if arrival is None else arrival),
            "cases": cases,
            "quantity": cases * size,
        }
        self.orders.append(row | values)
        return self

    def data(self) -> DataSet:
        return DataSet.of(self.tables, **self.settings)

    def frame(self) -> pd.DataFrame:
        columns = ["order_id", "item_id", "origin", "destination", "mode", "dispatch_date", "arrival_date"]
        return pd.DataFrame(self.orders, columns=[*columns, "cases", "quantity"])

    def evaluate(self, buckets: str | None = None) -> Evaluation:
        return evaluate(self.data(), self.frame(), buckets)

    @classmethod
    def chain(
        cls,
        days: int = 3,
        item: dict[str, Any] | None = None,
        lane: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Self:
        """S → D → X, one day each; `lane` are columns of the lane D > X."""
        world = cls(days, **settings)
        world.item(**(item or {})).place("S", "supplier").place("D", "dc").place("X", "store")
        world.lane("S", "D").lane("D", "X", **(lane or {}))
        return world


chain = World.chain


def limits(evaluation: Evaluation) -> list[str]:
    """The names of the violated limits, each once."""
    return list(dict.fromkeys(evaluation.violations["limit"]))


def column(evaluation: Evaluation, location: str, name: str, item: str = "A") -> list[float]:
    """A column of the inventory for one item-location, day by day."""
    rows = evaluation.inventory
    rows = rows[(rows["location_id"] == location) & (rows["item_id"] == item)]
    return [float(value) for value in rows[name]]


def write_run(
    folder: Path, data: DataSet, orders: pd.DataFrame, evaluation: Evaluation, bound: float
) -> None:
    """A run folder that claims exactly what the evaluator found."""
    import json

    orders.to_csv(folder / "orders.csv", index=False, date_format="%Y-%m-%d")
    evaluation.loads.to_csv(folder / "loads.csv", index=False, date_format="%Y-%m-%d")
    evaluation.inventory.to_parquet(folder / "inventory.parquet", index=False)
    (folder / "kpis.json").write_text(json.dumps(evaluation.kpis))
    cost = evaluation.total
    certificate = {
        "cost": cost,
        "bound": bound,
        "gap": (cost - bound) / cost,
        "input_hash": data.content_hash,
    }
    (folder / "certificate.json").write_text(json.dumps(certificate))
