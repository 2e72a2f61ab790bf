"""Local search over whole lots with the exact cost of every exchange: stock, lines, vehicles, tariffs, resources and limits.

A lot more, a lot less, or lots by another way or on another day, one stock point after the other (`improve`); whole loads on
other days (`relocate`); last vehicles emptied (`trim`); goods in place of others on full vehicles (`swap_all`) and of others with
the same source (`share_out`); and trials that cost something at first and pay when what they touch
has been improved (`wander`): a vehicle more or less, other orders of a place that serves others, orders of a supplier gathered
or dropped. What does not pay is taken back. Limits cost a penalty that nothing is worth, so that plans which break them are
mended by the same moves.

All in one module, because numba's cache does not see changes in functions that are called from another one.
"""

from typing import Any

import numpy as np
from numba import njit

from planner_models.decomposed.facts import (
    ARRIVAL,
    ARRIVING,
    BEYOND,
    CASES,
    CHARGE,
    CO2,
    COMES,
    COSTS,
    CUBIC,
    DAY,
    DESTINATION,
    FROM,
    FULL,
    GIVEN,
    GOES,
    HOLDING,
    KEPT,
    KG,
    LANE,
    LATER,
    LEAST,
    LEAST_LOTS,
    LEAVING,
    LEFT,
    LIMIT,
    LINE,
    LINES,
    LOAD,
    LOST,
    M3,
    MEAN,
    MINIMUM,
    MORE,
    MOST,
    MOST_LOTS,
    MOST_VEHICLES,
    MUST,
    ONE_DESTINATION,
    ONE_ORIGIN,
    OPENING,
    ORIGIN,
    OVERTIME,
    PAID,
    PER_CASE,
    PER_LINE,
    PREVIOUS,
    PRICE,
    RATE,
    RATE_M3,
    RELIEF,
    ROUTED,
    SHELF,
    SOURCE,
    SPENT,
    STAMP,
    STOP,
    SUPPLY,
    TARGET,
    TERMINAL,
    UNIT_COST,
    UNITS,
    VALUE,
    VEHICLE,
    WORTH,
    Facts,
    State,
    nothing_ordered,
)
from planner_models.decomposed.prices import RESOURCE
from planner_models.problem import Ints, Problem

