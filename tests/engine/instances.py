"""Random data sets, tiny and valid: a few locations, items and days, every feature switched on in turn.

`random_data(seed)` forces the feature number `seed` modulo their count on and draws the others, so that
a hundred seeds see each feature with few others and in many combinations. A feature is one function that
changes a `Draft`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from planner.tables.dataset import DataSet, complete
from planner.tables.findings import Finding
from planner.tables.rules import check
from planner.tables.schema import TABLES
from planner.tables.settings import GivenSettings
from planner.tables.sheet import Sheet

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


def uncertain_demand(draft: Draft) -> None:
    for row in draft.rows("demand"):
        row["sd"] = round(row["mean"] * draft.pick(0.0, 0.3, 0.6, 1.0), 3)


def poisson_demand(draft: Draft) -> None:
    """An empty sd."""
    for row in draft.rows("demand"):
        if draft.chance(0.7):
            del row["sd"]


def second_mode(draft: Draft) -> None:
    for lane in list(draft.rows("lanes")):
        if draft.chance(0.5) and lane["mode"] == "truck" and not lane.get("route"):
            cheap = {
                "cost_per_vehicle": draft.money(0, 4),
                "vehicle_kg": draft.pick(8.0, 9.0),
                "lead_time_days": 1,
            }
            draft.row("lanes", **(lane | cheap | {"mode": "van"}))


def part_load(draft: Draft) -> None:
    """By weight and volume, with a minimum charge, no vehicles."""
    for lane in _some_lanes(draft, 0.6):
        lane.update(cost_per_kg=draft.money(0.1, 0.8), cost_per_m3=draft.pick(0.0, draft.money(1, 9)))
        lane.update(min_charge=draft.pick(0.0, draft.money(1, 5)), cost_per_vehicle=0.0)
        lane.pop("vehicle_kg", None)


def _some_lanes(draft: Draft, share: float) -> Rows:
    """A part of the lanes, at least one; none of a route."""
    lanes = [lane for lane in draft.rows("lanes") if not lane.get("route")]
    return [lane for lane in lanes if draft.chance(share)] or lanes[:1]


def vehicle_volume(draft: Draft) -> None:
    for lane in _some_lanes(draft, 0.7):
        lane["vehicle_m3"] = draft.pick(0.2, 0.3, 0.5)
        if draft.chance(0.3):
            lane.pop("vehicle_kg", None)


def fixed_cost_without_limit(draft: Draft) -> None:
    for lane in _some_lanes(draft, 0.5):
        lane.pop("vehicle_kg", None)
        lane.pop("vehicle_m3", None)
        lane["cost_per_vehicle"] = draft.money(1, 8)


def weight_breaks(draft: Draft) -> None:
    for lane in _some_lanes(draft, 0.5):
        if any(_of_lane(row, lane) for row in draft.rows("weight_breaks")):
            continue
        rate, start = draft.money(0.5, 1.5), draft.pick(0.0, 3.0)
        if start and draft.chance(0.5):
            lane["cost_per_kg"] = round(rate * 1.2, 3)
        for _ in range(draft.whole(1, 3)):
            key = {name: lane[name] for name in ("origin", "destination", "mode")}
            draft.row("weight_breaks", **key, from_kg=start, cost_per_kg=rate)
            start, rate = start + draft.whole(2, 6), round(rate * draft.pick(0.4, 0.7, 0.9), 3)
        lane.update(cost_per_vehicle=0.0, min_charge=draft.pick(0.0, 2.0))
        lane.pop("vehicle_kg", None)


def _of_lane(row: dict[str, Any], lane: dict[str, Any]) -> bool:
    return all(row[name] == lane[name] for name in ("origin", "destination", "mode"))


def routes(draft: Draft) -> None:
    """The trucks of a DC to all stores share vehicles."""
    dc = draft.pick(*draft.dcs)
    lanes = [lane for lane in draft.rows("lanes") if lane["origin"] == dc and lane["mode"] == "truck"]
    shared = {
        "cost_per_vehicle": draft.money(2, 12),
        "vehicle_kg": draft.pick(8.0, 12.0, None),
        "route": "tour",
    }
    shared |= {"vehicle_m3": draft.pick(0.4, None), "kg_co2_per_vehicle": 5.0}
    most = draft.pick(None, 1, 2)
    for lane in lanes:
        lane.update(shared, stop_cost=draft.money(0, 3), max_vehicles_per_day=most)


def stop_costs(draft: Draft) -> None:
    for lane in _some_lanes(draft, 0.6):
        lane["stop_cost"] = draft.money(0.5, 4)


def fleet(draft: Draft) -> None:
    for lane in _some_lanes(draft, 0.6):
        lane["max_vehicles_per_day"] = draft.pick(0, 1, 1, 2)


def dispatch_days(draft: Draft) -> None:
    week = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    for lane in _some_lanes(draft, 0.5):
        lane["dispatch_days"] = " ".join(name for name in week if draft.chance(0.5))


def closed_days(draft: Draft) -> None:
    for place in [*draft.suppliers, *draft.dcs, *draft.stores]:
        if draft.chance(0.4):
            day = draft.whole(0, draft.days + 1)
            draft.row("calendar", location_id=place, date=draft.day(day), closed=True)


def validity(draft: Draft) -> None:
    """A lane that changes its tariff and lead time, perhaps with a gap, or ends early."""
    for lane in list(draft.rows("lanes")):
        if not draft.chance(0.5):
            continue
        change = draft.whole(0, draft.days - 1)
        if draft.chance(0.5):
            other = {
                "cost_per_vehicle": draft.money(1, 12),
                "lead_time_days": draft.pick(lane["lead_time_days"], 1, 2),
            }
            other |= {"emergency": True} if draft.chance(0.2) else {}
            if lane.get("vehicle_kg") and draft.chance(0.3):
                other["vehicle_kg"] = 4.0 if min(_case_kg(draft)) <= 4 else 8.0
            gap = draft.pick(0, 0, 1)
            if lane.get("route"):
                other, gap = {"lead_time_days": lane["lead_time_days"]}, 0
            draft.row("lanes", **(lane | other | {"valid_from": draft.day(change + 1 + gap)}))
        lane["valid_to"] = draft.day(change)
        if draft.chance(0.3):
            lane["valid_from"] = draft.day(draft.whole(0, change))


def _case_kg(draft: Draft) -> list[float]:
    return [row["unit_weight_kg"] * row["case_size"] for row in draft.rows("items")]


def in_transit(draft: Draft) -> None:
    for number in range(draft.whole(1, 3)):
        draft.row(
            "open_orders",
            order_id=f"T{number}",
            item_id=draft.pick(*draft.items),
            origin=draft.pick("", *draft.dcs),
            destination=draft.pick(*draft.stores),
            mode=draft.pick("", "truck"),
            quantity=draft.pick(1.0, 2.0, 2.5, 5.0),
            arrival_date=draft.day(draft.whole(0, draft.days)),
            status="in_transit",
        )


def firm(draft: Draft) -> None:
    _dispatched(draft, "F", "firm", 2)


def frozen(draft: Draft) -> None:
    """Planned orders in the frozen days are given."""
    draft.settings["frozen_days"] = draft.pick(1, 1, 2)
    _dispatched(draft, "Z", "planned", 2)


def previous_plan(draft: Draft) -> None:
    """What the last plan had, and a price for each case that is changed."""
    draft.settings["change_cost_per_case"] = draft.money(0.1, 3)
    _dispatched(draft, "P", "planned", 4)


def _dispatched(draft: Draft, letter: str, status: str, most: int) -> None:
    for number in range(draft.whole(1, most)):
        lane, item = draft.pick(*draft.rows("lanes")), draft.pick(*draft.items)
        day = draft.whole(0, draft.days - 1)
        values: dict[str, Any] = {}
        if draft.chance(0.15) and status == "firm":
            values["arrival_date"] = draft.day(day + draft.whole(0, 2))
        draft.row(
            "open_orders",
            order_id=f"{letter}{number}",
            item_id=item,
            origin=lane["origin"],
            destination=lane["destination"],
            mode=lane["mode"],
            quantity=float(draft.case(item) * draft.whole(1, 2)),
            dispatch_date=draft.day(day),
            status=status,
            **values,
        )


def supply_limits(draft: Draft) -> None:
    """Rows of supply: minimum, multiple, daily limit, first day, price; a supplier may leave items out."""
    for supplier in draft.suppliers:
        for item in draft.items:
            if draft.chance(0.8) or supplier == draft.suppliers[0]:
                least = draft.pick(0, 0, 2, 3)
                draft.row(
                    "supply",
                    item_id=item,
                    location_id=supplier,
                    unit_cost=draft.pick(None, draft.money(2, 12)),
                    min_order_quantity=least,
                    order_multiple=draft.pick(1, 1, 2, 3),
                    max_per_day=draft.pick(None, least + draft.whole(2, 8)),
                    available_from=draft.pick(None, None, draft.day(1)),
                )


def order_minimums(draft: Draft) -> None:
    for supplier in draft.suppliers:
        for dc in draft.dcs:
            if draft.chance(0.8):
                least = {"min_value": draft.pick(0, 20, 40), "min_kg": draft.pick(0, 4, 9)}
                draft.row("order_minimums", supplier=supplier, destination=dc, **least)


def handling(draft: Draft) -> None:
    for place in [*draft.suppliers, *draft.dcs, *draft.stores]:
        if draft.chance(0.6):
            draft.row(
                "handling",
                location_id=place,
                cost_per_line=draft.pick(0, draft.money(0.1, 1.5)),
                cost_per_case=draft.pick(0, draft.money(0.05, 0.5)),
                hours_per_line=draft.pick(0, 0.25),
                hours_per_case=draft.pick(0, 0.1, 0.5),
            )


def capacities(draft: Draft) -> None:
    """One or two limited resources at each of some places, with and without overtime, dates and weekdays."""
    sizes = {
        "outbound_units": (2, 12),
        "outbound_kg": (4, 14),
        "outbound_vehicles": (0, 2),
        "inbound_kg": (4, 14),
        "inbound_vehicles": (0, 2),
        "storage_m3": (0.2, 0.6),
        "handling_hours": (0.5, 3),
    }
    for place in [*draft.dcs, *draft.stores, *draft.suppliers[:1]]:
        for resource in draft.random.choice(list(sizes), size=2, replace=False).tolist():
            if not draft.chance(0.5):
                continue
            if place in draft.suppliers and not resource.startswith("outbound"):
                continue
            low, high = sizes[resource]
            for when in ({}, {"date": draft.day(0)}, {"weekday": draft.day(1).strftime("%a")}):
                if not when or draft.chance(0.25):
                    overtime = {"overtime_limit": draft.pick(0, 2, 50), "overtime_cost": draft.money(0.1, 3)}
                    limit = round(float(draft.random.uniform(low, high)), 1)
                    if resource.endswith("vehicles"):
                        limit = round(limit)
                    draft.row(
                        "capacities", location_id=place, resource=resource, limit=limit, **when, **overtime
                    )


def shelf_life(draft: Draft) -> None:
    for row in draft.rows("items"):
        if draft.chance(0.7):
            row["shelf_life_days"] = draft.whole(1, 3)


def stock_limits(draft: Draft) -> None:
    for item in draft.items:
        for place in [*draft.dcs, *draft.stores]:
            if draft.chance(0.4):
                least = draft.pick(None, 1.0, 2.0)
                draft.policy(
                    item_id=item, location_id=place, min_stock=least, max_stock=draft.pick(None, 4.0, 9.0)
                )


def days_of_cover(draft: Draft) -> None:
    draft.policy(kind=draft.pick("store", "dc"), max_days_of_cover=draft.pick(1.0, 2.0, 2.5))


def demand_must_be_met(draft: Draft) -> None:
    for item in draft.items:
        if draft.chance(0.6):
            draft.policy(item_id=item, location_id=draft.pick(*draft.stores), lost_sales_allowed=False)


def service_targets(draft: Draft) -> None:
    draft.policy(category="fresh", service_target=draft.pick(0.9, 0.98))
    draft.policy(kind="store", holding_cost_per_unit_day=draft.money(0.05, 0.5))
    draft.settings["review_days"] = draft.pick(1, 2)


def unequal_customers(draft: Draft) -> None:
    """Different lost-sale costs by store, and lanes between stores: keeping stock from one could pay."""
    for number, store in enumerate(draft.stores):
        penalty = draft.money(0, 1) if number % 2 else draft.money(5, 25)
        draft.policy(location_id=store, lost_sale_penalty=penalty)
    for row in draft.rows("items"):
        if draft.chance(0.5):
            row["unit_price"] = None
    laterals(draft)


def laterals(draft: Draft) -> None:
    """Lanes between stores, one of them perhaps within the day, and one back to a DC."""
    if len(draft.stores) > 1:
        for origin, destination, days in zip(draft.stores[:-1], draft.stores[1:], (0, 1), strict=False):
            _extra_lane(draft, origin, destination, "lateral", days)
            if draft.chance(0.5):
                _extra_lane(draft, destination, origin, "lateral", 1)
    if draft.chance(0.5):
        _extra_lane(draft, draft.pick(*draft.stores), draft.dcs[0], "return", 1)


def _extra_lane(draft: Draft, origin: str, destination: str, mode: str, days: int, **values: Any) -> None:
    key = {"origin": origin, "destination": destination, "mode": mode}
    if not any(_of_lane(row, key) for row in draft.rows("lanes")):
        tariff = draft.pick(
            {"cost_per_vehicle": draft.money(0.2, 3)}, {"cost_per_kg": draft.money(0.05, 0.5)}
        )
        draft.row("lanes", **key, lead_time_days=days, **tariff, **values)


def express(draft: Draft) -> None:
    """From the supplier straight to a store, as emergency freight."""
    _extra_lane(
        draft, draft.suppliers[0], draft.pick(*draft.stores), "express", draft.pick(0, 1), emergency=True
    )


def emissions(draft: Draft) -> None:
    draft.settings["co2_price_per_kg"] = draft.money(0.01, 0.3)
    for lane in draft.rows("lanes"):
        lane.setdefault("kg_co2_per_vehicle", draft.pick(0.0, 5.0))
        lane["kg_co2_per_kg"] = draft.pick(0.0, 0.2)
    tour = [lane for lane in draft.rows("lanes") if lane.get("route")]
    for lane in tour:
        lane["kg_co2_per_vehicle"] = tour[0]["kg_co2_per_vehicle"]


def end_of_horizon(draft: Draft) -> None:
    draft.settings["terminal_value"] = "useful"


def review(draft: Draft) -> None:
    draft.settings["review_days"] = draft.whole(1, 3)


def far_away(draft: Draft) -> None:
    """Longer lead times, also beyond the horizon."""
    for lane in _some_lanes(draft, 0.4):
        lane["lead_time_days"] = draft.whole(1, 4)


def weightless(draft: Draft) -> None:
    """An item without weight or volume."""
    draft.rows("items")[0].update(draft.pick({"unit_weight_kg": 0.0}, {"unit_volume_m3": 0.0}))


def worthless(draft: Draft) -> None:
    """An item that costs nothing, or earns nothing."""
    draft.rows("items")[-1].update(draft.pick({"unit_cost": 0.0}, {"unit_price": None}))


FEATURES: dict[str, Callable[[Draft], None]] = {
    feature.__name__: feature
    for feature in (
        uncertain_demand,
        poisson_demand,
        second_mode,
        routes,
        part_load,
        vehicle_volume,
        fixed_cost_without_limit,
        laterals,
        express,
        weight_breaks,
        stop_costs,
        fleet,
        far_away,
        emissions,
        dispatch_days,
        closed_days,
        validity,
        in_transit,
        firm,
        frozen,
        previous_plan,
        supply_limits,
        order_minimums,
        handling,
        capacities,
        shelf_life,
        stock_limits,
        days_of_cover,
        demand_must_be_met,
        service_targets,
        unequal_customers,
        end_of_horizon,
        review,
        weightless,
        worthless,
    )
}


def random_data(seed: int, *, share: float = 0.2, **sizes: int) -> DataSet:
    """A valid data set; the features that it has follow from the seed."""
    draft = base(seed, **sizes)
    forced = list(FEATURES)[seed % len(FEATURES)]
    for name, feature in FEATURES.items():
        if name == forced or draft.chance(share):
            feature(draft)
    return draft.data()


def findings(data: DataSet) -> list[Finding]:
    """What the rules of validation have against a data set; the errors among them."""
    sheets = {
        name: Sheet(TABLES[name], f"{name}.csv", None, pd.DataFrame(), frame.set_axis(frame.index + 2))
        for name, frame in data.tables.items()
    }
    return [finding for finding in check(sheets, data.settings) if finding.severity == "error"]


def bounded_data(seed: int, *, share: float = 0.15) -> DataSet:
    """A valid data set so small, and with supply so scarce, that all its plans can be looked at."""
    draft = base(seed, stores=2, items=1 + (seed % 5 == 0), days=3, places=1)
    for row in draft.rows("inventory"):
        row["on_hand"] = min(int(row["on_hand"]), draft.case(row["item_id"]) * draft.whole(0, 3))
    forced = list(FEATURES)[seed % len(FEATURES)]
    for name, feature in FEATURES.items():
        if name == forced or draft.chance(share):
            feature(draft)
    offers = {(row["item_id"], row["location_id"]): row for row in draft.rows("supply")}
    for item in draft.items:
        for supplier in draft.suppliers:
            key = {"item_id": item, "location_id": supplier}
            row = offers.get((item, supplier)) or draft.row("supply", **key)
            lot = int(np.lcm(draft.case(item), int(row.get("order_multiple", 1))))
            row["max_per_day"] = max(row.get("min_order_quantity", 0), lot * draft.whole(0, 2))
    return draft.data()
