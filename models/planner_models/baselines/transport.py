"""Transport of given orders: modes, vehicles, and goods that leave earlier than they must so that vehicles are full.

Per link a dynamic programme over its deliveries (shortest path; Wagner & Whitin 1958 for whole loads): the state is how much has
been sent ahead, and tried are sending nothing ahead, all of the following deliveries, or as much as fills the vehicles. Links
that share vehicles, docks or hours are planned one after the other, several times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from planner_models.baselines.ledger import Ledger
from planner_models.baselines.links import Chain, Link
from planner_models.baselines.loading import Cargo, Ride, cheapest, rides_of
from planner_models.problem import Flags, Floats, Ints, Problem

LITTLE = 1e-6  # money per unit of size that is sent ahead: not without a reason
STATES = 24  # of a delivery at most
MOST_LOADS = 40  # of full vehicles that are tried per delivery
ROUNDS = 4  # of loading what whole lots have left
PASSES = 2  # over links that share something


@dataclass(frozen=True)
class Rules:
    """What transport may do with orders."""

    early: int  # days that goods may come before they are due
    released: bool  # an order may leave before the day on which it was placed: it was known before


@dataclass(frozen=True)
class Delivery:
    """A stage of a link: what is due, and by what it may come."""

    stage: int
    lots: Ints  # P, due with this delivery
    ahead: Flags  # P, may come with an earlier one
    pairs: list[tuple[int, int]]  # lane-modes and days


def transport(
    chain: Chain, ledger: Ledger, links: list[Link], wanted: Ints, room: Floats, rules: Rules
) -> list["LinkPlan"]:
    """Put the orders `wanted` (lots, `N × T` by the day on which they are due to leave) on lanes and days in the ledger.

    `room` (`N × T`) are the units that may be in stock beyond what the orders lead to.
    """
    plans = [LinkPlan(chain, ledger, link, wanted, room, rules) for link in links]
    plans = [plan for plan in plans if plan.deliveries]
    for number in range(PASSES):
        for plan in plans:
            plan.undo()
            plan.run()
        if number == 0 and not _shared(chain.problem, links):
            break
    return plans


def _shared(problem: Problem, links: list[Link]) -> bool:
    """Whether links share vehicles, or a limit of their origin."""
    lanes = np.concatenate([link.lanes for link in links]) if links else np.zeros(0, np.int64)
    routed = any(problem.loads.route[g] for g in problem.lanes.load[lanes].tolist())
    places = sorted({link.origin for link in links} | {link.destination for link in links})
    return routed or bool(np.isfinite(problem.capacities.limit[:, places]).any())


class LinkPlan:
    """The deliveries of one link."""

    def __init__(
        self, chain: Chain, ledger: Ledger, link: Link, wanted: Ints, room: Floats, rules: Rules
    ) -> None:
        self.chain, self.ledger, self.link, self.rules = chain, ledger, link, rules
        self.problem = chain.problem
        items, stock, points = self.problem.items, self.problem.stock, link.points
        self.lot = chain.lot[points]
        self.least = chain.least[points]
        self.kg = self.lot * items.weight[stock.item[points]]
        self.m3 = self.lot * items.volume[stock.item[points]]
        self.orders = wanted[np.ix_(points, link.day)]
        self.done: list[tuple[Ints, int, Ints]] = []  # shipments, day, lots
        self._measure()
        self.largest = np.argsort(-self.size, kind="stable")
        self.cheapest = np.argsort(stock.holding[points].mean(axis=1) * self.lot, kind="stable")
        self.deliveries = (
            [self._delivery(stage, room) for stage in range(len(link.day))] if self.orders.any() else []
        )

    def _measure(self) -> None:
        """The size of a lot, and what a unit of size is on average."""
        lots = self.orders.sum(axis=1)
        kg, m3, count = float(lots @ self.kg), float(lots @ self.m3), max(1.0, float(lots.sum()))
        loads, lanes = self.problem.loads, self.problem.lanes
        groups = lanes.load[self.link.lanes]
        by_m3 = bool(
            np.isfinite(loads.vehicle_m3[groups]).any() or (lanes.cost_per_m3[self.link.lanes] > 0).any()
        )
        size = self.kg / kg if kg > 0 else np.zeros(len(lots))
        if m3 > 0 and (by_m3 or kg <= 0):
            size = size + self.m3 / m3
        self.size = size if size.any() else np.ones(len(lots)) / count
        self.size = np.where(self.size > 0, self.size, 1e-9) * (kg or m3 or 1.0)
        total = max(1e-12, float(lots @ self.size))
        place, lines = self.problem.locations, float((self.orders > 0).sum())
        cases = float(
            lots @ (self.lot / self.problem.items.case_size[self.problem.stock.item[self.link.points]])
        )
        hours = [
            (place.line_hours[end] * lines + place.case_hours[end] * cases) / total
            for end in (self.link.origin, self.link.destination)
        ]
        self.cargo = Cargo(
            kg / total, m3 / total, float(lots @ self.lot) / total, float(hours[0]), float(hours[1])
        )

    def _delivery(self, stage: int, room: Floats) -> Delivery:
        link, problem, rules = self.link, self.problem, self.rules
        due, earlier = int(link.due[stage]), int(link.due[stage - 1]) if stage else -1
        pairs = []
        for column, lane in enumerate(link.lanes.tolist()):
            riding = link.shipment[:, column]
            rides = problem.shipments.open[riding[riding >= 0]].any(axis=0)
            arrival = problem.lanes.arrival[lane]
            days = np.flatnonzero(rides & (arrival <= due) & (arrival > earlier))
            if not rules.released:  # ordered now, and what expires must not come before it is needed
                days = days[(days >= link.day[stage]) & (self.chain.patient(link) | (arrival[days] == due))]
            if len(days):
                pairs.append((lane, int(days[-1])))
        lots = self.orders[:, stage]
        first = int(np.searchsorted(link.due, due - rules.early))
        ahead = np.zeros(len(lots), bool)
        if first < stage and due - link.due[first] <= rules.early:
            between = slice(int(link.due[first]), min(due, problem.days))
            ahead = (lots > 0) & (
                room[link.points, between].min(axis=1, initial=np.inf) >= lots * self.lot - 1e-9
            )
        return Delivery(stage, lots, ahead, pairs)

    def undo(self) -> None:
        """Take everything off the lanes again."""
        for k, t, lots in self.done:
            self.ledger.put(k, t, -lots)
        self.done = []

    def send_on(self, day: int, lots: Ints) -> Ints:
        """Send lots on a day the cheapest way; what can't be sent is returned."""
        rides = [
            (lane, day)
            for column, lane in enumerate(self.link.lanes.tolist())
            if self.problem.shipments.open[
                self.link.shipment[:, column][self.link.shipment[:, column] >= 0], day
            ].any()
        ]
        return self._send(rides, lots)

    def run(self) -> None:
        """Decide how much is sent ahead with every delivery, then put lots on lanes; what finds no room comes with the next."""
        targets = self._targets() if self.rules.early else [0.0] * len(self.deliveries)
        left = [np.where(delivery.ahead, delivery.lots, 0) for delivery in self.deliveries]
        back, sent = np.zeros(len(self.lot), np.int64), 0.0
        for delivery, target in zip(self.deliveries, targets, strict=True):
            must = np.where(delivery.ahead, left[delivery.stage], delivery.lots) + back
            sent += float(left[delivery.stage] @ self.size)
            left[delivery.stage][:] = 0
            more = self._ahead(left, delivery.stage, target - sent)
            asked = [lots.copy() for _, lots in more]
            back = self._send(delivery.pairs, must, more)
            for (stage, lots), before in zip(more, asked, strict=True):  # what found no room stays in `lots`
                left[stage] -= before - lots
                sent += float((before - lots) @ self.size)

    def _targets(self) -> list[float]:
        """Size of what may come ahead that has been sent after each delivery: the cheapest path."""
        movable = np.array([float(np.where(d.ahead, d.lots, 0) @ self.size) for d in self.deliveries])
        fixed = np.array([float(np.where(d.ahead, 0, d.lots) @ self.size) for d in self.deliveries])
        due, total, use = self.link.due, np.cumsum(movable), self.ledger.docks()
        states, costs = np.zeros(1), np.zeros(1)
        paths: list[tuple[Floats, Ints]] = []
        for i, delivery in enumerate(self.deliveries):
            far = int(np.searchsorted(due, due[i] + self.rules.early, side="right")) - 1
            rides = rides_of(self.ledger, self.cargo, delivery.pairs)
            begin, end = self._steps(states, fixed[i], total[i : far + 1], rides)
            money, _ = cheapest(self.ledger, use, self.cargo, rides, fixed[i] + end - states[begin])
            ahead = end - total[i]
            gap = due[i + 1] - due[i] if i + 1 < len(due) else 0
            money = money + costs[begin] + ahead * self._keeping(i) * gap
            money += LITTLE * (end - np.maximum(states[begin], total[i]))
            states, costs, before = _fewest(end, money, begin)
            paths.append((states, before))
        at, targets = int(np.argmin(costs)), []
        for reached, before in reversed(paths):
            targets.append(float(reached[at]))
            at = int(before[at])
        return targets[::-1]

    def _steps(self, states: Floats, fixed: float, ends: Floats, rides: list[Ride]) -> tuple[Ints, Floats]:
        """Where each state may lead: to the ends of deliveries, or as far as full vehicles reach."""
        full = np.zeros(0)
        room = [ride for ride in rides if np.isfinite(ride.vehicle) and ride.vehicle > 0]
        most = fixed + ends[-1] - states.min()
        if len(ends) > 1 and room:
            loads = {0.0}
            for ride in room:
                number = int(min(ride.most, np.floor(most / ride.vehicle + 1e-9), STATES))
                loads = {
                    load + n * ride.vehicle + (ride.free if n else 0.0)
                    for load in loads
                    for n in range(number + 1)
                }
                loads = {load for load in loads if load <= most + 1e-9}
            full = np.array(sorted(loads)[:MOST_LOADS])
        begin, end = _reached(states, ends, full, fixed)
        return begin, end

    def _keeping(self, stage: int) -> float:
        """What a unit of size costs at the destination for a day, above what it costs at the origin [money]."""
        stock, points = self.problem.stock, self.link.points
        day = min(int(self.link.due[stage]), self.problem.days - 1)
        rate = stock.holding[points, day] / self.problem.length[day]
        feeder = self.chain.feeder[points]
        rate = rate - np.where(feeder >= 0, stock.holding[feeder, day] / self.problem.length[day], 0.0)
        lots = self.orders.sum(axis=1)
        return max(0.0, float((lots * self.lot) @ rate) / max(1e-12, float(lots @ self.size)))

    def _ahead(self, left: list[Ints], stage: int, size: float) -> list[tuple[int, Ints]]:
        """Lots of following deliveries of so much size in all: those that are due first, and of them what is cheap to keep."""
        found = []
        for later in range(stage + 1, len(left)):
            if size > 0 and left[later].any():
                lots, size = _taken(self.cheapest, left[later], self.least, self.size, size)
                if lots.any():
                    found.append((later, lots))
        return found

    def _send(self, pairs: list[tuple[int, int]], lots: Ints, more: Sequence[tuple[int, Ints]] = ()) -> Ints:
        """Send lots the cheapest way, and `more` on the same vehicles; what can't be sent is returned, or stays in `more`."""
        lots = lots.copy()
        for number in range(ROUNDS):
            size = float(lots @ self.size)
            size += sum(float(part @ self.size) for _, part in more) if number == 0 else 0.0
            rides = rides_of(self.ledger, self.cargo, pairs)
            if size <= 0 or not rides:
                break
            _, chosen = cheapest(self.ledger, self.ledger.docks(), self.cargo, rides, np.array([size]))
            before = lots.copy()
            for r, ride in enumerate(rides):
                if chosen.parts[r, 0] > 0:
                    self._fill(
                        ride, [lots, *(part for _, part in more if number == 0)], float(chosen.vehicles[0, r])
                    )
            if (before == lots).all():
                break
        return lots

    def _fill(self, ride: Ride, parts: list[Ints], vehicles: float) -> None:
        """Put lots on a ride with so many vehicles more, as far as they fit; what is left stays in `parts`."""
        column = int(np.searchsorted(self.link.lanes, ride.lane))
        kg, m3 = self.ledger.room(int(self.problem.lanes.load[ride.lane]), ride.day, vehicles)
        riding = self.link.shipment[:, column]
        rides = (riding >= 0) & self.problem.shipments.open[riding, ride.day]
        for lots in parts:
            if not lots.any():
                continue
            fits, kg, m3 = _fitting(
                self.largest, np.where(rides, lots, 0), self.least, self.kg, self.m3, kg, m3
            )
            some = self.largest[fits[self.largest] > 0]
            self.ledger.put(riding[some], ride.day, fits[some])
            self.done.append((riding[some], ride.day, fits[some]))
            lots -= fits


