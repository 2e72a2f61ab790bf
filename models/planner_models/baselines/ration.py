"""Loads that their origins have no goods for are cut: nothing leaves that is not there."""

from functools import cached_property

import numpy as np

from planner_models.baselines.ledger import Ledger
from planner_models.baselines.links import Chain
from planner_models.baselines.transport import LinkPlan
from planner_models.curve import sales_curves
from planner_models.movements import movements
from planner_models.problem import Floats, Ints
from planner_models.projection import flow_at, stock_flow
from planner_models.shares import shares


class Ration:
    """Loads of some links, cut down to what their origins have; what was cut follows when it is there, if it is still of use."""

    def __init__(self, chain: Chain, ledger: Ledger, plans: list[LinkPlan]) -> None:
        self.chain, self.ledger, self.problem = chain, ledger, chain.problem
        self.plans = [plan for plan in plans if plan.deliveries]
        stock, ship = self.problem.stock, self.problem.shipments
        points = [plan.link.points for plan in self.plans]
        self.points = np.sort(np.concatenate(points)) if points else np.zeros(0, np.int64)
        self.mine = np.isin(ship.target, self.points) & (ledger.lots.any(axis=1) | (ship.source >= 0))
        self.feeders = np.unique(ship.source[self.mine & (ship.source >= 0)])
        self.asked = ledger.units  # before anything is cut
        self.owed = np.zeros(len(stock.item), np.int64)
        self.curves = sales_curves(stock)

    def run(self) -> None:
        """Day by day: what is owed is asked for again, then everybody gets his share."""
        stock, ship, days = self.problem.stock, self.problem.shipments, self.problem.days
        level = stock.on_hand[self.feeders]
        for t in range(days):
            coming = self._coming()
            available = (
                level + coming[:, t] + stock.given_in[self.feeders, t] - stock.given_out[self.feeders, t]
            )
            there = dict(
                zip(
                    self.feeders.tolist(),
                    np.maximum(0.0, available - self._promised(t, coming)).tolist(),
                    strict=True,
                )
            )
            self._send_owed(t, there)
            for feeder in self.feeders[
                np.isin(self.feeders, ship.source[self.ledger.lots[:, t] > 0])
            ].tolist():
                self._cut(
                    t, np.flatnonzero((ship.source == feeder) & (self.ledger.lots[:, t] > 0)), there[feeder]
                )
            self._cut_supply(t)
            left = available - self._leaving(t)[self.feeders]
            sold, _ = self.curves[self.feeders, t].evaluate(np.maximum(0.0, left))
            level = np.minimum(left - sold, stock.shelf[self.feeders, t])

    @cached_property
    def planned(self) -> Floats:
        """Available stock if nothing were cut (`N × T`) [units]."""
        return stock_flow(self.problem, movements(self.problem, self.asked)).available

    def _coming(self) -> Floats:
        """Free orders that arrive at the feeders (`F × T`) [units]."""
        ship, days = self.problem.shipments, self.problem.days
        found = np.zeros((len(self.problem.stock.item), days))
        rows = np.flatnonzero(np.isin(ship.target, self.feeders))
        k, t = np.nonzero(self.ledger.lots[rows])
        k = rows[k]
        arrival = self.problem.lanes.arrival[ship.lane[k], t]
        soon = arrival < days
        k, t, arrival = k[soon], t[soon], arrival[soon]
        np.add.at(found, (ship.target[k], arrival), self.ledger.lots[k, t] * self.ledger.lot.units[k])
        return found[self.feeders]

    def _leaving(self, t: int) -> Floats:
        """Units that free orders of a day take from each stock point (`N`)."""
        ship = self.problem.shipments
        k = np.flatnonzero((self.ledger.lots[:, t] > 0) & (ship.source >= 0))
        units = self.ledger.lots[k, t] * self.ledger.lot.units[k]
        return np.asarray(np.bincount(ship.source[k], units, len(self.problem.stock.item)), float)

    def _promised(self, t: int, coming: Floats) -> Floats:
        """Units that have to stay for given orders of later days."""
        stock, later = self.problem.stock, slice(t + 1, None)
        net = stock.given_out[self.feeders, later] - stock.given_in[self.feeders, later] - coming[:, later]
        return np.asarray(np.maximum(0.0, np.cumsum(net, axis=1).max(axis=1, initial=0.0)))

    def _cut(self, t: int, shipments: Ints, there: float) -> None:
        """Share out what is there among these shipments of a day; the rest is owed."""
        ship, lots = self.problem.shipments, self.ledger.lots[shipments, t]
        lot = self.ledger.lot.units[shipments]
        got = shares(there, lots, lot)
        got = np.where(got * lot < ship.min_units[shipments] - 1e-9, 0, got)
        self.ledger.put(shipments, t, got - lots)
        np.add.at(self.owed, ship.target[shipments], lots - got)

    def _cut_supply(self, t: int) -> None:
        """What suppliers have of an item on the day."""
        supply, ship = self.problem.supply, self.problem.shipments
        origin = self.problem.lanes.origin[ship.lane]
        for u in np.flatnonzero(np.isfinite(supply.limit[:, t])).tolist():
            mine = (
                (ship.item == supply.item[u]) & (origin == supply.location[u]) & (self.ledger.lots[:, t] > 0)
            )
            if mine.any():
                self._cut(t, np.flatnonzero(mine), float(supply.limit[u, t] - supply.given[u, t]))

    def _send_owed(self, t: int, there: dict[int, float]) -> None:
        """Put what is owed on a load of the day, as far as it is there and the stock is still below what was planned."""
        owing = self.points[(self.owed[self.points] > 0) & self.chain.opens[self.points, t]]
        feeder = self.chain.feeder[owing]
        spare = np.array([np.inf if f < 0 else there[int(f)] for f in feeder.tolist()])
        spare -= np.where(feeder >= 0, self._leaving(t)[feeder], 0.0)
        owing = owing[spare >= self.chain.lot[owing]]
        if not len(owing):
            return
        wanted = np.zeros(len(self.owed), np.int64)
        wanted[owing] = np.minimum(self.owed[owing], self._missing(t, owing))
        for plan in self.plans:
            lots = wanted[plan.link.points]
            if lots.any():
                self.owed[plan.link.points] -= lots
                self.owed[plan.link.points] += plan.send_on(t, lots)

    def _missing(self, t: int, points: Ints) -> Ints:
        """Lots by which the stock that is on its way is below what was planned for the day of arrival."""
        due = self.chain.due[points, t]
        units = self.ledger.units * np.isin(self.problem.shipments.target, points)[:, None]
        now = flow_at(self.problem, movements(self.problem, units), points).available
        day = np.minimum(due, self.problem.days - 1)
        at = np.arange(len(points))
        gap = np.where(due < self.problem.days, self.planned[points, day] - now[at, day], np.inf)
        return np.ceil(np.minimum(gap, 1e15) / self.chain.lot[points] - 1e-6).clip(0, 2**40).astype(np.int64)
