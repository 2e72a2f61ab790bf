"""The search for a plan: loads of the stores, loads of what feeds them, again in turn, and then whole lots."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import highspy
import numpy as np

from planner_models.bound.split import groups_of
from planner_models.joint.columns import Columns, value
from planner_models.joint.touching import Curves
from planner_models.matrix import Matrix
from planner_models.problem import Flags, Floats, Ints, Problem
from planner_models.search.choices import OPEN, choices_of
from planner_models.search.lots import LotDive
from planner_models.search.mend import mend
from planner_models.search.part import Part, Strictness, own_columns
from planner_models.search.pattern import PatternSearch
from planner_models.search.whole import Answer, Whole

WORK = 1_800_000  # rows of the programmes that one search of a place may solve: about 10 s
FEWEST, MOST = 100, 800  # attempts per place
AGAIN = 0.4  # of the work, where a pattern is only revised
SHARE_OF_LOADS = 0.62  # of the time: for loads; the rest is for lots and the bound
SHARE_OF_FEEDING = 0.25  # of the time for loads: for loads to what feeds others
REVISION = 20.0  # seconds for planning loads once more: it brings little
LONGEST = 60.0  # seconds for one solution of the whole relaxation: without it there is no plan
LOTS = Strictness(price=5.0, stock=10.0, least=10.0)
LINE_TOLERANCE = 1e-5  # of the bound, per curve that may be wrong

Task = TypeVar("Task")
Result = TypeVar("Result")


class Search:
    """Looks for a plan near the relaxation that `highs` holds, solved."""

    def __init__(
        self,
        problem: Problem,
        matrix: Matrix,
        columns: Columns,
        curves: Curves,
        highs: highspy.Highs,
        *,
        offer: Callable[[Ints], bool],
        left: Callable[[], float],
        threads: int = 1,
        seed: int = 0,
    ) -> None:
        self.problem, self.offer, self.left = problem, offer, left
        self.threads, self.seed = threads, seed
        self.whole = Whole(problem, matrix, columns, curves, highs)
        solution, info = highs.getSolution(), highs.getInfo()
        self.answer = Answer(
            info.objective_function_value, np.array(solution.col_value), np.array(solution.row_dual)
        )
        self.choices = choices_of(problem, columns)
        self.state = np.full(len(self.choices), OPEN)
        groups = groups_of(problem)
        served = np.unique(groups[problem.lanes.destination])
        feeding = np.isin(served, groups[self.whole.feeding])
        self.feeding = [groups == g for g in served[feeding].tolist()]
        self.selling = [groups == g for g in served[~feeding].tolist()]
        self.selling.sort(key=lambda place: -int(place.sum()))
        self.ends = left() * (1.0 - SHARE_OF_LOADS)  # seconds left when loads have to be done
        self.turn = self.ends + left() * SHARE_OF_LOADS * SHARE_OF_FEEDING  # ... and those of the stores

    def run(self) -> bool:
        """Offer plans; whether one was found."""
        self.offer(np.zeros(self.problem.shipments.open.shape, np.int64))
        self._loads(self.selling, 1.0, fresh=True, until=self.turn if self.feeding else self.ends)
        self._loads(self.feeding, 2.0, fresh=True)
        if not self._agree() and not self._with_more():
            return False
        self._sharpen()
        for places in (self.selling, self.feeding):
            if self.left() > self.ends + REVISION and places:
                self._try(places)
        self._stops()
        return self._lots()

    # --- loads -------------------------------------------------------------------------------------------

    def _loads(self, places: list[Flags], work: float, *, fresh: bool, until: float | None = None) -> None:
        """Plan the loads of places side by side, each with the rest of the plan as it stands."""

        ends = self.ends if until is None else until

        def plan(place: Flags) -> PatternSearch | None:
            search = self._pattern(place)
            if not len(search.mine):
                return None
            money = search.begin(self.state)
            money = search.round() if fresh else money
            if not np.isfinite(money):
                return None
            most = int(np.clip(work * WORK / search.part.highs.getNumRow(), FEWEST, work * MOST))
            search.improve(money, np.random.default_rng(self.seed), most, lambda: self.left() < ends)
            return search if np.isfinite(search.part.solve()) else None

        x = self.answer.x.copy()
        for search in self._side_by_side(plan, places):
            if search is not None:
                decided = search.state != OPEN
                self.state[decided] = search.state[decided]
                search.part.write_own(x)
        self.answer = replace(self.answer, x=x)

    def _side_by_side(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> list[Result]:
        with ThreadPoolExecutor(max(1, self.threads)) as pool:
            return list(pool.map(work, tasks))

    def _pattern(self, place: Flags) -> PatternSearch:
        inside = set(np.flatnonzero(place).tolist())
        mine = np.array([c for c, choice in enumerate(self.choices) if choice.destinations <= inside], int)
        part = Part(
            self.whole,
            own_columns(self.whole, place),
            self.answer,
            Strictness(),
            light=not self.whole.feeding[place].any(),
        )
        return PatternSearch(part, self.choices, mine)

    def _try(self, places: list[Flags]) -> None:
        """Plan loads again; back to what was if the whole plan is not better for it."""
        before, state = self.answer, self.state.copy()
        self._loads(places, AGAIN, fresh=False)
        if not self._agree() or self.answer.cost > before.cost:
            self.answer, self.state = before, state

    def _bounds(self) -> tuple[Floats, Floats]:
        lower, upper = self.whole.lower.copy(), self.whole.upper.copy()
        for choice, state in zip(self.choices, self.state.tolist(), strict=True):
            if state != OPEN:
                lower[choice.columns] = upper[choice.columns] = choice.states[state]
        return lower, upper

    def _agree(self) -> bool:
        """Solve the relaxation with the loads as they are; False if they allow no plan."""
        answer = self.whole.solve(*self._bounds(), LONGEST)
        if answer is not None:
            self.answer = answer
        return answer is not None

    def _with_more(self) -> bool:
        """Where the loads allow no plan: keep those that drive and plan the others once more from what then is best."""
        self.state[self.state == 0] = OPEN
        if not self._agree():
            return False
        self._loads([*self.feeding, *self.selling], 1.0, fresh=True)
        return self._agree()

    def _sharpen(self) -> None:
        """Touch the curves where stock now lies; nothing is solved, the new rows have no price yet."""
        rows = self.whole.missing_lines(self.answer.x, LINE_TOLERANCE * self.answer.cost)
        self.whole.add(rows)
        self.answer = replace(self.answer, price=np.r_[self.answer.price, np.zeros(rows.count)])

    def _stops(self) -> None:
        """Decide where vehicles of routes stop."""

        def plan(place: Flags) -> PatternSearch:
            search = self._pattern(place)
            money = search.begin(self.state)
            if np.isfinite(money):
                search.stops(money, lambda: False)
            return search

        routed = [place for place in [*self.selling, *self.feeding] if self._has_stops(place)]
        for search in self._side_by_side(plan, routed):
            decided = search.state != OPEN
            self.state[decided] = search.state[decided]

    def _has_stops(self, place: Flags) -> bool:
        inside = set(np.flatnonzero(place).tolist())
        return any(choice.stop and choice.destinations <= inside for choice in self.choices)

    # --- lots --------------------------------------------------------------------------------------------

    def _lots(self) -> bool:
        """Make lots whole place by place, what feeds others first."""
        x, bounds = self.answer.x.copy(), self._bounds()

        def dive(chain: list[Flags]) -> None:
            for place in chain:
                self._dive(place, x, bounds)

        for chains in (self._chains(self.feeding), self._chains(self.selling)):
            self._side_by_side(dive, chains)
        return self._finish(x)

    def _chains(self, places: list[Flags]) -> list[list[Flags]]:
        """Places that take from the same source follow each other, so that each knows what the others left."""
        ship, lanes = self.problem.shipments, self.problem.lanes
        chains: dict[int, list[Flags]] = {}
        for place in places:
            taken = ship.lane[place[lanes.destination[ship.lane]]]
            weight = np.bincount(lanes.origin[taken], minlength=len(self.problem.locations.names))
            chains.setdefault(int(weight.argmax()), []).append(place)
        return list(chains.values())

    def _dive(self, place: Flags, x: Floats, bounds: tuple[Floats, Floats]) -> None:
        """Whole lots for one place, written into `x`; rounded down where they don't go together."""
        answer = Answer(self.answer.cost, x, self.answer.price)
        own = own_columns(self.whole, place)
        part = Part(self.whole, own, answer, LOTS, light=False, bounds=bounds)
        if LotDive(self.whole, part).run():
            part.write(x)
            return
        ship = self.whole.columns.ship
        mine = ship[(ship >= 0) & own[ship]]
        x[mine] = np.floor(x[mine] + 1e-6)

    def _finish(self, x: Floats) -> bool:
        """Offer whole lots, mended where they break a limit."""
        lots = np.round(value(x, self.whole.columns.ship)).astype(np.int64)
        mended = mend(self.problem, lots)
        return mended is not None and self.offer(mended)
