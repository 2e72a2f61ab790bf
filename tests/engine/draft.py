"""A data set in the making, and the plain one that features are added to."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from planner.tables.dataset import DataSet, complete
from planner.tables.settings import GivenSettings

Rows = list[dict[str, Any]]
MONDAY = date(2026, 1, 5)
EMPTY = DataSet.of({}, start_date=MONDAY)  # to fill a copy of it is much faster than to begin with nothing


@dataclass
class Draft:
    """Tables row by row while features are added; day 0 is `start`."""

    random: np.random.Generator
    days: int
    start: date
    stores: list[str]
    dcs: list[str]
    suppliers: list[str]
    items: list[str]
    tables: dict[str, Rows] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def row(self, table: str, **values: Any) -> dict[str, Any]:
        """Append a row."""
        self.tables.setdefault(table, []).append(values)
        return values

    def rows(self, table: str) -> Rows:
        """The rows so far."""
        return self.tables.setdefault(table, [])

    def day(self, number: int) -> date:
        """The date of a day number."""
        return self.start + timedelta(days=number)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return bool(self.random.random() < probability)

    def pick(self, *choices: Any) -> Any:
        """One of them."""
        return choices[int(self.random.integers(len(choices)))]

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self.random.integers(low, high + 1))

    def money(self, low: float, high: float) -> float:
        """An amount with two decimals, so that sums of different plans are rarely equal."""
        return round(float(self.random.uniform(low, high)), 2)

    def policy(self, **values: Any) -> None:
        """A row of policies, or its fields in the row that has the same scope."""
        scope = ("item_id", "category", "location_id", "kind")
        for row in self.rows("policies"):
            if all(row.get(name) == values.get(name) for name in scope):
                row.update({name: value for name, value in values.items() if name not in row})
                return
        self.row("policies", **values)

    def case(self, item: str) -> int:
        """Units in a case."""
        return next(int(row["case_size"]) for row in self.rows("items") if row["item_id"] == item)

    def data(self) -> DataSet:
        """The data set."""
        settings = {"start_date": self.start, "horizon_days": self.days, **self.settings}
        rows = {name: rows for name, rows in self.tables.items() if rows}
        return EMPTY.replace(settings=complete(GivenSettings(**settings), EMPTY.tables), **rows)


def base(seed: int, *, stores: int = 3, items: int = 2, days: int = 4, places: int = 2) -> Draft:
    """Suppliers → DCs → stores by truck, certain demand, some stock; sizes are drawn up to the given ones."""
    random = np.random.default_rng(seed)

    def names(letter: str, most: int, least: int = 1) -> list[str]:
        return [f"{letter}{number}" for number in range(1, int(random.integers(least, most + 1)) + 1)]

    draft = Draft(
        random,
        days=int(random.integers(2, days + 1)),
        start=MONDAY + timedelta(days=int(random.integers(7))),
        stores=names("X", stores),
        dcs=names("D", places if random.random() < 0.3 else 1),
        suppliers=names("S", places if random.random() < 0.3 else 1),
        items=names("item", items),
    )
    _goods(draft)
    _network(draft)
    _stock_and_demand(draft)
    if not any(row["mean"] for row in draft.rows("demand")):
        draft.rows("demand")[0]["mean"] = 2
    draft.settings = {
        "terminal_value": "none",
        "defaults": {"holding_rate_per_year": draft.pick(0.0, 2.0, 10.0)},
    }
    return draft


def _goods(draft: Draft) -> None:
    for item in draft.items:
        cost = draft.money(2, 12)
        draft.row(
            "items",
            item_id=item,
            category=draft.pick("fresh", "dry"),
            unit_weight_kg=draft.pick(0.5, 1.0, 2.0),
            unit_volume_m3=draft.pick(0.01, 0.02, 0.05),
            case_size=draft.pick(1, 2, 3, 4),
            unit_cost=cost,
            unit_price=round(cost * draft.money(1.1, 2), 2),
        )


def _network(draft: Draft) -> None:
    for kind, places_ in (("supplier", draft.suppliers), ("dc", draft.dcs), ("store", draft.stores)):
        for place in places_:
            draft.row("locations", location_id=place, kind=kind)
    for origins, destinations in ((draft.suppliers, draft.dcs), (draft.dcs, draft.stores)):
        for origin in origins:
            for destination in destinations:
                draft.row(
                    "lanes",
                    origin=origin,
                    destination=destination,
                    mode="truck",
                    lead_time_days=draft.pick(0, 1, 1),
                    distance_km=draft.whole(5, 50),
                    cost_per_vehicle=draft.money(1, 12),
                    vehicle_kg=draft.pick(8.0, 12.0, 20.0),
                )


def _stock_and_demand(draft: Draft) -> None:
    for item in draft.items:
        for dc in draft.dcs:
            draft.row("inventory", item_id=item, location_id=dc, on_hand=draft.whole(0, 12))
        for store in draft.stores:
            draft.row("inventory", item_id=item, location_id=store, on_hand=draft.whole(0, 4))
            for day in range(draft.days):
                draft.row(
                    "demand",
                    item_id=item,
                    location_id=store,
                    date=draft.day(day),
                    mean=draft.pick(0, 1, 2, 3, 2.5),
                    sd=0.0,
                )
