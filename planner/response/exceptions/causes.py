"""From departures to exceptions: those with the same cause are one, and a place is in one only.

In this order: shifts of demand, late loads, idle stock beside a shortage of the same item. What is left is put together by item or
by location, whichever has more of it. What has a cause is a measure of that exception, not one of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from planner.demand.history import Floats
from planner.response.exceptions.freight import dear, lines_of
from planner.response.exceptions.hits import Hits, excess_money, high_cover, idle, low_cover, low_service
from planner.response.exceptions.inbound import Late
from planner.response.exceptions.issue import Issue, Measure
from planner.response.exceptions.view import View
from planner_models.problem import Flags, Ints


@dataclass
class Board:
    """Hits of one direction (shortage or excess) by stock point, and which have a cause already."""

    view: View
    found: Sequence[Hits]
    open: Flags = field(init=False)
    stake: Floats = field(init=False)
    first: Ints = field(init=False)
    last: Ints = field(init=False)

    def __post_init__(self) -> None:
        points, days = self.view.problem.stock.mean.shape
        self.open, self.stake = np.zeros(points, bool), np.zeros(points)
        self.first, self.last = np.full(points, days), np.zeros(points, np.int64)
        for hits in self.found:
            self.open[hits.point] = True
            np.maximum.at(self.stake, hits.point, hits.stake)
            np.minimum.at(self.first, hits.point, hits.first)
            np.maximum.at(self.last, hits.point, hits.last)

    def claim(self, points: Ints, since: int = 0) -> Ints:
        """Those of the points that are out of a band, lose money from a day on, and have no cause yet; they have one now."""
        mine = points[self.open[points] & (self.last[points] >= since)]
        self.open[mine] = False
        return mine

    def measures(self, points: Ints) -> Iterator[Measure]:
        """Of each kind the worst of these points."""
        for hits in self.found:
            rows = np.flatnonzero(np.isin(hits.point, points))
            if len(rows):
                distance = np.abs(hits.value[rows] - hits.band[rows]) / np.maximum(hits.band[rows], 1e-9)
                worst = rows[int(np.argmax(np.where(np.isfinite(distance), distance, 0.0)))]
                yield Measure(hits.kind, float(hits.value[worst]), float(hits.band[worst]), len(rows))


def issues(view: View, shifts: "Iterable[Issue]" = (), late: Iterable[Late] = ()) -> list[Issue]:
    """All exceptions of a plan, without their answers. `shifts` are those of demand, with their stock points."""
    short, over = Board(view, [low_service(view), low_cover(view)]), Board(view, [high_cover(view)])
    found = [_shifted(view, one, short, over) for one in shifts]
    found += [one for load in late if (one := _late(view, load, short)) is not None]
    found += _imbalances(view, short)
    found += [_shortage(view, short, points) for points in _together(view, short)]
    found += [_excess(view, over, points) for points in _together(view, over)]
    return found + list(_dear(view))


def _shifted(view: View, shift: Issue, short: Board, over: Board) -> Issue:
    """A shift of demand with the departures that it leads to."""
    board = over if shift.too_much else short
    points = board.claim(np.concatenate([shift.points, _feeders(view, shift.points)]))
    measures = (*shift.measures, *board.measures(points))
    money = (excess_money(view) if shift.too_much else view.lost_money)[shift.points].sum()
    if not len(points):
        return shift.answered(stake=float(money))
    return shift.answered(
        measures=measures,
        stake=float(money),
        first=view.date(int(board.first[points].min())),
        last=view.date(int(board.last[points].max())),
    )


def _feeders(view: View, points: Ints) -> Ints:
    feeders = view.feeders[points]
    return np.unique(feeders[feeders >= 0])


def _late(view: View, load: Late, short: Board) -> Issue | None:
    """A late load with the shortages that it leads to, where it goes and beyond; None if it brings nothing that is known."""
    problem, index = view.problem, view.situation.index
    items = index.item(pd.Series(load.items))
    place = int(index.location(pd.Series([load.destination]))[0])
    stock = problem.stock
    reached = np.isin(stock.item, items) & view.supplied[place][stock.location]
    points = np.flatnonzero(reached)
    if not len(points):
        return None
    hurt = short.claim(points, max(0, load.planned))
    there = points[stock.location[points] == place]
    scope = hurt if len(hurt) else there
    says = load.says(view.situation.data.settings.start_date)
    measures = (Measure("late_inbound", float(load.days), 0.0, len(load.items)), *short.measures(hurt))
    first = int(short.first[hurt].min()) if len(hurt) else max(0, load.planned)
    last = int(short.last[hurt].max()) if len(hurt) else load.expected
    stake = float(short.stake[hurt].sum())
    return _issue(view, "late_inbound", measures, scope, first, last, stake, says, (load.way,), load.orders)


def _imbalances(view: View, short: Board) -> Iterator[Issue]:
    """Items with idle stock in one place and lost sales in another."""
    stock, problem = view.problem.stock, view.problem
    spare = np.where(short.open, 0.0, idle(view))
    missing = np.where(short.open & (short.stake > 0), view.lost.sum(axis=1), 0.0)
    for item in np.unique(stock.item[missing > 0]).tolist():
        mine = stock.item == item
        lacking = np.flatnonzero(mine & (missing > 0))
        # who supplies a place as a rule may well have goods for it: these are to be ordered
        above: Flags = np.logical_or.reduce(view.supplied[:, stock.location[lacking]], axis=1)
        having = np.flatnonzero(mine & (spare > 0) & ~above[stock.location])
        units = min(float(missing[lacking].sum()), float(spare[having].sum()))
        if units < problem.items.case_size[item]:
            continue
        hurt = short.claim(lacking)
        names = [problem.locations.names[place] for place in stock.location[having].tolist()]
        says = (
            f"{spare[having].sum():,.0f} idle units of {problem.items.names[item]} at {_some(names, 'locations')}, while "
            f"{missing[hurt].sum():,.1f} units of sales are lost at {_places(view, hurt)}"
        )
        measures = (
            Measure("imbalance", float(spare[having].sum()), float(missing[hurt].sum()), len(having)),
            *short.measures(hurt),
        )
        points = np.concatenate([hurt, having])
        first, last = int(short.first[hurt].min()), int(short.last[hurt].max())
        yield _issue(view, "imbalance", measures, points, first, last, float(short.stake[hurt].sum()), says)


def _together(view: View, board: Board) -> Iterator[Ints]:
    """The points that have no cause, by item or by location: each goes where more of the money is."""
    points = np.flatnonzero(board.open)
    stock = view.problem.stock
    item, place = stock.item[points], stock.location[points]
    money = board.stake[points] + 1e-9
    by_item, by_place = np.bincount(item, money)[item], np.bincount(place, money)[place]
    several = np.bincount(place)[place] > 1
    label = np.where((by_place > by_item) & several, -1 - place, item)
    for name in np.unique(label).tolist():
        yield board.claim(points[label == name])


def _shortage(view: View, board: Board, points: Ints) -> Issue:
    measures = tuple(board.measures(points))
    lost = view.lost[points].sum()
    says = f"{lost:,.1f} units of sales of {_items(view, points)} are lost at {_places(view, points)}"
    if lost <= 0:
        says = f"stock of {_items(view, points)} at {_places(view, points)} is lower than it should be; no sales are lost"
    first, last = int(board.first[points].min()), int(board.last[points].max())
    stake = float(board.stake[points].sum())
    return _issue(view, measures[0].kind, measures, points, first, last, stake, says)


def _excess(view: View, board: Board, points: Ints) -> Issue:
    measures = tuple(board.measures(points))
    units = view.plan.stock.closing[points, 0].sum()
    says = f"{units:,.0f} units of {_items(view, points)} at {_places(view, points)} last longer than they should"
    first, last = int(board.first[points].min()), int(board.last[points].max())
    stake = float(board.stake[points].sum())
    return _issue(view, "high_cover", measures, points, first, last, stake, says)


def _dear(view: View) -> Iterator[Issue]:
    """Freight per unit and emergency shares, per location."""
    for one in dear(lines_of(view)):
        names = view.problem.locations.names
        lanes = tuple(view.lane(lane) for lane in one.lanes.tolist())
        if one.kind == "freight":
            kinds = _some([view.categories[number] or "items" for number in one.categories], "categories")
            says = f"freight of {kinds} to {names[one.location]} is {one.value:.3f} a unit, the band ends at {one.band:.3f}"
        else:
            says = (
                f"{100 * one.value:.1f} % of the freight to {names[one.location]} is an emergency, "
                f"the band ends at {100 * one.band:.1f} %"
            )
        measures = (Measure(one.kind, one.value, one.band, len(one.points)),)
        yield _issue(view, one.kind, measures, one.points, one.first, one.last, one.stake, says, lanes)


def _issue(
    view: View,
    kind: str,
    measures: tuple[Measure, ...],
    points: Ints,
    first: int,
    last: int,
    stake: float,
    says: str,
    lanes: tuple[str, ...] = (),
    orders: tuple[str, ...] = (),
) -> Issue:
    stock, problem = view.problem.stock, view.problem
    item, place = np.unique(stock.item[points]), np.unique(stock.location[points])
    return Issue(
        kind=kind,
        measures=measures,
        points=points,
        items=tuple(problem.items.names[number] for number in item.tolist()),
        categories=tuple(sorted({view.categories[view.category[number]] for number in item.tolist()})),
        locations=tuple(problem.locations.names[number] for number in place.tolist()),
        lanes=lanes,
        orders=orders,
        first=view.date(first),
        last=view.date(last),
        stake=stake,
        hours=float(view.band("response_hours")[points].min(initial=np.inf)),
        says=says,
    )


def _items(view: View, points: Ints) -> str:
    names = view.problem.items.names
    return _some([names[item] for item in np.unique(view.problem.stock.item[points]).tolist()], "items")


def _places(view: View, points: Ints) -> str:
    names = view.problem.locations.names
    return _some([names[l_] for l_ in np.unique(view.problem.stock.location[points]).tolist()], "locations")


def _some(names: Sequence[str], words: str) -> str:
    """Up to three by name, more by number."""
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} {words}"
