"""Freight by where it goes: per unit, and the share of it that is an emergency."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.demand.history import Floats
from planner.response.exceptions.view import View
from planner_models.problem import Ints


@dataclass(frozen=True)
class Lines:
    """What travels, given orders included; arrays per order line. Freight of a load is shared out by weight, else by units."""

    view: View
    point: Ints  # stock point that it reaches
    lane: Ints
    day: Ints  # of dispatch
    units: Floats
    money: Floats
    urgent: "np.ndarray[tuple[int], np.dtype[np.bool_]]"

    @property
    def location(self) -> Ints:
        """Where each line goes."""
        return self.view.problem.stock.location[self.point]

    @cached_property
    def category(self) -> Ints:
        """The category of each line's item, by number in `view.categories`."""
        return self.view.category[self.view.problem.stock.item[self.point]]


def lines_of(view: View) -> Lines:
    """Every line of the plan with its share of the freight."""
    problem, plan = view.problem, view.plan
    ship, given, lanes, items = problem.shipments, problem.given, problem.lanes, problem.items
    k, t = np.nonzero(plan.lots)
    lane, day = np.r_[ship.lane[k], given.lane], np.r_[t, given.day]
    item = np.r_[ship.item[k], given.item]
    units = np.r_[plan.units[k, t], given.units]
    point = np.r_[ship.target[k], view.point[given.item, lanes.destination[given.lane]]]
    load = lanes.load[lane] * problem.days + day
    cells = plan.loads.group_cost.size
    weight, cost = units * items.weight[item], plan.loads.group_cost.ravel()
    by_kg = np.bincount(load, weight, cells)
    share = np.where(by_kg[load] > 0, weight, units)
    whole = np.bincount(load, share, cells)[load]
    money = np.divide(share * cost[load], whole, out=np.zeros_like(share), where=whole > 0)
    return Lines(view, point, lane, day, units, money, lanes.urgent[lane, day])


@dataclass(frozen=True)
class Dear:
    """A location whose freight leaves its band: `value` against `band`, and what it costs beyond it [money]."""

    kind: str
    location: int
    categories: tuple[int, ...]
    points: Ints
    lanes: Ints
    value: float
    band: float
    first: int
    last: int
    stake: float


def dear(lines: Lines) -> list[Dear]:
    """Locations with freight per unit, or a share of emergency freight, above the band; freight per category first."""
    view, found = lines.view, []
    limits = view.band("freight")[lines.point], view.band("emergency")[lines.point]
    for location in np.unique(lines.location).tolist():
        here = lines.location == location
        priced = here & ~np.isnan(limits[0])
        over = [
            category
            for category in np.unique(lines.category[priced]).tolist()
            if _beyond(lines, priced & (lines.category == category), limits[0]) > 1e-9
        ]
        if over:
            rows = priced & np.isin(lines.category, over)
            units = lines.units[rows].sum()
            value, band = lines.money[rows].sum() / units, (limits[0] * lines.units)[rows].sum() / units
            stake = _beyond(lines, rows, limits[0])
            found.append(_dear(lines, "freight", location, over, rows, value, band, stake))
        banded = here & ~np.isnan(limits[1])
        total, urgent = lines.money[banded].sum(), lines.money[banded & lines.urgent].sum()
        if total > 0:
            band = float((limits[1] * lines.money)[banded].sum() / total)
            if urgent / total > band + 1e-9:
                rows = banded & lines.urgent
                share = urgent / total
                found.append(
                    _dear(lines, "emergency", location, (), rows, share, band, urgent - band * total)
                )
    return found


def _beyond(lines: Lines, rows: "np.ndarray[tuple[int], np.dtype[np.bool_]]", limit: Floats) -> float:
    return float(lines.money[rows].sum() - (limit * lines.units)[rows].sum())


def _dear(
    lines: Lines,
    kind: str,
    location: int,
    categories: "list[int] | tuple[int, ...]",
    rows: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    value: float,
    band: float,
    stake: float,
) -> Dear:
    days = lines.day[rows]
    return Dear(
        kind,
        location,
        tuple(categories),
        np.unique(lines.point[rows]),
        np.unique(lines.lane[rows]),
        float(value),
        float(band),
        int(days.min()),
        int(days.max()),
        float(stake),
    )
