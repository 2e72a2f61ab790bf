"""All stock points alone at given prices: a lower bound for each, what it would like to order, and whole lots."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from planner_models.decomposed.recursion import respond
from planner_models.decomposed.tangents import Tangents
from planner_models.problem import Floats, Ints, Problem, taken

NEVER = 1e300  # the price of what can't be had
CHUNK = 256  # stock points that a thread takes at once


@dataclass(frozen=True)
class Terms:
    """At which prices stock points plan."""

    arriving: Floats  # N × T+1 [money per unit] by arrival day, last = after the horizon; NEVER where nothing can arrive
    leaving: Floats  # N × T [money per unit], −NEVER where nothing can leave
    holding: Floats  # N × T [money per unit and day]


@dataclass(frozen=True)
class Response:
    """What the points do at the terms."""

    bound: Floats  # N [money]
    arrivals: Floats  # N × T+1 [units]
    departures: Floats  # N × T [units]
    available: Floats  # N × T [units], before sales
    closing: Floats  # N × T [units]
    cost: Floats  # N [money], of this plan without what arrives


@dataclass(frozen=True)
class Points:
    """The stock points of a problem, ready for the recursion."""

    problem: Problem
    tangents: Tangents
    given: Floats  # N × T [units], arrivals less dispatches of given orders
    lost: Floats  # N [money per unit]
    least: Floats  # N × T [units]
    unit_cost: Floats  # N
    far: Floats  # N [units], more than there can ever be
    penalty: float  # money per unit and day outside a limit; any value leaves the bound valid
    shelf: Floats  # N × T [units], NEVER where nothing expires
    most: Floats  # N × T [units], NEVER where there is no limit
    threads: int = 1

    @classmethod
    def of(cls, problem: Problem, threads: int = 1) -> "Points":
        """Prepare the tables."""
        stock = problem.stock
        days = np.arange(problem.days)[None, :]
        unit_cost = problem.items.unit_cost[stock.item]
        penalty = 2.0 * float(max(1.0, stock.lost_cost.max(initial=0.0), unit_cost.max(initial=0.0)))
        return cls(
            problem=problem,
            tangents=Tangents.of(stock, threads),
            given=stock.given_in - stock.given_out,
            lost=np.where(stock.must_meet, np.maximum(stock.lost_cost, penalty), stock.lost_cost),
            least=np.where(days >= stock.min_from[:, None], stock.min_stock[:, None], 0.0),
            unit_cost=unit_cost,
            far=_far(problem),
            penalty=penalty,
            shelf=np.minimum(stock.shelf, NEVER),
            most=np.minimum(stock.max_stock, NEVER),
            threads=threads,
        )

    def part(self, rows: Ints) -> "Points":
        """Some of the stock points."""
        problem, t = self.problem, self.tangents
        return replace(
            self,
            problem=problem.replace(stock=taken(problem.stock, rows)),
            tangents=taken(t, rows),
            **{
                name: getattr(self, name)[rows]
                for name in ("given", "lost", "least", "unit_cost", "far", "shelf", "most")
            },
        )

    def respond(
        self,
        terms: Terms,
        hint: Floats,
        asked: Floats | None = None,
        shortage: Floats | None = None,
    ) -> Response:
        """Bounds and wishes at the terms; `hint` (`N × T`) is the available stock of an earlier response.

        `asked` (`N × T`) leaves as given orders do, and what is not there costs `shortage` (`N`) per unit.
        """
        stock, t = self.problem.stock, self.tangents
        points, days = stock.mean.shape
        given = self.given if asked is None else self.given - asked
        shortage = np.full(points, 10.0 * self.penalty) if shortage is None else shortage
        bound = np.zeros(points)
        arrivals, departures = np.zeros((points, days + 1)), np.zeros((points, days))
        available, closing = np.zeros((points, days)), np.zeros((points, days))
        cost = np.zeros(points)

        def part(first: int) -> None:
            respond(
                first, min(first + CHUNK, points),
                stock.on_hand, stock.mean, given, stock.given_later, terms.holding, self.lost, self.unit_cost,
                self.shelf, self.least, self.most, self.penalty, shortage,
                terms.arriving, terms.leaving, stock.terminal_cost,
                t.stock, t.sales, t.slope, t.end_stock, t.end_short, t.end_slope, hint, self.far,
                bound, cost, arrivals, departures, available, closing,
            )  # fmt: skip

        starts = range(0, points, CHUNK)
        if self.threads > 1 and len(starts) > 1:
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(part, starts))
        else:
            for first in starts:
                part(first)
        return Response(bound, arrivals, departures, available, closing, cost)


def _far(problem: Problem) -> Floats:
    """Units that a stock point can have at most, whatever is ordered."""
    stock, ship = problem.stock, problem.shipments
    lots = ship.max_lots * ship.open.sum(axis=1)
    units = lots * ship.lot_cases * problem.items.case_size[ship.item]
    total = np.bincount(ship.target, units, len(stock.item))
    return np.asarray(1.0 + total + stock.on_hand + stock.given_in.sum(axis=1) + stock.min_stock)
