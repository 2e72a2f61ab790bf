"""Which limits bind at an order, and what more room would be worth."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.audit import evaluate
from planner.value.explain.judged import UNDEFINED, Base, Judged
from planner_models.problem import RESOURCES

SOFT = {"overtime": "what is used beyond the limit is paid as overtime", "waste": "more would expire"}


@dataclass(frozen=True)
class Binding:
    """A limit that one lot more, or one less, would break or pay for.

    `worth` is what that lot would save were there just enough room, by two evaluated plans (None = it can't
    be said); `price` is what a unit of room is worth by the prices of the run (None = it has none). A
    limit that is paid for has a price per lot, the difference of two evaluated plans as well, and no worth.
    """

    limit: str
    message: str
    worth: float | None
    price: float | None = None
    unit: str = ""


def binding(base: Base, judged: Judged, prices: pd.DataFrame | None) -> list[Binding]:
    """The limits in the way of a change of the quantity; what it pays for where it is possible."""
    if judged.possible:
        return list(_paid(judged))
    broken = judged.broken.drop_duplicates("limit")
    if judged.priced:
        worth: float | None = max(0.0, -judged.difference)
    else:  # stock below zero means nothing to other limits
        broken = broken[broken["limit"] == UNDEFINED]
        worth = _with_stock(base, judged) if judged.candidates.kind == "more" else None
    found = []
    for row in broken.to_dict("records"):
        price, unit = _price(row, prices) if prices is not None else (None, "")
        found.append(Binding(str(row["limit"]), str(row["message"]), worth, price, unit))
    return found


def _paid(judged: Judged) -> Iterator[Binding]:
    """What one lot more needs a vehicle, overtime or waste for: limits that bind at a price which is the difference."""
    keys = ["origin", "destination", "mode", "dispatch_date"]
    before, after = (evaluation.loads for evaluation in (judged.base.evaluation, judged.evaluation))
    both = before.merge(after, on=keys, suffixes=("", "_after"))
    for load in both[both["vehicles_after"] > both["vehicles"]].to_dict("records"):
        where = "{origin} > {destination} ({mode}) on {dispatch_date:%Y-%m-%d}".format_map(load)
        full = f"vehicles are {100 * load['fill']:.1f} % full, a further one would be needed"
        yield Binding(
            "vehicle_full", f"{where}: {full}", None, float(load["cost_after"] - load["cost"]), "lot"
        )
    for cause, message in SOFT.items():
        if judged.causes.get(cause, 0.0) > 0:
            yield Binding(cause, message, None, judged.causes[cause], "lot")


def _with_stock(base: Base, judged: Judged) -> float | None:
    """What the change would save with as much more stock at its origin, now: by evaluating it there."""
    rows = judged.broken[judged.broken["limit"] == UNDEFINED]
    if len(set(rows["location_id"])) != 1:
        return None
    item, place = rows["item_id"].iloc[0], rows["location_id"].iloc[0]
    inventory = base.data["inventory"].copy()
    here = (inventory["item_id"] == item) & (inventory["location_id"] == place)
    missing = -float(rows["amount"].min())
    if here.any():
        inventory.loc[here, "on_hand"] += missing
    else:
        added = pd.DataFrame({"item_id": [item], "location_id": [place], "on_hand": [missing]})
        inventory = pd.concat([inventory, added], ignore_index=True)
    richer = evaluate(
        base.data.replace(inventory=inventory), base.placed.with_change(judged.change), base.buckets
    )
    return max(0.0, base.evaluation.total - richer.total)


def _price(row: Mapping[Hashable, Any], prices: pd.DataFrame) -> tuple[float | None, str]:
    """The price of a unit of room of a violated limit, from prices.parquet, and that unit."""
    kinds = {"available_stock": "stock", "max_per_day": "supply", "capacity": "use"}
    kind = kinds.get(str(row["limit"]))
    if kind is None:
        return None, ""
    at = (prices["kind"] == kind) & (prices["location_id"] == row["location_id"])
    at &= prices["date"] == row["date"]
    unit = "unit"
    if kind == "use":
        resource = next((name for name in RESOURCES if name in str(row["message"])), "")
        at &= prices["resource"] == resource
        unit = resource.rsplit("_", 1)[-1]
    else:
        at &= prices["item_id"] == row["item_id"]
    found = prices.loc[at, "price"]
    return (float(found.iloc[0]), unit) if len(found) else (None, "")
