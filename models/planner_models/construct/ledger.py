"""The books of one plan: its cost, and what a change of a few order lines would do to it.

Exact up to the tables. Limits count as money (`HARD` per breach and a slope per unit), so that a search can pass through
infeasible plans on its way. Everything is a plain Python number: a change touches two stock points and two days, where lists
are faster than arrays.
"""

from dataclasses import dataclass, field

import numpy as np

from planner_models.construct.tables import CELLS, Tables
from planner_models.problem import RESOURCES, Ints, Problem

HARD = 3000.0  # money per breached limit
SOFT = 0.4  # part of a lost sale that a unit short at a source leads to: those who wait have stock
UNITS, KG_OUT, VEHICLES_OUT, KG_IN, VEHICLES_IN, STORAGE, HOURS = range(len(RESOURCES))
INFINITE = float("inf")

Change = tuple[
    int, int, int
]  # shipment, day, lots more (or fewer); each (shipment, day) at most once per trial


@dataclass
class Trial:
    """The outcome of some changes, ready to be entered."""

    delta: float  # money
    changes: list[Change] = field(default_factory=list)
    points: dict[int, tuple[list[float], list[float], float, float, list[float]]] = field(
        default_factory=dict
    )
    lanes: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    groups: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)
    use: dict[tuple[int, int, int], float] = field(default_factory=dict)
    supplied: dict[tuple[int, int], float] = field(default_factory=dict)
    bought: dict[tuple[int, int], list[float]] = field(default_factory=dict)


NOTHING = Trial(INFINITE)


