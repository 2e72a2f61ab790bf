"""Good numbers of vehicles for one place, from its plan with parts of vehicles: what does it cost to be early, and to be late?

The plan with parts of vehicles brings kg along a path. With whole ones, kg come earlier or later. What a stock point costs is
split by days: with the price `P_t` of a unit that arrives on day t, and `P_t·q_t = P_t·(a_t − s_t)`, the cost of the available
stock `a` of a day is convex,

    d_t(a) = lost·(μ − S_t(a)) + holding·(a − S_t(a)) + (P_t − P_{t+1})·a + P_{t+1}·S_t(a).

Segments of these curves around the plan, sorted by their slope per kg, say what kg cost that are early or late; a dynamic programme
over kg then buys vehicles. They are judged by the stock points afterwards.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner_models.decomposed.master import Master, Mixture
from planner_models.decomposed.points import NEVER
from planner_models.problem import Floats, Ints

GRID = 600  # kg are counted in so many steps
BEYOND = 1.15  # × what the plan brings: the most that is looked at
AWAY = np.array([-4.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 4.0, 8.0])  # days of demand, early or late
SCARCE = 0.1  # of what a lost sale costs: a price that falls by more says that goods could not be had before
MOSTLY = 0.6  # a vehicle that is at least 0.4 full after the horizon is sent
OFFERS = 40  # capacities per day at most


@dataclass(frozen=True)
class Path:
    """A plan with parts of vehicles."""

    available: Floats  # N × T [units]
    flow: Floats  # W [units], by way


def path_of(master: Master, mixture: Mixture) -> Path:
    """What a mixture of columns does."""
    available, flow = np.zeros(master.block.leaves.shape), np.zeros(len(master.block.ways.day))
    for column in master.columns:
        share = np.zeros(master.classes)
        known = (column.numbers >= 0) & (column.numbers < len(mixture.values))
        share[known] = mixture.values[column.numbers[known]]
        part = share[master.group]
        if part.any():
            available += part[:, None] * column.available
            np.add.at(flow, column.way, part[column.point] * column.units)
    return Path(available, flow)


def rounded(master: Master, vehicles: Floats) -> Floats:
    """Whole vehicles, so that at no time half a vehicle of a load more or less has left than in parts (`G × T`)."""
    due = np.floor(np.cumsum(vehicles, axis=1) + 0.5)
    return np.clip(np.diff(due, axis=1, prepend=0.0), master.least, master.most)


def patterns(master: Master, path: Path) -> list[Floats]:
    """`G × T` vehicles of a block, not of loads that serve several places: once with all lanes to a stock point as one, and, where
    that differs, with every origin apart."""
    ways, lanes = master.block.ways, master.lanes
    points, count = len(master.group), len(master.group) + len(lanes.load)
    pair = np.unique(np.stack([ways.target, points + ways.lane]), axis=1)
    joint = connected_components(
        coo_array((np.ones(pair.shape[1]), pair), shape=(count, count)), directed=False
    )[1][points:]
    apart = np.unique(np.stack([lanes.origin, lanes.destination]), axis=1, return_inverse=True)[1]
    found = [_together(master, path, joint)]
    if len(np.unique(apart)) > len(np.unique(joint)):
        found.append(_together(master, path, apart))
    return found


def _together(master: Master, path: Path, group: Ints) -> Floats:
    """Vehicles if the lane-modes of a `group` (`M`) are planned together."""
    vehicles = master.least.copy()
    for number in np.unique(group).tolist():
        vehicles = np.maximum(vehicles, _pattern(master, np.flatnonzero(group == number), path))
    return vehicles


def _pattern(master: Master, lanes: Ints, path: Path) -> Floats:
    """`G × T` vehicles on the lane-modes for what the path brings by them."""
    problem, ways = master.block.problem, master.block.ways
    vehicles = np.zeros(master.shape)
    kg = np.zeros((len(master.group), problem.days + 1))
    mine = np.isin(ways.lane, lanes)
    np.add.at(kg, (ways.target[mine], ways.arrival[mine]), (path.flow * ways.weight)[mine])
    points = np.flatnonzero(kg.any(axis=1))
    kg = kg[points]
    arriving, later = kg[:, :-1].sum(axis=0), float(kg[:, -1].sum())
    most = BEYOND * float(arriving.sum())
    *offers, after = _offers(master, lanes, points, kg)
    if after and later > 0:
        load, dispatch, room, _, limit = min(after, key=lambda offer: offer[3] / offer[2])
        vehicles[load, dispatch] = min(limit, np.floor(later / room + MOSTLY))
    if most <= 0 or not any(offers):
        return vehicles
    capacity, price, count = _menu(offers, problem.days, most)
    step = most / (GRID - 1)
    stays = _Stays(master, points, kg, path.available)
    cost = stays.away(step * np.arange(GRID)[None, :] - np.cumsum(arriving)[:, None])
    shape = (problem.days, problem.days + 1, GRID)
    bought, level = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    steps = np.minimum(capacity / step + 1e-9, GRID).astype(
        np.int64
    )  # more than all there is to bring is no more
    _plan(cost, stays.missing(), steps, price, count, bought, level)
    x, last = 0, 0
    for day in range(problem.days):
        choice, x = int(bought[day, last, x]), int(level[day, last, x])
        if choice >= 0:
            last = day + 1
            for load, dispatch, number in _unpack(offers[day], float(capacity[day, choice])):
                vehicles[load, dispatch] += number
    return np.clip(vehicles, master.least, master.most)


Offer = tuple[int, int, float, float, int]  # load, day of dispatch, kg, money, at most so many


def _offers(master: Master, mine: Ints, points: Ints, goods: Floats) -> list[list[Offer]]:
    """By day of arrival, and last after the horizon: vehicles on lane-modes that share them with no other."""
    problem = master.block.problem
    lanes, items = problem.lanes, problem.items
    item, kg = problem.stock.item[points], goods.sum(axis=1)
    bulk = float(np.sum(kg / np.maximum(items.weight[item], 1e-9) * items.volume[item]))
    density = float(kg.sum()) / bulk if bulk > 0 else np.inf
    alone = np.bincount(lanes.load, minlength=len(problem.loads.route)) == 1
    found: list[list[Offer]] = [[] for _ in range(problem.days + 1)]
    for lane in mine[alone[lanes.load[mine]]].tolist():
        load = int(lanes.load[lane])
        for day in np.flatnonzero(lanes.open[lane]).tolist():
            room = min(
                float(problem.loads.vehicle_kg[load, day]),
                float(problem.loads.vehicle_m3[load, day]) * density,
            )
            if np.isfinite(room) and master.most[load, day] > 0:
                cost = float(master.cost[load, day]) + room * float(master.block.freight.rate[lane, day])
                found[min(int(lanes.arrival[lane, day]), problem.days)].append(
                    (load, day, room, cost, int(min(master.most[load, day], 99)))
                )
    return found


def _menu(offers: list[list[Offer]], days: int, most: float) -> tuple[Floats, Floats, Ints]:
    """By day of arrival: capacities that can be had, and what they cost at least (`T × OFFERS`)."""
    capacity, price = np.zeros((days, OFFERS)), np.zeros((days, OFFERS))
    count = np.zeros(days, np.int64)
    for day, offer in enumerate(offers):
        known: dict[float, float] = {0.0: 0.0}
        for _, _, room, cost, limit in sorted(offer, key=lambda entry: entry[3] / entry[2]):
            for amount, money in list(known.items()):
                for number in range(1, limit + 1):
                    more, dearer = amount + number * room, money + number * cost
                    if dearer < known.get(more, np.inf):
                        known[more] = dearer
                    if more >= most:
                        break
            known = _efficient(known)
        kept = _thinned(sorted(known.items())[1:], OFFERS)
        count[day] = len(kept)
        for number, (amount, money) in enumerate(kept):
            capacity[day, number], price[day, number] = amount, money
    return capacity, price, count


def _efficient(known: dict[float, float]) -> dict[float, float]:
    """Only what is cheaper than everything larger, and not too much of it."""
    kept: dict[float, float] = {}
    least = np.inf
    for amount in sorted(known, reverse=True):
        if known[amount] < least:
            kept[amount] = least = known[amount]
    return dict(_thinned(sorted(kept.items()), 4 * OFFERS))


def _thinned(known: list[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    """At most so many, evenly, the first and the last among them."""
    if len(known) <= most:
        return known
    return [known[round(place)] for place in np.linspace(0, len(known) - 1, most)]


def _unpack(offer: list[Offer], capacity: float) -> list[tuple[int, int, int]]:
    """The cheapest vehicles that make up a capacity."""
    if not offer:
        return []
    first, *rest = sorted(offer, key=lambda entry: -entry[2])
    load, day, room, cost, limit = first
    best: tuple[float, list[tuple[int, int, int]]] = (np.inf, [])
    for number in range(min(limit, int(capacity / room + 1e-6)), -1, -1):
        left = capacity - number * room
        others = _unpack(rest, left) if left > 1e-6 * capacity else []
        made = number * room + sum(_room(rest, *entry) for entry in others)
        if made < capacity * (1 - 1e-6):
            continue
        money = number * cost + sum(_money(rest, *entry) for entry in others)
        if money < best[0]:
            best = money, ([(load, day, number)] if number else []) + others
    return best[1]


def _room(offer: list[Offer], load: int, day: int, number: int) -> float:
    return number * next(entry[2] for entry in offer if entry[:2] == (load, day))


def _money(offer: list[Offer], load: int, day: int, number: int) -> float:
    return number * next(entry[3] for entry in offer if entry[:2] == (load, day))


class _Stays:
    """What it costs the goods of a place to be early or late on their path."""

    def __init__(self, master: Master, mine: Ints, kg: Floats, available: Floats) -> None:
        self.master = master
        block, self.days = master.block, master.days
        ways, stock, points = block.ways, block.problem.stock, block.recursion
        moves = kg[:, :-1].any(axis=1)
        self.mine = mine = mine[moves]
        load = master.lanes.load[ways.lane]
        whole = np.isfinite(master.loads.vehicle_kg[load, ways.day]) | np.isfinite(
            master.loads.vehicle_m3[load, ways.day]
        )
        price = master.outer.per_unit + ways.weight * block.freight.rate[ways.lane, ways.day]
        self.price = _filled(ways.cheapest(np.where(whole, price, NEVER))[0][mine][:, : self.days])
        self.weight = np.maximum(block.problem.items.weight[stock.item[mine]], 1e-9)
        asked = np.zeros((len(mine), self.days)) if master.asked is None else master.asked[mine]
        self.daily = np.maximum((stock.mean[mine] + asked).mean(axis=1), 1e-9)
        self.lost = points.lost[mine]
        if master.shortage is not None:
            self.lost = np.where(asked.any(axis=1), master.shortage[mine], self.lost)
        self.available = available[mine]
        self.units = kg[moves, :-1] / self.weight[:, None]
        self.came = np.cumsum(self.units, axis=1)

    def money(self, day: int, away: Floats, goods: Ints | None = None) -> Floats:
        """`goods × J`: cost of the day if so many units more are there than on the path; what is asked for has left already.

        Of all goods if none are named.
        """
        some = np.arange(len(self.mine)) if goods is None else goods
        master, mine, price = self.master, self.mine[some], self.price[some]
        tangents, stock = master.block.recursion.tangents, master.block.problem.stock
        exact = self.available[some, day][:, None] + away
        there = np.maximum(0.0, exact)
        lines = tangents.sales[mine, day][:, None, :] + tangents.slope[mine, day][:, None, :] * (
            there[:, :, None] - tangents.stock[mine, day][:, None, :]
        )
        sold = np.clip(lines.min(axis=2), 0.0, np.minimum(there, stock.mean[mine, day][:, None]))
        left = there - sold
        money = price[:, day][:, None] * there + master.outer.holding[mine, day][:, None] * left
        money -= self.lost[some, None] * (sold + np.minimum(0.0, exact))
        if day + 1 < self.days:
            return np.asarray(money - price[:, day + 1][:, None] * left)
        return np.asarray(money + _end(master, mine, left))

    def away(self, kg: Floats) -> Floats:
        """`T × grid`: what it costs to have so many `kg` more (or less) than on the path."""
        found = np.zeros(kg.shape)
        middle = int(np.flatnonzero(AWAY == 0.0)[0])
        for day in range(self.days):
            # nothing is later than what has come by then, nor earlier than what comes afterwards
            most, least = (self.came[:, -1] - self.came[:, day])[:, None], -self.came[:, day][:, None]
            away = np.clip(AWAY * self.daily[:, None], least, most)
            length, rise = (
                np.diff(away, axis=1) * self.weight[:, None],
                np.diff(self.money(day, away), axis=1),
            )
            late = _merged(length[:, :middle], -rise[:, :middle])
            early = _merged(length[:, middle:], rise[:, middle:])
            found[day] = np.where(kg[day] < 0, np.interp(-kg[day], *late), np.interp(kg[day], *early))
        return found

    def missing(self) -> Floats:
        """`T × T+1`: what a day costs more if nothing has come since the day before `last`, of goods that could not be had then."""
        found = np.zeros((self.days, self.days + 1))
        for last in range(self.days):  # 0 = nothing yet; else the last came on day last − 1
            before = self.price[:, last - 1][:, None] if last else np.full((len(self.mine), 1), np.inf)
            scarce = before > self.price + SCARCE * self.lost[:, None]
            goods = np.flatnonzero((scarce & (self.units > 0))[:, last:].any(axis=1))
            if not len(goods):
                continue
            late = np.cumsum(np.where(scarce, self.units, 0.0)[goods][:, last:], axis=1)
            for day in range(last, self.days):
                away = np.stack([np.zeros(len(goods)), -late[:, day - last]], axis=1)
                found[day, last] = max(0.0, float(np.diff(self.money(day, away, goods), axis=1).sum()))
        return found


def _end(master: Master, mine: Ints, closing: Floats) -> Floats:
    """What the end costs at a closing stock (`N × J`)."""
    tangents, stock = master.block.recursion.tangents, master.block.problem.stock
    there = closing + stock.given_later[mine][:, None]
    lines = tangents.end_short[mine][:, None, :] + tangents.end_slope[mine][:, None, :] * (
        there[:, :, None] - tangents.end_stock[mine][:, None, :]
    )
    return np.asarray(stock.terminal_cost[mine][:, None] * np.maximum(0.0, lines.max(axis=2)))


def _filled(price: Floats) -> Floats:
    """Prices of days on which nothing arrives: those of the day before, or of the first on which something does."""
    found = price.copy()
    for day in range(1, found.shape[1]):
        found[:, day] = np.where(found[:, day] >= NEVER, found[:, day - 1], found[:, day])
    for day in range(found.shape[1] - 2, -1, -1):
        found[:, day] = np.where(found[:, day] >= NEVER, found[:, day + 1], found[:, day])
    return np.where(found >= NEVER, 0.0, found)


def _merged(length: Floats, rise: Floats) -> tuple[Floats, Floats]:
    """The infimal convolution of convex curves from nothing on, given by segments: knots and values."""
    long, up = length.ravel(), rise.ravel()
    long, up = long[long > 1e-9], up[long > 1e-9]
    order = np.argsort(up / long, kind="stable")
    nothing = np.zeros(1)
    return np.concatenate([nothing, np.cumsum(long[order])]), np.concatenate([nothing, np.cumsum(up[order])])


@njit(nogil=True, cache=True, error_model="numpy")
def _plan(cost: Any, missing: Any, capacity: Any, price: Any, count: Any, bought: Any, level: Any) -> None:
    """Dynamic programme over kg that have come and the last day on which some did: which capacity is `bought`, and the `level` that
    is then reached; both `T × T+1 × grid`."""
    days, grid = cost.shape
    value = np.zeros((days + 1, days + 1, grid))
    best, choice, reach = np.empty(grid), np.empty(grid, np.int64), np.empty(grid, np.int64)
    for t in range(days - 1, -1, -1):
        there = cost[t] + value[t + 1, t + 1]
        for x in range(grid):
            best[x] = 1e300
            for k in range(count[t]):
                for a in range(x, min(grid, x + capacity[t, k] + 1)):
                    if there[a] + price[t, k] < best[x]:
                        best[x] = there[a] + price[t, k]
                        choice[x], reach[x] = k, a
        for last in range(t + 1):
            for x in range(grid):
                value[t, last, x] = cost[t, x] + missing[t, last] + value[t + 1, last, x]
                bought[t, last, x], level[t, last, x] = -1, x
                if best[x] < value[t, last, x]:
                    value[t, last, x] = best[x]
                    bought[t, last, x], level[t, last, x] = choice[x], reach[x]