# Constants with a type: numba compiles a function anew for every number that is written out in a call.
NONE: Any = np.int64(-1)
LOOK: Any = np.int64(0)
KEEP: Any = np.int64(1)
MOVES = 24  # exchanges of a stock point in a row at most
LITTLE = 1e-7  # money; less is rounding
SWAPS = 12  # on a load in a row at most
LEAST_WORTH = 6  # goods that others are tried in place of
SEVERAL = 4  # times the least that can go
# Compiled without counting references to the arrays of `Facts` and `State`, forty in every call: five times as fast.
# Such functions must not allocate anything.
bare: Any = njit(cache=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
OUT_UNITS, OUT_KG, OUT_VEHICLES, IN_KG, IN_VEHICLES, HOURS, STORAGE = (
    np.int64(RESOURCE[name])
    for name in (
        "outbound_units",
        "outbound_kg",
        "outbound_vehicles",
        "inbound_kg",
        "inbound_vehicles",
        "handling_hours",
        "storage_m3",
    )
)


def state_of(problem: Problem, facts: Facts, lots: Ints) -> State:
    """What follows from whole lots by way (`W`)."""
    state = nothing_ordered(problem, facts)
    _begin(facts, state, lots)
    return state


@njit(nogil=True, cache=True, error_model="numpy")
def whole_lots(first: Any, flow: Any, lot: Any, least: Any) -> Any:
    """Whole lots by way, so that at no time half a lot more or less has come to a stock point than by `flow` [units]."""
    lots = np.zeros(len(flow), np.int64)
    for n in range(len(first) - 1):
        due = 0.0
        for w in range(first[n], first[n + 1]):
            if flow[w] > 0.0:
                due += flow[w]
                number = int(np.floor(due / lot[w] + 0.5))
                if number > 0 and 2 * number >= least[w]:
                    lots[w] = max(number, least[w])
                    due -= lots[w] * lot[w]
    return lots


@bare
def own_cost(f: Any, x: Any, n: int, day: int, more: float, gone: int, leaving: float, keep: int) -> float:
    """Stock, lost sales, waste, the end and broken limits of stock point `n` [money], if `more` arrives on `day` and
    `leaving` leaves on the day `gone`; and what its place pays for storage more than now. With `KEEP` the state is brought up to
    date instead, from the first of these days on.

    Sales by cubic Hermite interpolation between the tangents' points, never above the tangents. One loop without calls, because
    every array that a call passes costs time.
    """
    days, last = f.daily.shape[1], f.curve.shape[2] - 1
    unit_cost, m3 = f.point[n, UNIT_COST], f.point[n, CUBIC]
    lost = f.breach if f.point[n, MUST] > 0.0 else f.point[n, LOST]
    begin = 0
    if day >= 0 and gone >= 0:
        begin = min(day, gone)
    elif day >= 0 or gone >= 0:
        begin = max(day, gone)
    s, total = x.flow[n, begin, OPENING], x.flow[n, begin, SPENT]
    for t in range(begin, days):
        a = s + f.daily[n, t, GIVEN] + x.flow[n, t, ARRIVING] - x.flow[n, t, LEAVING]
        if t == day:
            a += more
        if t == gone:
            a -= leaving
        if a < 0.0:
            if a < -1e-7:
                total -= f.breach * a
            a = 0.0
        mu = f.daily[n, t, MEAN]
        sold = min(a, mu)
        if mu > 0.0 and a > 0.0:
            if a >= f.curve[n, t, last, 0]:
                sold = min(
                    sold, f.curve[n, t, last, 1] + f.curve[n, t, last, 2] * (a - f.curve[n, t, last, 0])
                )
            elif a > f.curve[n, t, 0, 0] or f.curve[n, t, 0, 0] > 0.0:
                x0, y0, s0 = 0.0, 0.0, 1.0
                j = 0
                if a > f.curve[n, t, 0, 0]:
                    while f.curve[n, t, j + 1, 0] < a:
                        j += 1
                    x0, y0, s0 = f.curve[n, t, j, 0], f.curve[n, t, j, 1], f.curve[n, t, j, 2]
                    j += 1
                h, y1, s1 = f.curve[n, t, j, 0] - x0, f.curve[n, t, j, 1], f.curve[n, t, j, 2]
                if h > 0.0:
                    u = (a - x0) / h
                    v = 1.0 - u
                    sold = min(sold, min(y0 + s0 * (a - x0), y1 + s1 * (a - x0 - h)))
                    curve = (
                        y0 * v * v * (1.0 + 2.0 * u)
                        + y1 * u * u * (3.0 - 2.0 * u)
                        + h * u * v * (s0 * v - s1 * u)
                    )
                    sold = max(y0 + u * (y1 - y0), min(sold, curve))
                else:
                    sold = min(sold, y1)
        left = a - sold
        if left < f.daily[n, t, LEAST] - 1e-7:
            total += f.breach * (f.daily[n, t, LEAST] - left)
        if left > f.daily[n, t, MOST] + 1e-7:
            total += f.breach * (left - f.daily[n, t, MOST])
        if m3 > 0.0 and left != x.flow[n, t, LEFT]:
            place, m3_more = f.place[n], m3 * (left - x.flow[n, t, LEFT])
            paid = over(f, x, STORAGE, place, t, m3_more)
            if keep == KEEP:
                x.storage[place, PAID] += paid
                if x.use[STORAGE, place, t] > f.limit[STORAGE, place, t, LIMIT]:
                    x.storage[place, FULL] -= 1.0
                x.use[STORAGE, place, t] += m3_more
                if x.use[STORAGE, place, t] > f.limit[STORAGE, place, t, LIMIT]:
                    x.storage[place, FULL] += 1.0
            else:
                total += paid
        s = min(left, f.daily[n, t, SHELF])
        total += lost * (mu - sold) + f.daily[n, t, HOLDING] * s + unit_cost * (left - s)
        if keep == KEEP:
            x.flow[n, t, LEFT], x.flow[n, t + 1, OPENING], x.flow[n, t + 1, SPENT] = left, s, total
        elif s == x.flow[n, t + 1, OPENING] and t >= day and t >= gone:
            return total + x.own[n] - x.flow[n, t + 1, SPENT]  # the rest of the horizon goes on as it stands
    position = s + f.point[n, LATER] + x.flow[n, days, ARRIVING]
    if day == days:
        position += more
    short = 0.0
    for j in range(f.end.shape[1]):
        short = max(short, f.end[n, j, 1] + f.end[n, j, 2] * (position - f.end[n, j, 0]))
    total += f.point[n, TERMINAL] * short
    if keep == KEEP:
        x.own[n] = total
        x.turn[n] += 1.0
    return total


@njit(cache=True, error_model="numpy", inline="always")
def own_change(f: Any, x: Any, n: int, day: int, units: float, kind: int) -> float:
    """What stock point `n` costs more if `units` more come (`COMES`) or leave (`GOES`) on a day [money].

    Remembered until its flow changes: many ways bring the same on the same day, and most points have changed little since they
    were looked at last. Not where it depends on other points, because storage is or might become scarce.
    """
    alone = f.point[n, CUBIC] == 0.0 or (kind == GOES and units > 0.0 and x.storage[f.place[n], FULL] == 0.0)
    if alone and x.known[n, day, kind, STAMP] == x.turn[n] and x.known[n, day, kind, MORE] == units:
        return x.known[n, day, kind, COSTS]
    comes, goes = (day, NONE) if kind == COMES else (NONE, day)
    cost = own_cost(f, x, n, comes, units, goes, units, LOOK) - x.own[n]
    if alone:
        x.known[n, day, kind, STAMP], x.known[n, day, kind, MORE] = x.turn[n], units
        x.known[n, day, kind, COSTS] = cost
    return cost


@bare
def over(f: Any, x: Any, resource: int, place: int, day: int, more: float) -> float:
    """What `more` use of a resource costs: overtime, and a breach beyond it [money]."""
    use, limit, beyond = (
        x.use[resource, place, day],
        f.limit[resource, place, day, LIMIT],
        f.limit[resource, place, day, BEYOND],
    )
    if max(use, use + more) <= limit:
        return 0.0
    extra = max(0.0, use + more - limit) - max(0.0, use - limit)
    breach = max(0.0, use + more - beyond - 1e-7) - max(0.0, use - beyond - 1e-7)
    return f.limit[resource, place, day, OVERTIME] * extra + f.breach * breach


@njit(cache=True, error_model="numpy", inline="always")
def vehicles_of(f: Any, g: int, t: int, kg: float, m3: float, lines: int) -> float:
    """Whole vehicles of a load."""
    if f.load[g, t, KG] >= 1e300 and f.load[g, t, M3] >= 1e300:
        return 1.0 if lines > 0 else 0.0
    return max(0.0, np.ceil(max(kg / f.load[g, t, KG], m3 / f.load[g, t, M3]) - 1e-9))


@njit(cache=True, error_model="numpy", inline="always")
def tariff(f: Any, m: int, t: int, kg: float, m3: float, lines: int) -> float:
    """Freight of a lane-mode besides vehicles [money]."""
    if lines == 0:
        return 0.0
    rate = f.tariff[m, t, RATE]
    for j in range(f.bands[m]):
        if kg >= f.band[m, j, FROM] - 1e-9:
            rate = f.band[m, j, RATE]
    return (
        max(rate * kg + f.tariff[m, t, RATE_M3] * m3, f.tariff[m, t, CHARGE])
        + f.tariff[m, t, STOP]
        + f.tariff[m, t, CO2] * kg
    )


@njit(cache=True, error_model="numpy", inline="always")
def too_little(f: Any, p: int, value: float, kg: float, lines: int) -> float:
    """Breach of an order minimum [money]."""
    if lines == 0:
        return 0.0
    return f.breach * (max(0.0, f.least[p, WORTH] - value - 1e-7) + max(0.0, f.least[p, KG] - kg - 1e-7))


@njit(cache=True, error_model="numpy", inline="always")
def shared_delta(f: Any, x: Any, w: int, d: int) -> float:
    """What `d` lots more cost on vehicles, at docks, in hours, purchase and lines [money]."""
    m, g, t, a = f.way[w, LANE], f.way[w, LOAD], f.way[w, DAY], f.way[w, ARRIVAL]
    origin, destination = f.way[w, ORIGIN], f.way[w, DESTINATION]
    before = x.lots[w]
    after = before + d
    line = (1 if after > 0 else 0) - (1 if before > 0 else 0)
    kg, m3, cases = d * f.lot[w, KG], d * f.lot[w, M3], d * f.lot[w, CASES]
    days = f.daily.shape[1]
    total = d * f.lot[w, PRICE] + line * f.lot[w, LINE]
    if f.change > 0.0:
        total += f.change * (
            abs(after * f.lot[w, CASES] - f.lot[w, PREVIOUS])
            - abs(before * f.lot[w, CASES] - f.lot[w, PREVIOUS])
        )
    old = vehicles_of(f, g, t, x.cell[g, t, KG], x.cell[g, t, M3], x.cell[g, t, LINES])
    new = vehicles_of(f, g, t, x.cell[g, t, KG] + kg, x.cell[g, t, M3] + m3, x.cell[g, t, LINES] + line)
    kept = x.cell[g, t, KEPT]
    total += (max(new, kept) - max(old, kept)) * f.load[g, t, VEHICLE]
    total += f.breach * (
        max(0.0, new - f.load[g, t, MOST_VEHICLES]) - max(0.0, old - f.load[g, t, MOST_VEHICLES])
    )
    lane_kg, lane_m3, lines = x.lane[m, t, KG], x.lane[m, t, M3], x.lane[m, t, LINES]
    total += tariff(f, m, t, lane_kg + kg, lane_m3 + m3, lines + line) - tariff(
        f, m, t, lane_kg, lane_m3, lines
    )
    if new != old:
        total += over(f, x, OUT_VEHICLES, origin, t, new - old)
    total += over(f, x, OUT_UNITS, origin, t, d * f.lot[w, UNITS])
    total += over(f, x, OUT_KG, origin, t, kg)
    total += over(
        f, x, HOURS, origin, t, line * f.hours[origin, PER_LINE] + cases * f.hours[origin, PER_CASE]
    )
    if a < days:
        docks = new - old
        if f.kind[g, ROUTED] == 1:
            docks = (1.0 if lines + line > 0 else 0.0) - (1.0 if lines > 0 else 0.0)
        if docks != 0.0:
            total += over(f, x, IN_VEHICLES, destination, a, docks)
        total += over(f, x, IN_KG, destination, a, kg)
        more = line * f.hours[destination, PER_LINE] + cases * f.hours[destination, PER_CASE]
        total += over(f, x, HOURS, destination, a, more)
    p = f.way[w, MINIMUM]
    if p >= 0:
        ordered, value, weight = x.ordered[p, t, LINES], x.ordered[p, t, WORTH], x.ordered[p, t, KG]
        total += too_little(f, p, value + d * f.lot[w, VALUE], weight + kg, ordered + line) - too_little(
            f, p, value, weight, ordered
        )
    u = f.way[w, SUPPLY]
    if u >= 0:
        limit, given = f.supply_limit[u, t], x.supplied[u, t]
        total += f.breach * (
            max(0.0, given + d * f.lot[w, UNITS] - limit - 1e-7) - max(0.0, given - limit - 1e-7)
        )
    return total


@bare
def delta(f: Any, x: Any, w: int, d: int) -> float:
    """What `d` lots more by the way cost [money]."""
    units = d * f.lot[w, UNITS]
    total = shared_delta(f, x, w, d) + own_change(f, x, f.way[w, TARGET], f.way[w, ARRIVAL], units, COMES)
    if f.way[w, SOURCE] >= 0:
        total += own_change(f, x, f.way[w, SOURCE], f.way[w, DAY], units, GOES)
    return total


@njit(cache=True, error_model="numpy", inline="always")
def too_dear(f: Any, x: Any, w: int, d: int, most: float, without: int) -> bool:
    """Whether `d` lots more by the way surely cost more than `most`, seen without what ways share and without what the stock
    point `without` (−1 = none) pays.

    More lots need no less of what is shared, except where an order reaches a weight break or its minimum, or comes closer to the
    previous plan. Most exchanges end here, without a call, which costs more than what it computes.
    """
    m, p, t = f.way[w, LANE], f.way[w, MINIMUM], f.way[w, DAY]
    if (
        (f.bands[m] > 0 and x.lane[m, t, LINES] > 0.0)
        or (p >= 0 and x.ordered[p, t, LINES] > 0.0)
        or f.change > 0.0
    ):
        return False
    units = d * f.lot[w, UNITS]
    total = d * f.lot[w, PRICE] + (f.lot[w, LINE] if x.lots[w] == 0 else 0.0)
    total += own_change(f, x, f.way[w, TARGET], f.way[w, ARRIVAL], units, COMES)
    s = f.way[w, SOURCE]
    if s >= 0 and s != without:
        enough = f.point[s, CUBIC] == 0.0 or x.storage[f.place[s], FULL] == 0.0
        if enough and total - units * f.daily[s, t, RELIEF] > most:
            return True
        total += own_change(f, x, s, t, units, GOES)
    return total > most


@bare
def apply(f: Any, x: Any, w: int, d: int) -> None:
    """Change a plan by `d` lots."""
    m, g, t, a = f.way[w, LANE], f.way[w, LOAD], f.way[w, DAY], f.way[w, ARRIVAL]
    origin, destination, n, s = f.way[w, ORIGIN], f.way[w, DESTINATION], f.way[w, TARGET], f.way[w, SOURCE]
    line = (1 if x.lots[w] + d > 0 else 0) - (1 if x.lots[w] > 0 else 0)
    days = f.daily.shape[1]
    kg, m3, cases, units = d * f.lot[w, KG], d * f.lot[w, M3], d * f.lot[w, CASES], d * f.lot[w, UNITS]
    old = vehicles_of(f, g, t, x.cell[g, t, KG], x.cell[g, t, M3], x.cell[g, t, LINES])
    used = x.lane[m, t, LINES] > 0
    x.lots[w] += d
    x.cell[g, t, KG] += kg
    x.cell[g, t, M3] += m3
    x.lane[m, t, KG] += kg
    x.lane[m, t, M3] += m3
    x.lane[m, t, LINES] += line
    x.cell[g, t, LINES] += line
    new = vehicles_of(f, g, t, x.cell[g, t, KG], x.cell[g, t, M3], x.cell[g, t, LINES])
    x.use[OUT_VEHICLES, origin, t] += new - old
    x.use[OUT_UNITS, origin, t] += units
    x.use[OUT_KG, origin, t] += kg
    x.use[HOURS, origin, t] += line * f.hours[origin, PER_LINE] + cases * f.hours[origin, PER_CASE]
    if a < days:
        docks = new - old
        if f.kind[g, ROUTED] == 1:
            docks = (1.0 if x.lane[m, t, LINES] > 0 else 0.0) - (1.0 if used else 0.0)
        x.use[IN_VEHICLES, destination, a] += docks
        x.use[IN_KG, destination, a] += kg
        x.use[HOURS, destination, a] += (
            line * f.hours[destination, PER_LINE] + cases * f.hours[destination, PER_CASE]
        )
    if f.way[w, SUPPLY] >= 0:
        x.supplied[f.way[w, SUPPLY], t] += units
    p = f.way[w, MINIMUM]
    if p >= 0:
        x.ordered[p, t, WORTH] += d * f.lot[w, VALUE]
        x.ordered[p, t, KG] += kg
        x.ordered[p, t, LINES] += line
    x.flow[n, a, ARRIVING] += units
    own_cost(f, x, n, a, 0.0, NONE, 0.0, KEEP)
    if s >= 0:
        x.flow[s, t, LEAVING] += units
        own_cost(f, x, s, NONE, 0.0, t, 0.0, KEEP)


@bare
def do(f: Any, x: Any, w: int, d: int) -> float:
    """Change a plan by `d` lots in a way that `undo` can take back; what it costs [money]."""
    n, s, to, of = f.way[w, TARGET], f.way[w, SOURCE], f.way[w, DESTINATION], f.way[w, ORIGIN]
    x.storage[to, PAID] = x.storage[of, PAID] = 0.0
    cost = shared_delta(f, x, w, d) - x.own[n] - (x.own[s] if s >= 0 else 0.0)
    apply(f, x, w, d)
    cost += x.own[n] + (x.own[s] if s >= 0 else 0.0) + x.storage[to, PAID] + x.storage[of, PAID]
    x.log_way[x.logged[0]], x.log_lots[x.logged[0]] = w, d
    x.logged[0] += 1
    return cost


@bare
def undo(f: Any, x: Any, since: int) -> None:
    """Take back what was logged after the first `since` changes."""
    while x.logged[0] > since:
        x.logged[0] -= 1
        apply(f, x, x.log_way[x.logged[0]], -x.log_lots[x.logged[0]])


@njit(cache=True, error_model="numpy")
def _begin(f: Any, x: Any, lots: Any) -> None:
    """Start from given orders, and put the plan on top."""
    for n in range(len(x.own)):
        own_cost(f, x, n, LOOK, 0.0, NONE, 0.0, KEEP)
    for w in range(len(lots)):
        if lots[w] > 0:
            apply(f, x, w, lots[w])


@njit(cache=True, error_model="numpy", inline="always")
def up(f: Any, x: Any, w: int) -> int:
    """The least that can be more; 0 = nothing can."""
    step = f.way[w, LEAST_LOTS] if x.lots[w] == 0 else 1
    return step if x.lots[w] + step <= f.way[w, MOST_LOTS] else 0


@njit(cache=True, error_model="numpy", inline="always")
def down(f: Any, x: Any, w: int) -> int:
    """The least that can be less."""
    return x.lots[w] if x.lots[w] <= f.way[w, LEAST_LOTS] else 1


@njit(cache=True, error_model="numpy", inline="always")
def vehicles_now(f: Any, x: Any, g: int, t: int) -> float:
    """Whole vehicles of a load."""
    return vehicles_of(f, g, t, x.cell[g, t, KG], x.cell[g, t, M3], x.cell[g, t, LINES])


@bare
def shift(f: Any, x: Any, w: int, amount: int, most: float, barred: int) -> tuple[float, int, int]:
    """The best way for lots that no longer go by `w` (they are gone already), not on the load cell `barred`: cost, way, lots."""
    best, to, number = most, NONE, NONE
    n = f.way[w, TARGET]
    days = f.daily.shape[1]
    for v in range(f.first[n], f.first[n + 1]):
        if v == w or (barred >= 0 and f.way[v, LOAD] * days + f.way[v, DAY] == barred):
            continue
        lots = max(1, int(amount * f.lot[w, UNITS] / f.lot[v, UNITS] + 0.5))
        if x.lots[v] == 0 and lots < f.way[v, LEAST_LOTS]:
            lots = f.way[v, LEAST_LOTS]
        if x.lots[v] + lots > f.way[v, MOST_LOTS]:
            continue
        if too_dear(f, x, v, lots, best, NONE):
            continue
        cost = delta(f, x, v, lots)
        if cost < best:
            best, to, number = cost, v, lots
    return best, to, number


@bare
def pull(f: Any, x: Any, w: int, step: int, most: float) -> tuple[float, int, int]:
    """The best way by which the source gets what `step` lots more by `w` take from it: cost of both, way, lots."""
    s = f.way[w, SOURCE]
    best, way, number = most, NONE, NONE
    if s < 0 or f.first[s] == f.first[s + 1]:
        return best, way, number
    if too_dear(f, x, w, step, most, s):
        return best, way, number
    cost = delta(f, x, w, step)
    if cost - own_change(f, x, s, f.way[w, DAY], step * f.lot[w, UNITS], GOES) >= most:
        return best, way, number
    apply(f, x, w, step)
    for u in range(f.first[s], f.first[s + 1]):
        if f.way[u, ARRIVAL] > f.way[w, DAY]:
            break
        lots = up(f, x, u)
        if lots == 0:
            continue
        if not too_dear(f, x, u, lots, best - cost, NONE):
            also = cost + delta(f, x, u, lots)
            if also < best:
                best, way, number = also, u, lots
        more = int(np.ceil(step * f.lot[w, UNITS] / f.lot[u, UNITS] - 1e-9))
        if more > lots and x.lots[u] + more <= f.way[u, MOST_LOTS]:
            also = cost + delta(f, x, u, more)
            if also < best:
                best, way, number = also, u, more
    apply(f, x, w, -step)
    return best, way, number


@bare
def improve_point(f: Any, x: Any, n: int) -> float:
    """Better lots for a stock point, one exchange after the other; how much that saves [money]."""
    saved = 0.0
    for _ in range(MOVES):
        best, way, number, to, there = -LITTLE, NONE, NONE, NONE, NONE
        for w in range(f.first[n], f.first[n + 1]):
            step = up(f, x, w)
            if step > 0 and not too_dear(f, x, w, step, best, NONE):
                cost = delta(f, x, w, step)
                if cost < best:
                    best, way, number = cost, w, step
            if x.lots[w] > 0:
                step = down(f, x, w)
                cost = delta(f, x, w, -step)
                if cost < best:
                    best, way, number = cost, w, -step
        if way < 0:
            for w in range(f.first[n], f.first[n + 1]):
                whole = x.lots[w]
                if whole == 0:
                    continue
                for turn in range(2):
                    amount = whole if turn == 1 else down(f, x, w)
                    if turn == 1 and amount == down(f, x, w):
                        break
                    less = delta(f, x, w, -amount)
                    apply(f, x, w, -amount)
                    cost, v, lots = shift(f, x, w, amount, best - less, NONE)
                    apply(f, x, w, amount)
                    if v >= 0 and cost + less < best:
                        best, way, number, to, there = cost + less, w, -amount, v, lots
        if way < 0:
            for w in range(f.first[n], f.first[n + 1]):
                step = up(f, x, w)
                if step > 0:
                    cost, u, lots = pull(f, x, w, step, best)
                    if u >= 0:
                        best, way, number, to, there = cost, w, step, u, lots
        if way < 0:
            break
        saved -= do(f, x, way, number)
        if to >= 0:
            saved -= do(f, x, to, there)
    return saved


@njit(nogil=True, cache=True, error_model="numpy")
def improve(f: Any, x: Any, order: Any) -> float:
    """One pass over the stock points in `order`; how much it saves [money]."""
    saved = 0.0
    for n in order:
        x.logged[0] = 0
        saved += improve_point(f, x, n)
    return saved


@bare
def lots_over(f: Any, x: Any, w: int, vehicles: float) -> int:
    """Lots of `w` that have to go so that its load needs fewer than `vehicles`, if they suffice; else all."""
    g, t = f.way[w, LOAD], f.way[w, DAY]
    number = x.lots[w]
    if f.load[g, t, KG] < 1e300 or f.load[g, t, M3] < 1e300:
        need = 0.0
        if f.lot[w, KG] > 0.0:
            need = max(need, (x.cell[g, t, KG] - (vehicles - 1.0) * f.load[g, t, KG]) / f.lot[w, KG])
        if f.lot[w, M3] > 0.0:
            need = max(need, (x.cell[g, t, M3] - (vehicles - 1.0) * f.load[g, t, M3]) / f.lot[w, M3])
        number = min(number, max(1, int(np.ceil(min(need, 1e9) - 1e-9))))
    return x.lots[w] if x.lots[w] - number < f.way[w, LEAST_LOTS] else number


@bare
def empty(f: Any, x: Any, cell: int, most: float) -> tuple[float, bool]:
    """Take goods off a load until it needs a vehicle less, cheapest per kg first: cost, and whether it came to that.

    Goods go by other ways if that is cheaper than to leave them. Ends when the cost exceeds `most`.
    """
    days = f.daily.shape[1]
    g, t = cell // days, cell % days
    vehicles = vehicles_now(f, x, g, t)
    for j in range(f.cell_first[cell], f.cell_first[cell + 1]):
        w = f.by_cell[j]
        x.worth[j] = 1e300
        if x.lots[w] > 0:
            amount = lots_over(f, x, w, vehicles)
            less = delta(f, x, w, -amount)
            apply(f, x, w, -amount)
            cost, _, _ = shift(f, x, w, amount, 0.0, cell)
            apply(f, x, w, amount)
            x.worth[j] = (less + cost) / max(f.lot[w, KG] * amount, 1e-9)
    total = 0.0
    while True:
        least, at = 1e299, -1
        for j in range(f.cell_first[cell], f.cell_first[cell + 1]):
            if x.worth[j] < least:
                least, at = x.worth[j], j
        if at < 0:
            return total, False
        w = f.by_cell[at]
        amount = lots_over(f, x, w, vehicles)
        x.worth[at] = 1e300
        total += do(f, x, w, -amount)
        cost, v, lots = shift(f, x, w, amount, 0.0, cell)
        if v >= 0:
            total += do(f, x, v, lots)
        if vehicles_now(f, x, g, t) < vehicles:
            return total, True
        if total > most:
            return total, False


@bare
def rob(f: Any, x: Any, w: int, step: int, most: float) -> tuple[float, int, int]:
    """The best way of another that has the same source to give up what `step` lots more by `w` take: cost of both, way, lots."""
    n, s = f.way[w, TARGET], f.way[w, SOURCE]
    best, way, number = most, NONE, NONE
    if s < 0 or too_dear(f, x, w, step, most, s):
        return best, way, number
    cost = delta(f, x, w, step)
    if cost - own_change(f, x, s, f.way[w, DAY], step * f.lot[w, UNITS], GOES) >= most:
        return best, way, number
    apply(f, x, w, step)
    for other in range(f.served_first[s], f.served_first[s + 1]):
        o = f.served[other]
        if o == n:
            continue
        for v in range(f.first[o], f.first[o + 1]):
            if x.lots[v] == 0 or f.way[v, SOURCE] != s:
                continue
            lots = max(down(f, x, v), int(np.ceil(step * f.lot[w, UNITS] / f.lot[v, UNITS] - 1e-9)))
            if x.lots[v] - lots < f.way[v, LEAST_LOTS]:
                lots = x.lots[v]
            also = cost + delta(f, x, v, -lots)
            if also < best:
                best, way, number = also, v, lots
    apply(f, x, w, -step)
    return best, way, number


@njit(nogil=True, cache=True, error_model="numpy")
def share_out(f: Any, x: Any, order: Any) -> float:
    """Scarce goods to whom they are worth more: lots of one for another with the same source; how much that saves [money]."""
    saved = 0.0
    for n in order:
        for _ in range(MOVES):
            best, way, number, to, there = -LITTLE, NONE, NONE, NONE, NONE
            for w in range(f.first[n], f.first[n + 1]):
                step = up(f, x, w)
                if step > 0:
                    cost, v, lots = rob(f, x, w, step, best)
                    if v >= 0:
                        best, way, number, to, there = cost, w, step, v, -lots
            if way < 0:
                break
            x.logged[0] = 0
            saved -= do(f, x, way, number)
            saved -= do(f, x, to, there)
    return saved


@bare
def make_room(f: Any, x: Any, r: int, amount: int, cell: int) -> float:
    """Take lots of `r` off the load `cell`; they go by another way if that is cheaper than to leave them. Cost [money]."""
    cost = do(f, x, r, -amount)
    _, v, lots = shift(f, x, r, amount, 0.0, cell)
    if v >= 0:
        cost += do(f, x, v, lots)
    return cost


@bare
def swap(f: Any, x: Any, cell: int) -> float:
    """Other goods in place of those that are worth least per kg on a full load, as long as that pays; how much it saves [money]."""
    saved = 0.0
    first, last = f.cell_first[cell], f.cell_first[cell + 1]
    for _ in range(SWAPS):
        for j in range(first, last):
            r = f.by_cell[j]
            x.worth[j] = 1e300
            if x.lots[r] > 0:
                amount = down(f, x, r)
                x.worth[j] = delta(f, x, r, -amount) / max(f.lot[r, KG] * amount, 1e-9)
        best, out, gone, into, more = -LITTLE, NONE, NONE, NONE, NONE
        for _ in range(LEAST_WORTH):
            least, at = 1e299, -1
            for j in range(first, last):
                if x.worth[j] < least:
                    least, at = x.worth[j], j
            if at < 0:
                break
            x.worth[at] = 1e300
            r = f.by_cell[at]
            for turn in range(2):  # as little as can go, and room for something heavy
                amount = down(f, x, r)
                if turn == 1:
                    if x.lots[r] < SEVERAL * amount + f.way[r, LEAST_LOTS]:
                        break
                    amount *= SEVERAL
                x.logged[0] = 0
                cost = make_room(f, x, r, amount, cell)
                for j in range(first, last):
                    w = f.by_cell[j]
                    step = up(f, x, w)
                    if w == r or step == 0 or too_dear(f, x, w, step, best - cost, NONE):
                        continue
                    also = cost + delta(f, x, w, step)
                    if also < best:
                        best, out, gone, into, more = also, r, amount, w, step
                undo(f, x, LOOK)
        if out < 0:
            break
        x.logged[0] = 0
        saved -= make_room(f, x, out, gone, cell)
        saved -= do(f, x, into, more)
    return saved


@njit(nogil=True, cache=True, error_model="numpy")
def swap_all(f: Any, x: Any) -> float:
    """Swaps on every load whose vehicles are limited; how much they save [money]."""
    saved = 0.0
    loads, days = x.cell.shape[:2]
    for cell in range(loads * days):
        g, t = cell // days, cell % days
        limited = f.load[g, t, KG] < 1e300 or f.load[g, t, M3] < 1e300
        if limited and x.cell[g, t, LINES] > 0 and f.cell_first[cell] < f.cell_first[cell + 1]:
            saved += swap(f, x, cell)
    return saved


@bare
def trim(f: Any, x: Any) -> float:
    """Empty the last vehicle of every load where what is on it is better moved or left; how much it saves [money]."""
    saved = 0.0
    loads, days = x.cell.shape[:2]
    for cell in range(loads * days):
        g, t = cell // days, cell % days
        if f.cell_first[cell] == f.cell_first[cell + 1] or vehicles_now(f, x, g, t) < 1.0:
            continue
        x.logged[0] = 0
        cost, emptied = empty(f, x, cell, f.load[g, t, VEHICLE] + f.breach)
        if emptied and cost < -LITTLE:
            saved -= cost
        else:
            undo(f, x, LOOK)
    return saved


@bare
def same_goods(f: Any, w: int, g: int, t: int) -> int:
    """The way by which the goods of `w` go with the load `g` on day `t`; −1 = there is none."""
    n, s, origin = f.way[w, TARGET], f.way[w, SOURCE], f.way[w, ORIGIN]
    for v in range(f.first[n], f.first[n + 1]):
        if (
            f.way[v, LOAD] == g
            and f.way[v, DAY] == t
            and f.way[v, SOURCE] == s
            and f.way[v, ORIGIN] == origin
        ):
            return v
    return NONE


@bare
def carry(f: Any, x: Any, ways: Any, first: int, last: int, g: int, t: int) -> float:
    """Move what goes by these ways to the load `g` (−1 = their own) on day `t`, as far as it can go there; cost [money]."""
    total = 0.0
    for j in range(first, last):
        w = ways[j]
        amount = x.lots[w]
        v = NONE
        if amount > 0:
            v = same_goods(f, w, f.way[w, LOAD] if g < 0 else g, t)
        if v >= 0 and v != w and x.lots[v] + amount <= f.way[v, MOST_LOTS]:
            total += do(f, x, w, -amount)
            total += do(f, x, v, amount)
    return total


@bare
def relocate(f: Any, x: Any, near: int) -> float:
    """Move whole loads to days near by and to other vehicles of the same way; how much it saves [money]."""
    saved = 0.0
    loads, days = x.cell.shape[:2]
    for cell in range(loads * days):
        first, last = f.cell_first[cell], f.cell_first[cell + 1]
        day = cell % days
        if first == last or x.cell[cell // days, day, LINES] == 0:
            continue
        x.logged[0] = 0
        best, best_load, best_day = -LITTLE, NONE, NONE
        origin, destination = f.way[f.by_cell[first], ORIGIN], f.way[f.by_cell[first], DESTINATION]
        for g in range(loads):
            if f.kind[g, ONE_ORIGIN] != origin or f.kind[g, ONE_DESTINATION] != destination:
                continue
            for t in range(max(0, day - near), min(days, day + near + 1)):
                there = g * days + t
                if there == cell or f.cell_first[there] == f.cell_first[there + 1]:
                    continue
                total = carry(f, x, f.by_cell, first, last, g, t)
                if total < best:
                    best, best_load, best_day = total, g, t
                undo(f, x, LOOK)
        if best_load >= 0:
            saved -= carry(f, x, f.by_cell, first, last, best_load, best_day)
    return saved


@bare
def drop(f: Any, x: Any, order: int) -> float:
    """Order nothing of what has an order minimum on a day, but by other ways where that is better; cost [money]."""
    total = 0.0
    days = f.daily.shape[1]
    for j in range(f.order_first[order], f.order_first[order + 1]):
        w = f.by_order[j]
        if x.lots[w] > 0:
            amount = x.lots[w]
            total += do(f, x, w, -amount)
    # only now other ways: as long as something was ordered, each removal made the breach larger
    last = x.logged[0]
    for j in range(last):
        w = x.log_way[j]
        if x.log_lots[j] < 0 and f.way[w, MINIMUM] * days + f.way[w, DAY] == order and x.lots[w] == 0:
            _, v, lots = shift(f, x, w, -x.log_lots[j], 0.0, NONE)
            if v >= 0 and f.way[v, MINIMUM] * days + f.way[v, DAY] != order:
                total += do(f, x, v, lots)
    return total


@bare
def top_up(f: Any, x: Any, order: int) -> float:
    """Order more on a day until the order minimum is reached, where it costs least for what it brings; cost [money]."""
    total = 0.0
    days = f.daily.shape[1]
    p, t = order // days, order % days
    while x.logged[0] < len(x.log_way):
        value, kg = f.least[p, WORTH] - x.ordered[p, t, WORTH], f.least[p, KG] - x.ordered[p, t, KG]
        if value <= 1e-7 and kg <= 1e-7 and x.ordered[p, t, LINES] > 0:
            break
        best, way, number = 1e300, NONE, NONE
        for j in range(f.order_first[order], f.order_first[order + 1]):
            w = f.by_order[j]
            step = up(f, x, w)
            if step == 0:
                continue
            missing = f.breach * (
                min(step * f.lot[w, VALUE], max(0.0, value)) + min(step * f.lot[w, KG], max(0.0, kg))
            )
            if missing <= 0.0:
                continue
            # as if the order stood already: what it costs besides the breach, for each unit of breach that it mends
            x.ordered[p, t, LINES] += 1
            cost = delta(f, x, w, step) + missing
            x.ordered[p, t, LINES] -= 1
            if cost / missing < best:
                best, way, number = cost / missing, w, step
        if way < 0:
            break
        total += do(f, x, way, number)
    return total


@bare
def gather(f: Any, x: Any, near: int) -> float:
    """Orders below their minimum, and those that barely reach it: dropped, topped up or moved; how much it saves [money]."""
    saved = 0.0
    days = f.daily.shape[1]
    for order in range(len(f.order_first) - 1):
        p, day = order // days, order % days
        if x.ordered[p, day, LINES] == 0:
            continue
        x.logged[0] = 0
        first, last = f.order_first[order], f.order_first[order + 1]
        best, kind = -LITTLE, -1
        for other in range(2 * near + 3):
            t = day + other - near - 2
            cost = 0.0
            if other == 0:
                cost = drop(f, x, order)
            elif other == 1:
                cost = top_up(f, x, order)
            elif t != day and 0 <= t < days:
                cost = carry(f, x, f.by_order, first, last, NONE, t)
            if cost < best:
                best, kind = cost, other
            undo(f, x, LOOK)
        if kind == 0:
            saved -= drop(f, x, order)
        elif kind == 1:
            saved -= top_up(f, x, order)
        elif kind > 1:
            saved -= carry(f, x, f.by_order, first, last, NONE, day + kind - near - 2)
    return saved


@njit(nogil=True, cache=True, error_model="numpy")
def rearrange(f: Any, x: Any, near: int) -> float:
    """All loads and orders of suppliers once: moved, emptied, gathered; how much it saves [money]."""
    return relocate(f, x, near) + trim(f, x) + gather(f, x, near)


@njit(cache=True, error_model="numpy", inline="always")
def room_enough(x: Any) -> bool:
    """Whether changes can still be logged."""
    return x.logged[0] < len(x.log_way) // 2


@bare
def fill_way(f: Any, x: Any, v: int) -> float:
    """What is better sent by a way than by others or not at all; cost [money], at most 0."""
    total = 0.0
    n = f.way[v, TARGET]
    for _ in range(MOVES):
        best, way, amount, lots = -LITTLE, NONE, LOOK, NONE
        step = up(f, x, v)
        if step > 0:
            cost = delta(f, x, v, step)
            if cost < best:
                best, way, lots = cost, v, step
        for w in range(f.first[n], f.first[n + 1]):
            if w == v or x.lots[w] == 0:
                continue
            less = x.lots[w]
            more = max(1, int(less * f.lot[w, UNITS] / f.lot[v, UNITS] + 0.5))
            if x.lots[v] == 0 and more < f.way[v, LEAST_LOTS]:
                more = f.way[v, LEAST_LOTS]
            if x.lots[v] + more > f.way[v, MOST_LOTS]:
                continue
            cost = delta(f, x, w, -less)
            apply(f, x, w, -less)
            cost += delta(f, x, v, more)
            apply(f, x, w, less)
            if cost < best:
                best, way, amount, lots = cost, w, -less, more
        if way < 0 and step > 0:
            cost, u, more = pull(f, x, v, step, best)
            if u >= 0:
                best, way, amount, lots = cost, u, more, step
        if way < 0:
            break
        if amount != 0:
            total += do(f, x, way, amount)
        total += do(f, x, v, lots)
    return total


@bare
def pass_on(f: Any, x: Any, s: int, day: int) -> float:
    """More lots from a stock point to those that it serves, from `day` on, as long as that pays; cost [money], at most 0."""
    total = 0.0
    for _ in range(MOVES):
        best, way, number = -LITTLE, NONE, NONE
        for j in range(f.served_first[s], f.served_first[s + 1]):
            m = f.served[j]
            for w in range(f.first[m], f.first[m + 1]):
                if f.way[w, SOURCE] != s or f.way[w, DAY] < day:
                    continue
                step = up(f, x, w)
                if step > 0:
                    cost = delta(f, x, w, step)
                    if cost < best:
                        best, way, number = cost, w, step
        if way < 0:
            break
        total += do(f, x, way, number)
    return total


@bare
def fill(f: Any, x: Any, cell: int) -> float:
    """What is better sent with a load than otherwise or not at all, also for those that its destination serves; cost [money], at
    most 0."""
    total = 0.0
    for j in range(f.cell_first[cell], f.cell_first[cell + 1]):
        v = f.by_cell[j]
        n = f.way[v, TARGET]
        total += fill_way(f, x, v)
        if f.served_first[n] == f.served_first[n + 1]:
            continue
        for _ in range(MOVES):
            step = up(f, x, v)
            since = x.logged[0]
            if step == 0 or not room_enough(x):
                break
            cost = do(f, x, v, step)
            cost += pass_on(f, x, n, f.way[v, ARRIVAL])
            if cost >= -LITTLE:
                undo(f, x, since)
                break
            total += cost
    return total


@bare
def buy(f: Any, x: Any, cell: int) -> float:
    """Let a load have a vehicle more that costs nothing until `pay`; how many it needs now."""
    days = f.daily.shape[1]
    g, t = cell // days, cell % days
    before = vehicles_now(f, x, g, t)
    x.cell[g, t, KEPT] = before + 1.0
    return before


@bare
def pay(f: Any, x: Any, cell: int, before: float) -> float:
    """Pay for the vehicle, as far as it is needed (what was needed beyond it is paid for already); cost [money]."""
    days = f.daily.shape[1]
    g, t = cell // days, cell % days
    x.cell[g, t, KEPT] = 0.0
    return (min(vehicles_now(f, x, g, t), before + 1.0) - before) * f.load[g, t, VEHICLE]


@bare
def another_vehicle(f: Any, x: Any, cell: int, also: int) -> float:
    """A vehicle more on a load, and one on the load `also` (−1 = none) that brings what goes on with it, both filled with what
    is better sent with them; cost [money]."""
    before, there = buy(f, x, cell), 0.0
    if also >= 0:
        there = buy(f, x, also)
    total = fill(f, x, cell)
    if also >= 0:
        total += fill(f, x, also)
        total += pay(f, x, also, there)
    return total + pay(f, x, cell, before)


@bare
def settle(f: Any, x: Any, trial: int) -> float:
    """Improve every stock point that was changed, and those that it serves; cost [money], at most 0."""
    total = 0.0
    seen, queued, done = 0, 0, 0
    while room_enough(x):
        while seen < x.logged[0]:
            w = x.log_way[seen]
            seen += 1
            n, s = f.way[w, TARGET], f.way[w, SOURCE]
            if x.mark[n] != trial:
                x.mark[n] = trial
                x.queue[queued] = n
                queued += 1
                for j in range(f.served_first[n], f.served_first[n + 1]):
                    m = f.served[j]
                    if x.mark[m] != trial:
                        x.mark[m] = trial
                        x.queue[queued] = m
                        queued += 1
            if s >= 0 and x.mark[s] != trial:
                x.mark[s] = trial
                x.queue[queued] = s
                queued += 1
        if done == queued:
            break
        total -= improve_point(f, x, x.queue[done])
        done += 1
    return total


@bare
def trim_lighter(f: Any, x: Any, trial: int) -> float:
    """Empty last vehicles of loads from which something was taken, where that pays; cost [money], at most 0."""
    total = 0.0
    days = f.daily.shape[1]
    for j in range(x.logged[0]):
        w = x.log_way[j]
        cell = f.way[w, LOAD] * days + f.way[w, DAY]
        if x.log_lots[j] > 0 or x.cell_mark[cell] == trial or not room_enough(x):
            continue
        x.cell_mark[cell] = trial
        if vehicles_now(f, x, f.way[w, LOAD], f.way[w, DAY]) < 1.0:
            continue
        since = x.logged[0]
        cost, emptied = empty(f, x, cell, f.load[f.way[w, LOAD], f.way[w, DAY], VEHICLE])
        if emptied and cost < -LITTLE:
            total += cost
        else:
            undo(f, x, since)
    return total


@bare
def random_change(f: Any, x: Any, n: int, u: float, v: float) -> float:
    """Any lot of a stock point more or less; cost [money]."""
    w = f.first[n] + int(u * (f.first[n + 1] - f.first[n]))
    step = up(f, x, w)
    if x.lots[w] > 0 and (step == 0 or v < 0.5):
        step = -x.lots[w] if v < 0.25 else -down(f, x, w)
    return do(f, x, w, step) if step != 0 else 0.0


@bare
def stroll(f: Any, x: Any, w: int, draw: Any) -> float:
    """A few random changes of stock points that have to do with each other; cost [money]."""
    total = 0.0
    n = f.way[w, TARGET]
    for j in range(1 + int(8.0 * draw[2] * draw[2])):
        # more random numbers from the few there are
        where, u, v = (
            (97.3 * (j + 1) * draw[5]) % 1.0,
            (89.7 * (j + 1) * draw[6]) % 1.0,
            (83.9 * (j + 1) * draw[4]) % 1.0,
        )
        if f.first[n] < f.first[n + 1]:
            total += random_change(f, x, n, u, v)
            near = f.way[f.first[n] + int(u * (f.first[n + 1] - f.first[n])), SOURCE]
            if where < 0.3 and near >= 0:
                n = near
        if where > 0.7 and f.served_first[n] < f.served_first[n + 1]:
            n = f.served[f.served_first[n] + int(v * (f.served_first[n + 1] - f.served_first[n]))]
        elif 0.3 <= where < 0.4:
            n = f.way[min(len(f.way) - 1, int(v * len(f.way))), TARGET]
    return total


@bare
def kick(f: Any, x: Any, kind: int, draw: Any) -> float:
    """Change a plan at random in a way that may pay once other things follow; cost [money]."""
    days = f.daily.shape[1]
    ways = len(f.way)
    w = min(ways - 1, int(draw[1] * ways))
    if kind == 0 or kind == 2:  # a way that is used
        for _ in range(ways):
            if x.lots[w] > 0:
                break
            w = (w + 1) % ways
    cell = f.way[w, LOAD] * days + f.way[w, DAY]
    first, last = f.cell_first[cell], f.cell_first[cell + 1]
    total = 0.0
    if kind == 0:
        total, _ = empty(f, x, cell, 1e300)
    elif kind == 1:
        also, n = NONE, f.way[w, SOURCE]
        if n >= 0 and f.first[n] < f.first[n + 1] and draw[2] < 0.5:  # a way into the place that is left
            u = f.first[n] + int(draw[3] * (f.first[n + 1] - f.first[n]))
            also = f.way[u, LOAD] * days + f.way[u, DAY]
        total = another_vehicle(f, x, cell, also)
    elif kind == 2:
        t = f.way[w, DAY] + int(draw[2] * 7) - 3
        total = carry(f, x, f.by_cell, first, last, NONE, t)
    elif kind == 3:
        total = stroll(f, x, w, draw)
    elif kind == 4:
        n = f.way[w, TARGET] if f.way[w, SOURCE] < 0 else f.way[w, SOURCE]
        if f.first[n] < f.first[n + 1]:
            total = random_change(f, x, n, draw[2], draw[3])
            if draw[4] < 0.5:
                total += random_change(f, x, n, draw[5], draw[6])
    elif len(f.order_first) > 1:
        orders = len(f.order_first) - 1
        order = int(draw[2] * orders)
        if x.ordered[order // days, order % days, LINES] == 0 or draw[3] < 0.2:
            total = top_up(f, x, order)
        elif draw[3] < 0.6:
            total = drop(f, x, order)
        else:
            t = order % days + int(draw[4] * 7) - 3
            total = carry(f, x, f.by_order, f.order_first[order], f.order_first[order + 1], NONE, t)
    return total


@njit(nogil=True, cache=True, error_model="numpy")
def wander(f: Any, x: Any, draws: Any, weights: Any, trial: int) -> float:
    """Random changes, each followed by what then pays; those that don't pay are taken back. How much it saves [money].

    `draws` are eight random numbers in [0, 1) per change, `weights` the cumulated share of each kind, `trial` a number that is
    larger than that of all trials of this state before.
    """
    saved = 0.0
    for row in range(len(draws)):
        kind = 0
        while kind < len(weights) - 1 and draws[row, 0] >= weights[kind]:
            kind += 1
        x.logged[0] = 0
        total = kick(f, x, kind, draws[row])
        if x.logged[0] == 0:
            continue
        total += trim_lighter(f, x, trial + row)
        total += settle(f, x, trial + row)
        if total < -LITTLE:
            saved -= total
        else:
            undo(f, x, LOOK)
    return saved
