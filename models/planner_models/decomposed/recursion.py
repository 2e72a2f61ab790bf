"""One stock point alone at given prices: cost-to-go as a maximum of lines, from the last day to the first.

With the stock `s` at the beginning of a day, the price `P` of a unit that arrives and the reward `λ` for one that leaves,

    V_t(s) = min { P·q − λ·o + G_t(s + given + q − o) },    G_t(a) = lost·(μ − S_t(a)) + W_t(a − S_t(a)),
    W_t(x) = min over waste w of { holding·(x − w) + unit_cost·w + limits(x) + V_{t+1}(x − w) }

is convex where customers may be turned away, which only lowers it. So a tangent of G at any stock holds everywhere, and the
minimum over q and o does no more than replace slopes below −P and above −λ. Lines at a few stocks are therefore a lower bound, as
exact as the stocks are well chosen (the idea of Pereira & Pinto 1991, for one state).

Arrays are of one stock point; compiled with numba, which runs the loops of all stock points side by side. All of it is in one
module, because numba's cache does not see changes in functions that are called from another one.
"""

from typing import Any

import numpy as np
from numba import njit

COVERS = 14  # stocks that last for so many days more
REFINED = 4  # times at most, the stocks that the lines led to are tried, too
SAME = 1e-12  # slopes this close are one
EXACT = 1e-4  # of the cost: lines and plan agree
EXTRA = 9  # 0, three at the end, far too much, and four around the last solution


@njit(cache=True, error_model="numpy")
def samples_per_day(touching: int) -> int:
    """How many stocks are tried on a day."""
    return touching + COVERS + EXTRA


@njit(cache=True, error_model="numpy")
def sales_above(a: float, mean: float, stock: Any, sales: Any, slope: Any) -> tuple[float, float]:
    """The lines above the sales curve: lowest value at `a` and its slope."""
    best, steep = mean, 0.0
    if a < best:
        best, steep = a, 1.0
    for j in range(len(stock)):
        value = sales[j] + slope[j] * (a - stock[j])
        if value < best:
            best, steep = value, slope[j]
    return max(best, 0.0), steep


@njit(cache=True, error_model="numpy")
def value_below(s: float, constant: Any, slope: Any, count: int) -> tuple[float, float]:
    """The highest of the lines at `s`, and its slope."""
    best, steep = -1e300, 0.0
    for j in range(count):
        value = constant[j] + slope[j] * s
        if value > best:
            best, steep = value, slope[j]
    return best, steep


@njit(cache=True, error_model="numpy")
def lowest(constant: Any, slope: Any, count: int, price: float, far: float) -> tuple[float, float]:
    """`min over 0 ≤ a ≤ far of lines(a) + price·a`, and where: lines ascend in slope."""
    if slope[0] + price >= 0.0:
        return constant[0], 0.0
    j = 1
    while j < count and slope[j] + price < 0.0:
        j += 1
    if j == count:
        return constant[count - 1] + (slope[count - 1] + price) * far, far
    rise = slope[j] - slope[j - 1]
    if rise <= 0.0:
        return constant[j], 0.0
    a = min(far, max(0.0, (constant[j - 1] - constant[j]) / rise))
    return constant[j - 1] + (slope[j - 1] + price) * a, a


@njit(cache=True, error_model="numpy")
def worth_keeping(
    hold: float, unit_cost: float, shelf: float, constant: Any, slope: Any, count: int
) -> float:
    """The stock up to which keeping is cheaper than throwing away, at most `shelf`."""
    if shelf >= 1e300:
        return shelf
    _, most = lowest(constant, slope, count, hold - unit_cost, shelf)
    return min(most, shelf)


