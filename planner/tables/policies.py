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
    given = np.append(policies[field].to_numpy(), np.nan)
    values = given[deciding_rows(items, locations, policies, field)]
    default = getattr(data.settings.defaults, field, None)
    if default is not None:
        values[np.isnan(values)] = float(default)
    return pd.DataFrame(values, index=pd.Index(items["item_id"]), columns=pd.Index(locations["location_id"]))


def named_by_item(data: DataSet, field: str) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Where the row that gives `field` names the item; items × locations, in the order of their tables."""
    policies = data["policies"]
    rows = deciding_rows(data["items"], data["locations"], policies, field)
    return np.asarray(np.append(policies["item_id"].to_numpy(dtype=object) != "", False)[rows])


def deciding_rows(
    items: pd.DataFrame, locations: pd.DataFrame, policies: pd.DataFrame, field: str
) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """For each item and location the position of the row that decides `field`; -1 = none does."""
    rows = np.full((len(items), len(locations)), -1)
    given = policies.reset_index(drop=True)
    given = given[given[field].notna()]
    weights = specificity(given)
    for weight in np.unique(weights):
        _apply(rows, given[weights == weight], items, locations)
    return rows


def specificity(policies: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """How specific each row's scope is: item 8, location 4, category 2, kind 1, added up."""
    weights = [value * (policies[column].to_numpy(object) != "") for column, value in WEIGHTS.items()]
    return np.asarray(np.sum(weights, axis=0, dtype=np.int64))


def _apply(
    rows: "np.ndarray[Any, np.dtype[np.int64]]",
    policies: pd.DataFrame,
    items: pd.DataFrame,
    locations: pd.DataFrame,
) -> None:
    """Overwrite `rows` where one of `policies`, all with the same scope columns, fits."""
    item_of_row, item = _matched(policies, items, ["item_id", "category"])
    location_of_row, location = _matched(policies, locations, ["location_id", "kind"])
    table = np.full((item_of_row.max() + 2, location_of_row.max() + 2), -1)
    table[item_of_row, location_of_row] = policies.index
    found = table[np.ix_(item, location)]
    np.copyto(rows, found, where=found >= 0)


def _matched(
    rows: pd.DataFrame, things: pd.DataFrame, columns: list[str]
) -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    """The number of each row's scope, and for each thing the number of the scope that it has (-1 if none)."""
    used = [column for column in columns if rows[column].iloc[0] != ""]
    code = np.zeros(len(rows) + len(things), dtype=np.int64)
    for column in used:
        both = np.concatenate([rows[column].to_numpy(object), things[column].to_numpy(object)])
        number, distinct = pd.factorize(both)
        code = code * len(distinct) + number
    number = pd.factorize(code)[0]  # in the order in which they come: those of the rows first
    of_row, of_thing = number[: len(rows)], number[len(rows) :]
    return of_row, np.where(of_thing <= of_row.max(), of_thing, -1)
