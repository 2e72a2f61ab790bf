"""Fixed delivery days per link, as a planner sets them once: on which weekdays, by which mode at the slowest.

Few deliveries fill vehicles, many keep stock low and goods fresh. For every set of weekdays the week's demand is loaded the
cheapest way, and what it takes to keep the stock between deliveries, the safety stock of the lead time and what expires in
between are added; the cheapest set is taken.
"""

from dataclasses import replace
from itertools import combinations

import numpy as np

from planner_models.baselines.ledger import Ledger
from planner_models.baselines.links import Chain, Link
from planner_models.baselines.loading import Cargo, cheapest, rides_of
from planner_models.problem import Floats, Ints

SAFETY = 2.0  # standard deviations of demand that are kept
WEEK = 7


def scheduled(chain: Chain) -> Chain:
    """The chain with deliveries on the chosen days only; unchanged where periods are longer than a day."""
    if chain.problem.length.max() > 1:
        return chain
    opens, due, links = chain.opens.copy(), chain.due.copy(), []
    ledger = Ledger.of(chain.problem)
    for link in chain.links:
        chosen = _Week(chain, ledger, link).best()
        links.append(replace(link, day=chosen[0], due=chosen[1]))
        rows = link.points
        kept = np.zeros(opens.shape[1], bool)
        kept[chosen[0]] = True
        opens[rows] &= kept
        arrival = np.full(opens.shape[1], -1)
        arrival[chosen[0]] = chosen[1]
        # an item that misses the mode comes by another one, when that is there
        due[rows] = np.where(opens[rows], np.maximum(chain.due[rows], arrival), -1)
    return replace(chain, links=tuple(links), opens=opens, due=due)


class _Week:
    """What a week of deliveries on a link costs."""

    def __init__(self, chain: Chain, ledger: Ledger, link: Link) -> None:
        self.chain, self.ledger, self.link, self.problem = chain, ledger, link, chain.problem
        problem, points = chain.problem, link.points
        items, stock, place = problem.items, problem.stock, problem.locations
        self.weekday = (problem.weekday + np.arange(problem.days)) % WEEK
        self.daily = chain.demand[points].mean(axis=1)  # units
        deviation = np.sqrt(chain.served[points].mean(axis=1))
        weight, volume = items.weight[stock.item[points]], items.volume[stock.item[points]]
        total = max(1e-9, float(self.daily.sum()))
        cases = float((self.daily / items.case_size[stock.item[points]]).sum()) / total
        hours = [float(place.case_hours[end]) * cases for end in (link.origin, link.destination)]
        self.cargo = Cargo(
            float(self.daily @ weight) / total, float(self.daily @ volume) / total, 1.0, *hours
        )
        self.units = total
        keeping = stock.holding[points].mean(axis=1)
        self.cycle_money = float(self.daily @ keeping)  # a day's demand kept for a day
        self.safety_money = SAFETY * float(deviation @ keeping)
        passes = (chain.feeder[points] >= 0) | np.isin(points, chain.feeder)
        # those who pass goods on and those who get them share the days
        lasts = np.where(passes, 0.5, 1.0) * chain.lasts[points]
        loss = self.daily * np.maximum(chain.worth[points], items.unit_cost[stock.item[points]])
        self.expired = loss @ np.maximum(0.0, np.arange(WEEK + 1)[None, :] - lasts[:, None])

    def best(self) -> tuple[Ints, Ints]:
        """Days and due days of the cheapest schedule; those of the link if there is only one."""
        best, found = np.inf, (self.link.day, self.link.due)
        for lane in self.link.lanes.tolist():
            days, arrival = self._deliveries(lane)
            if not len(days):
                continue
            freight = self._freight(int(days[0]), int(arrival[0]))
            lead = float((arrival - days).mean())
            weekdays = sorted(set(self.weekday[days].tolist()))
            for number in range(len(weekdays), 0, -1):  # of equals the most deliveries
                for chosen in combinations(weekdays, number):
                    money = self._money(np.diff([*chosen, chosen[0] + WEEK]), freight, lead)
                    if money < best - 1e-9:
                        kept = np.isin(self.weekday[days], chosen)
                        best, found = money, (days[kept], arrival[kept])
        return found

    def _deliveries(self, lane: int) -> tuple[Ints, Ints]:
        """Days on which a lane-mode leaves, and when it is there; of several with the same arrival the last."""
        ship = self.problem.shipments
        riding = self.link.shipment[:, int(np.searchsorted(self.link.lanes, lane))]
        if (riding < 0).any():  # not everything can ride on it
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        arrival = self.problem.lanes.arrival[lane]
        day = np.flatnonzero(ship.open[riding].any(axis=0))
        day = np.array([t for t in day.tolist() if not (arrival[day[day > t]] <= arrival[t]).any()], np.int64)
        return day, arrival[day]

    def _freight(self, day: int, due: int) -> Floats:
        """Freight of what is sold in 0, 1, … 7 days, sent on a day and due on another [money]."""
        pairs = [
            (lane, day)
            for lane in self.link.lanes.tolist()
            if self._rides(lane, day) and self._in_time(int(self.problem.lanes.arrival[lane, day]), due)
        ]
        rides = rides_of(self.ledger, self.cargo, pairs)
        sizes = np.arange(WEEK + 1, dtype=float) * self.units
        return cheapest(self.ledger, self.problem.capacities.given_use, self.cargo, rides, sizes)[0]

    def _money(self, gaps: Ints, freight: Floats, lead: float) -> float:
        """Freight, keeping, safety and losses of a week with deliveries so many days apart."""
        keeping = self.cycle_money * float((gaps**2).sum()) / 2.0
        safety = self.safety_money * float((gaps * np.sqrt(lead + gaps)).sum())
        return float(freight[gaps].sum()) + keeping + safety + float(self.expired[gaps].sum())

    def _in_time(self, arrival: int, due: int) -> bool:
        return arrival <= due if self.chain.patient(self.link) else arrival == due

    def _rides(self, lane: int, day: int) -> bool:
        riding = self.link.shipment[:, int(np.searchsorted(self.link.lanes, lane))]
        return bool(self.problem.shipments.open[riding[riding >= 0], day].any())
