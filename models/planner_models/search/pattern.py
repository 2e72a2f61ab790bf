"""Local search over the loads of one place: the relaxation, with these loads fixed, says what a pattern is worth."""

from collections.abc import Callable

import numpy as np

from planner_models.problem import Flags, Ints
from planner_models.search.choices import OPEN, Choice
from planner_models.search.part import Part

GAIN = 0.5  # money that a change has to bring
AT_ONCE = 15  # a fifteenth of what is undecided is decided in one step
CERTAINLY, NEVER = 0.3, 0.02  # fractions: a flag is set, a load is left out
NEAR, ASIDE = 2, 1  # days by which a load may move, and at which another one may take its place


class PatternSearch:
    """The choices of a part. `state` has one entry per choice of the problem, `mine` are those of this part."""

    def __init__(self, part: Part, choices: list[Choice], mine: Ints) -> None:
        self.part, self.choices = part, choices
        self.mine = mine
        self.columns = {int(c): part.inside(choices[c].columns) for c in mine}
        self.state = np.full(len(choices), OPEN)
        self.load = np.array([choices[c].load for c in mine])
        self.day = np.array([choices[c].day for c in mine])

    def put(self, choice: int, state: int) -> None:
        """Fix a choice in the solver."""
        self.part.fix(self.columns[choice], self.choices[choice].states[state])

    def begin(self, state: Ints) -> float:
        """Start from a pattern; what is open there stays open."""
        for c in self.mine.tolist():
            if state[c] != OPEN:
                self.state[c] = state[c]
                self.put(c, int(state[c]))
        return self.part.solve()

    def round(self) -> float:
        """Decide choice by choice, the largest fraction first and one per load at a time."""
        money = self.part.solve()
        while np.isfinite(money):
            x = self._values()
            levels = {
                c: self.choices[c].level(x)
                for c in self.mine.tolist()
                if self.state[c] == OPEN and not self.choices[c].stop
            }
            fraction = {c: level - np.floor(level + 1e-6) for c, level in levels.items()}
            waiting = sorted((c for c in levels if fraction[c] > 1e-4), key=lambda c: -fraction[c])
            if not waiting:
                for c, level in levels.items():
                    self._decide(c, round(level) if not self.choices[c].banded else 0)
                return self.part.solve()
            seen: set[int] = set()
            for c in waiting:
                choice = self.choices[c]
                if choice.load in seen:
                    continue
                seen.add(choice.load)
                self._decide(c, self._rounded(choice, x, levels[c], fraction[c]))
                if len(seen) >= max(1, len(waiting) // AT_ONCE):
                    break
            money = self.part.solve()
        return money

    def _rounded(
        self, choice: Choice, x: "np.ndarray[tuple[int], np.dtype[np.float64]]", level: float, fraction: float
    ) -> int:
        if fraction < NEVER or (len(choice.states) == 2 and not choice.banded and fraction < CERTAINLY):
            return min(int(np.floor(level + 1e-6)), len(choice.states) - 1) if not choice.banded else 0
        return choice.reached(x, level)

    def _decide(self, choice: int, state: int) -> None:
        self.state[choice] = min(max(state, 0), len(self.choices[choice].states) - 1)
        self.put(choice, int(self.state[choice]))

    def _values(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        x = np.zeros(len(self.part.place))
        self.part.write(x)
        return x

    @property
    def undecided(self) -> Ints:
        """Choices of the part that are open."""
        return np.asarray(self.mine[self.state[self.mine] == OPEN])

    def improve(
        self,
        money: float,
        random: np.random.Generator,
        among: Ints,
        most: int,
        over: Callable[[], bool],
    ) -> float:
        """Change these loads, alone or together with others near, while that saves money; at most `most` attempts."""
        begun = self.part.solves
        while True:
            before = money
            for c in random.permutation(among).tolist():
                if self.choices[c].stop or self.state[c] == OPEN:
                    continue
                for changes in self._moves(c):
                    if over() or self.part.solves - begun >= most:
                        return money
                    found = self._attempt(changes, money)
                    if found is not None:
                        money = found
                        break
            if money > before - GAIN:
                return money

    def _attempt(self, changes: list[tuple[int, int]], money: float) -> float | None:
        if any(not 0 <= state < len(self.choices[c].states) for c, state in changes):
            return None
        for c, state in changes:
            self.put(c, state)
        found = self.part.solve(money - GAIN)
        if found < money - GAIN:
            for c, state in changes:
                self.state[c] = state
            return found
        for c, _ in changes:
            self.put(c, int(self.state[c]))
        return None

    def _moves(self, c: int) -> list[list[tuple[int, int]]]:
        choice, state = self.choices[c], int(self.state[c])
        if state == 0:
            return [[(c, choice.usual)]]
        less = 0 if choice.banded else state - 1
        moves = [[(c, state - 1)], [(c, state + 1)]]
        if choice.banded:
            moves.append([(c, 0)])
        apart = np.abs(self.day - choice.day)
        same = self.load == choice.load
        near: Flags = np.where(same, apart <= NEAR, apart <= ASIDE)
        for d in self.mine[near].tolist():
            other = self.choices[d]
            if d == c or other.stop or self.state[d] == OPEN:
                continue
            more = other.usual if self.state[d] == 0 else int(self.state[d]) + 1
            if choice.banded and other.banded and self.state[d] == 0:
                more = state
            moves.append([(c, less), (d, more)])
        return moves

    def stops(self, money: float, over: Callable[[], bool]) -> float:
        """Decide at which places vehicles stop: where they bring something now, unless leaving it out saves money."""
        x = self._values()
        waiting = [c for c in self.mine.tolist() if self.choices[c].stop and self.state[c] == OPEN]
        if not waiting:
            return money
        level = {c: self.choices[c].level(x) for c in waiting}
        for c in waiting:
            self._decide(c, int(level[c] > 1e-7))
        money = self.part.solve()
        for c in sorted(waiting, key=lambda c: level[c]):
            if over():
                break
            if self.state[c]:
                found = self._attempt([(c, 0)], money)
                money = money if found is None else found
        return money
