"""A block: the locations that share vehicles, and everything that could be brought to them.

A *pattern* says on which days which loads drive, with how many vehicles: `{(group, day): vehicles}`. For loads that are
charged by weight the number is 1 for a load within the minimum charge, 2 for a load at its rate. `Block.plan` finds the best
order lines for a pattern: the programme at prices for vehicle space and for scarce stock at the sources, then whole lots trimmed
and filled so that vehicles and sources keep their limits.
"""

from dataclasses import dataclass, field

import numpy as np

from planner_models.construct.ledger import Change, Ledger
from planner_models.construct.programme import BREACH, FEW, Outlook, Programme
from planner_models.construct.tables import Tables
from planner_models.construct.variation import variation
from planner_models.problem import Floats, Ints, Problem

Pattern = dict[tuple[int, int], int]
ROUNDS = 5  # price updates per pattern


@dataclass
class Scene:
    """What the rest of the plan leaves to a block."""

    view: Outlook
    arrivals: Floats  # P × (T + 1), without the block's own orders
    dispatched: Floats  # P × T
    slack: Floats  # S × T, stock of the sources that may leave until a day
    credit: Floats  # S × T, money that a unit is worth at its source
    incumbent: float  # cost of the block's present plan


@dataclass
class Offer:
    """One open lane and day, as arrays over the block's points."""

    lane: int
    day: int
    key: tuple[int, int]
    shipment: Ints  # -1 = the item isn't on this lane
    source: Ints  # row of the source, -1 = supplier
    fixed: Floats  # money per order step without freight
    arrival: int


