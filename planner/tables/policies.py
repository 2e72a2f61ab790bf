"""The cascade of `policies`: for each item and location, the most specific row that gives a field."""

from typing import Any

import numpy as np
import pandas as pd

from planner.tables.dataset import DataSet

WEIGHTS = {"item_id": 8, "location_id": 4, "category": 2, "kind": 1}


def resolve(data: DataSet, field: str) -> pd.DataFrame:
    """Values of `field` as items × locations, in the order of their tables; NaN = not given.

    Where no row gives the field, `settings.defaults` does if it knows it. Flags are 1.0 and 0.0.
    """
    items, locations, policies = data["items"], data["locations"], data["policies"]
    given = policies[policies[field].notna()]
    values = np.full((len(items), len(locations)), np.nan)
    for _, rows in sorted(given.groupby(specificity(given))):
        _apply(values, rows, field, items, locations)
    default = getattr(data.settings.defaults, field, None)
    if default is not None:
        values[np.isnan(values)] = float(default)
    return pd.DataFrame(values, index=pd.Index(items["item_id"]), columns=pd.Index(locations["location_id"]))


def specificity(policies: pd.DataFrame) -> "pd.Series[int]":
    """How specific each row's scope is: item 8, location 4, category 2, kind 1, added up."""
    weight = pd.Series(0, index=policies.index)
    for column, value in WEIGHTS.items():
        weight += value * (policies[column] != "")
    return weight


def _apply(
    values: "np.ndarray[Any, Any]",
    rows: pd.DataFrame,
    field: str,
    items: pd.DataFrame,
    locations: pd.DataFrame,
) -> None:
    """Overwrite `values` where one of `rows`, all with the same scope columns, fits."""
    item_of_row, item = _matched(rows, items, ["item_id", "category"])
    location_of_row, location = _matched(rows, locations, ["location_id", "kind"])
    table = np.full((item_of_row.max() + 2, location_of_row.max() + 2), np.nan)
    table[item_of_row, location_of_row] = rows[field].to_numpy()
    found = table[np.ix_(item, location)]
    np.copyto(values, found, where=~np.isnan(found))


def _matched(
    rows: pd.DataFrame, things: pd.DataFrame, columns: list[str]
) -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    """The number of each row's scope, and for each thing the number of the scope that it has (-1 if none)."""
    used = [column for column in columns if rows[column].iloc[0] != ""]
    if not used:
        return np.zeros(len(rows), dtype=int), np.zeros(len(things), dtype=int)
    distinct = pd.MultiIndex.from_frame(rows[used].drop_duplicates())
    of_row = distinct.get_indexer(pd.MultiIndex.from_frame(rows[used]))
    return of_row, distinct.get_indexer(pd.MultiIndex.from_frame(things[used]))
