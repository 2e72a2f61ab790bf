"""Patterns to try: where a block's search begins, and the neighbours of a pattern."""

import numpy as np

from planner_models.construct.block import Block, Pattern, Scene

USUAL_DAYS = 3.0  # days' needs in one load, where a vehicle could take more
SHIFTS = (-3, -2, -1, 1, 2, 3)


def first_pattern(block: Block, scene: Scene) -> Pattern:
    """Just in time, packed: what linear freight would dispatch, collected into full loads that leave with its first kg."""
    led, lanes = block.ledger, block.problem.lanes
    every: Pattern = {}
    full = _usual_fill(block)
    for g in block.groups:
        calm = [m for m in led.members[g] if not lanes.emergency[m] and m in block.lanes]
        for t in range(block.problem.days):
            if any(lanes.open[m, t] for m in calm):
                every[g, t] = 2 if block.by_weight(g, t) else 1
                block.prices[g, t] = (
                    led.vehicle_cost[g][t] / full[g, t] if (g, t) in full else led.vehicle_cost[g][t]
                )
    if not every:
        return {}
    block.plan(every, scene, rounds=1)
    loads = block.loaded
    block.prices.clear()
    pattern: Pattern = {}
    for g in block.groups:
        days = sorted(t for (h, t) in loads if h == g and loads[g, t] > 1e-6)
        if not days:
            continue
        if block.by_weight(g, days[0]):
            total = sum(loads[g, t] for t in days)
            if total > 0:
                pattern[g, days[0]] = 2
            continue
        room = 0.0
        for t in days:
            room -= loads[g, t] / full.get((g, t), 1.0)
            while room < -0.02 and pattern.get((g, t), 0) < led.max_vehicles[g][t]:
                pattern[g, t] = pattern.get((g, t), 0) + 1
                room += 1.0
    return pattern


def _usual_fill(block: Block) -> dict[tuple[int, int], float]:
    """The part of a vehicle that a few days' needs of its destinations fill."""
    problem, led = block.problem, block.ledger
    stock = problem.stock
    sent = np.array([led.dispatched[n] for n in block.points])
    daily = stock.mean[block.points].mean(axis=1) + sent.mean(axis=1)
    item, place = stock.item[block.points], stock.location[block.points]
    kg, m3 = daily * problem.items.weight[item], daily * problem.items.volume[item]
    found = {}
    for g in block.groups:
        ends = np.isin(place, [led.destination[m] for m in led.members[g]])
        for t in range(problem.days):
            fill = max(kg[ends].sum() / led.vehicle_kg[g][t], m3[ends].sum() / led.vehicle_m3[g][t])
            found[g, t] = float(np.clip(USUAL_DAYS * fill, 0.02, 1.0))
    return found


def without(pattern: Pattern, key: tuple[int, int], block: Block) -> Pattern:
    """The pattern without a load, and without what is said about its stops."""
    rest = dict(pattern)
    rest.pop(key, None)
    for m in block.ledger.members[key[0]]:
        rest.pop((-1 - m, key[1]), None)
    return rest


def neighbours(block: Block, pattern: Pattern, random: np.random.Generator) -> list[Pattern]:
    """Patterns one step away, in random order."""
    led, lanes, days = block.ledger, block.problem.lanes, block.problem.days
    usable = {
        (g, t)
        for g in block.groups
        for t in range(days)
        if any(lanes.open[m, t] for m in led.members[g] if m in block.lanes)
    }
    found: list[Pattern] = []
    loads = [key for key in pattern if key[0] >= 0]
    ends = {g: {int(lanes.destination[m]) for m in led.members[g]} for g in block.groups}
    for key in loads:
        g, t = key
        rest = without(pattern, key, block)
        found.append(rest)
        for shift in SHIFTS:
            if (g, t + shift) in usable and (g, t + shift) not in pattern:
                found.append(rest | {(g, t + shift): pattern[key]})
        for h in block.groups:
            if h != g and ends[h] & ends[g]:
                for shift in (-1, 0, 1):
                    if (h, t + shift) in usable and (h, t + shift) not in pattern:
                        found.append(rest | {(h, t + shift): 2 if block.by_weight(h, t) else 1})
        if block.by_weight(g, t):
            found.append(pattern | {key: 3 - pattern[key]})
        else:
            if pattern[key] > 1:
                found.append(pattern | {key: pattern[key] - 1})
            if pattern[key] < led.max_vehicles[g][t]:
                found.append(pattern | {key: pattern[key] + 1})
            for m in led.members[g]:
                stop = (-1 - m, t)
                if stop in pattern:
                    found.append({k: v for k, v in pattern.items() if k != stop})
                elif led.stop_cost[m][t] > 0:
                    found.append(pattern | {stop: 1})
    for key in usable:
        if key not in pattern:
            found.append(
                pattern
                | {
                    key: 1
                    if not block.by_weight(*key) or led.min_charge[led.members[key[0]][0]][key[1]] > 0
                    else 2
                }
            )
    order = random.permutation(len(found))
    return [found[n] for n in order]