class Ledger:
    """A plan and everything that its cost is made of."""

    def __init__(
        self, problem: Problem, tables: Tables, lots: Ints | None = None, breach: float = HARD
    ) -> None:
        self.problem, self.breach = (
            problem,
            breach,
        )  # breach: money per day on which a stock limit is not kept
        self._constants(problem, tables)
        if breach == 0.0:
            self.steep = self.soft.tolist()
        self._empty(problem)
        if lots is not None:
            k, t = np.nonzero(lots)
            self.enter(
                self.trial([(int(a), int(b), int(lots[a, b])) for a, b in zip(k, t, strict=True)], True)
            )

    def _constants(self, problem: Problem, tables: Tables) -> None:
        stock, ship, lanes, loads = problem.stock, problem.shipments, problem.lanes, problem.loads
        items, place, caps = problem.items, problem.locations, problem.capacities
        self.days = problem.days
        self.sales = tables.sales.tolist()
        self.cells = tables.cells_per_unit.tolist()
        self.short = tables.short.tolist()
        self.short_cells = tables.short_per_unit.tolist()
        self.mean, self.shelf, self.most = stock.mean.tolist(), stock.shelf.tolist(), stock.max_stock.tolist()
        self.on_hand, self.holding = stock.on_hand.tolist(), stock.holding.tolist()
        self.lost_cost, self.must = stock.lost_cost.tolist(), stock.must_meet.tolist()
        self.least, self.least_from = stock.min_stock.tolist(), stock.min_from.tolist()
        self.terminal_cost = stock.terminal_cost.tolist()
        self.waste_cost = items.unit_cost[stock.item].tolist()
        self.location = stock.location.tolist()
        worth = np.zeros(len(items.names))
        np.maximum.at(worth, stock.item, np.maximum(stock.lost_cost, stock.terminal_cost))
        # what a unit short of a limit costs: more than it can be worth anywhere
        sells = stock.mean.sum(axis=1) > 0
        self.soft = (
            np.where(sells, 2.0, SOFT) * worth[stock.item]
        )  # what a unit short will cost those who wait for it
        self.steep = (2.0 * worth[stock.item] + items.unit_cost[stock.item] + 1.0).tolist()
        m = ship.lane
        self.lane, self.source, self.target = m.tolist(), ship.source.tolist(), ship.target.tolist()
        case = items.case_size[ship.item]
        self.lot_cases = ship.lot_cases.tolist()
        self.lot_units = (case * ship.lot_cases).tolist()
        self.lot_kg = (case * ship.lot_cases * items.weight[ship.item]).tolist()
        self.lot_m3 = (case * ship.lot_cases * items.volume[ship.item]).tolist()
        self.volume = items.volume[stock.item].tolist()
        o, d = lanes.origin[m], lanes.destination[m]
        self.line_cost = (place.line_cost[o] + place.line_cost[d]).tolist()
        lot_cost = (place.case_cost[o] + place.case_cost[d]) * ship.lot_cases
        self.lot_cost = (lot_cost + ship.purchase * case * ship.lot_cases).tolist()
        self.least_units, self.lot_value = (
            ship.min_units.tolist(),
            (ship.value * case * ship.lot_cases).tolist(),
        )
        self.previous, self.open = ship.previous.tolist(), ship.open.tolist()
        self.change_cost = problem.change_cost
        self.arrival, self.group = lanes.arrival.tolist(), lanes.load.tolist()
        self.origin, self.destination = lanes.origin.tolist(), lanes.destination.tolist()
        self.line_hours, self.case_hours = place.line_hours.tolist(), place.case_hours.tolist()
        co2 = problem.co2_price
        self.rate = (lanes.cost_per_kg + co2 * lanes.co2_per_kg).tolist()
        self.green = (co2 * lanes.co2_per_kg).tolist()
        self.m3_rate, self.min_charge = lanes.cost_per_m3.tolist(), lanes.min_charge.tolist()
        self.stop_cost, self.breaks = lanes.stop_cost.tolist(), lanes.breaks
        self.vehicle_kg, self.vehicle_m3 = loads.vehicle_kg.tolist(), loads.vehicle_m3.tolist()
        self.vehicle_cost = (loads.cost_per_vehicle + co2 * loads.co2_per_vehicle).tolist()
        self.max_vehicles, self.route = loads.max_vehicles.tolist(), loads.route
        self.members = [np.flatnonzero(lanes.load == g).tolist() for g in range(len(loads.route))]
        self.limit, self.extra = caps.limit.tolist(), caps.overtime_limit.tolist()
        self.overtime = caps.overtime_cost.tolist()
        self.limited: list[list[bool]] = np.asarray(np.isfinite(caps.limit).any(axis=2), object).tolist()
        self.supply_of, self.minimum_of = _supply_of(problem), _minimum_of(problem)
        self.supply_limit = problem.supply.limit.tolist()
        self.min_value, self.min_kg = problem.minimums.min_value.tolist(), problem.minimums.min_kg.tolist()

    def _empty(self, problem: Problem) -> None:
        stock, lanes, days = problem.stock, problem.lanes, problem.days
        self.lots = [[0] * days for _ in self.lane]
        self.arrivals, self.dispatched = stock.given_in.tolist(), stock.given_out.tolist()
        self.later = stock.given_later.tolist()
        lines = np.zeros(lanes.open.shape)
        lines[problem.given.lane, problem.given.day] = 1.0
        self.load = np.stack(
            [lanes.given_kg, lanes.given_m3, lines], axis=2
        ).tolist()  # M × T × (kg, m3, lines)
        self.use = problem.capacities.given_use.copy().tolist()
        self.supplied = problem.supply.given.tolist()
        self.bought = np.stack([problem.minimums.given_value, problem.minimums.given_kg], axis=2).tolist()
        self.point_cost, self.stock = [0.0] * len(self.location), [[0.0] * days for _ in self.location]
        cost = problem.given_handling + problem.given_purchase
        cost += self.change_cost * float(problem.shipments.previous.sum())
        for n in range(len(self.location)):
            paths = self.arrivals[n], self.dispatched[n], self.later[n]
            _, self.stock[n] = self.price_point(n, *paths)
            self._loosen(n)
            self.point_cost[n], _ = self.price_point(n, *paths)
            cost += self.point_cost[n]
            for t in range(days):
                self.use[STORAGE][self.location[n]][t] += self.stock[n][t] * self.volume[n]
        groups = range(len(self.members))
        self.group_cost, self.vehicles = [[0.0] * days for _ in groups], [[0.0] * days for _ in groups]
        for g in groups:
            for t in range(days):
                self.group_cost[g][t], self.vehicles[g][t] = self.price_group(g, t, {})
                cost += self.group_cost[g][t]
                self._dock_use(g, t, {}, self.vehicles[g][t], True)
        cost += sum(self.price_use(key, 0.0) for key in self._limited_keys())
        cost += sum(self.price_supply(n, t, 0.0) for n in range(len(self.supplied)) for t in range(days))
        cost += sum(self.price_minimum(n, t, 0.0, 0.0) for n in range(len(self.bought)) for t in range(days))
        self.cost = cost

    def _loosen(self, n: int) -> None:
        """A maximum that is the path of the stock without any order: the path by the tables is what it means."""
        for t, level in enumerate(self.stock[n]):
            if self.most[n][t] < level < self.most[n][t] * 1.02 + 0.05:
                self.most[n][t] = level

    def _limited_keys(self) -> list[tuple[int, int, int]]:
        return [
            (r, place, t)
            for r, row in enumerate(self.limited)
            for place, is_limited in enumerate(row)
            if is_limited
            for t in range(self.days)
        ]

    def _dock_use(
        self, g: int, t: int, lanes: dict[tuple[int, int], list[float]], vehicles: float, enter: bool = False
    ) -> dict[tuple[int, int, int], float]:
        """Vehicles of a load at every dock; with `enter` they are added to the books."""
        found: dict[tuple[int, int, int], float] = {}
        origin = self.origin[self.members[g][0]]
        if vehicles and self.limited[VEHICLES_OUT][origin]:
            found[VEHICLES_OUT, origin, t] = vehicles
        for m in self.members[g]:
            if not self.limited[VEHICLES_IN][self.destination[m]]:
                continue
            lines = self.load[m][t][2] + (lanes[m, t][2] if (m, t) in lanes else 0.0)
            day = self.arrival[m][t]
            if lines > 0 and day < self.days:
                key = (VEHICLES_IN, self.destination[m], day)
                found[key] = found.get(key, 0.0) + (1.0 if self.route[g] else vehicles)
        if enter:
            for (r, place, day), amount in found.items():
                self.use[r][place][day] += amount
        return found

    def price_point(
        self, n: int, arrivals: list[float], dispatched: list[float], later: float
    ) -> tuple[float, list[float]]:
        """Money and stock path of a stock point."""
        level, cost, path = self.on_hand[n], 0.0, []
        sales, cells, mean = self.sales[n], self.cells[n], self.mean[n]
        shelf, most, lost_cost, holding = self.shelf[n], self.most[n], self.lost_cost[n], self.holding[n]
        steep, must, least, least_from = self.steep[n], self.must[n], self.least[n], self.least_from[n]
        breach = self.breach
        for t in range(self.days):
            available = level + arrivals[t] - dispatched[t]
            if available < 0.0:
                if available < -1e-7:
                    cost += breach - steep * available
                available = 0.0
            demand = mean[t]
            if demand > 0.0:
                x = available * cells[t]
                if x >= CELLS:
                    sold = demand
                else:
                    cell = int(x)
                    table = sales[t]
                    sold = table[cell]
                    sold += (x - cell) * (table[cell + 1] - sold)
                lost = demand - sold
                cost += lost_cost * lost
                if must and lost > 1e-7:
                    cost += breach + steep * lost
                level = available - sold
            else:
                level = available
            path.append(level)
            if least > 0.0 and t >= least_from and level < least - 1e-7:
                cost += breach + steep * (least - level)
            if level > most[t] + 1e-7:
                cost += breach + steep * (level - most[t])
            if level > shelf[t]:
                cost += self.waste_cost[n] * (level - shelf[t])
                level = shelf[t]
            cost += holding * level
        if self.terminal_cost[n] > 0.0:
            x = (level + later) * self.short_cells[n]
            if x < CELLS:
                x = max(x, 0.0)
                cell = int(x)
                short = self.short[n][cell]
                cost += self.terminal_cost[n] * (short + (x - cell) * (self.short[n][cell + 1] - short))
        return cost, path

    def price_group(self, g: int, t: int, lanes: dict[tuple[int, int], list[float]]) -> tuple[float, float]:
        """Money and vehicles of a load; `lanes` holds changes of (kg, m3, lines)."""
        kg = m3 = cost = 0.0
        used = False
        for m in self.members[g]:
            lane_kg, lane_m3, lines = self.load[m][t]
            if (m, t) in lanes:
                change = lanes[m, t]
                lane_kg, lane_m3, lines = lane_kg + change[0], lane_m3 + change[1], lines + change[2]
            if lines < 0.5:
                continue
            used = True
            kg, m3 = kg + lane_kg, m3 + lane_m3
            rate, green = self.rate[m][t], self.green[m][t]
            for from_kg, band in self.breaks[m]:
                if lane_kg >= from_kg - 1e-9:
                    rate = band + green
            variable = (rate - green) * lane_kg + self.m3_rate[m][t] * lane_m3
            cost += max(variable, self.min_charge[m][t]) + self.stop_cost[m][t] + green * lane_kg
        if not used:
            return 0.0, 0.0
        vehicles = max(
            1.0, -(-(kg / self.vehicle_kg[g][t] - 1e-9) // 1), -(-(m3 / self.vehicle_m3[g][t] - 1e-9) // 1)
        )
        over = vehicles - self.max_vehicles[g][t]
        if over > 1e-6:
            cost += HARD + 0.3 * HARD * over
        return float(cost + self.vehicle_cost[g][t] * vehicles), float(vehicles)

    def price_use(self, key: tuple[int, int, int], change: float) -> float:
        """Overtime at a capacity, and the penalty beyond it."""
        r, place, t = key
        over = self.use[r][place][t] + change - self.limit[r][place][t]
        if over <= 0.0:
            return 0.0
        extra = self.extra[r][place][t]
        cost: float = self.overtime[r][place][t] * over
        if over > extra + 1e-7 * max(1.0, self.limit[r][place][t] + extra):
            cost += HARD * (1.0 + (over - extra) / max(1.0, self.limit[r][place][t] + extra))
        return cost

    def price_supply(self, n: int, t: int, change: float) -> float:
        """Penalty for more than a supplier has."""
        over: float = self.supplied[n][t] + change - self.supply_limit[n]
        return HARD * (1.0 + over / max(1.0, self.supply_limit[n])) if over > 1e-7 else 0.0

    def price_minimum(self, n: int, t: int, value: float, kg: float) -> float:
        """Penalty for an order below the supplier's minimum."""
        value, kg = self.bought[n][t][0] + value, self.bought[n][t][1] + kg
        if value <= 1e-9 and kg <= 1e-9:
            return 0.0
        low_value, low_kg = max(self.min_value[n] - value, 0.0), max(self.min_kg[n] - kg, 0.0)
        if low_value + low_kg <= 1e-7:
            return 0.0
        return float(
            HARD * (1.0 + low_value / max(1.0, self.min_value[n]) + low_kg / max(1.0, self.min_kg[n]))
        )

    def trial(self, changes: list[Change], force: bool = False) -> Trial:
        """What these changes would do. Impossible ones (negative lots, closed days) cost infinitely, unless forced."""
        delta, out = 0.0, Trial(0.0, changes)
        moved: dict[int, tuple[list[float], list[float], list[float]]] = {}
        lanes, use, supplied, bought = out.lanes, out.use, out.supplied, out.bought
        for k, t, more in changes:
            old = self.lots[k][t]
            new = old + more
            if new < 0 or (not self.open[k][t] and new > old and not force):
                return NOTHING
            units, kg, m = more * self.lot_units[k], more * self.lot_kg[k], self.lane[k]
            line = (new > 0) - (old > 0)
            delta += self.lot_cost[k] * more + self.line_cost[k] * line
            if self.change_cost:
                planned, lot = self.previous[k][t], self.lot_cases[k]
                delta += self.change_cost * (abs(new * lot - planned) - abs(old * lot - planned))
            if self.least_units[k] > 0.0:
                least = self.least_units[k] - 1e-7
                delta += HARD * (
                    (0 < new * self.lot_units[k] < least) - (0 < old * self.lot_units[k] < least)
                )
            day, source, target = self.arrival[m][t], self.source[k], self.target[k]
            if target not in moved:
                moved[target] = (self.arrivals[target][:], self.dispatched[target][:], [self.later[target]])
            if day < self.days:
                moved[target][0][day] += units
            else:
                moved[target][2][0] += units
            if source >= 0:
                if source not in moved:
                    moved[source] = (
                        self.arrivals[source][:],
                        self.dispatched[source][:],
                        [self.later[source]],
                    )
                moved[source][1][t] += units
            change = lanes.get((m, t))
            if change is None:
                lanes[m, t] = [kg, more * self.lot_m3[k], float(line)]
            else:
                change[0] += kg
                change[1] += more * self.lot_m3[k]
                change[2] += line
            o, d = self.origin[m], self.destination[m]
            if self.limited[UNITS][o]:
                use[UNITS, o, t] = use.get((UNITS, o, t), 0.0) + units
            if self.limited[KG_OUT][o]:
                use[KG_OUT, o, t] = use.get((KG_OUT, o, t), 0.0) + kg
            if self.limited[HOURS][o]:
                hours = self.line_hours[o] * line + self.case_hours[o] * more * self.lot_cases[k]
                use[HOURS, o, t] = use.get((HOURS, o, t), 0.0) + hours
            if day < self.days:
                if self.limited[KG_IN][d]:
                    use[KG_IN, d, day] = use.get((KG_IN, d, day), 0.0) + kg
                if self.limited[HOURS][d]:
                    hours = self.line_hours[d] * line + self.case_hours[d] * more * self.lot_cases[k]
                    use[HOURS, d, day] = use.get((HOURS, d, day), 0.0) + hours
            n = self.supply_of[k]
            if n >= 0:
                supplied[n, t] = supplied.get((n, t), 0.0) + units
            n = self.minimum_of[k]
            if n >= 0:
                pair = bought.setdefault((n, t), [0.0, 0.0])
                pair[0] += more * self.lot_value[k]
                pair[1] += kg
        for n, (arrivals, dispatched, later) in moved.items():
            cost, path = self.price_point(n, arrivals, dispatched, later[0])
            delta += cost - self.point_cost[n]
            out.points[n] = (arrivals, dispatched, later[0], cost, path)
            place = self.location[n]
            if self.limited[STORAGE][place]:
                volume = self.volume[n]
                for t, (after, before) in enumerate(zip(path, self.stock[n], strict=True)):
                    if after != before:
                        key = (STORAGE, place, t)
                        use[key] = use.get(key, 0.0) + volume * (after - before)
        for g, t in {(self.group[m], t) for m, t in lanes}:
            cost, vehicles = out.groups[g, t] = self.price_group(g, t, lanes)
            delta += cost - self.group_cost[g][t]
            before_docks = self._dock_use(g, t, {}, self.vehicles[g][t])
            after_docks = self._dock_use(g, t, lanes, vehicles)
            for key, amount in after_docks.items():
                use[key] = use.get(key, 0.0) + amount
            for key, amount in before_docks.items():
                use[key] = use.get(key, 0.0) - amount
        for key, amount in use.items():
            if amount:
                delta += self.price_use(key, amount) - self.price_use(key, 0.0)
        for (n, t), amount in supplied.items():
            delta += self.price_supply(n, t, amount) - self.price_supply(n, t, 0.0)
        for (n, t), (value, kg) in bought.items():
            delta += self.price_minimum(n, t, value, kg) - self.price_minimum(n, t, 0.0, 0.0)
        out.delta = delta
        return out

    def enter(self, trial: Trial) -> None:
        """Make the changes of a trial."""
        for k, t, more in trial.changes:
            self.lots[k][t] += more
        for n, (arrivals, dispatched, later, cost, path) in trial.points.items():
            self.arrivals[n], self.dispatched[n], self.later[n] = arrivals, dispatched, later
            self.point_cost[n], self.stock[n] = cost, path
        for (m, t), change in trial.lanes.items():
            row = self.load[m][t]
            row[0], row[1], row[2] = row[0] + change[0], row[1] + change[1], row[2] + change[2]
            if row[2] < 0.5:
                row[0] = row[1] = 0.0
        for (g, t), (cost, vehicles) in trial.groups.items():
            self.group_cost[g][t], self.vehicles[g][t] = cost, vehicles
        for (r, place, t), amount in trial.use.items():
            self.use[r][place][t] += amount
        for (n, t), amount in trial.supplied.items():
            self.supplied[n][t] += amount
        for (n, t), (value, kg) in trial.bought.items():
            pair = self.bought[n][t]
            pair[0], pair[1] = pair[0] + value, pair[1] + kg
            if abs(pair[0]) < 1e-7 and abs(pair[1]) < 1e-7:
                pair[0] = pair[1] = 0.0
        self.cost += trial.delta

    def take(self, changes: list[Change], gain: float = 1e-6) -> bool:
        """Enter the changes if they save more than `gain`."""
        trial = self.trial(changes)
        if trial.delta < -gain:
            self.enter(trial)
            return True
        return False

    def plan(self) -> Ints:
        """The plan as lots, `K × T`."""
        return np.array(self.lots, np.int64).reshape(len(self.lane), self.days)


def _supply_of(problem: Problem) -> list[int]:
    """The supply limit that a shipment counts against, -1 = none."""
    origin = problem.lanes.origin[problem.shipments.lane]
    found = np.full(len(origin), -1)
    for n, (item, place) in enumerate(zip(problem.supply.item, problem.supply.location, strict=True)):
        found[(problem.shipments.item == item) & (origin == place)] = n
    return [int(n) for n in found]


def _minimum_of(problem: Problem) -> list[int]:
    """The order minimum that a shipment counts for, -1 = none."""
    lane = problem.shipments.lane
    origin, destination = problem.lanes.origin[lane], problem.lanes.destination[lane]
    found = np.full(len(lane), -1)
    for n, pair in enumerate(zip(problem.minimums.supplier, problem.minimums.destination, strict=True)):
        found[(origin == pair[0]) & (destination == pair[1])] = n
    return [int(n) for n in found]
