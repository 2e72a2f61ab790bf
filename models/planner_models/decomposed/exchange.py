"""Local search over whole lots with the exact cost of every exchange: stock, lines, vehicles, tariffs, resources and limits.

A lot more, a lot less, or lots by another way or on another day, one stock point after the other; and vehicles that are hardly
used are emptied. Limits cost a penalty that nothing is worth, so that plans which break them are mended by the same moves. What
it doesn't see: order minimums and storage.

All in one module, because numba's cache does not see changes in functions that are called from another one.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from planner_models.decomposed.points import NEVER, Points
from planner_models.decomposed.prices import RESOURCE, Ways
from planner_models.problem import Floats, Ints, Problem

BREACH = 1e4  # money per unit of a limit that is exceeded
MOVES = 24  # exchanges of a stock point in a row at most
LITTLE = 1e-7  # money; less is rounding
# Compiled without counting references to the arrays of `Facts` and `State`, sixty in every call: five times as fast.
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


class Facts(NamedTuple):
    """What does not change: by way (`W`), stock point (`N`), lane-mode (`M`), load (`G`) and day."""

    first: Ints  # N+1, ways of a stock point
    day: Ints  # W
    arrival: Ints
    lane: Ints
    load: Ints
    target: Ints
    source: Ints
    supply: Ints  # limit of the supplier, −1 = none
    lot: Floats  # units
    kg: Floats  # per lot
    m3: Floats
    cases: Floats
    price: Floats  # money per lot: purchase and handling
    line: Floats  # money per order line
    least_lots: Ints
    most_lots: Ints
    previous: Floats  # cases
    origin: Ints  # location
    destination: Ints
    on_hand: Floats  # N …
    mean: Floats  # N × T …
    given: Floats
    given_later: Floats
    holding: Floats
    lost: Floats
    unit_cost: Floats
    shelf: Floats
    least: Floats
    most: Floats
    terminal: Floats
    stock: Floats  # N × T × J
    sales: Floats
    slope: Floats
    end_stock: Floats  # N × J
    end_short: Floats
    end_slope: Floats
    room_kg: Floats  # G × T
    room_m3: Floats
    vehicle: Floats  # money, CO₂ included
    most_vehicles: Floats
    routed: Ints  # G
    ends: Ints  # G × 2, origin and destination; −1 = several
    rate: Floats  # M × T …
    rate_m3: Floats
    charge: Floats
    stop: Floats
    co2: Floats  # money per kg
    bands: Ints  # M
    band_from: Floats  # M × B
    band_rate: Floats
    line_hours: Floats  # L
    case_hours: Floats
    limit: Floats  # R × L × T
    beyond: Floats  # limit with overtime
    overtime: Floats  # money per unit
    supply_limit: Floats  # U × T
    change: float


class State(NamedTuple):
    """A plan and what follows from it; changed in place."""

    lots: Ints  # W
    arrivals: Floats  # N × T+1 [units]
    departures: Floats  # N × T
    own: Floats  # N [money]
    kg: Floats  # G × T
    m3: Floats
    lane_kg: Floats  # M × T
    lane_m3: Floats
    lane_lines: Ints  # M × T, order lines, given ones included
    load_lines: Ints  # G × T
    use: Floats  # R × L × T
    supplied: Floats  # U × T


def facts_of(problem: Problem, ways: Ways, points: Points) -> Facts:
    """Prepare a problem."""
    ship, lanes, loads = problem.shipments, problem.lanes, problem.loads
    stock, place, limits = problem.stock, problem.locations, problem.capacities
    k, m = ways.shipment, ways.lane
    per_case = place.case_cost[lanes.origin] + place.case_cost[lanes.destination]
    cases = ship.lot_cases[k].astype(float)
    most = max((len(bands) for bands in lanes.breaks), default=0)
    band_from, band_rate = (
        np.zeros((len(lanes.load), max(1, most))),
        np.zeros((len(lanes.load), max(1, most))),
    )
    for number, bands in enumerate(lanes.breaks):
        for position, (start, rate) in enumerate(bands):
            band_from[number, position], band_rate[number, position] = start, rate
    tangents = points.tangents
    known = np.isfinite(limits.limit)
    return Facts(
        first=np.searchsorted(ways.target, np.arange(len(stock.item) + 1)),
        day=ways.day, arrival=ways.arrival, lane=m, load=lanes.load[m], target=ways.target, source=ways.source,
        supply=ways.supply_limit, lot=ways.lot, kg=ways.weight * ways.lot, m3=ways.volume * ways.lot, cases=cases,
        price=ship.purchase[k] * ways.lot + per_case[m] * cases, line=ways.line_cost,
        least_lots=np.maximum(1, np.ceil(ship.min_units[k] / ways.lot - 1e-9)).astype(np.int64),
        most_lots=ship.max_lots[k].astype(np.int64), previous=ship.previous[k, ways.day],
        origin=lanes.origin[m], destination=lanes.destination[m],
        on_hand=stock.on_hand, mean=stock.mean, given=points.given, given_later=stock.given_later, holding=stock.holding,
        lost=np.where(stock.must_meet, BREACH, stock.lost_cost), unit_cost=points.unit_cost, shelf=points.shelf, least=points.least,
        most=points.most, terminal=stock.terminal_cost, stock=tangents.stock, sales=tangents.sales, slope=tangents.slope,
        end_stock=tangents.end_stock, end_short=tangents.end_short, end_slope=tangents.end_slope,
        room_kg=loads.vehicle_kg, room_m3=loads.vehicle_m3,
        vehicle=loads.cost_per_vehicle + problem.co2_price * loads.co2_per_vehicle, most_vehicles=loads.max_vehicles,
        routed=np.array([bool(route) for route in loads.route]).astype(np.int64),
        ends=_ends(problem), rate=lanes.cost_per_kg, rate_m3=lanes.cost_per_m3, charge=lanes.min_charge, stop=lanes.stop_cost,
        co2=problem.co2_price * lanes.co2_per_kg, bands=np.array([len(bands) for bands in lanes.breaks]),
        band_from=band_from, band_rate=band_rate, line_hours=place.line_hours, case_hours=place.case_hours,
        limit=np.where(known, limits.limit, NEVER), beyond=np.where(known, limits.limit + limits.overtime_limit, NEVER),
        overtime=np.where(np.isfinite(limits.overtime_cost), limits.overtime_cost, 0.0),
        supply_limit=np.zeros(problem.supply.given.shape) + problem.supply.limit[:, None], change=problem.change_cost,
    )  # fmt: skip


def _ends(problem: Problem) -> Ints:
    lanes = problem.lanes
    first = np.unique(lanes.load, return_index=True)[1]
    alone = np.bincount(lanes.load) == 1
    return np.stack([lanes.origin[first], np.where(alone, lanes.destination[first], -1)], axis=1)


def state_of(problem: Problem, facts: Facts, lots: Ints) -> State:
    """What follows from whole lots by way (`W`)."""
    stock, lanes, loads = problem.stock, problem.lanes, problem.loads
    days = problem.days
    given = np.zeros(lanes.open.shape, np.int64)
    np.add.at(given, (problem.given.lane, problem.given.day), 1)
    state = State(
        lots=np.zeros(len(facts.day), np.int64), arrivals=np.zeros((len(stock.item), days + 1)),
        departures=np.zeros((len(stock.item), days)), own=np.zeros(len(stock.item)),
        kg=np.zeros(loads.vehicle_kg.shape), m3=np.zeros(loads.vehicle_kg.shape),
        lane_kg=lanes.given_kg.copy(), lane_m3=lanes.given_m3.copy(), lane_lines=given,
        load_lines=np.zeros(loads.vehicle_kg.shape, np.int64), use=problem.capacities.given_use.copy(),
        supplied=problem.supply.given.copy(),
    )  # fmt: skip
    np.add.at(state.kg, lanes.load, lanes.given_kg)
    np.add.at(state.m3, lanes.load, lanes.given_m3)
    np.add.at(state.load_lines, lanes.load, given)
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


def lots_of(problem: Problem, ways: Ways, state: State) -> Ints:
    """`K × T` whole lots."""
    found = np.zeros(problem.shipments.open.shape, np.int64)
    found[ways.shipment, ways.day] = state.lots
    return found


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
def own_cost(
    f: Any, n: int, arrivals: Any, departures: Any, day: int, more: float, gone: int, leaving: float
) -> float:
    """Stock, lost sales, waste, the end and broken limits of stock point `n` [money], if `more` arrives on `day` and
    `leaving` leaves on the day `gone`.

    Sales by cubic Hermite interpolation between the tangents' points, never above the tangents. One loop without calls, because
    every array that a call passes costs time.
    """
    mean, given, stock, sales, slope, shelf, least, most = (
        f.mean,
        f.given,
        f.stock,
        f.sales,
        f.slope,
        f.shelf,
        f.least,
        f.most,
    )
    lost, holding, unit_cost = f.lost[n], f.holding[n], f.unit_cost[n]
    s, total = f.on_hand[n], 0.0
    days, last = mean.shape[1], stock.shape[2] - 1
    for t in range(days):
        a = s + given[n, t] + arrivals[n, t] - departures[n, t]
        if t == day:
            a += more
        if t == gone:
            a -= leaving
        if a < 0.0:
            if a < -1e-7:
                total -= BREACH * a
            a = 0.0
        mu = mean[n, t]
        sold = min(a, mu)
        if mu > 0.0 and a > 0.0:
            if a >= stock[n, t, last]:
                sold = min(sold, sales[n, t, last] + slope[n, t, last] * (a - stock[n, t, last]))
            elif a > stock[n, t, 0] or stock[n, t, 0] > 0.0:
                x0, y0, s0 = 0.0, 0.0, 1.0
                j = 0
                if a > stock[n, t, 0]:
                    while stock[n, t, j + 1] < a:
                        j += 1
                    x0, y0, s0 = stock[n, t, j], sales[n, t, j], slope[n, t, j]
                    j += 1
                h, y1, s1 = stock[n, t, j] - x0, sales[n, t, j], slope[n, t, j]
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
        if left < least[n, t] - 1e-7:
            total += BREACH * (least[n, t] - left)
        if left > most[n, t] + 1e-7:
            total += BREACH * (left - most[n, t])
        s = min(left, shelf[n, t])
        total += lost * (mu - sold) + holding * s + unit_cost * (left - s)
    position = s + f.given_later[n] + arrivals[n, days]
    if day == days:
        position += more
    short = 0.0
    for j in range(f.end_stock.shape[1]):
        short = max(short, f.end_short[n, j] + f.end_slope[n, j] * (position - f.end_stock[n, j]))
    return total + f.terminal[n] * short


@njit(cache=True, error_model="numpy", inline="always")
def over(f: Any, resource: int, place: int, day: int, use: float) -> float:
    """Overtime, and a breach beyond it [money]."""
    limit = f.limit[resource, place, day]
    if use <= limit:
        return 0.0
    return f.overtime[resource, place, day] * (use - limit) + BREACH * max(
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


@bare
def shared_delta(f: Any, x: Any, w: int, d: int) -> float:
    """What `d` lots more cost on vehicles, at docks, in hours, purchase and lines [money]."""
    m, g, t, a = f.lane[w], f.load[w], f.day[w], f.arrival[w]
    origin, destination = f.origin[w], f.destination[w]
    before = x.lots[w]
    after = before + d
    line = (1 if after > 0 else 0) - (1 if before > 0 else 0)
    kg, m3, cases = d * f.kg[w], d * f.m3[w], d * f.cases[w]
    days = f.mean.shape[1]
    total = d * f.price[w] + line * f.line[w]
    if f.change > 0.0:
        total += f.change * (
            abs(after * f.cases[w] - f.previous[w]) - abs(before * f.cases[w] - f.previous[w])
        )
    old = vehicles_of(f, g, t, x.kg[g, t], x.m3[g, t], x.load_lines[g, t])
    new = vehicles_of(f, g, t, x.kg[g, t] + kg, x.m3[g, t] + m3, x.load_lines[g, t] + line)
    total += (new - old) * f.vehicle[g, t]
    total += BREACH * (max(0.0, new - f.most_vehicles[g, t]) - max(0.0, old - f.most_vehicles[g, t]))
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
    u = f.supply[w]
    if u >= 0:
        limit, given = f.supply_limit[u, t], x.supplied[u, t]
        total += BREACH * (max(0.0, given + d * f.lot[w] - limit - 1e-7) - max(0.0, given - limit - 1e-7))
    return total


@bare
def delta(f: Any, x: Any, w: int, d: int, most: float) -> float:
    """What `d` lots more by the way cost [money]; something large if that is surely above `most`."""
    total = shared_delta(f, x, w, d)
    n, s = f.target[w], f.source[w]
    if d > 0 and total - x.own[n] > most and s < 0:
        return 1e300
    units = d * f.lot[w]
    total += own_cost(f, n, x.arrivals, x.departures, f.arrival[w], units, -1, 0.0) - x.own[n]
    if s >= 0:
        total += own_cost(f, s, x.arrivals, x.departures, -1, 0.0, f.day[w], units) - x.own[s]
    return total


@bare
def apply(f: Any, x: Any, w: int, d: int) -> None:
    """Change a plan by `d` lots."""
    m, g, t, a = f.lane[w], f.load[w], f.day[w], f.arrival[w]
    origin, destination, n, s = f.origin[w], f.destination[w], f.target[w], f.source[w]
    line = (1 if x.lots[w] + d > 0 else 0) - (1 if x.lots[w] > 0 else 0)
    days = f.mean.shape[1]
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
    x.arrivals[n, a] += units
    x.own[n] = own_cost(f, n, x.arrivals, x.departures, -1, 0.0, -1, 0.0)
    if s >= 0:
        x.departures[s, t] += units
        x.own[s] = own_cost(f, s, x.arrivals, x.departures, -1, 0.0, -1, 0.0)


@njit(cache=True, error_model="numpy")
def _begin(f: Any, x: Any, lots: Any) -> None:
    """Start from given orders, and put the plan on top."""
    for n in range(len(x.own)):
        x.own[n] = own_cost(f, n, x.arrivals, x.departures, -1, 0.0, -1, 0.0)
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


@bare
def shift(f: Any, x: Any, w: int, amount: int, most: float, barred: int) -> tuple[float, int, int]:
    """The best way for lots that no longer go by `w` (they are gone already), not on the load cell `barred`: cost, way, lots."""
    best, to, number = most, -1, 0
    n = f.target[w]
    days = f.mean.shape[1]
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


@njit(nogil=True, cache=True, error_model="numpy")
def improve(f: Any, x: Any, order: Any) -> float:
    """One pass over the stock points in `order`; how much it saves [money]."""
    saved = 0.0
    for n in order:
        for _ in range(MOVES):
            best, way, number, to, there = -LITTLE, -1, 0, -1, 0
            for w in range(f.first[n], f.first[n + 1]):
                step = up(f, x, w)
                if step > 0:
                    cost = delta(f, x, w, step, best)
                    if cost < best:
                        best, way, number, to = cost, w, step, -1
                if x.lots[w] > 0:
                    step = down(f, x, w)
                    cost = delta(f, x, w, -step, best)
                    if cost < best:
                        best, way, number, to = cost, w, -step, -1
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
                break
            apply(f, x, way, number)
            if to >= 0:
                apply(f, x, to, there)
            saved -= best
    return saved


@njit(nogil=True, cache=True, error_model="numpy")
def trim(f: Any, x: Any, by_cell: Any, starts: Any) -> float:
    """Empty the last vehicle of every load where what is on it is better moved or left; how much it saves [money].

    `by_cell` lists ways by load and day, `starts` where each cell begins.
    """
    saved = 0.0
    loads, days = x.kg.shape
    for cell in range(loads * days):
        g, t = cell // days, cell % days
        first, last = starts[cell], starts[cell + 1]
        vehicles = vehicles_of(f, g, t, x.kg[g, t], x.m3[g, t], x.load_lines[g, t])
        if vehicles < 1.0 or first == last:
            continue
        count, total = 0, 0.0
        used = np.empty(last - first, np.int64)
        worth = np.empty(last - first)
        for j in range(first, last):
            w = by_cell[j]
            if x.lots[w] > 0:
                amount = x.lots[w]
                less = delta(f, x, w, -amount, 1e300)
                apply(f, x, w, -amount)
                cost, _, _ = shift(f, x, w, amount, 0.0, cell)
                apply(f, x, w, amount)
                used[count] = w
                worth[count] = (less + cost) / max(f.kg[w] * amount, 1e-9)
                count += 1
        order = np.argsort(worth[:count])
        log_way, log_lots = np.empty(2 * count, np.int64), np.empty(2 * count, np.int64)
        logged = 0
        emptied = False
        for j in order:
            w = used[j]
            amount = x.lots[w]
            less = delta(f, x, w, -amount, 1e300)
            apply(f, x, w, -amount)
            log_way[logged], log_lots[logged] = w, -amount
            logged += 1
            total += less
            cost, v, lots = shift(f, x, w, amount, 0.0, cell)
            if v >= 0:
                apply(f, x, v, lots)
                log_way[logged], log_lots[logged] = v, lots
                logged += 1
                total += cost
            emptied = vehicles_of(f, g, t, x.kg[g, t], x.m3[g, t], x.load_lines[g, t]) < vehicles
            if emptied or total > f.vehicle[g, t] + BREACH:
                break
        if emptied and total < -LITTLE:
            saved -= total
            continue
        while logged > 0:
            logged -= 1
            apply(f, x, log_way[logged], -log_lots[logged])
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
def carry(f: Any, x: Any, ways: Any, g: int, t: int, log_way: Any, log_lots: Any) -> tuple[float, int]:
    """Move what goes by `ways` to the load `g` on day `t`, as far as it can go there: cost, and how many changes were logged."""
    total, logged = 0.0, 0
    for w in ways:
        amount = x.lots[w]
        v = same_goods(f, w, g, t) if amount > 0 else -1
        if v < 0 or x.lots[v] + amount > f.most_lots[v]:
            continue
        total += delta(f, x, w, -amount, 1e300)
        apply(f, x, w, -amount)
        total += delta(f, x, v, amount, 1e300)
        apply(f, x, v, amount)
        log_way[logged], log_lots[logged] = w, amount
        log_way[logged + 1], log_lots[logged + 1] = v, amount
        logged += 2
    return total, logged


@njit(nogil=True, cache=True, error_model="numpy")
def relocate(f: Any, x: Any, by_cell: Any, starts: Any, near: int) -> float:
    """Move whole loads to days near by and to other vehicles of the same way; how much it saves [money]."""
    saved = 0.0
    loads, days = x.kg.shape
    for cell in range(loads * days):
        first, last = starts[cell], starts[cell + 1]
        day = cell % days
        if first == last or x.load_lines[cell // days, day] == 0:
            continue
        log_way, log_lots = np.empty(2 * (last - first), np.int64), np.empty(2 * (last - first), np.int64)
        best, best_load, best_day = -LITTLE, -1, -1
        origin, destination = f.origin[by_cell[first]], f.destination[by_cell[first]]
        for g in range(loads):
            if f.ends[g, 0] != origin or f.ends[g, 1] != destination:
                continue
            for t in range(max(0, day - near), min(days, day + near + 1)):
                if (g * days + t) == cell or starts[g * days + t] == starts[g * days + t + 1]:
                    continue
                total, logged = carry(f, x, by_cell[first:last], g, t, log_way, log_lots)
                if total < best:
                    best, best_load, best_day = total, g, t
                while logged > 0:
                    logged -= 2
                    apply(f, x, log_way[logged + 1], -log_lots[logged + 1])
                    apply(f, x, log_way[logged], log_lots[logged])
        if best_load >= 0:
            carry(f, x, by_cell[first:last], best_load, best_day, log_way, log_lots)
            saved -= best
    return saved
