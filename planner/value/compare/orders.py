"""What changed in the orders: new, gone, moved to another day, to another mode, other quantities.

Orders are matched within item, origin and destination, in four passes; each takes what the passes before have left:

1. same mode and day: the same order, perhaps with another quantity;
2. same mode, another day, the nearest days first: moved day;
3. same day, another mode, the nearest quantities first: moved mode;
4. another mode and day, the nearest days first: moved both.

What then is left in the base is gone, what is left in the other run is new.
"""

from dataclasses import dataclass

import pandas as pd

WAY = ["item_id", "origin", "destination"]
SAME = 1e-6  # units by which quantities may differ
CHANGES = ("new", "gone", "moved day", "moved mode", "moved both", "quantity")
COLUMNS = (
    "change", *WAY, "mode_before", "mode_after", "dispatch_before", "dispatch_after", "quantity_before", "quantity_after",
)  # fmt: skip


@dataclass(frozen=True)
class Pass:
    """Orders that agree in `on` are paired, those first that are nearest in `near`."""

    change: str
    on: tuple[str, ...]
    near: tuple[str, ...]


PASSES = (
    Pass("quantity", ("mode", "day"), ()),
    Pass("moved day", ("mode",), ("days",)),
    Pass("moved mode", ("day",), ("units",)),
    Pass("moved both", (), ("days", "units")),
)


def changed_orders(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """A row per order that isn't the same in both, with the columns above; what wasn't there is missing."""
    left, right = _lines(before), _lines(after)
    parts = []
    for step in PASSES:
        one, other = _pairs(left, right, step)
        parts.append(_rows(step.change, left.loc[one], right.loc[other]))
        left, right = left.drop(one), right.drop(other)
    same = (parts[0]["quantity_before"] - parts[0]["quantity_after"]).abs() <= SAME
    parts[0] = parts[0][~same]
    parts += [_rows("gone", left, None), _rows("new", None, right)]
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    first = found["dispatch_before"].fillna(found["dispatch_after"])
    return found.assign(first=first).sort_values([*WAY, "first"], kind="stable", ignore_index=True)[
        list(COLUMNS)
    ]


def counts(changes: pd.DataFrame) -> dict[str, int]:
    """How many orders there are of each change."""
    found = changes["change"].value_counts()
    return {change: int(found.get(change, 0)) for change in CHANGES}


def _lines(orders: pd.DataFrame) -> pd.DataFrame:
    """One row per way, mode and day, in this order."""
    types = {"day": "datetime64[us]", "quantity": "float64"}  # a plan without orders may not know them
    named = orders.rename(columns={"dispatch_date": "day"}).astype(types)
    return named.groupby([*WAY, "mode", "day"], sort=True)["quantity"].sum().reset_index()


def _pairs(left: pd.DataFrame, right: pd.DataFrame, step: Pass) -> tuple["pd.Index[int]", "pd.Index[int]"]:
    """Rows of both that belong together: of all possible pairs the nearest, then the nearest of what is left, and so on.

    A round takes every pair that is the nearest for both of its orders, which gives the same pairs as one after the other.
    """
    on = [*WAY, *step.on]
    possible = left.reset_index(names="one").merge(
        right.reset_index(names="other"), on=on, suffixes=("", "_after")
    )
    if "days" in step.near:
        possible["days"] = (possible["day_after"] - possible["day"]).abs()
    possible["units"] = (possible["quantity_after"] - possible["quantity"]).abs()
    possible = possible.sort_values([*step.near, "one", "other"])[["one", "other"]]
    taken = []
    while len(possible):
        mutual = possible[~possible["one"].duplicated() & ~possible["other"].duplicated()]
        taken.append(mutual)
        possible = possible[~possible["one"].isin(mutual["one"]) & ~possible["other"].isin(mutual["other"])]
    pairs = pd.concat(taken) if taken else possible
    return pd.Index(pairs["one"]), pd.Index(pairs["other"])


def _rows(change: str, left: pd.DataFrame | None, right: pd.DataFrame | None) -> pd.DataFrame:
    """Orders of both sides, row by row, as changes."""
    there = left if left is not None else right
    assert there is not None
    rows = there[WAY].reset_index(drop=True).assign(change=change)
    for side, frame in (("before", left), ("after", right)):
        for name, column in (("mode", "mode"), ("dispatch", "day"), ("quantity", "quantity")):
            rows[f"{name}_{side}"] = there[column].iloc[:0] if frame is None else frame[column].to_numpy()
    return rows
