"""What the plan leads to at every stock point, in the figures of the bands. Arrays are stock points × days, or per point."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from planner.demand.history import Floats
from planner.response.exceptions.bands import Bands
from planner.response.exceptions.today import carried_out
from planner.response.replan.situation import Situation
from planner_models.problem import Flags, Ints, Problem
from planner_models.projection import Projection

WEEK = 7
LITTLE = 1e-3  # of a day's demand; what is lost of it is no loss


@dataclass(frozen=True)
class View:
    """A standing plan against its bands."""

    situation: Situation
    bands: Bands
    plan: Projection

    @classmethod
    def of(cls, situation: Situation, bands: Bands) -> "View":
        """What happens if nobody does anything: the plan goes on as far as there are goods for it."""
        lots = np.where(situation.possible, situation.published, 0)
        return cls(situation, bands, Projection(situation.problem, carried_out(situation.problem, lots)))

    def after(self, lots: Ints) -> "View":
        """The same with another plan (`K × T`)."""
        return View(self.situation, self.bands, Projection(self.problem, lots, self.plan))

    @property
    def problem(self) -> Problem:
        """The rest of the plan's horizon as arrays."""
        return self.situation.problem

    def date(self, day: int) -> date:
        """The date of a day number."""
        return self.situation.data.settings.start_date + timedelta(days=day)

    def lane(self, number: int) -> str:
        """A lane-mode in words."""
        lanes, names = self.problem.lanes, self.problem.locations.names
        return f"{names[lanes.origin[number]]} > {names[lanes.destination[number]]} ({lanes.mode[number]})"

    def band(self, field: str) -> Floats:
        """A band per stock point."""
        return self.bands.at(field, self.problem.stock.item, self.problem.stock.location)

    @cached_property
    def _categories(self) -> tuple[Ints, tuple[str, ...]]:
        code, names = pd.factorize(self.situation.data["items"]["category"])
        return np.asarray(code, np.int64), tuple(str(name) for name in names)

    @property
    def category(self) -> Ints:
        """The category of each item, by number in `categories`."""
        return self._categories[0]

    @property
    def categories(self) -> tuple[str, ...]:
        """The names of categories."""
        return self._categories[1]

    @cached_property
    def cost_per_case(self) -> float:
        """What the plan pays to move a case: freight and handling [money]."""
        costs, cases = self.plan.costs, float(self.plan.cases.sum())
        return (costs["freight"] + costs["handling"]) / cases if cases else 0.0

    @cached_property
    def lost(self) -> Floats:
        """Sales that are lost [units]."""
        return np.maximum(0.0, self.problem.stock.mean - self.plan.stock.sales)

    @cached_property
    def lost_money(self) -> Floats:
        """What lost sales cost [money]."""
        return self.lost * self.problem.stock.lost_cost[:, None]

    @cached_property
    def losing(self) -> Flags:
        """Days on which sales are lost."""
        return np.asarray(self.lost > LITTLE * np.maximum(self.problem.stock.mean, 1e-9))

    @cached_property
    def waste_money(self) -> Floats:
        """What expires, at its cost [money]."""
        stock = self.problem.stock
        return np.asarray(self.plan.stock.waste * self.problem.items.unit_cost[stock.item][:, None])

    @cached_property
    def supplied(self) -> Flags:
        """`L × L`: [l, r] = r is supplied through l as a rule; each through itself."""
        main = self.problem.locations.main_source
        found = np.eye(len(main), dtype=bool)
        for location in range(len(main)):
            source, seen = int(main[location]), {location}
            while source >= 0 and source not in seen:
                found[source, location] = True
                seen.add(source)
                source = int(main[source])
        return found

    @cached_property
    def demand(self) -> Floats:
        """Demand of a point and of all that are supplied through it [units]."""
        stock, places = self.problem.stock, len(self.problem.locations.names)
        own = np.zeros((len(self.problem.items.names), places, self.problem.days))
        own[stock.item, stock.location] = stock.mean
        through = self.supplied.astype(np.float64)
        return np.asarray(np.einsum("ilt,dl->idt", own, through, optimize=True)[stock.item, stock.location])

    @cached_property
    def rate(self) -> Floats:
        """Mean daily demand of the seven days that follow each day; after the horizon its last days repeat [units/day]."""
        demand, days = self.demand, self.problem.days
        week = min(WEEK, days)
        ahead = np.concatenate([demand, demand[:, days - week + np.arange(WEEK) % week]], axis=1)
        total = np.concatenate([np.zeros((len(demand), 1)), np.cumsum(ahead, axis=1)], axis=1)
        return np.asarray((total[:, 1 + WEEK :][:, :days] - total[:, 1 : 1 + days]) / WEEK)

    @cached_property
    def cover(self) -> Floats:
        """Stock at the end of each day, in days of the demand that follows; infinite without demand."""
        closing = self.plan.stock.closing
        return np.divide(closing, self.rate, out=np.full_like(closing, np.inf), where=self.rate > 1e-9)

    @cached_property
    def reached(self) -> Flags:
        """Days on which a dispatch of today or later can change something: one that arrives by then, or that doesn't leave."""
        ship, lanes, days = self.problem.shipments, self.problem.lanes, self.problem.days
        first = np.full(len(self.problem.stock.item) + 1, days)  # the last one: suppliers
        arrival = np.where(ship.open, lanes.arrival[ship.lane], days).min(axis=1, initial=days)
        np.minimum.at(first, ship.target, arrival)
        leaves = np.where(self.plan.lots > 0, np.arange(days), days).min(axis=1, initial=days)
        np.minimum.at(first, ship.source, leaves)
        return np.asarray(np.arange(days) >= first[:-1, None])

    @cached_property
    def point(self) -> Ints:
        """`I × (L + 1)`: the stock point of an item at a location; −1 where there is none, and in the last column."""
        stock, places = self.problem.stock, len(self.problem.locations.names)
        number = np.full((len(self.problem.items.names), places + 1), -1)
        number[stock.item, stock.location] = np.arange(len(stock.item))
        return number

    @cached_property
    def feeders(self) -> Ints:
        """The stock point of the same item at the main source of each point's location; −1 = a supplier, or none."""
        stock = self.problem.stock
        return np.asarray(self.point[stock.item, self.problem.locations.main_source[stock.location]])