@dataclass
class Block:
    """Locations that are planned together."""

    problem: Problem
    tables: Tables
    ledger: Ledger
    places: list[int]
    points: Ints = field(init=False)
    lanes: list[int] = field(init=False)
    groups: list[int] = field(init=False)
    prices: dict[tuple[int, int], float] = field(default_factory=dict)
    scarcity: Floats = field(init=False)
    loaded: dict[tuple[int, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problem, ship, lanes = self.problem, self.problem.shipments, self.problem.lanes
        inside = np.isin(lanes.destination, self.places) & ~np.isin(lanes.origin, self.places)
        carries = np.zeros(len(lanes.origin), bool)
        carries[ship.lane[ship.open.any(axis=1)]] = True
        self.lanes = np.flatnonzero(inside & carries).tolist()
        mine = np.isin(ship.lane, self.lanes)
        self.points = np.unique(ship.target[mine])
        self.shipments = np.flatnonzero(mine)
        self.groups = np.unique(lanes.load[self.lanes]).tolist()
        if not len(self.points):
            return
        row = np.full(len(problem.stock.item), -1)
        row[self.points] = np.arange(len(self.points))
        self.row = row
        case = problem.items.case_size[ship.item]
        lot_units = case * ship.lot_cases
        base = np.full(len(self.points), np.inf)
        np.minimum.at(base, row[ship.target[mine]], lot_units[mine])
        self.base = base
        item = problem.stock.item[self.points]
        self.lot_kg, self.lot_m3 = base * problem.items.weight[item], base * problem.items.volume[item]
        self.factor = np.ones(len(ship.item), np.int64)
        self.factor[mine] = np.maximum(1, np.rint(lot_units[mine] / base[row[ship.target[mine]]])).astype(
            np.int64
        )
        self.least = np.maximum(self.factor, 1)
        with np.errstate(invalid="ignore"):
            steps = np.ceil(ship.min_units[mine] / base[row[ship.target[mine]]] - 1e-9).astype(np.int64)
        self.least[mine] = np.maximum(self.least[mine], steps)
        self.cap = np.full(len(ship.item), 10**6)
        for k in np.flatnonzero(mine).tolist():
            n = self.ledger.supply_of[k]
            if n >= 0:
                free = max(0.0, problem.supply.limit[n] - problem.supply.given[n].max())
                self.cap[k] = min(10**6, int(free / base[row[ship.target[k]]] + 1e-9))
        self.capped = bool((self.cap < 10**6).any())
        sources = np.unique(ship.source[mine])
        self.sources = sources[sources >= 0]
        self.source_row = np.full(len(problem.stock.item) + 1, -1)
        self.source_row[self.sources] = np.arange(len(self.sources))
        self.scarcity = np.zeros(len(self.sources))
        self.late = np.full(len(self.sources), problem.days - 1)
        stock = problem.stock
        daily = stock.mean[self.points].sum(axis=1) + 1e-6
        heavy = float(np.sum(daily * problem.items.weight[item]))
        self.day_cost_per_kg = float(np.sum(stock.holding[self.points] * daily)) / max(heavy, 1e-9)
        sells = stock.mean[self.points].sum(axis=1) > 0
        self.feeds = not bool(sells.any())
        self.steep = np.where(sells, np.array(self.ledger.steep)[self.points], self.ledger.soft[self.points])
        self.on_lane = {}
        for m in self.lanes:
            carried = np.flatnonzero(ship.lane == m)
            on = np.full(len(self.points), -1)
            on[row[ship.target[carried]]] = carried
            self.on_lane[m] = on
        self.lot_cost = np.array(self.ledger.lot_cost) / self.factor
        self.programme: Programme | None = None

    def _most(self, dispatched: Floats) -> Floats:
        """Units that a point could usefully hold."""
        stock, n = self.problem.stock, self.points
        spread = np.sqrt((stock.sd[n] ** 2).sum(axis=1) + stock.terminal_sd[n] ** 2)
        need = (
            0.85 * stock.mean[n].sum(axis=1) + dispatched.sum(axis=1) + stock.terminal_mean[n] + 3.0 * spread
        )
        need = np.maximum(need, stock.on_hand[n] + stock.given_in[n].max(axis=1))
        need = np.maximum(need, stock.min_stock[n] * 1.5)
        return np.asarray(need + 2.0 * self.base)

    def _own(self) -> tuple[Floats, Floats]:
        """Arrivals `P × (T + 1)` and departures from sources `S × T` of the block's present orders."""
        days, led, ship = self.problem.days, self.ledger, self.problem.shipments
        arrivals = np.zeros((len(self.points), days + 1))
        leaving = np.zeros((len(self.sources), days))
        for k in self.shipments.tolist():
            for t, lots in enumerate(led.lots[k]):
                if lots:
                    units = lots * led.lot_units[k]
                    arrivals[self.row[ship.target[k]], min(led.arrival[led.lane[k]][t], days)] += units
                    if led.source[k] >= 0:
                        leaving[self.source_row[led.source[k]], t] += units
        return arrivals, leaving

    def scene(self) -> Scene:
        """Look at the rest of the plan."""
        led, days = self.ledger, self.problem.days
        own, leaving = self._own()
        arrivals = np.array([led.arrivals[n] + [led.later[n]] for n in self.points]) - own
        dispatched = np.array([led.dispatched[n] for n in self.points])
        if self.programme is None:
            self.programme = Programme(
                self.problem, self.tables, self.points, self.base, self._most(dispatched), self.steep
            )
            self.programme.breach = 0.0 if self.feeds else BREACH
        view = self.programme.outlook(arrivals[:, :days], dispatched, arrivals[:, days])
        slack, credit = np.zeros(leaving.shape), np.zeros(leaving.shape)
        for s, n in enumerate(self.sources):
            level, available = led.on_hand[n], []
            for t in range(days):
                available.append(level + led.arrivals[n][t] - led.dispatched[n][t])
                level = led.stock[n][t]
            slack[s] = np.array(available) + np.cumsum(leaving[s])
            unit = self.problem.items.case_size[self.problem.stock.item[n]]
            base = self._soft(n, led.dispatched[n])
            for t in range(days):
                sent = led.dispatched[n][:]
                sent[t] += unit
                credit[s, t] = (self._soft(n, sent) - base) / unit
        slack = np.minimum.accumulate(slack[:, ::-1], axis=1)[:, ::-1]
        return Scene(view, arrivals, dispatched, slack, credit, self._incumbent(credit))

    def _soft(self, n: int, dispatched: list[float]) -> float:
        """Cost of a source without the penalty of being short, which has its own price."""
        led = self.ledger
        steep, breach = led.steep[n], led.breach
        led.steep[n], led.breach = 0.0, 0.0
        cost, _ = led.price_point(n, led.arrivals[n], dispatched, led.later[n])
        led.steep[n], led.breach = steep, breach
        return cost

    def _incumbent(self, credit: Floats) -> float:
        led = self.ledger
        cost = sum(led.point_cost[n] for n in self.points)
        cost += sum(sum(led.group_cost[g]) for g in self.groups)
        for k in self.shipments.tolist():
            for t, lots in enumerate(led.lots[k]):
                if lots:
                    cost += led.lot_cost[k] * lots + led.line_cost[k]
                    if led.source[k] >= 0:
                        cost += credit[self.source_row[led.source[k]], t] * lots * led.lot_units[k]
        return float(cost)

    def offers(self, pattern: Pattern, scene: Scene) -> list[Offer]:
        """The open lane-days of a pattern."""
        found, ship, lanes = [], self.problem.shipments, self.problem.lanes
        for m in self.lanes:
            g = int(lanes.load[m])
            for t in range(self.problem.days):
                if (g, t) not in pattern or (-1 - m, t) in pattern or not lanes.open[m, t]:
                    continue
                k = self.on_lane[m]
                on = np.where((k >= 0) & ship.open[np.maximum(k, 0), t], k, -1)
                if not (on >= 0).any():
                    continue
                source = np.where(on >= 0, self.source_row[ship.source[on]], -1)
                fixed = self.lot_cost[on].copy()
                if len(self.sources):
                    fixed += np.where(source >= 0, scene.credit[source, t], 0.0) * self.base
                arrival = min(int(lanes.arrival[m, t]), self.problem.days)
                found.append(Offer(m, t, (g, t), on, source, fixed, arrival))
        return found

    def space(self, key: tuple[int, int], vehicles: int) -> tuple[float, float]:
        """kg and m³ that a load of the pattern can take."""
        (g, t), led = key, self.ledger
        if self.by_weight(g, t):
            if vehicles > 1:
                return np.inf, np.inf
            m = led.members[g][0]
            rate = max(led.breaks[m][0][1] if led.breaks[m] else led.rate[m][t], 1e-9)
            return max(led.min_charge[m][t] / rate, 1e-3), np.inf
        kg = sum(self.problem.lanes.given_kg[m, t] for m in led.members[g])
        m3 = sum(self.problem.lanes.given_m3[m, t] for m in led.members[g])
        return max(vehicles * led.vehicle_kg[g][t] - kg, 1e-3), max(
            vehicles * led.vehicle_m3[g][t] - m3, 1e-6
        )

    def by_weight(self, g: int, t: int) -> bool:
        """The load has no vehicles to fill."""
        led = self.ledger
        return bool(np.isinf(led.vehicle_kg[g][t]) and np.isinf(led.vehicle_m3[g][t]))

    def _rate(self, m: int, t: int, kg: float) -> float:
        led = self.ledger
        rate = led.rate[m][t]
        for from_kg, band in led.breaks[m]:
            if kg >= from_kg - 1e-9:
                rate = band + led.green[m][t]
        return float(rate)

    def plan(
        self, pattern: Pattern, scene: Scene, hopeless: float = np.inf, rounds: int = ROUNDS
    ) -> list[Change] | None:
        """The changes that lead to the best order lines for a pattern; None if it can't beat `hopeless`."""
        programme, led, days = self.programme, self.ledger, self.problem.days
        assert programme is not None
        offers = self.offers(pattern, scene)
        count = len(self.points)
        keys = sorted(key for key in pattern if key[0] >= 0)
        self.loaded = {}
        if not keys:
            return self._changes([], np.zeros((count, 0), np.int64), np.zeros((count, 0), np.int64))
        index = {key: n for n, key in enumerate(keys)}
        space = np.array([self.space(key, pattern[key]) for key in keys]).reshape(-1, 2)
        price = np.array([self.prices.get(key, -1.0) for key in keys])
        known = price[price > 0]
        fixed = np.array([led.vehicle_cost[g][t] * pattern[g, t] for g, t in keys])
        price = np.where(price < 0, (np.median(known) if len(known) else 0.4 * fixed), price)
        linear = np.array([self.by_weight(g, t) and pattern[g, t] > 1 for g, t in keys], bool)
        charged = np.array([self.by_weight(g, t) and (g, t) not in self.prices for g, t in keys], bool)
        floor = np.array([led.min_charge[led.members[g][0]][t] for g, t in keys])
        price = np.where(linear, 0.0, np.where(charged, floor, price))
        fixed_total = 0.0
        for n, (g, t) in enumerate(keys):
            if self.by_weight(g, t):
                fixed_total += led.vehicle_cost[g][t] + (
                    0.0 if linear[n] else led.min_charge[led.members[g][0]][t]
                )
            else:
                fixed_total += fixed[n]
        share_kg, share_m3 = 1.0 / space[:, 0], 1.0 / space[:, 1]
        by_m3 = np.zeros(len(keys), bool)
        loaded = np.zeros((len(keys), 2))
        scarce, late = self.scarcity.copy(), self.late.copy()
        pace = np.maximum(
            0.25 * price, self.day_cost_per_kg * np.where(np.isfinite(space[:, 0]), space[:, 0], 0.0)
        )
        pace, before = np.maximum(pace, 0.2), np.zeros(len(keys))
        haste, pushed = (
            np.maximum(0.3 * scarce, 0.04 * np.array(led.steep)[self.sources]),
            np.zeros(len(scarce)),
        )
        least_strain, chosen = np.inf, None
        offer_key = np.array([index[o.key] for o in offers], np.int64)
        offer_day = np.array([o.day for o in offers], np.int64)
        source_of = np.array([o.source for o in offers], np.int64).reshape(len(offers), count)
        steps = np.zeros((count, days + 1), np.int64)
        choice = np.full((count, days + 1), -1)
        rows = np.arange(count)[:, None]
        for attempt in range(rounds):
            unit = np.full((count, days + 1), np.inf)
            line = np.zeros((count, days + 1))
            choice = np.full((count, days + 1), -1)
            for o, offer in enumerate(offers):
                n = offer_key[o]
                share = self.lot_m3 * share_m3[n] if by_m3[n] else self.lot_kg * share_kg[n]
                m, t = offer.lane, offer.day
                rate = (
                    self._rate(m, t, loaded[n, 0] if attempt else 300.0)
                    if linear[n]
                    else (led.green[m][t] if self.by_weight(*offer.key) else led.rate[m][t])
                )
                money = offer.fixed + rate * self.lot_kg + led.m3_rate[m][t] * self.lot_m3 + price[n] * share
                if len(self.sources):
                    short = (offer.source >= 0) & (t <= late[offer.source])
                    money = money + np.where(short, scarce[offer.source], 0.0) * self.base
                better = (offer.shipment >= 0) & (money < unit[:, offer.arrival])
                unit[better, offer.arrival] = money[better]
                choice[better, offer.arrival] = o
                line[better, offer.arrival] = np.array(led.line_cost)[offer.shipment[better]]
            least = np.ones((count, days + 1), np.int64)
            on = choice >= 0
            if on.any():
                k = np.array([o.shipment for o in offers])[choice, rows]
                least[on] = self.least[k[on]]
            coarse = programme.grid.lots[:, None]
            cap = np.where(on, self.cap[k], FEW + 1) // coarse if on.any() and self.capped else None
            steps, total = programme.solve(scene.view, unit * coarse, line, -(-least // coarse), cap)
            if hopeless < np.inf:
                bound = total.sum() + fixed_total - float(price[~linear].sum())
                bound -= float(
                    np.sum(
                        scarce
                        * np.array([scene.slack[s, min(late[s], days - 1)] for s in range(len(scarce))])
                    )
                )
                if bound > hopeless:
                    return None
            weight = np.where(on, steps, 0)
            used = np.where(on, offer_key[choice] if len(offers) else 0, 0)
            loaded[:, 0] = np.bincount(used.ravel(), (weight * self.lot_kg[:, None]).ravel(), len(keys))[
                : len(keys)
            ]
            loaded[:, 1] = np.bincount(used.ravel(), (weight * self.lot_m3[:, None]).ravel(), len(keys))[
                : len(keys)
            ]
            fill_kg, fill_m3 = loaded[:, 0] * share_kg, loaded[:, 1] * share_m3
            by_m3 = fill_m3 > fill_kg
            fill = np.maximum(fill_kg, fill_m3)
            direction = np.where(linear, 0.0, np.clip(2.5 * (fill - 0.985), -1.0, 1.0))
            turned = direction * before < 0
            pace = np.where(turned, 0.4 * pace, np.where(before == 0, pace, 1.5 * pace))
            before = direction
            moved = np.maximum(0.0, price + pace * direction)
            if len(self.sources):
                out = self._leaving(steps, choice, source_of, offer_day)
                over = np.cumsum(out, axis=1) - scene.slack
                worst = over.max(axis=1)
                short = worst > 1e-6
                last = days - 1 - np.argmax((over > 1e-6)[:, ::-1], axis=1)
                late = np.where(short, np.where(scarce > 0, np.maximum(last, late), last), late)
                push = np.where(short, np.minimum(1.0, 4.0 * worst / np.maximum(out.sum(axis=1), 1e-9)), 0.0)
                push = np.where(
                    ~short & (scarce > 0),
                    np.maximum(-1.0, 4.0 * worst / np.maximum(out.sum(axis=1), 1e-9)),
                    push,
                )
                haste = np.where(push * pushed < 0, 0.4 * haste, np.where(pushed == 0, haste, 1.5 * haste))
                pushed = push
                strain = float(np.where(short, worst / np.maximum(out.sum(axis=1), 1e-9), 0.0).sum())
            else:
                strain = 0.0
            strain += float(np.maximum(0.0, fill[~linear] - 1.0).sum())
            if strain <= least_strain:
                least_strain = strain
                chosen = steps, choice, unit, line, price.copy(), scarce.copy(), late.copy(), fill.copy()
            if attempt < rounds - 1:
                price = moved
                if len(self.sources):
                    scarce = np.maximum(0.0, scarce + haste * push)
        assert chosen is not None
        steps, choice, unit, line, price, scarce, late, fill = chosen
        self.trial_prices = dict(zip(keys, price.tolist(), strict=True))
        self.trial_scarcity = scarce
        self.trial_late = late
        self.loaded = dict(zip(keys, fill.tolist(), strict=True))
        self._settle(scene, offers, steps, choice, source_of, offer_key, offer_day, space, line)
        return self._changes(offers, steps, choice)

    def _leaving(self, steps: Ints, choice: Ints, source_of: Ints, offer_day: Ints) -> Floats:
        """Units that leave every source on every day (`S × T`)."""
        days = self.problem.days
        p, d = np.nonzero(steps)
        o = choice[p, d]
        s = source_of[o, p]
        own = s >= 0
        at = s[own] * days + offer_day[o[own]]
        weight = steps[p[own], d[own]] * self.base[p[own]]
        return np.asarray(np.bincount(at, weight, len(self.sources) * days), float).reshape(-1, days)

    def _settle(
        self,
        scene: Scene,
        offers: list[Offer],
        steps: Ints,
        choice: Ints,
        source_of: Ints,
        offer_key: Ints,
        offer_day: Ints,
        space: Floats,
        line: Floats,
    ) -> None:
        """Trim whole lots until every load and every source keeps its limit, then fill what is free (in place)."""
        if not offers:
            steps[:] = 0
            return
        count, days = len(self.points), self.problem.days
        rows = np.arange(count)[:, None]
        factor = np.ones(choice.shape, np.int64)
        on = choice >= 0
        k = np.array([o.shipment for o in offers])[choice, rows]
        factor[on] = self.factor[k[on]]
        least = np.where(on, self.least[k], 1)
        steps[:] = np.where(on, np.rint(steps / factor).astype(np.int64) * factor, 0)
        steps[(steps > 0) & (steps < least)] = 0
        steps[on] = np.minimum(steps[on], self.cap[k[on]] // factor[on] * factor[on])
        key = np.where(on, offer_key[choice], -1)
        source = np.where(on, source_of[choice, rows], -1)
        day = np.where(on, offer_day[choice], -1)
        freight_free = np.where(on, np.array([o.fixed for o in offers])[choice, rows], 0.0)
        size_kg, size_m3 = self.lot_kg[:, None] * factor, self.lot_m3[:, None] * factor
        days_on = np.flatnonzero(on.any(axis=0))
        for _ in range(12):
            kg = np.bincount(np.where(on, key, 0).ravel(), (steps * self.lot_kg[:, None]).ravel(), len(space))
            m3 = np.bincount(np.where(on, key, 0).ravel(), (steps * self.lot_m3[:, None]).ravel(), len(space))
            over_kg, over_m3 = kg - space[:, 0] * (1 + 1e-9), m3 - space[:, 1] * (1 + 1e-9)
            heavy = np.flatnonzero((over_kg > 0) | (over_m3 > 0))
            short: Ints = np.zeros(0, np.int64)
            if len(self.sources):
                over = np.cumsum(self._leaving(steps, choice, source_of, offer_day), axis=1) - scene.slack
                short = np.flatnonzero((over > 1e-6).any(axis=1))
            if not len(heavy) and not len(short):
                break
            arrivals = scene.arrivals + steps * self.base[:, None]
            loss = variation(
                self.problem,
                self.tables,
                self.points,
                arrivals,
                scene.dispatched,
                -self.base,
                self.steep,
                days_on,
            )
            loss = loss - freight_free
            last = (steps == factor) | (steps <= least)
            loss = loss - np.where(last, line, 0.0)
            for s in short:
                need = float(over[s].max())
                crit = days - 1 - int(np.argmax((over[s] > 1e-6)[::-1]))
                p, d = np.nonzero((steps > 0) & (source == s) & (day <= crit))
                for j in np.argsort(loss[p, d]):
                    if need <= 1e-6:
                        break
                    less = (
                        int(factor[p[j], d[j]])
                        if steps[p[j], d[j]] - factor[p[j], d[j]] >= least[p[j], d[j]]
                        else int(steps[p[j], d[j]])
                    )
                    steps[p[j], d[j]] -= less
                    need -= less * self.base[p[j]]
            for n in heavy:
                need_kg, need_m3 = over_kg[n], over_m3[n]
                p, d = np.nonzero((steps > 0) & (key == n))
                size = size_kg[p, d] if need_kg * space[n, 1] > need_m3 * space[n, 0] else size_m3[p, d]
                for j in np.argsort(loss[p, d] / np.maximum(size, 1e-9)):
                    if need_kg <= 0 and need_m3 <= 0:
                        break
                    less = (
                        int(factor[p[j], d[j]])
                        if steps[p[j], d[j]] - factor[p[j], d[j]] >= least[p[j], d[j]]
                        else int(steps[p[j], d[j]])
                    )
                    steps[p[j], d[j]] -= less
                    need_kg -= less * self.lot_kg[p[j]]
                    need_m3 -= less * self.lot_m3[p[j]]
        self._fill(
            scene,
            steps,
            on,
            key,
            source,
            day,
            factor,
            least,
            freight_free,
            line,
            self.cap[k],
            space,
            source_of,
            choice,
            offer_day,
        )

    def _fill(
        self,
        scene: Scene,
        steps: Ints,
        on: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]",
        key: Ints,
        source: Ints,
        day: Ints,
        factor: Ints,
        least: Ints,
        freight_free: Floats,
        line: Floats,
        cap: Ints,
        space: Floats,
        source_of: Ints,
        choice: Ints,
        offer_day: Ints,
    ) -> None:
        """Use the free space of the vehicles for what gains most."""
        days_on = np.flatnonzero(on.any(axis=0))
        for _ in range(2):
            kg = np.bincount(np.where(on, key, 0).ravel(), (steps * self.lot_kg[:, None]).ravel(), len(space))
            m3 = np.bincount(np.where(on, key, 0).ravel(), (steps * self.lot_m3[:, None]).ravel(), len(space))
            free_kg, free_m3 = space[:, 0] - kg, space[:, 1] - m3
            arrivals = scene.arrivals + steps * self.base[:, None]
            gain = -variation(
                self.problem,
                self.tables,
                self.points,
                arrivals,
                scene.dispatched,
                self.base,
                self.steep,
                days_on,
            )
            gain -= freight_free + np.where(steps == 0, line, 0.0)
            fits = on & (factor == 1) & ((steps > 0) | (least == 1)) & (gain > 0.01)
            fits &= steps < np.where(on, cap, 0)
            fits &= np.isfinite(space[np.maximum(key, 0)]).any(axis=-1) & (key >= 0)
            p, d = np.nonzero(fits)
            if not len(p):
                return
            left = np.zeros(0)
            if len(self.sources):
                sent = np.cumsum(self._leaving(steps, choice, source_of, offer_day), axis=1)
                left = scene.slack - sent
            touched = set()
            size = np.maximum(self.lot_kg[p] / space[key[p, d], 0], self.lot_m3[p] / space[key[p, d], 1])
            added = False
            for j in np.argsort(-gain[p, d] / np.maximum(size, 1e-12)):
                a, b = int(p[j]), int(d[j])
                n = key[a, b]
                if a in touched or free_kg[n] < self.lot_kg[a] or free_m3[n] < self.lot_m3[a]:
                    continue
                s = source[a, b]
                if s >= 0:
                    if left[s, day[a, b] :].min() < self.base[a] - 1e-9:
                        continue
                    left[s, day[a, b] :] -= self.base[a]
                touched.add(a)
                steps[a, b] += 1
                free_kg[n] -= self.lot_kg[a]
                free_m3[n] -= self.lot_m3[a]
                added = True
            if not added:
                return

    def _changes(self, offers: list[Offer], steps: Ints, choice: Ints) -> list[Change]:
        """From the present orders of the block to these."""
        led = self.ledger
        wanted: dict[tuple[int, int], int] = {}
        for p, d in zip(*np.nonzero(steps), strict=True):
            offer = offers[choice[p, d]]
            k = int(offer.shipment[p])
            wanted[k, offer.day] = int(steps[p, d] // self.factor[k])
        for k in self.shipments.tolist():
            for t, lots in enumerate(led.lots[k]):
                if lots:
                    wanted[k, t] = wanted.get((k, t), 0) - lots
        return [(k, t, more) for (k, t), more in wanted.items() if more]

    def pattern(self) -> Pattern:
        """The pattern of the present plan."""
        led, found = self.ledger, {}
        for g in self.groups:
            for t in range(self.problem.days):
                if not any(led.load[m][t][2] > 0.5 for m in led.members[g]):
                    continue
                if self.by_weight(g, t):
                    kg = sum(led.load[m][t][0] for m in led.members[g])
                    found[g, t] = 1 if kg <= self.space((g, t), 1)[0] + 1e-6 else 2
                else:
                    found[g, t] = max(1, int(led.vehicles[g][t]))
                    for m in led.members[g]:
                        if led.load[m][t][2] < 0.5 and led.stop_cost[m][t] > 0:
                            found[-1 - m, t] = 1
        return found


def blocks_of(problem: Problem, tables: Tables, ledger: Ledger) -> list[Block]:
    """Locations that share a load are planned together; the ones at the end of the network come first."""
    lanes = problem.lanes
    count = len(problem.locations.names)
    label = np.arange(count)
    for g in range(len(problem.loads.route)):
        ends = lanes.destination[lanes.load == g]
        low = label[ends].min(initial=count)
        for end in ends:
            label[label == label[end]] = low
    depth = np.zeros(count, int)  # longest way to a location that sends nothing on, cut off against cycles
    for _ in range(4):
        for o, d, rush in zip(lanes.origin, lanes.destination, lanes.emergency, strict=True):
            if not rush and label[o] != label[d]:
                depth[o] = min(max(depth[o], depth[d] + 1), 4)
    made = []
    for value in np.unique(label):
        places = np.flatnonzero(label == value).tolist()
        block = Block(problem, tables, ledger, places)
        if len(block.points):
            made.append((max(depth[places]), places, block))
    return [block for _, _, block in sorted(made, key=lambda entry: (entry[0], entry[1]))]
