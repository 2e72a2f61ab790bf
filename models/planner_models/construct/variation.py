"""What one lot more or less on each arrival day is worth, for many stock points at once."""

import numpy as np

from planner_models.construct.tables import Tables
from planner_models.problem import Floats, Ints, Problem


def day_costs(
    problem: Problem, tables: Tables, n: Ints, t: int, available: Floats, steep: Floats, breach: float
) -> tuple[Floats, Floats]:
    """Money of a day and closing stock, for available stock `P × levels` (negative = short, which costs `steep`)."""
    stock = problem.stock
    steep = steep[:, None]
    cost = np.where(available < -1e-7, breach - steep * available, 0.0)
    available = np.maximum(available, 0.0)
    sold = tables.sold(n, t, available)
    lost = stock.mean[n, t][:, None] - sold
    after = available - sold
    kept = np.minimum(after, stock.shelf[n, t][:, None])
    cost += stock.lost_cost[n][:, None] * lost + stock.holding[n][:, None] * kept
    cost += problem.items.unit_cost[stock.item[n]][:, None] * (after - kept)
    must = stock.must_meet[n]
    if must.any():
        cost += np.where(must[:, None] & (lost > 1e-7), breach + steep * lost, 0.0)
    least = np.where(t >= stock.min_from[n], stock.min_stock[n], 0.0)
    if least.any():
        low = least[:, None] - after
        cost += np.where(low > 1e-7, breach + steep * low, 0.0)
    most = stock.max_stock[n, t]
    if np.isfinite(most).any():
        high = after - most[:, None]
        cost += np.where(high > 1e-7, breach + steep * high, 0.0)
    return cost, kept


def variation(
    problem: Problem,
    tables: Tables,
    n: Ints,
    arrivals: Floats,
    dispatched: Floats,
    more: Floats,
    steep: Floats,
    on: Ints,
) -> Floats:
    """Change of the cost of points `n` when `more` units (`P`) arrive on one of the days `on`: `P × (T + 1)`, else inf.

    `arrivals` is `P × (T + 1)`, its last column what arrives after the horizon."""
    days = problem.days
    level = np.repeat(problem.stock.on_hand[n][:, None], len(on) + 1, axis=1)
    total = np.zeros(level.shape)
    column = {int(t): j for j, t in enumerate(on)}
    for t in range(days):
        level = level + (arrivals[:, t] - dispatched[:, t])[:, None]
        if t in column:
            level[:, column[t]] += more
        cost, level = day_costs(problem, tables, n, t, level, steep, 0.0)
        total += cost
    level = level + arrivals[:, days][:, None]
    if days in column:
        level[:, column[days]] += more
    total += problem.stock.terminal_cost[n][:, None] * tables.missing(n, level)
    change = np.full((len(n), days + 1), np.inf)
    change[:, on] = total[:, :-1] - total[:, -1:]
    return change
