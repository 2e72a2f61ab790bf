"""Shops whose true demand is known."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from planner.demand import demand
from planner.tables.dataset import DataSet

START = date(2026, 3, 2)  # a Monday
WEEK = np.array([0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 0.9])


@dataclass(frozen=True)
class Shop:
    """Items × stores with constant levels: the true mean per day of the week, and what was wanted, items ×
    stores × days."""

    level: "np.ndarray[Any, np.dtype[np.float64]]"
    wanted: "np.ndarray[Any, np.dtype[np.float64]]"

    @property
    def dates(self) -> "np.ndarray[Any, np.dtype[np.datetime64]]":
        days = self.wanted.shape[2]
        return np.datetime64(START, "D") - days + np.arange(days)

    def sales(self, units: Any = None, **columns: Any) -> pd.DataFrame:
        """One row per item, store and day; `columns` are arrays of the same shape."""
        units = self.wanted if units is None else units
        items, stores, _ = units.shape
        shape = np.indices(units.shape).reshape(3, -1)
        return pd.DataFrame(
            {
                "item_id": np.array([f"I{n:03d}" for n in range(items)])[shape[0]],
                "location_id": np.array([f"S{n:02d}" for n in range(stores)])[shape[1]],
                "date": self.dates[shape[2]],
                "units": units.ravel(),
                **{name: np.broadcast_to(values, units.shape).ravel() for name, values in columns.items()},
            }
        )

    def data(self, sales: pd.DataFrame | None = None, **tables: Any) -> DataSet:
        """The data set; categories `a` and `b` in turn."""
        items, stores, _ = self.wanted.shape
        names = [f"I{n:03d}" for n in range(items)]
        given = {
            "items": pd.DataFrame(
                {
                    "item_id": names,
                    "category": ["a", "b"] * (items // 2) + ["a"] * (items % 2),
                    "unit_cost": 1,
                }
            ),
            "locations": pd.DataFrame({"location_id": [f"S{n:02d}" for n in range(stores)], "kind": "store"}),
            "sales": self.sales() if sales is None else sales,
        }
        return DataSet.of({**given, **tables}, start_date=START, horizon_days=14)

    def forecast(self, sales: pd.DataFrame | None = None) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """Forecast mean per day, items × stores × 14 days."""
        return by_series(demand(self.data(sales)), self.level.shape)

    @property
    def truth(self) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """True mean per day, items × stores × 14 days."""
        return self.level[:, :, None] * np.tile(WEEK, 2)


def open_shop(
    level: float, spread: float = 0.5, shape: tuple[int, int, int] = (20, 10, 180), seed: int = 1
) -> Shop:
    """Poisson demand with the weekday pattern WEEK and levels around `level`."""
    random = np.random.default_rng(seed)
    levels = level * np.exp(random.normal(0, spread, shape[:2]))
    first = START - timedelta(days=shape[2])
    weekday = (first.weekday() + np.arange(shape[2])) % 7
    return Shop(levels, random.poisson(levels[:, :, None] * WEEK[weekday]).astype(float))


def by_series(frame: pd.DataFrame, shape: tuple[int, ...], column: str = "mean") -> Any:
    """A dense demand frame as an array, items × stores × days."""
    return frame[column].to_numpy().reshape(*shape[:2], -1)


def bias(forecast: Any, truth: Any) -> float:
    """Total forecast ÷ total truth − 1."""
    return float(forecast.sum() / truth.sum() - 1)
