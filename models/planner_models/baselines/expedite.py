"""Emergency ways where regular ones come too late: lots that sell for more than what they cost that way.

Lots are added one by one per item, as long as the next one saves more in lost sales than its freight and handling; then all that
rides together on a day has to earn its freight with the exact tariff. What is sent comes from stock that nobody else was promised.
"""

import numpy as np

from planner_models.baselines.ledger import Ledger
from planner_models.baselines.links import NEVER, Chain
from planner_models.baselines.loading import tariff
from planner_models.baselines.sources import full_freight
from planner_models.curve import sales_curves, terminal_shortage
from planner_models.movements import movements
from planner_models.problem import Flags, Floats, Ints, taken
from planner_models.projection import StockFlow, stock_flow

MOST = 50  # lots of an item on a day


def expedite(chain: Chain, ledger: Ledger) -> None:
    """Add what pays to the ledger: by emergency lane-modes to points with demand, before any regular delivery can be there."""
    problem, ship, lanes = chain.problem, chain.problem.shipments, chain.problem.lanes
    regular = np.where(ship.open & ~lanes.emergency[ship.lane][:, None], lanes.arrival[ship.lane], NEVER)
    first = np.full(len(problem.stock.item), NEVER)
    np.minimum.at(first, ship.target, regular.min(axis=1, initial=NEVER))
    sells = problem.stock.mean.sum(axis=1) > 0
    fast = np.flatnonzero(lanes.emergency[ship.lane] & (ship.source >= 0) & sells[ship.target])
    flow = stock_flow(problem, movements(problem, ledger.units))
    for m in np.unique(ship.lane[fast]).tolist():
        for t in range(problem.days):
            due = int(lanes.arrival[m, t])
            mine = fast[
                (ship.lane[fast] == m)
                & ship.open[fast, t]
                & (due < np.minimum(first[ship.target[fast]], problem.days))
            ]
            if len(mine) and _Ride(chain, ledger, flow, m, t, mine).run():
                flow = stock_flow(problem, movements(problem, ledger.units))


class _Ride:
    """What may ride on an emergency lane-mode on a day."""

    def __init__(
        self, chain: Chain, ledger: Ledger, flow: StockFlow, lane: int, day: int, shipments: Ints
    ) -> None:
        problem, ship = chain.problem, chain.problem.shipments
        self.ledger, self.problem, self.lane, self.day = ledger, problem, lane, day
        self.due = int(problem.lanes.arrival[lane, day])
        self.lot = ship.lot_cases * problem.items.case_size[ship.item]  # by shipment, units
        lost = chain.worth[ship.target] * (problem.stock.mean - flow.sales)[ship.target, self.due :].sum(
            axis=1
        )
        self.k = shipments[
            lost[shipments] > full_freight(problem)[lane] * problem.items.weight[ship.item[shipments]]
        ]
        self.flow = flow
        self.worth = chain.worth[ship.target[self.k]]

    def run(self) -> bool:
        """Send lots that pay, if they pay together; whether they do."""
        if not len(self.k):
            return False
        problem, ship, k = self.problem, self.problem.shipments, self.k
        place, m = problem.locations, self.lane
        start, end = problem.lanes.origin[m], problem.lanes.destination[m]
        kg = self.lot[k] * problem.items.weight[ship.item[k]]
        freight = full_freight(problem)[m] * kg  # of a lot, about
        handling = ship.lot_cases[k] * (place.case_cost[start] + place.case_cost[end])
        line = place.line_cost[start] + place.line_cost[end]
        room = np.floor(self.flow.available[ship.source[k], self.day :].min(axis=1) / self.lot[k] + 1e-9)
        most = np.minimum(np.minimum(room, ship.max_lots[k]), MOST)
        least = np.maximum(1, np.ceil(ship.min_units[k] / self.lot[k] - 1e-9)).astype(np.int64)
        lots, gain, growing = np.zeros(len(k), np.int64), np.zeros(len(k)), np.ones(len(k), bool)
        before = self._cost(growing, np.zeros(len(k)))
        while (growing := growing & (lots + np.where(lots == 0, least, 1) <= most)).any():
            step = np.where(lots == 0, least, 1)[growing]
            after = self._cost(growing, ((lots[growing] + step) * self.lot[k[growing]]))
            saved = before[growing] - after - step * handling[growing] - line * (lots[growing] == 0)
            growing[growing] = pays = saved > step * freight[growing]
            lots[growing] += step[pays]
            before[growing] = after[pays]
            gain[growing] += saved[pays]
        if gain.sum() <= self._freight(lots, kg):
            return False
        self.ledger.put(k, self.day, lots)
        return bool(lots.any())

    def _cost(self, rows: Flags, units: Floats) -> Floats:
        """Lost sales, holding and waste of the points of these rows from the day of arrival on, with so many units more, and what
        their sources lack in the end [money]."""
        points = self.problem.shipments.target[self.k[rows]]
        stock, curves = taken(self.problem.stock, points), sales_curves(self.problem.stock)[points]
        unit_cost = self.problem.items.unit_cost[stock.item]
        level, total = self.flow.opening[points, self.due] + units, np.zeros(len(points))
        for t in range(self.due, self.problem.days):
            available = np.maximum(0.0, level + (self.flow.arrivals - self.flow.dispatched)[points, t])
            sold, _ = curves[:, t].evaluate(available)
            level = np.minimum(available - sold, stock.shelf[:, t])
            total += self.worth[rows] * (stock.mean[:, t] - sold) + stock.holding[:, t] * level
            total += unit_cost * (available - sold - level)
        source = self.problem.shipments.source[self.k[rows]]
        short, _ = terminal_shortage(taken(self.problem.stock, source), self.flow.position[source] - units)
        return np.asarray(total + self.problem.stock.terminal_cost[source] * short)

    def _freight(self, lots: Ints, kg: Floats) -> float:
        """What the load costs more by its tariff [money]."""
        problem, g = self.problem, int(self.problem.lanes.load[self.lane])
        m3 = self.lot[self.k] * problem.items.volume[problem.shipments.item[self.k]]
        more, space = float(lots @ kg), float(lots @ m3)
        vehicles = self.ledger.vehicles(g, self.day, more, space) - self.ledger.vehicles(g, self.day)
        money = problem.loads.cost_per_vehicle + problem.co2_price * problem.loads.co2_per_vehicle
        rate = tariff(self.ledger, self.lane, self.day, more, space)
        return float(vehicles * money[g, self.day] + rate)
