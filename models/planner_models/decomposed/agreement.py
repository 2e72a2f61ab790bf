"""Places that serve others, and those that they serve, agree on what is sent, with vehicles as they were planned.

At prices that were found for parts of vehicles, places with whole ones ask for goods on days on which there are not enough. So,
round by round, those that serve others plan for what was asked on average so far, and say what a unit would be worth; the others
plan at the average of that (fictitious play, Brown 1951). Vehicles stay, so that averages of plans fit into them, too.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner_models.decomposed.block import Block
from planner_models.decomposed.place import PlacePlan, Task
from planner_models.decomposed.prices import Prices, Ways
from planner_models.problem import Floats, Ints

NODES = 12  # of the tree of a block that serves others are looked at for better vehicles

Work = Callable[[Sequence[Task]], Iterable[PlacePlan]]


@dataclass(frozen=True)
class _Planned:
    """A block, its plan, and the numbers of its ways among all."""

    block: Block
    plan: PlacePlan
    ways: Ints


class Agreement:
    """What is sent (`flow`, by way) and what stock is worth, from round to round."""

    def __init__(self, ways: Ways, prices: Prices, shortage: Floats) -> None:
        """Begin at these prices; what is asked for and not there costs `shortage` (`N`) per unit."""
        self.ways, self.prices, self.shortage = ways, prices, shortage
        self.waves: list[list[_Planned]] = []
        self.flow = np.zeros(len(ways.day))
        self.rounds = self.steps = 0

    def add(self, plans: Iterable[tuple[Block, PlacePlan]]) -> None:
        """Blocks that serve those that were added before, or nobody."""
        number = np.full(self.ways.problem.shipments.open.shape, -1)
        number[self.ways.shipment, self.ways.day] = np.arange(len(self.ways.day))
        self.waves.append([])
        for block, plan in plans:
            ways = number[block.shipments[block.ways.shipment], block.ways.day]
            self.waves[-1].append(_Planned(block, plan, ways))
            self.flow[ways] = plan.flow

    @property
    def asked(self) -> Floats:
        """`N × T` [units], what is taken from stock points."""
        ways, total = self.ways, np.zeros(self.ways.problem.stock.mean.shape)
        own = np.flatnonzero((self.flow > 0) & (ways.source >= 0))
        np.add.at(total, (ways.source[own], ways.day[own]), self.flow[own])
        return total

    def advance(self, work: Work, *, replan: bool = False) -> None:
        """One round; if they `replan`, places choose their vehicles anew, and averages begin again."""
        self.rounds = 0 if replan else self.rounds + 1
        self.steps += 1
        stock = self.prices.stock.copy()
        for wave in self.waves:
            asked = self.asked
            plans = work([self._task(planned, asked, replan) for planned in wave])
            for number, (planned, plan) in enumerate(zip(list(wave), plans, strict=True)):
                if not np.isfinite(plan.cost):  # time was over
                    continue
                flow, points = self.flow[planned.ways], planned.block.points
                # later rounds count more: at first too much was asked for
                share = 1.0 if plan.worth is not None else 2.0 / (self.rounds + 2)
                self.flow[planned.ways] = (1.0 - share) * flow + share * plan.flow
                wave[number] = replace(planned, plan=plan)
                if plan.worth is not None:
                    stock[points] = np.where(planned.block.leaves, plan.worth, stock[points])
        step = 2.0 / (self.steps + 2)
        self.prices = self.prices.replace(stock=self.prices.stock + step * (stock - self.prices.stock))

    def _task(self, planned: _Planned, asked: Floats, replan: bool) -> Task:
        block, plan = planned.block, planned.plan
        serves = bool(block.leaves.any())
        return Task(
            block.outer(self.prices),
            plan.room,
            asked[block.points] if serves else None,
            self.shortage[block.points] if serves else None,
            plan=True,
            vehicles=plan.vehicles,
            replan=replan,
            nodes=searched(block) if replan else 0,
        )


def searched(block: Block) -> int:
    """Nodes of its tree that are looked at for better vehicles: where much comes, for many; elsewhere it takes too long."""
    return NODES if block.leaves.any() else 0
