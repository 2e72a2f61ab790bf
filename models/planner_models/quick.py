"""A joint plan by work and not by time: plans that are there, improved lot by lot with the exact costs of all causes together.

Begun with are the plans of both baselines and the previous plan of the problem, if it has one: in a closed loop yesterday's, which
has been improved before. No start is the best one every day: lots that come by a fast vehicle don't change to a slow one one by
one, and the baselines choose modes in different ways. Nothing is proven about the result, and no clock decides: the same question
has the same answer.
"""

from planner_models.baselines import by_chain, chain_of
from planner_models.decomposed.dual import Dual
from planner_models.decomposed.lots import LotSearch
from planner_models.incumbent import Effort, Incumbent
from planner_models.problem import Ints, Problem

FOREVER = 1e9  # seconds


def quick(problem: Problem, *, seed: int = 0) -> Ints:
    """Whole lots (`K × T`): the cheapest plan found within all limits, else the last one that was improved towards them."""
    best = Incumbent(problem, Effort(0.0, FOREVER, 1, seed), lambda _: None, lambda: False)
    search = LotSearch(best, Dual.of(problem))
    chain = chain_of(problem, cheapest=True)
    starts = [by_chain(chain, "sequential"), by_chain(chain, "reorder"), previous(problem)]
    for lots in [start for start in starts if start.any()] or starts[
        :1
    ]:  # also from nothing, if nobody sends anything
        search.go_on(lots)
    if best.lots is not None:
        return best.lots
    return search.lots


def previous(problem: Problem) -> Ints:
    """The lots of the previous plan that may still be dispatched."""
    ship = problem.shipments
    lots = (ship.previous / ship.lot_cases[:, None]).round().astype(int)
    allowed: Ints = lots * (ship.open & (lots * ship.lot_cases[:, None] == ship.previous))
    return allowed
