"""Order minimums of suppliers: small orders wait if nothing is short before the next delivery, else they are raised."""

import numpy as np

from planner_models.baselines.ledger import Ledger
from planner_models.baselines.links import Chain, Link
from planner_models.problem import Flags, Floats, Ints, Problem

WAITS = 0.5  # share of its level that a point may be short of while its order waits


def meet_minimums(
    problem: Problem, chain: Chain, wave: list[Link], points: Ints, t: int, lots: Ints, short: Floats
) -> Ints:
    """Orders of day t (`lots` of the sorted `points`) that meet the minimums of their suppliers.

    `short` is how far each point is from its level, as a share of it. Raised are those orders that are shortest, lot by lot.
    """
    minimums = problem.minimums
    lots = lots.copy()
    for link in wave:
        for p in np.flatnonzero(
            (minimums.supplier == link.origin) & (minimums.destination == link.destination)
        ).tolist():
            rows = np.searchsorted(points, link.points)
            rows = rows[chain.opens[points[rows], t]]
            if not (lots[rows] > 0).any():
                continue
            least = (
                minimums.min_value[p] - minimums.given_value[p, t],
                minimums.min_kg[p] - minimums.given_kg[p, t],
            )
            value, kg = _worth(problem, chain, link, points[rows])
            if lots[rows] @ value >= least[0] - 1e-9 and lots[rows] @ kg >= least[1] - 1e-9:
                continue
            later = chain.opens[points[rows], t + 1 :].any()
            if later and float(short[rows][lots[rows] > 0].max()) < WAITS:
                lots[rows] = 0
                continue
            lots[rows] = _raised(lots[rows], value, kg, least, short[rows], chain.most[points[rows]])
    return lots


def _worth(problem: Problem, chain: Chain, link: Link, points: Ints) -> tuple[Floats, Floats]:
    """Value and weight of a lot of each point."""
    shipment = link.shipment[np.searchsorted(link.points, points)].max(axis=1)
    lot = chain.lot[points]
    return problem.shipments.value[shipment] * lot, problem.items.weight[problem.stock.item[points]] * lot


def _raised(
    lots: Ints, value: Floats, kg: Floats, least: tuple[float, float], short: Floats, most: Ints
) -> Ints:
    """More lots of what is ordered, in equal parts; nothing if that is not enough."""
    raised = lots.copy()
    ordered = np.flatnonzero(lots > 0)
    ordered = ordered[np.argsort(-short[ordered], kind="stable")]
    for _ in range(1000):
        for row in ordered.tolist():
            if raised @ value >= least[0] - 1e-9 and raised @ kg >= least[1] - 1e-9:
                return raised
            if raised[row] < most[row]:
                raised[row] += 1
        if (raised[ordered] >= most[ordered]).all():
            break
    return np.zeros_like(lots)


def settle(chain: Chain, ledger: Ledger, links: list[Link]) -> None:
    """Mend days on which less is sent than the supplier's minimum: with another day's orders, raised, or not at all."""
    minimums = chain.problem.minimums
    for link in links:
        for p in np.flatnonzero(
            (minimums.supplier == link.origin) & (minimums.destination == link.destination)
        ).tolist():
            _Settling(chain.problem, ledger, link, p).run()


class _Settling:
    """The orders of a link and the minimum that holds for them."""

    def __init__(self, problem: Problem, ledger: Ledger, link: Link, minimum: int) -> None:
        self.problem, self.ledger, self.minimum = problem, ledger, minimum
        self.shipments = np.unique(link.shipment[link.shipment >= 0])
        ship = problem.shipments
        units = ship.lot_cases * problem.items.case_size[ship.item]
        self.value = (ship.value * units)[self.shipments]
        self.kg = (problem.items.weight[ship.item] * units)[self.shipments]

    def run(self) -> None:
        for t in range(self.problem.days):
            if self._short(t) and not (
                self._join_earlier(t) or self._pull(t) or self._raise(t) or self._wait(t)
            ):
                self._take(t, self.ledger.lots[self.shipments, t], -1)

    def _used(self) -> list[int]:
        return np.flatnonzero(self.ledger.lots[self.shipments].any(axis=0)).tolist()

    def _join_earlier(self, t: int) -> bool:
        """Order on the last day before, of those on which enough is ordered anyway."""
        return any(self._move(t, other) for other in reversed(self._used()) if other < t)

    def _wait(self, t: int) -> bool:
        """Order on a later day on which that is enough."""
        return any(self._move(t, other) for other in self._used() if other > t)

    def _pull(self, t: int) -> bool:
        """Order on day t what would be ordered on the following days, until it is enough."""
        before = self.ledger.lots[self.shipments].copy()
        for other in self._used():
            if other > t and self._may(self.ledger.lots[self.shipments, other] > 0, t):
                moved = self.ledger.lots[self.shipments, other].copy()
                self._take(other, moved, -1)
                self._take(t, moved, 1)
                if not self._short(t):
                    return True
        for day in range(t, self.problem.days):
            self._take(day, before[:, day] - self.ledger.lots[self.shipments, day], 1)
        return False

    def _may(self, rows: Flags, day: int) -> bool:
        return bool(self.problem.shipments.open[self.shipments[rows], day].all())

    def _take(self, t: int, lots: Ints, sign: int) -> None:
        """Add lots to what is ordered on a day, or take them off."""
        self.ledger.put(self.shipments, t, sign * lots)

    def _short(self, t: int) -> bool:
        """Whether something is ordered on the day, and too little."""
        lots, minimums, p = self.ledger.lots[self.shipments, t], self.problem.minimums, self.minimum
        low = minimums.given_value[p, t] + float(lots @ self.value) < minimums.min_value[p] - 1e-7
        low |= minimums.given_kg[p, t] + float(lots @ self.kg) < minimums.min_kg[p] - 1e-7
        return bool(lots.any()) and bool(low)

    def _move(self, t: int, other: int) -> bool:
        """Order on another day what is ordered on day t, if all of it can ride then and that is enough."""
        lots = self.ledger.lots[self.shipments, t].copy()
        if not self._may(lots > 0, other):
            return False
        self._take(t, lots, -1)
        self._take(other, lots, 1)
        if self._short(other):
            self._take(other, lots, -1)
            self._take(t, lots, 1)
            return False
        return True

    def _raise(self, t: int) -> bool:
        """More of what is ordered, up to twice as much."""
        before = self.ledger.lots[self.shipments, t].copy()
        for number in range(1, int(before.max()) + 1):
            for row in np.flatnonzero(before >= number).tolist():
                self.ledger.add(int(self.shipments[row]), t, 1)
                if not self._short(t):
                    return True
        self._take(t, before, -1)
        return False
