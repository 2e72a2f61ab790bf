"""From a plan that breaks limits to one that keeps them, by small changes that cost least."""

from math import ceil

import numpy as np

from planner_models.construct.ledger import Change, Ledger

DEPTH = 3  # stages of supply that a need is pulled through


def relieve(ledger: Ledger) -> None:
    """Where more is dispatched than there is, take back what is missed least."""
    outgoing: dict[int, list[int]] = {}
    for k, n in enumerate(ledger.source):
        if n >= 0:
            outgoing.setdefault(n, []).append(k)
    for n, shipments in outgoing.items():
        losses: dict[tuple[int, int], float] = {}
        while (last := _last_short(ledger, n)) >= 0:
            best, chosen = np.inf, None
            for k in shipments:
                for t in range(last + 1):
                    if ledger.lots[k][t] <= 0:
                        continue
                    if (k, t) not in losses:
                        losses[k, t] = _loss(ledger, k, t)
                    if losses[k, t] < best:
                        best, chosen = losses[k, t], (k, t)
            if chosen is None:
                break
            ledger.enter(ledger.trial([(chosen[0], chosen[1], -1)]))
            target = ledger.target[chosen[0]]
            losses = {key: loss for key, loss in losses.items() if ledger.target[key[0]] != target}


def _last_short(ledger: Ledger, n: int) -> int:
    """Last day on which more leaves a stock point than it has; -1 = none."""
    level, last = ledger.on_hand[n], -1
    for t in range(ledger.days):
        if level + ledger.arrivals[n][t] - ledger.dispatched[n][t] < -1e-7:
            last = t
        level = ledger.stock[n][t]
    return last


def _loss(ledger: Ledger, k: int, t: int) -> float:
    """Money per unit that one lot less costs its target."""
    n, units = ledger.target[k], ledger.lot_units[k]
    arrivals, later, day = ledger.arrivals[n][:], ledger.later[n], ledger.arrival[ledger.lane[k]][t]
    if day < ledger.days:
        arrivals[day] -= units
    else:
        later -= units
    cost, _ = ledger.price_point(n, arrivals, ledger.dispatched[n], later)
    return float((cost - ledger.point_cost[n] - ledger.lot_cost[k]) / units)


def top_up(ledger: Ledger) -> None:
    """Bring orders below a supplier's minimum up to it, or drop them."""
    members: dict[int, list[int]] = {}
    for k, n in enumerate(ledger.minimum_of):
        if n >= 0:
            members.setdefault(n, []).append(k)
    for n, shipments in members.items():
        for t in range(ledger.days):
            if ledger.price_minimum(n, t, 0.0, 0.0) > 0.0:
                ledger.take([(k, t, -ledger.lots[k][t]) for k in shipments if ledger.lots[k][t]])
            if ledger.price_minimum(n, t, 0.0, 0.0) > 0.0:
                _raise(ledger, n, t, [k for k in shipments if ledger.open[k][t]])


def _raise(ledger: Ledger, n: int, t: int, shipments: list[int]) -> None:
    for _ in range(300):
        before = ledger.price_minimum(n, t, 0.0, 0.0)
        if before <= 0.0 or not shipments:
            return
        best, chosen = np.inf, None
        for k in shipments:
            lots = 1
            if not ledger.lots[k][t]:
                lots = max(1, ceil(ledger.least_units[k] / ledger.lot_units[k] - 1e-9))
            trial = ledger.trial([(k, t, lots)])
            bought = trial.bought[n, t] if trial.bought else [0.0, 0.0]
            after = ledger.price_minimum(n, t, bought[0], bought[1])
            score = (trial.delta + before - after) / max(before - after, 1e-9)
            if before > after and score < best:
                best, chosen = score, trial
        if chosen is None:
            return
        ledger.enter(chosen)


