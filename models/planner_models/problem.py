"""The planning problem as plain arrays: the only input of the engines.

Indices: `I` items, `L` locations, `N` stock points (an item at a DC or store), `M` lane-modes, `G` loads (a lane-mode, or the
lane-modes of one route), `K` shipments (an item on a lane-mode), `T` periods: days, or some days together. Quantities are in units,
weights in kg, volumes in m³, money in the currency of the data set. Where a comment says day, it may be such a period.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Table = TypeVar("Table")

SMALL = 600  # free shipments and days, and lanes and days
RESOURCES = (
    "outbound_units",
    "outbound_kg",
    "outbound_vehicles",
    "inbound_kg",
    "inbound_vehicles",
    "storage_m3",
    "handling_hours",
)


@dataclass(frozen=True)
class Items:
    """What is planned; every array has length `I`."""

    names: tuple[str, ...]
    case_size: Floats  # [units]
    weight: Floats  # [kg per unit]
    volume: Floats  # [m³ per unit]
    unit_cost: Floats  # [money per unit]


@dataclass(frozen=True)
class Locations:
    """Where; every array has length `L`. Handling rates are 0 where none are given."""

    names: tuple[str, ...]
    line_cost: Floats  # [money per order line]
    case_cost: Floats  # [money per case]
    line_hours: Floats
    case_hours: Floats
    main_source: Ints  # location that supplies it as a rule (models/README.md, section 1), -1 = none


@dataclass(frozen=True)
class StockPoints:
    """An item at a DC or a store; arrays of length `N`, or `N × T`."""

    item: Ints
    location: Ints
    on_hand: Floats  # [units] at the beginning of day 0
    mean: Floats  # N × T, own demand [units]
    sd: Floats  # N × T, 0 where demand is certain or must be met
    window: Ints  # days in which nobody can react
    before: Floats  # N × T, mean demand of the days of the window before the period [units]
    scale: Floats  # N × T, variance ÷ mean of the window's demand; 0 = certain
    holding: Floats  # N × T [money per unit that is there at the end of the period]
    lost_cost: Floats  # [money per unit of lost sales]
    must_meet: Flags  # lost sales not allowed
    min_stock: Floats  # [units], 0 = none
    min_from: Ints  # first day on which min_stock is a limit
    max_stock: Floats  # N × T [units], inf = none
    shelf: Floats  # N × T [units] that can be sold before they expire, inf = does not expire
    terminal_mean: Floats  # demand of the days after the horizon that the closing stock has to cover
    terminal_sd: Floats
    terminal_cost: Floats  # [money per unit short], 0 = no terminal value
    given_in: Floats  # N × T, arrivals of given orders
    given_out: Floats  # N × T, dispatches of given orders
    given_later: Floats  # given orders that arrive after the horizon


@dataclass(frozen=True)
class LaneModes:
    """(origin, destination, mode); arrays of length `M`, or `M × T` by dispatch day."""

    origin: Ints
    destination: Ints
    mode: tuple[str, ...]
    load: Ints  # the load group that the lane-mode belongs to
    emergency: Flags
    urgent: Flags  # M × T, freight of the day counts as emergency freight
    open: Flags  # M × T, a free order may be dispatched
    arrival: Ints  # M × T, period of arrival, may be ≥ T
    leaves: Ints  # M × T, day of the horizon on which a free order of the period leaves
    lands: Ints  # M × T, day on which that arrives
    cost_per_kg: Floats  # M × T; where there are weight breaks: the rate below the first band
    cost_per_m3: Floats  # M × T
    min_charge: Floats  # M × T
    stop_cost: Floats  # M × T
    co2_per_kg: Floats  # M × T
    breaks: tuple[tuple[tuple[float, float], ...], ...]  # per lane-mode: (from_kg, rate), ascending
    given_kg: Floats  # M × T, weight of given orders
    given_m3: Floats  # M × T

    @property
    def bands(self) -> Floats:
        """The weight breaks as a table, `M × B × (rate, from)`; from inf where a lane-mode has fewer."""
        table = np.zeros((len(self.breaks), max(1, max(map(len, self.breaks), default=0)), 2))
        table[:, :, 1] = np.inf
        for lane, breaks in enumerate(self.breaks):
            for number, (start, rate) in enumerate(breaks):
                table[lane, number] = rate, start
        return table


@dataclass(frozen=True)
class LoadGroups:
    """What shares vehicles; arrays `G × T`. inf = no limit."""

    route: tuple[str, ...]  # "" = a lane-mode of its own
    leaves: Ints  # day of the horizon on which the load of the period leaves
    vehicle_kg: Floats
    vehicle_m3: Floats
    max_vehicles: Floats
    cost_per_vehicle: Floats
    co2_per_vehicle: Floats


@dataclass(frozen=True)
class Shipments:
    """An item on a lane-mode; arrays of length `K`, or `K × T` by dispatch day."""

    item: Ints
    lane: Ints
    source: Ints  # stock point that it leaves, -1 = a supplier
    target: Ints  # stock point that it reaches
    lot_cases: Ints  # whole lots are shipped: cases per lot
    open: Flags  # K × T
    max_lots: Floats  # K, an upper bound that no sensible plan exceeds
    min_units: Floats  # minimum order quantity of a line [units]
    purchase: Floats  # unit cost above the item's cheapest source [money per unit]
    value: Floats  # purchase value [money per unit], for order minimums
    previous: Floats  # K × T, cases in the previous plan (for the cost of changes)


@dataclass(frozen=True)
class SupplyLimits:
    """At most `limit` units of an item from a supplier; one entry per limit."""

    item: Ints
    location: Ints
    limit: Floats  # × T
    given: Floats  # × T, units of given orders


@dataclass(frozen=True)
class OrderMinimums:
    """What a supplier sends to a destination on a day is nothing or at least this."""

    supplier: Ints
    destination: Ints
    min_value: Floats
    min_kg: Floats
    given_value: Floats  # × T
    given_kg: Floats  # × T
    due: Flags  # × T, there is an order that has to keep it, whatever else is sent


@dataclass(frozen=True)
class Capacities:
    """Limits per resource (in the order of `RESOURCES`), location and day; arrays `R × L × T`, inf = none."""

    limit: Floats
    overtime_limit: Floats
    overtime_cost: Floats
    given_use: Floats  # use by given orders; without vehicles and storage, which follow from the whole plan


@dataclass(frozen=True)
class GivenOrders:
    """Firm and frozen orders, dispatched as they stand; one entry each."""

    order_id: tuple[str, ...]
    item: Ints
    lane: Ints
    day: Ints  # period of dispatch
    arrival: Ints  # period of arrival, may be ≥ T
    leaves: Ints  # day of dispatch
    lands: Ints  # day of arrival
    units: Floats


@dataclass(frozen=True)
class Problem:
    """One planning problem. Immutable; see `models/README.md` for the meaning of every number."""

    days: int  # number of periods
    length: Ints  # T, days of each period
    review_days: int  # a new plan is made every so many days
    weekday: int  # of the first day, Monday = 0
    items: Items
    locations: Locations
    stock: StockPoints
    lanes: LaneModes
    loads: LoadGroups
    shipments: Shipments
    supply: SupplyLimits
    minimums: OrderMinimums
    capacities: Capacities
    given: GivenOrders
    co2_price: float
    change_cost: float
    given_handling: float  # money, handling of given orders
    given_purchase: float  # money, purchase cost above the cheapest source of given orders

    @property
    def small(self) -> bool:
        """Whether the joint model is solved in a moment."""
        return int(self.shipments.open.sum()) <= SMALL and self.lanes.open.size <= SMALL

    def replace(self, **changes: object) -> "Problem":
        """The same problem with some parts exchanged."""
        return replace(self, **changes)  # type: ignore[arg-type]


def taken(table: Table, rows: Ints) -> Table:
    """The same table of arrays with these rows only."""
    chosen: dict[str, Any] = {
        name: tuple(values[row] for row in rows) if isinstance(values, tuple) else values[rows]
        for name, values in ((field.name, getattr(table, field.name)) for field in fields(table))  # type: ignore[arg-type]
    }
    return type(table)(**chosen)