@njit(cache=True, error_model="numpy")
def _taken(order: Any, lots: Any, least: Any, each: Any, size: float) -> Any:
    """Of these lots as many as have so much size, in this order; and the size that is left."""
    found = np.zeros_like(lots)
    for p in order:
        if size > 0 and lots[p] > 0:
            found[p] = min(lots[p], np.floor(size / each[p] + 1e-6))
            if least[p] > 1 and found[p] < lots[p]:
                found[p] = 0  # neither part may be too small
            size -= found[p] * each[p]
    return found, size


@njit(cache=True, error_model="numpy")
def _fitting(order: Any, lots: Any, least: Any, each_kg: Any, each_m3: Any, kg: float, m3: float) -> Any:
    """Of these lots as many as fit, in this order; and the room that is left [kg, m³]."""
    found = np.zeros_like(lots)
    for p in order:
        if lots[p] > 0:
            fits = float(lots[p])
            if each_kg[p] > 0:
                fits = min(fits, np.floor(kg / each_kg[p] + 1e-9))
            if each_m3[p] > 0:
                fits = min(fits, np.floor(m3 / each_m3[p] + 1e-9))
            if fits > 0 and (least[p] <= 1 or fits == lots[p]):
                found[p] = int(fits)
                kg, m3 = kg - fits * each_kg[p], m3 - fits * each_m3[p]
    return found, kg, m3