@njit(cache=True, error_model="numpy")
def stocks_to_try(
    t: int, mean: Any, given: Any, stock: Any, end_stock: Any, hint: float, far: float, found: Any
) -> int:
    """Stocks at which day `t` is looked at, ascending; how many."""
    days, touching = stock.shape
    found[0] = 0.0
    count = 1
    for j in range(touching):
        found[count] = stock[t, j]
        count += 1
    later = days - 1 - t
    steps = min(COVERS, later)
    middle = (2 * touching) // 3
    total, reached = 0.0, 0
    for n in range(1, steps + 1):
        u = t + (n * later) // steps
        while t + reached < u:
            total += mean[t + reached] - given[t + reached + 1]
            reached += 1
        found[count] = max(0.0, total) + stock[u, middle]
        count += 1
    total = 0.0
    for u in range(t, days):
        total += mean[u]
        if u > t and given[u] < 0.0:
            total -= given[u]
    for j in (1, touching // 2, touching - 2):
        found[count] = total + end_stock[j]
        count += 1
    for share in (0.9, 0.97, 1.0, 1.04):
        found[count] = max(0.0, hint) * share
        count += 1
    found[count] = 2.0 * total + 2.0 * end_stock[touching - 1] + far + 1.0
    count += 1
    return sort(found, count)


@njit(cache=True, error_model="numpy")
def sort(values: Any, count: int) -> int:
    """Sort the first `count` in place, by insertion because they nearly are, without what is there twice; how many are left."""
    for j in range(1, count):
        value, at = values[j], j
        while at > 0 and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value
    left = 1
    for j in range(1, count):
        if values[j] > values[left - 1] + 1e-9:
            values[left] = values[j]
            left += 1
    return left


@njit(cache=True, error_model="numpy")
def kept(
    x: float, hold: float, unit_cost: float, keep: float, least: float, most: float, penalty: float, constant: float, slope: float
) -> tuple[float, float]:  # fmt: skip
    """W: cost and slope of the stock `x` that the day's sales leave, by one line of the next day's V, if no more than `keep` is
    worth keeping."""
    stays = min(x, keep)
    value, steep = constant + (slope + hold) * stays, slope + hold
    if x > keep:
        value += unit_cost * (x - keep)
    if keep < 1e300:
        steep = unit_cost if x > keep else min(steep, unit_cost)  # a kink at `keep`
    if x < least:
        value += penalty * (least - x)
        steep -= penalty
    if x > most:
        value += penalty * (x - most)
        steep += penalty
    return value, steep


@njit(cache=True, error_model="numpy")
def backward(
    mean: Any, given: Any, given_later: float, hold: Any, lost: float, unit_cost: float, shelf: Any, least: Any, most: Any,
    penalty: float, shortage: float, price: Any, reward: Any, terminal: float,
    stock: Any, sales: Any, slope: Any, end_stock: Any, end_short: Any, end_slope: Any, hint: Any, far: float,
    tries: Any, numbers: Any, visited: Any, again: bool, constants: Any, slopes: Any, counts: Any, buy_to: Any, sell_to: Any,
    c: Any, b: Any,
) -> None:  # fmt: skip
    """Fill `constants`, `slopes` (T+1 × lines), `counts` (T+1) with the lines of V, and the stocks up to which buying and down
    to which giving away pays (T). `tries` (T × samples) and `numbers` (T) are the stocks that are tried; `again`, those that
    were `visited` (T) are added to them."""
    days, touching = stock.shape
    if not again:
        for t in range(days):
            numbers[t] = stocks_to_try(t, mean, given, stock, end_stock, hint[t], far, tries[t])
    else:
        for t in range(days):
            tries[t, numbers[t]] = max(0.0, visited[t])
            numbers[t] = sort(tries[t], numbers[t] + 1)
    _after(
        days,
        given_later,
        price[days],
        terminal,
        end_stock,
        end_short,
        end_slope,
        far,
        constants,
        slopes,
        counts,
    )
    for t in range(days - 1, -1, -1):
        keep = worth_keeping(hold[t], unit_cost, shelf[t], constants[t + 1], slopes[t + 1], counts[t + 1])
        touch, sell, steepness = stock[t], sales[t], slope[t]  # slices cost time in the loop
        follow, rising, known = constants[t + 1], slopes[t + 1], counts[t + 1]
        count, tangent, line = 0, 0, 0
        for n in range(numbers[t]):
            a = tries[t, n]
            sold, sells = sell[tangent] + steepness[tangent] * (a - touch[tangent]), steepness[tangent]
            while tangent + 1 < touching:  # tangents further on are lower
                other = sell[tangent + 1] + steepness[tangent + 1] * (a - touch[tangent + 1])
                if other > sold:
                    break
                tangent += 1
                sold, sells = other, steepness[tangent]
            if a <= sold:
                sold, sells = a, 1.0
            if mean[t] <= sold:
                sold, sells = mean[t], 0.0
            sold = max(sold, 0.0)
            stays = min(a - sold, keep)
            best, j = follow[line] + rising[line] * stays, line + 1
            while j < known:  # lines further on are higher; one that is missed costs no validity
                other = follow[j] + rising[j] * stays
                if other >= best:
                    best, line = other, j
                elif j > line + 1:
                    break
                j += 1
            value, steep = kept(
                a - sold, hold[t], unit_cost, keep, least[t], most[t], penalty, follow[line], rising[line]
            )
            value += lost * (mean[t] - sold)
            if steep < -lost and mean[t] > 0.0:
                # on this line customers are turned away, all of them
                rise = steep
                start = value - rise * (a - sold) + lost * sold
            else:
                rise = (1.0 - sells) * steep - lost * sells
                start = value - rise * a
            if count and rise <= b[count - 1] + SAME:
                if rise >= b[count - 1] - SAME:  # the same line but for rounding
                    c[count - 1] = max(c[count - 1], start)
                continue
            c[count], b[count] = start, rise
            count += 1
        if given[t] < 0.0:
            # what has to leave must be there, and nothing is worth more than what it costs not to send it
            if b[0] < -shortage:
                count = _replaced(c, b, count, shortage, far)
            else:
                for n in range(count, 0, -1):
                    c[n], b[n] = c[n - 1], b[n - 1]
                b[0] = -shortage  # at no stock the same as the first of the others
                count += 1
        _trade(
            t,
            c,
            b,
            count,
            far,
            given[t],
            price[t],
            reward[t],
            constants[t],
            slopes[t],
            counts,
            buy_to,
            sell_to,
        )


@njit(cache=True, error_model="numpy")
def _after(
    days: int, given_later: float, price: float, terminal: float, end_stock: Any, end_short: Any, end_slope: Any, far: float,
    constants: Any, slopes: Any, counts: Any,
) -> None:  # fmt: skip
    """The lines after the horizon: nothing below the last line's slope is worth more than buying then."""
    count = 0
    for j in range(len(end_stock)):
        steep = terminal * end_slope[j]
        start = terminal * end_short[j] - steep * (end_stock[j] - given_later)
        if steep >= 0.0:
            continue
        constants[days, count], slopes[days, count] = start, steep
        count += 1
    constants[days, count], slopes[days, count] = 0.0, 0.0
    count += 1
    if price < 1e300 and slopes[days, 0] < -price:  # what arrives after the horizon helps, too
        count = _replaced(constants[days], slopes[days], count, price, far)
    counts[days] = count


@njit(cache=True, error_model="numpy")
def _replaced(constant: Any, slope: Any, count: int, price: float, far: float) -> int:
    """A unit more can be had at this price: slopes below −price, of which there are some, give way to it; how many lines there are
    then."""
    level, _ = lowest(constant, slope, count, price, far)
    number = 1
    for n in range(count):
        if slope[n] > -price:
            constant[number], slope[number] = constant[n], slope[n]
            number += 1
    constant[0], slope[0] = level, -price
    return number


@njit(cache=True, error_model="numpy")
def _trade(
    t: int,
    c: Any,
    b: Any,
    count: int,
    far: float,
    given: float,
    price: float,
    reward: float,
    constant: Any,
    slope: Any,
    counts: Any,
    buy_to: Any,
    sell_to: Any,
) -> None:
    """V from G: buying replaces slopes below −price, giving away those above −reward."""
    number = 0
    buy_to[t], sell_to[t] = 0.0, 1e300
    if price < 1e300:
        level, a = lowest(c, b, count, price, far)
        buy_to[t] = a
        constant[number], slope[number] = level - price * given, -price
        number += 1
    for n in range(count):
        if price < 1e300 and b[n] <= -price:
            continue
        if reward > -1e300 and b[n] >= -reward:
            continue
        constant[number], slope[number] = c[n] + b[n] * given, b[n]
        number += 1
    if reward > -1e300:
        level, a = lowest(c, b, count, reward, far)
        if a < far:  # else what is left is worth more than the reward, however much it is
            sell_to[t] = a
            constant[number], slope[number] = level - reward * given, -reward
            number += 1
    counts[t] = number


@njit(nogil=True, cache=True, error_model="numpy")
def respond(
    first: int, last: int,
    on_hand: Any, mean: Any, given: Any, given_later: Any, hold: Any, lost: Any, unit_cost: Any,
    shelf: Any, least: Any, most: Any, penalty: float, shortage: Any,
    price: Any, reward: Any, terminal: Any,
    stock: Any, sales: Any, slope: Any, end_stock: Any, end_short: Any, end_slope: Any, hint: Any, far: Any,
    bound: Any, cost: Any, arrivals: Any, departures: Any, available: Any, closing: Any,
) -> None:  # fmt: skip
    """Bounds and wishes of the points `first` to `last`, and what the wishes cost besides what arrives."""
    _, days, touching = stock.shape
    size = samples_per_day(touching) + REFINED
    # a line per sample, one for what has to leave, one each for buying and giving away
    constants, slopes, counts = (
        np.empty((days + 1, size + 3)),
        np.empty((days + 1, size + 3)),
        np.zeros(days + 1, np.int64),
    )
    buy_to, sell_to = np.empty(days), np.empty(days)
    tries, numbers, c, b = (
        np.empty((days, size)),
        np.zeros(days, np.int64),
        np.empty(size + 1),
        np.empty(size + 1),
    )
    for n in range(first, last):
        for turn in range(REFINED + 1):
            backward(
                mean[n], given[n], given_later[n], hold[n], lost[n], unit_cost[n], shelf[n], least[n], most[n],
                penalty, shortage[n], price[n], reward[n], terminal[n],
                stock[n], sales[n], slope[n], end_stock[n], end_short[n], end_slope[n], hint[n], far[n],
                tries, numbers, available[n], turn > 0, constants, slopes, counts, buy_to, sell_to, c, b,
            )  # fmt: skip
            bound[n], _ = value_below(on_hand[n], constants[0], slopes[0], counts[0])
            s, total, bought = on_hand[n], 0.0, 0.0
            for t in range(days):
                base = s + given[n, t]
                a = base
                arrivals[n, t], departures[n, t] = 0.0, 0.0
                if price[n, t] < 1e300 and buy_to[t] > a:
                    a = buy_to[t]
                    arrivals[n, t] = a - base
                    bought += price[n, t] * (a - base)
                elif sell_to[t] < a:
                    a = sell_to[t]
                    departures[n, t] = base - a
                    total -= reward[n, t] * (base - a)
                available[n, t] = a
                sold, _ = sales_above(max(a, 0.0), mean[n, t], stock[n, t], sales[n, t], slope[n, t])
                left = max(a, 0.0) - sold
                s = closing[n, t] = min(left, shelf[n, t])
                total += lost[n] * (mean[n, t] - sold) + hold[n, t] * s + unit_cost[n] * (left - s)
                total += penalty * (max(0.0, least[n, t] - left) + max(0.0, left - most[n, t]))
                total += shortage[n] * max(0.0, -a)
            # what is bought for the time after the horizon
            position = s + given_later[n]
            short, later = 0.0, 0.0
            for j in range(touching):
                if terminal[n] * end_slope[n, j] < -price[n, days] and end_stock[n, j] > position:
                    later = max(later, end_stock[n, j] - position)
            for j in range(touching):
                short = max(short, end_short[n, j] + end_slope[n, j] * (position + later - end_stock[n, j]))
            arrivals[n, days] = later
            cost[n] = total + terminal[n] * short
            if later > 0.0:
                bought += price[n, days] * later
            if cost[n] + bought - bound[n] <= EXACT * (abs(cost[n]) + abs(bought)) or turn == REFINED:
                break
