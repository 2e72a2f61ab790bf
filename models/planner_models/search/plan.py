"""The search for a plan: loads of selling places, of routes, of what feeds them, one joint solve, and then whole lots."""

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
from planner_models.search.lots import WHOLE, LotDive
from planner_models.search.mend import mend
from planner_models.search.part import Part, Strictness, own_columns
from planner_models.search.pattern import PatternSearch
from planner_models.search.whole import Answer, Whole

WORK = 1_800_000  # rows of the programmes that one search of a place may solve: about 10 s
FEWEST, MOST = 100, 800  # attempts per place
SHARE_OF_LOTS, MOST_OF_LOTS = 0.4, 0.6  # of the time: for agreeing and lots
PACE = 2.5  # ... and at least this many times as long as the relaxation took
SHARE_OF_ROUTES, SHARE_OF_FEEDING = (
    0.13,
    0.22,
)  # of the time for loads: for routes, and for loads to what feeds others
LONGEST = 60.0  # seconds for one solution of the whole relaxation: without it there is no plan
LOADS = Strictness(price=1.0, stock=0.3)
LOTS = Strictness(price=5.0, stock=10.0, least=10.0)
LINE_TOLERANCE = 1e-5  # of the bound, per curve that may be wrong

Task = TypeVar("Task")
Result = TypeVar("Result")


class Search:
    """Looks for a plan near the relaxation that `highs` holds, solved in so many `seconds`."""

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
        seconds: float = 0.0,
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
        self.routed = [place for place in self.selling if place.sum() > 1]
        most = left()
        # seconds left when loads have to be done
        self.ends = min(most * MOST_OF_LOTS, max(most * SHARE_OF_LOTS, PACE * seconds))
        self.loads = most - self.ends

    def run(self, beside: Callable[[], object] = lambda: None) -> bool:
        """Offer plans; whether one was found. `beside` runs once loads are planned: from then on a core is free at times."""
        self.offer(np.zeros(self.problem.shipments.open.shape, np.int64))
        self._loads(self._alone(), 1.0, self.ends + self.loads * (SHARE_OF_FEEDING + SHARE_OF_ROUTES))
        self._loads(self.routed, 1.0, self.ends + self.loads * SHARE_OF_FEEDING)
        self._loads(self.feeding, 2.0, self.ends)
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(beside)
            found = self._agree() or self._with_more()
            if found:
                self._sharpen()
                self._stops()
                found = self._lots()
            other.result()
        return found

    # --- loads -------------------------------------------------------------------------------------------

    def _alone(self) -> list[Flags]:
        """Selling locations, each a place of its own: loads that serve several wait."""
        locations = np.arange(len(self.problem.locations.names))
        return [locations == location for place in self.selling for location in np.flatnonzero(place)]

    def _loads(self, places: list[Flags], work: float, ends: float) -> None:
        """Plan the undecided loads of places side by side, each with the rest of the plan as it stands and with its share
        of the time."""

        def plan(number: int) -> PatternSearch | None:
            now = self.left()
            until = now - max(0.0, now - ends) * max(1, self.threads) / (len(places) - number)
            search = self._pattern(places[number])
            if not len(search.mine):
                return None
            search.begin(self.state)
            undecided = search.undecided
            money = search.round()
            if not np.isfinite(money):
                return None
            most = int(np.clip(work * WORK / search.part.highs.getNumRow(), FEWEST, work * MOST))
            random = np.random.default_rng(self.seed)
            search.improve(money, random, undecided, most, lambda: self.left() < until)
            return search if np.isfinite(search.part.solve()) else None

        x = self.answer.x.copy()
        for search in self._side_by_side(plan, range(len(places))):
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
            LOADS,
            light=not self.whole.feeding[place].any(),
        )
        return PatternSearch(part, self.choices, mine)

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
        self._loads([*self.feeding, *self.selling], 1.0, self.ends)
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
        """Make lots whole place by place: for what feeds others, then, once these agree on the rest, for them."""
        bounds = self._bounds()
        x = self._dives(self.feeding, self.answer.x, bounds)
        if self.feeding:
            fed = self._lots_of(np.logical_or.reduce(self.feeding))
            lower, upper = bounds[0].copy(), bounds[1].copy()
            lower[fed] = upper[fed] = np.round(x[fed])
            answer = self.whole.solve(lower, upper, self.left())
            x = x if answer is None else answer.x
        return self._finish(self._dives(self._alone(), x, bounds))

    def _dives(self, places: list[Flags], x: Floats, bounds: tuple[Floats, Floats]) -> Floats:
        """The solution `x` with whole lots for these places."""

        def dive(chain: list[Flags]) -> tuple[Floats, Ints]:
            now = x.copy()
            for place in chain:
                self._dive(place, now, bounds)
            return now, self._lots_of(np.logical_or.reduce(chain))

        found = x.copy()
        for now, mine in self._side_by_side(dive, self._chains(places)):
            found[mine] = now[mine]
        return found

    def _lots_of(self, place: Flags) -> Ints:
        """Columns of the shipments to a place."""
        ship = self.whole.columns.ship
        return np.asarray(ship[(ship >= 0) & own_columns(self.whole, place)[ship]])

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
        part = Part(self.whole, own_columns(self.whole, place), answer, LOTS, light=False, bounds=bounds)
        if LotDive(self.whole, part).run():
            part.write(x)
        mine = self._lots_of(place)
        x[mine] = np.floor(x[mine] + WHOLE)

    def _finish(self, x: Floats) -> bool:
        """Offer whole lots, mended where they break a limit."""
        lots = np.round(value(x, self.whole.columns.ship)).astype(np.int64)
        mended = mend(self.problem, lots)
        return mended is not None and self.offer(mended)