def pull(ledger: Ledger, rounds: int = 3) -> None:
    """Bring in what is missing where a stock limit is not kept, through all stages of supply."""
    incoming: dict[int, list[int]] = {}
    for k, n in enumerate(ledger.target):
        incoming.setdefault(n, []).append(k)
    for _ in range(rounds):
        progress = False
        for n in range(len(ledger.location)):
            for _ in range(2 * ledger.days):
                need = missing(ledger, n, ledger.arrivals[n], ledger.dispatched[n])
                if need is None:
                    break
                best = None
                for changes in _ways(ledger, incoming, n, need[0], need[1], DEPTH):
                    trial = ledger.trial(changes)
                    if trial.delta < -1e-6 and (best is None or trial.delta < best.delta):
                        best = trial
                if best is None:
                    break
                ledger.enter(best)
                progress = True
        if not progress:
            return


def missing(
    ledger: Ledger, n: int, arrivals: list[float], dispatched: list[float]
) -> tuple[int, float] | None:
    """First day on which a stock point has too little, and how many units."""
    level = ledger.on_hand[n]
    for t in range(ledger.days):
        available = level + arrivals[t] - dispatched[t]
        if available < -1e-7:
            return t, -available
        level, _ = _after(ledger, n, t, available)
        if ledger.must[n] and available < ledger.mean[n][t] - 1e-7:
            return t, ledger.mean[n][t] - available
        if t >= ledger.least_from[n] and level < ledger.least[n] - 1e-7:
            return t, ledger.least[n] - level
        level = min(level, ledger.shelf[n][t])
    return None


def _after(ledger: Ledger, n: int, t: int, available: float) -> tuple[float, float]:
    from planner_models.construct.tables import CELLS

    demand = ledger.mean[n][t]
    x = available * ledger.cells[n][t]
    if demand <= 0.0 or x >= CELLS:
        return available - demand, demand
    cell = int(x)
    table = ledger.sales[n][t]
    sold = table[cell] + (x - cell) * (table[cell + 1] - table[cell])
    return available - sold, sold


def _ways(
    ledger: Ledger, incoming: dict[int, list[int]], n: int, day: int, units: float, depth: int
) -> list[list[Change]]:
    """Ways to have some units more at a stock point by a day, suppliers and stages before it included."""
    found: list[list[Change]] = []
    for k in incoming.get(n, []):
        m = ledger.lane[k]
        days = [t for t in range(ledger.days) if ledger.open[k][t] and ledger.arrival[m][t] <= day]
        for t in days if depth == DEPTH else days[-3:]:
            lots = ceil(units / ledger.lot_units[k] - 1e-9)
            if not ledger.lots[k][t]:
                lots = max(lots, ceil(ledger.least_units[k] / ledger.lot_units[k] - 1e-9))
            own: Change = (k, t, lots)
            source = ledger.source[k]
            if source < 0:
                found.append([own])
                continue
            sent = ledger.dispatched[source][:]
            sent[t] += lots * ledger.lot_units[k]
            short = missing(ledger, source, ledger.arrivals[source], sent)
            if short is None or depth == 0:
                found.append([own])
                continue
            for before in _ways(ledger, incoming, source, short[0], short[1], depth - 1)[:12]:
                if all((k, t) != (j, u) for j, u, _ in before):
                    found.append([own, *before])
    return found


def unload(ledger: Ledger) -> None:
    """Where a load needs more vehicles than there are, leave behind what is missed least per kg."""
    for g, members in enumerate(ledger.members):
        for t in range(ledger.days):
            while ledger.vehicles[g][t] > ledger.max_vehicles[g][t] + 1e-6:
                lines = [k for k, m in enumerate(ledger.lane) if m in members and ledger.lots[k][t]]
                if not lines:
                    break
                worth = [
                    _loss(ledger, k, t) * ledger.lot_units[k] / max(ledger.lot_kg[k], 1e-9) for k in lines
                ]
                ledger.enter(ledger.trial([(lines[int(np.argmin(worth))], t, -1)], force=True))
