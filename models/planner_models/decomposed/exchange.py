"""Local search over whole lots with the exact cost of every exchange: stock, lines, vehicles, tariffs, resources and limits.

A lot more, a lot less, or lots by another way or on another day, one stock point after the other (`improve`); whole loads on
other days (`relocate`); last vehicles emptied (`trim`); and trials that cost something at first and pay when what they touch
has been improved (`wander`): a vehicle more or less, other orders of a place that serves others, orders of a supplier gathered
or dropped. What does not pay is taken back. Limits cost a penalty that nothing is worth, so that plans which break them are
mended by the same moves.

All in one module, because numba's cache does not see changes in functions that are called from another one.
"""

from typing import Any

import numpy as np
from numba import njit

from planner_models.decomposed.facts import (
    GIVEN,
    HOLDING,
    LATER,
    LEAST,
    LOST,
    M3,
    MEAN,
    MOST,
    MUST,
    ON_HAND,
    SHELF,
    STORAGE,
    TERMINAL,
    UNIT_COST,
    Facts,
    State,
    nothing_ordered,
)
from planner_models.decomposed.prices import RESOURCE
from planner_models.problem import Ints, Problem

MOVES = 24  # exchanges of a stock point in a row at most
LITTLE = 1e-7  # money; less is rounding
# Compiled without counting references to the arrays of `Facts` and `State`, eighty in every call: five times as fast.
# Such functions must not allocate anything.
bare: Any = njit(cache=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
OUT_UNITS, OUT_KG, OUT_VEHICLES, IN_KG, IN_VEHICLES, HOURS = (
    RESOURCE[name]
    for name in (
        "outbound_units",
        "outbound_kg",
        "outbound_vehicles",
        "inbound_kg",
        "inbound_vehicles",
        "handling_hours",
    )
)


def state_of(problem: Problem, facts: Facts, lots: Ints) -> State:
    """What follows from whole lots by way (`W`)."""
    state = nothing_ordered(problem, facts)
    _given_vehicles(problem, facts, state)
    _begin(facts, state, lots)
    return state


def _given_vehicles(problem: Problem, facts: Facts, state: State) -> None:
    """Vehicles of given orders at the docks."""
    lanes = problem.lanes
    g, t = np.nonzero(state.load_lines)
    first = np.unique(lanes.load, return_index=True)[1]
    vehicles = np.zeros(state.kg.shape)
    vehicles[g, t] = [
        vehicles_of(facts, a, b, state.kg[a, b], state.m3[a, b], state.load_lines[a, b])
        for a, b in zip(g.tolist(), t.tolist(), strict=True)
    ]
    np.add.at(state.use[OUT_VEHICLES], (lanes.origin[first[g]], t), vehicles[g, t])
    m, t = np.nonzero((state.lane_lines > 0) & (lanes.arrival < problem.days))
    docks = np.where(facts.routed[lanes.load[m]] == 1, 1.0, vehicles[lanes.load[m], t])
    np.add.at(state.use[IN_VEHICLES], (lanes.destination[m], lanes.arrival[m, t]), docks)


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
    `leaving` leaves on the day `gone`; and what its place pays for storage more than now. With `keep` = 1 the state is brought up to
    date instead, from the first of these days on.

    Sales by cubic Hermite interpolation between the tangents' points, never above the tangents. One loop without calls, because
    every array that a call passes costs time.
    """
    days, last = x.left.shape[1], f.curve.shape[2] - 1
    holding, unit_cost, m3 = f.point[n, HOLDING], f.point[n, UNIT_COST], f.point[n, M3]
    lost = f.breach if f.point[n, MUST] > 0.0 else f.point[n, LOST]
    begin = 0
    if day >= 0 and gone >= 0:
        begin = min(day, gone)
    elif day >= 0 or gone >= 0:
        begin = max(day, gone)
    s, total = x.opening[n, begin], x.spent[n, begin]
    for t in range(begin, days):
        a = s + f.daily[n, t, GIVEN] + x.arrivals[n, t] - x.departures[n, t]
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
                sold = min(sold, f.curve[n, t, last, 1] + f.curve[n, t, last, 2] * (a - f.curve[n, t, last, 0]))
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
        if m3 > 0.0 and left != x.left[n, t]:
            use, m3_more = x.use[STORAGE, f.place[n], t], m3 * (left - x.left[n, t])
            if keep == 1:
                x.use[STORAGE, f.place[n], t] = use + m3_more
            else:
                total += over(f, STORAGE, f.place[n], t, use + m3_more) - over(f, STORAGE, f.place[n], t, use)
        s = min(left, f.daily[n, t, SHELF])
        total += lost * (mu - sold) + holding * s + unit_cost * (left - s)
        if keep == 1:
            x.left[n, t], x.opening[n, t + 1], x.spent[n, t + 1] = left, s, total
        elif s == x.opening[n, t + 1] and t >= day and t >= gone:
            return total + x.own[n] - x.spent[n, t + 1]  # the rest of the horizon goes on as it stands
    position = s + f.point[n, LATER] + x.arrivals[n, days]
    if day == days:
        position += more
    short = 0.0
    for j in range(f.end.shape[1]):
        short = max(short, f.end[n, j, 1] + f.end[n, j, 2] * (position - f.end[n, j, 0]))
    total += f.point[n, TERMINAL] * short
    if keep == 1:
        x.own[n] = total
    return total


@njit(cache=True, error_model="numpy", inline="always")
def over(f: Any, resource: int, place: int, day: int, use: float) -> float:
    """Overtime, and a breach beyond it [money]."""
    limit = f.limit[resource, place, day]
    if use <= limit:
        return 0.0
    return f.overtime[resource, place, day] * (use - limit) + f.breach * max(
        0.0, use - f.beyond[resource, place, day] - 1e-7
    )


@njit(cache=True, error_model="numpy", inline="always")
def vehicles_of(f: Any, g: int, t: int, kg: float, m3: float, lines: int) -> float:
    """Whole vehicles of a load."""
    if f.room_kg[g, t] >= 1e300 and f.room_m3[g, t] >= 1e300:
        return 1.0 if lines > 0 else 0.0
    return max(0.0, np.ceil(max(kg / f.room_kg[g, t], m3 / f.room_m3[g, t]) - 1e-9))


@njit(cache=True, error_model="numpy", inline="always")
def tariff(f: Any, m: int, t: int, kg: float, m3: float, lines: int) -> float:
    """Freight of a lane-mode besides vehicles [money]."""
    if lines == 0:
        return 0.0
    rate = f.rate[m, t]
    for j in range(f.bands[m]):
        if kg >= f.band_from[m, j] - 1e-9:
            rate = f.band_rate[m, j]
    return max(rate * kg + f.rate_m3[m, t] * m3, f.charge[m, t]) + f.stop[m, t] + f.co2[m, t] * kg


@njit(cache=True, error_model="numpy", inline="always")
def too_little(f: Any, p: int, value: float, kg: float, lines: int) -> float:
    """Breach of an order minimum [money]."""
    if lines == 0:
        return 0.0
    return f.breach * (max(0.0, f.min_value[p] - value - 1e-7) + max(0.0, f.min_kg[p] - kg - 1e-7))


@bare
def shared_delta(f: Any, x: Any, w: int, d: int) -> float:
    """What `d` lots more cost on vehicles, at docks, in hours, purchase and lines [money]."""
    m, g, t, a = f.lane[w], f.load[w], f.day[w], f.arrival[w]
    origin, destination = f.origin[w], f.destination[w]
    before = x.lots[w]
    after = before + d
    line = (1 if after > 0 else 0) - (1 if before > 0 else 0)
    kg, m3, cases = d * f.kg[w], d * f.m3[w], d * f.cases[w]
    days = x.left.shape[1]
    total = d * f.price[w] + line * f.line[w]
    if f.change > 0.0:
        total += f.change * (
            abs(after * f.cases[w] - f.previous[w]) - abs(before * f.cases[w] - f.previous[w])
        )
    old = vehicles_of(f, g, t, x.kg[g, t], x.m3[g, t], x.load_lines[g, t])
    new = vehicles_of(f, g, t, x.kg[g, t] + kg, x.m3[g, t] + m3, x.load_lines[g, t] + line)
    kept = x.kept[g, t]
    total += (max(new, kept) - max(old, kept)) * f.vehicle[g, t]
    total += f.breach * (max(0.0, new - f.most_vehicles[g, t]) - max(0.0, old - f.most_vehicles[g, t]))
    lane_kg, lane_m3, lines = x.lane_kg[m, t], x.lane_m3[m, t], x.lane_lines[m, t]
    total += tariff(f, m, t, lane_kg + kg, lane_m3 + m3, lines + line) - tariff(
        f, m, t, lane_kg, lane_m3, lines
    )
    if new != old:
        use = x.use[OUT_VEHICLES, origin, t]
        total += over(f, OUT_VEHICLES, origin, t, use + new - old) - over(f, OUT_VEHICLES, origin, t, use)
    use = x.use[OUT_UNITS, origin, t]
    total += over(f, OUT_UNITS, origin, t, use + d * f.lot[w]) - over(f, OUT_UNITS, origin, t, use)
    use = x.use[OUT_KG, origin, t]
    total += over(f, OUT_KG, origin, t, use + kg) - over(f, OUT_KG, origin, t, use)
    use, more = x.use[HOURS, origin, t], line * f.line_hours[origin] + cases * f.case_hours[origin]
    total += over(f, HOURS, origin, t, use + more) - over(f, HOURS, origin, t, use)
    if a < days:
        docks = new - old
        if f.routed[g] == 1:
            docks = (1.0 if lines + line > 0 else 0.0) - (1.0 if lines > 0 else 0.0)
        if docks != 0.0:
            use = x.use[IN_VEHICLES, destination, a]
            total += over(f, IN_VEHICLES, destination, a, use + docks) - over(
                f, IN_VEHICLES, destination, a, use
            )
        use = x.use[IN_KG, destination, a]
        total += over(f, IN_KG, destination, a, use + kg) - over(f, IN_KG, destination, a, use)
        use, more = (
            x.use[HOURS, destination, a],
            line * f.line_hours[destination] + cases * f.case_hours[destination],
        )
        total += over(f, HOURS, destination, a, use + more) - over(f, HOURS, destination, a, use)
    p = f.minimum[w]
    if p >= 0:
        ordered, value, weight = x.ordered_lines[p, t], x.ordered_value[p, t], x.ordered_kg[p, t]
        total += too_little(f, p, value + d * f.value[w], weight + kg, ordered + line) - too_little(
            f, p, value, weight, ordered
        )
    u = f.supply[w]
    if u >= 0:
        limit, given = f.supply_limit[u, t], x.supplied[u, t]
        total += f.breach * (max(0.0, given + d * f.lot[w] - limit - 1e-7) - max(0.0, given - limit - 1e-7))
    return total


@bare
def delta(f: Any, x: Any, w: int, d: int, most: float) -> float:
    """What `d` lots more by the way cost [money]; something large if that is surely above `most`."""
    total = shared_delta(f, x, w, d)
    n, s = f.target[w], f.source[w]
    # what lies before cannot become cheaper, and what comes after not cheaper than nothing
    gain = x.own[n] - x.spent[n, f.arrival[w]]
    if s >= 0:
        gain += x.own[s] - x.spent[s, f.day[w]]
    if total - gain > most and f.point[n, M3] == 0.0 and (s < 0 or f.point[s, M3] == 0.0):
        return 1e300
    units = d * f.lot[w]
    total += own_cost(f, x, n, f.arrival[w], units, -1, 0.0, 0) - x.own[n]
    if s >= 0:
        total += own_cost(f, x, s, -1, 0.0, f.day[w], units, 0) - x.own[s]
    return total


@bare
def apply(f: Any, x: Any, w: int, d: int) -> None:
    """Change a plan by `d` lots."""
    m, g, t, a = f.lane[w], f.load[w], f.day[w], f.arrival[w]
    origin, destination, n, s = f.origin[w], f.destination[w], f.target[w], f.source[w]
    line = (1 if x.lots[w] + d > 0 else 0) - (1 if x.lots[w] > 0 else 0)
    days = x.left.shape[1]
    kg, m3, cases, units = d * f.kg[w], d * f.m3[w], d * f.cases[w], d * f.lot[w]
    old = vehicles_of(f, g, t, x.kg[g, t], x.m3[g, t], x.load_lines[g, t])
    used = x.lane_lines[m, t] > 0
    x.lots[w] += d
    x.kg[g, t] += kg
    x.m3[g, t] += m3
    x.lane_kg[m, t] += kg
    x.lane_m3[m, t] += m3
    x.lane_lines[m, t] += line
    x.load_lines[g, t] += line
    new = vehicles_of(f, g, t, x.kg[g, t], x.m3[g, t], x.load_lines[g, t])
    x.use[OUT_VEHICLES, origin, t] += new - old
    x.use[OUT_UNITS, origin, t] += units
    x.use[OUT_KG, origin, t] += kg
    x.use[HOURS, origin, t] += line * f.line_hours[origin] + cases * f.case_hours[origin]
    if a < days:
        docks = new - old
        if f.routed[g] == 1:
            docks = (1.0 if x.lane_lines[m, t] > 0 else 0.0) - (1.0 if used else 0.0)
        x.use[IN_VEHICLES, destination, a] += docks
        x.use[IN_KG, destination, a] += kg
        x.use[HOURS, destination, a] += line * f.line_hours[destination] + cases * f.case_hours[destination]
    if f.supply[w] >= 0:
        x.supplied[f.supply[w], t] += units
    p = f.minimum[w]
    if p >= 0:
        x.ordered_value[p, t] += d * f.value[w]
        x.ordered_kg[p, t] += kg
        x.ordered_lines[p, t] += line
    x.arrivals[n, a] += units
    own_cost(f, x, n, a, 0.0, -1, 0.0, 1)
    if s >= 0:
        x.departures[s, t] += units
        own_cost(f, x, s, -1, 0.0, t, 0.0, 1)


@bare
def do(f: Any, x: Any, w: int, d: int) -> float:
    """Change a plan by `d` lots in a way that `undo` can take back; what it costs [money]."""
    cost = delta(f, x, w, d, 1e300)
    apply(f, x, w, d)
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
        own_cost(f, x, n, 0, 0.0, -1, 0.0, 1)
    for w in range(len(lots)):
        if lots[w] > 0:
            apply(f, x, w, lots[w])


@njit(cache=True, error_model="numpy", inline="always")
def up(f: Any, x: Any, w: int) -> int:
    """The least that can be more; 0 = nothing can."""
    step = f.least_lots[w] if x.lots[w] == 0 else 1
    return step if x.lots[w] + step <= f.most_lots[w] else 0


@njit(cache=True, error_model="numpy", inline="always")
def down(f: Any, x: Any, w: int) -> int:
    """The least that can be less."""
    return x.lots[w] if x.lots[w] <= f.least_lots[w] else 1


@njit(cache=True, error_model="numpy", inline="always")
def vehicles_now(f: Any, x: Any, g: int, t: int) -> float:
    """Whole vehicles of a load."""
    return vehicles_of(f, g, t, x.kg[g, t], x.m3[g, t], x.load_lines[g, t])


@bare
def shift(f: Any, x: Any, w: int, amount: int, most: float, barred: int) -> tuple[float, int, int]:
    """The best way for lots that no longer go by `w` (they are gone already), not on the load cell `barred`: cost, way, lots."""
    best, to, number = most, -1, 0
    n = f.target[w]
    days = x.left.shape[1]
    for v in range(f.first[n], f.first[n + 1]):
        if v == w or (barred >= 0 and f.load[v] * days + f.day[v] == barred):
            continue
        lots = max(1, int(amount * f.lot[w] / f.lot[v] + 0.5))
        if x.lots[v] == 0 and lots < f.least_lots[v]:
            lots = f.least_lots[v]
        if x.lots[v] + lots > f.most_lots[v]:
            continue
        cost = delta(f, x, v, lots, best)
        if cost < best:
            best, to, number = cost, v, lots
    return best, to, number


@bare
def pull(f: Any, x: Any, w: int, step: int, most: float) -> tuple[float, int, int]:
    """The best way by which the source gets what `step` lots more by `w` take from it: cost of both, way, lots."""
    n, s = f.target[w], f.source[w]
    best, way, number = most, -1, 0
    if s < 0 or f.first[s] == f.first[s + 1]:
        return best, way, number
    cost = shared_delta(f, x, w, step)
    cost += own_cost(f, x, n, f.arrival[w], step * f.lot[w], -1, 0.0, 0) - x.own[n]
    if cost >= most:
        return best, way, number
    cost += own_cost(f, x, s, -1, 0.0, f.day[w], step * f.lot[w], 0) - x.own[s]
    apply(f, x, w, step)
    for u in range(f.first[s], f.first[s + 1]):
        if f.arrival[u] > f.day[w]:
            break
        lots = up(f, x, u)
        if lots == 0:
            continue
        also = cost + delta(f, x, u, lots, best - cost)
        if also < best:
            best, way, number = also, u, lots
        more = int(np.ceil(step * f.lot[w] / f.lot[u] - 1e-9))
        if more > lots and x.lots[u] + more <= f.most_lots[u]:
            also = cost + delta(f, x, u, more, best - cost)
            if also < best:
                best, way, number = also, u, more
    apply(f, x, w, -step)
    return best, way, number


@bare
def improve_point(f: Any, x: Any, n: int) -> float:
    """Better lots for a stock point, one exchange after the other; how much that saves [money]."""
    saved = 0.0
    for _ in range(MOVES):
        best, way, number, to, there = -LITTLE, -1, 0, -1, 0
        for w in range(f.first[n], f.first[n + 1]):
            step = up(f, x, w)
            if step > 0:
                cost = delta(f, x, w, step, best)
                if cost < best:
                    best, way, number = cost, w, step
            if x.lots[w] > 0:
                step = down(f, x, w)
                cost = delta(f, x, w, -step, best)
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
                    less = delta(f, x, w, -amount, 1e300)
                    apply(f, x, w, -amount)
                    cost, v, lots = shift(f, x, w, amount, best - less, -1)
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
def pair(f: Any, x: Any, n: int) -> float:
    """The best two changes of a stock point at once, where no single one pays; how much that saves [money]."""
    best, one, by_one, other, by_other = -LITTLE, -1, 0, -1, 0
    last = f.first[n + 1]
    for w in range(f.first[n], last):
        for turn in range(2):
            step = up(f, x, w) if turn == 0 else -down(f, x, w)
            if step == 0 or (turn == 1 and x.lots[w] == 0):
                continue
            cost = delta(f, x, w, step, 1e300)
            apply(f, x, w, step)
            for v in range(w + 1, last):
                for there in range(2):
                    also = up(f, x, v) if there == 0 else -down(f, x, v)
                    if also == 0 or (there == 1 and x.lots[v] == 0):
                        continue
                    both = cost + delta(f, x, v, also, best - cost)
                    if both < best:
                        best, one, by_one, other, by_other = both, w, step, v, also
            apply(f, x, w, -step)
    if one < 0:
        return 0.0
    return -do(f, x, one, by_one) - do(f, x, other, by_other)


@njit(nogil=True, cache=True, error_model="numpy")
def pairs(f: Any, x: Any, order: Any) -> float:
    """One pass over the stock points in `order` with two changes at once; how much it saves [money]."""
    saved = 0.0
    for n in order:
        x.logged[0] = 0
        gain = pair(f, x, n)
        if gain > 0.0:
            saved += gain + improve_point(f, x, n)
    return saved


@bare
def lots_over(f: Any, x: Any, w: int, vehicles: float) -> int:
    """Lots of `w` that have to go so that its load needs fewer than `vehicles`, if they suffice; else all."""
    g, t = f.load[w], f.day[w]
    number = x.lots[w]
    if f.room_kg[g, t] < 1e300 or f.room_m3[g, t] < 1e300:
        need = 0.0
        if f.kg[w] > 0.0:
            need = max(need, (x.kg[g, t] - (vehicles - 1.0) * f.room_kg[g, t]) / f.kg[w])
        if f.m3[w] > 0.0:
            need = max(need, (x.m3[g, t] - (vehicles - 1.0) * f.room_m3[g, t]) / f.m3[w])
        number = min(number, max(1, int(np.ceil(min(need, 1e9) - 1e-9))))
    return x.lots[w] if x.lots[w] - number < f.least_lots[w] else number


@bare
def empty(f: Any, x: Any, cell: int, most: float) -> tuple[float, bool]:
    """Take goods off a load until it needs a vehicle less, cheapest per kg first: cost, and whether it came to that.

    Goods go by other ways if that is cheaper than to leave them. Ends when the cost exceeds `most`.
    """
    days = x.left.shape[1]
    g, t = cell // days, cell % days
    vehicles = vehicles_now(f, x, g, t)
    for j in range(f.cell_first[cell], f.cell_first[cell + 1]):
        w = f.by_cell[j]
        x.worth[j] = 1e300
        if x.lots[w] > 0:
            amount = lots_over(f, x, w, vehicles)
            less = delta(f, x, w, -amount, 1e300)
            apply(f, x, w, -amount)
            cost, _, _ = shift(f, x, w, amount, 0.0, cell)
            apply(f, x, w, amount)
            x.worth[j] = (less + cost) / max(f.kg[w] * amount, 1e-9)
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


@njit(nogil=True, cache=True, error_model="numpy")
def trim(f: Any, x: Any) -> float:
    """Empty the last vehicle of every load where what is on it is better moved or left; how much it saves [money]."""
    saved = 0.0
    loads, days = x.kg.shape
    for cell in range(loads * days):
        g, t = cell // days, cell % days
        if f.cell_first[cell] == f.cell_first[cell + 1] or vehicles_now(f, x, g, t) < 1.0:
            continue
        x.logged[0] = 0
        cost, emptied = empty(f, x, cell, f.vehicle[g, t] + f.breach)
        if emptied and cost < -LITTLE:
            saved -= cost
        else:
            undo(f, x, 0)
    return saved


@bare
def same_goods(f: Any, w: int, g: int, t: int) -> int:
    """The way by which the goods of `w` go with the load `g` on day `t`; −1 = there is none."""
    n = f.target[w]
    for v in range(f.first[n], f.first[n + 1]):
        if f.load[v] == g and f.day[v] == t and f.source[v] == f.source[w] and f.origin[v] == f.origin[w]:
            return v
    return -1


@bare
def carry(f: Any, x: Any, ways: Any, first: int, last: int, g: int, t: int) -> float:
    """Move what goes by these ways to the load `g` (−1 = their own) on day `t`, as far as it can go there; cost [money]."""
    total = 0.0
    for j in range(first, last):
        w = ways[j]
        amount = x.lots[w]
        v = -1
        if amount > 0:
            v = same_goods(f, w, f.load[w] if g < 0 else g, t)
        if v >= 0 and v != w and x.lots[v] + amount <= f.most_lots[v]:
            total += do(f, x, w, -amount)
            total += do(f, x, v, amount)
    return total


@njit(nogil=True, cache=True, error_model="numpy")
def relocate(f: Any, x: Any, near: int) -> float:
    """Move whole loads to days near by and to other vehicles of the same way; how much it saves [money]."""
    saved = 0.0
    loads, days = x.kg.shape
    for cell in range(loads * days):
        first, last = f.cell_first[cell], f.cell_first[cell + 1]
        day = cell % days
        if first == last or x.load_lines[cell // days, day] == 0:
            continue
        x.logged[0] = 0
        best, best_load, best_day = -LITTLE, -1, -1
        origin, destination = f.origin[f.by_cell[first]], f.destination[f.by_cell[first]]
        for g in range(loads):
            if f.ends[g, 0] != origin or f.ends[g, 1] != destination:
                continue
            for t in range(max(0, day - near), min(days, day + near + 1)):
                there = g * days + t
                if there == cell or f.cell_first[there] == f.cell_first[there + 1]:
                    continue
                total = carry(f, x, f.by_cell, first, last, g, t)
                if total < best:
                    best, best_load, best_day = total, g, t
                undo(f, x, 0)
        if best_load >= 0:
            saved -= carry(f, x, f.by_cell, first, last, best_load, best_day)
    return saved


@bare
def drop(f: Any, x: Any, order: int) -> float:
    """Order nothing of what has an order minimum on a day, but by other ways where that is better; cost [money]."""
    total = 0.0
    days = x.left.shape[1]
    for j in range(f.order_first[order], f.order_first[order + 1]):
        w = f.by_order[j]
        if x.lots[w] > 0:
            amount = x.lots[w]
            total += do(f, x, w, -amount)
    # only now other ways: as long as something was ordered, each removal made the breach larger
    last = x.logged[0]
    for j in range(last):
        w = x.log_way[j]
        if x.log_lots[j] < 0 and f.minimum[w] * days + f.day[w] == order and x.lots[w] == 0:
            cost, v, lots = shift(f, x, w, -x.log_lots[j], 0.0, -1)
            if v >= 0 and f.minimum[v] * days + f.day[v] != order:
                total += do(f, x, v, lots)
    return total


@bare
def top_up(f: Any, x: Any, order: int) -> float:
    """Order more on a day until the order minimum is reached, where it costs least for what it brings; cost [money]."""
    total = 0.0
    days = x.left.shape[1]
    p, t = order // days, order % days
    while x.logged[0] < len(x.log_way):
        value, kg = f.min_value[p] - x.ordered_value[p, t], f.min_kg[p] - x.ordered_kg[p, t]
        if value <= 1e-7 and kg <= 1e-7 and x.ordered_lines[p, t] > 0:
            break
        best, way, number = 1e300, -1, 0
        for j in range(f.order_first[order], f.order_first[order + 1]):
            w = f.by_order[j]
            step = up(f, x, w)
            if step == 0:
                continue
            missing = f.breach * (min(step * f.value[w], max(0.0, value)) + min(step * f.kg[w], max(0.0, kg)))
            if missing <= 0.0:
                continue
            # as if the order stood already: what it costs besides the breach, for each unit of breach that it mends
            x.ordered_lines[p, t] += 1
            cost = delta(f, x, w, step, 1e300) + missing
            x.ordered_lines[p, t] -= 1
            if cost / missing < best:
                best, way, number = cost / missing, w, step
        if way < 0:
            break
        total += do(f, x, way, number)
    return total


@njit(nogil=True, cache=True, error_model="numpy")
def gather(f: Any, x: Any, near: int) -> float:
    """Orders below their minimum, and those that barely reach it: dropped, topped up or moved; how much it saves [money]."""
    saved = 0.0
    days = x.left.shape[1]
    for order in range(len(f.order_first) - 1):
        p, day = order // days, order % days
        if x.ordered_lines[p, day] == 0:
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
                cost = carry(f, x, f.by_order, first, last, -1, t)
            if cost < best:
                best, kind = cost, other
            undo(f, x, 0)
        if kind == 0:
            saved -= drop(f, x, order)
        elif kind == 1:
            saved -= top_up(f, x, order)
        elif kind > 1:
            saved -= carry(f, x, f.by_order, first, last, -1, day + kind - near - 2)
    return saved


@bare
def room_enough(x: Any) -> bool:
    """Whether changes can still be logged."""
    return x.logged[0] < len(x.log_way) // 2


@bare
def fill_way(f: Any, x: Any, v: int) -> float:
    """What is better sent by a way than by others or not at all; cost [money], at most 0."""
    total = 0.0
    n = f.target[v]
    for _ in range(MOVES):
        best, way, amount, lots = -LITTLE, -1, 0, 0
        step = up(f, x, v)
        if step > 0:
            cost = delta(f, x, v, step, best)
            if cost < best:
                best, way, lots = cost, v, step
        for w in range(f.first[n], f.first[n + 1]):
            if w == v or x.lots[w] == 0:
                continue
            less = x.lots[w]
            more = max(1, int(less * f.lot[w] / f.lot[v] + 0.5))
            if x.lots[v] == 0 and more < f.least_lots[v]:
                more = f.least_lots[v]
            if x.lots[v] + more > f.most_lots[v]:
                continue
            cost = delta(f, x, w, -less, 1e300)
            apply(f, x, w, -less)
            cost += delta(f, x, v, more, best - cost)
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
        best, way, number = -LITTLE, -1, 0
        for j in range(f.served_first[s], f.served_first[s + 1]):
            m = f.served[j]
            for w in range(f.first[m], f.first[m + 1]):
                if f.source[w] != s or f.day[w] < day:
                    continue
                step = up(f, x, w)
                if step > 0:
                    cost = delta(f, x, w, step, best)
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
        n = f.target[v]
        total += fill_way(f, x, v)
        if f.served_first[n] == f.served_first[n + 1]:
            continue
        for _ in range(MOVES):
            step = up(f, x, v)
            since = x.logged[0]
            if step == 0 or not room_enough(x):
                break
            cost = do(f, x, v, step)
            cost += pass_on(f, x, n, f.arrival[v])
            if cost >= -LITTLE:
                undo(f, x, since)
                break
            total += cost
    return total


@bare
def another_vehicle(f: Any, x: Any, cell: int, also: int) -> float:
    """A vehicle more on a load, and one on the load `also` (−1 = none), filled with what is better sent with it; cost [money]."""
    days = x.left.shape[1]
    g, t = cell // days, cell % days
    before = vehicles_now(f, x, g, t)
    x.kept[g, t] = int(before) + 1
    total = 0.0
    if also >= 0:
        total += another_vehicle_to(f, x, also, cell)
    else:
        total += fill(f, x, cell)
    after = vehicles_now(f, x, g, t)
    x.kept[g, t] = 0
    # `fill` paid for vehicles beyond those that were kept
    return total + (min(after, before + 1.0) - before) * f.vehicle[g, t]


@bare
def another_vehicle_to(f: Any, x: Any, cell: int, onward: int) -> float:
    """A vehicle more on a load, for what goes on with the load `onward`; cost [money]."""
    days = x.left.shape[1]
    g, t = cell // days, cell % days
    before = vehicles_now(f, x, g, t)
    x.kept[g, t] = int(before) + 1
    total = fill(f, x, onward) + fill(f, x, cell)
    after = vehicles_now(f, x, g, t)
    x.kept[g, t] = 0
    return total + (min(after, before + 1.0) - before) * f.vehicle[g, t]


@bare
def settle(f: Any, x: Any, trial: int) -> float:
    """Improve every stock point that was changed, and those that it serves; cost [money], at most 0."""
    total = 0.0
    seen, queued, done = 0, 0, 0
    while room_enough(x):
        while seen < x.logged[0]:
            w = x.log_way[seen]
            seen += 1
            n, s = f.target[w], f.source[w]
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
    days = x.left.shape[1]
    for j in range(x.logged[0]):
        w = x.log_way[j]
        cell = f.load[w] * days + f.day[w]
        if x.log_lots[j] > 0 or x.cell_mark[cell] == trial or not room_enough(x):
            continue
        x.cell_mark[cell] = trial
        if vehicles_now(f, x, f.load[w], f.day[w]) < 1.0:
            continue
        since = x.logged[0]
        cost, emptied = empty(f, x, cell, f.vehicle[f.load[w], f.day[w]])
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
def kick(f: Any, x: Any, kind: int, draw: Any) -> float:
    """Change a plan at random in a way that may pay once other things follow; cost [money]."""
    days = x.left.shape[1]
    ways = len(f.day)
    w = min(ways - 1, int(draw[1] * ways))
    if kind == 0 or kind == 2:  # a way that is used
        for j in range(ways):
            if x.lots[w] > 0:
                break
            w = (w + 1) % ways
    cell = f.load[w] * days + f.day[w]
    first, last = f.cell_first[cell], f.cell_first[cell + 1]
    total = 0.0
    if kind == 0:
        total, _ = empty(f, x, cell, 1e300)
    elif kind == 1:
        also, n = -1, f.source[w]
        if n >= 0 and f.first[n] < f.first[n + 1] and draw[2] < 0.5:
            u = f.first[n] + int(draw[3] * (f.first[n + 1] - f.first[n]))
            also = f.load[u] * days + f.day[u]
        total = another_vehicle(f, x, cell, also)
    elif kind == 2:
        t = f.day[w] + int(draw[2] * 7) - 3
        total = carry(f, x, f.by_cell, first, last, -1, t)
    elif kind == 3:
        n = f.target[w]
        total = random_change(f, x, n, draw[2], draw[3])
        if draw[4] < 0.7:
            total += random_change(f, x, n, draw[5], draw[6])
    elif kind == 4:
        n = f.target[w] if f.source[w] < 0 else f.source[w]
        if f.first[n] < f.first[n + 1]:
            total = random_change(f, x, n, draw[2], draw[3])
            if draw[4] < 0.5:
                total += random_change(f, x, n, draw[5], draw[6])
    elif len(f.order_first) > 1:
        orders = len(f.order_first) - 1
        order = int(draw[2] * orders)
        if x.ordered_lines[order // days, order % days] == 0 or draw[3] < 0.2:
            total = top_up(f, x, order)
        elif draw[3] < 0.6:
            total = drop(f, x, order)
        else:
            t = order % days + int(draw[4] * 7) - 3
            total = carry(f, x, f.by_order, f.order_first[order], f.order_first[order + 1], -1, t)
    return total


@njit(nogil=True, cache=True, error_model="numpy")
def wander(f: Any, x: Any, draws: Any, weights: Any, number: int, heat: float, gains: Any) -> float:
    """Random changes, each followed by what then pays; those that cost more than `heat` allows are taken back. What it saves."""
    saved = 0.0
    for row in range(len(draws)):
        draw = draws[row]
        kind = 0
        while kind < len(weights) - 1 and draw[0] >= weights[kind]:
            kind += 1
        x.logged[0] = 0
        trial = number + row
        total = kick(f, x, kind, draw)
        if x.logged[0] == 0:
            continue
        total += trim_lighter(f, x, trial)
        total += settle(f, x, trial)
        if total < -LITTLE or (heat > 0.0 and total < -heat * np.log(draw[7])):
            saved -= total
            gains[kind] -= total
        else:
            undo(f, x, 0)
    return saved