@njit(cache=True, error_model="numpy")
def _reached(states: Any, ends: Any, full: Any, fixed: float) -> Any:
    """The ends of deliveries that each state may lead to, and how far full vehicles lead from there: states and what is reached."""
    most = len(ends) + len(full)
    begin, end, count = np.zeros(len(states) * most, np.int64), np.zeros(len(states) * most), 0
    for number in range(len(states)):
        state, first = states[number], count
        found = np.concatenate((np.maximum(ends, state), state + full - fixed))
        found.sort()
        for there in found:
            inside = max(state, ends[0]) - 1e-9 <= there <= ends[-1] + 1e-9
            if inside and (count == first or there != end[count - 1]):
                begin[count], end[count] = number, there
                count += 1
    return begin[:count], end[:count]


def _fewest(end: Floats, cost: Floats, begin: Ints) -> tuple[Floats, Floats, Ints]:
    """The states worth going on with: none that has sent less and cost more than another; at most `STATES`, the cheapest."""
    order = np.lexsort([cost, -end])
    best = np.minimum.accumulate(np.concatenate([[np.inf], cost[order][:-1]]))
    order = order[cost[order] < best - 1e-9]
    if len(order) > STATES:
        keep = np.argsort(cost[order], kind="stable")[:STATES]
        order = order[np.sort(keep)]
    return end[order], cost[order], begin[order]
