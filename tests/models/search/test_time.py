"""Places share the time for loads: none is cut off because others came first, and what is left goes to those that follow."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from planner_models.problem import Ints, Problem
from planner_models.search import Search
from planner_models.search.pattern import PatternSearch
from tests.models.builder import world
from tests.models.search.relaxed import Relaxed

LIMIT = 100.0  # seconds
TICK = 0.05  # seconds; that long an attempt takes


def network() -> Problem:
    """X and Y on one tour, V and W with lorries of their own, all of them fed by D."""
    built = world().item().place("S", "supplier").place("D", "dc").lane("S", "D", **lorry()).stock("D", 20)
    for store in "XYVW":
        built.place(store, "store").demand(store, [5.0] * 3)
        own = {"mode": "van", "route": "tour"} if store in "XY" else {}
        built.lane("D", store, **lorry(), **own)
    return built.row("supply", item_id="A", location_id="S").policy(lost_sale_penalty=5.0).problem()


def lorry() -> dict[str, float]:
    return {"lead_time_days": 0, "vehicle_kg": 8, "cost_per_vehicle": 2}


@dataclass
class Clock:
    """Time passes in attempts only; `taken` are destinations and seconds, in the order in which loads were improved."""

    names: tuple[str, ...]
    patience: dict[
        str, float
    ]  # seconds after which the loads of these destinations can't be improved any more
    now: float = 0.0
    taken: list[tuple[str, float]] = field(default_factory=list)

    def left(self) -> float:
        return LIMIT - self.now

    def improve(
        self, search: PatternSearch, money: float, _: object, among: Ints, __: int, over: Callable[[], bool]
    ) -> float:
        served = {d for c in among.tolist() for d in search.choices[c].destinations}
        where, began = "".join(sorted(self.names[d] for d in served)), self.now
        while not over() and self.now - began < self.patience.get(where, np.inf):
            self.now += TICK
        self.taken.append((where, self.now - began))
        return money


def taken(monkeypatch: pytest.MonkeyPatch, **patience: float) -> dict[str, float]:
    found = Relaxed.of(network())
    clock = Clock(found.problem.locations.names, patience)
    monkeypatch.setattr(PatternSearch, "improve", lambda *arguments: clock.improve(*arguments))
    arguments = (found.problem, found.matrix, found.columns, found.curves, found.highs)
    Search(*arguments, offer=lambda _: True, left=clock.left).run()
    assert len(dict(clock.taken)) == len(clock.taken)
    return dict(clock.taken)


# 40 of 100 s are for whole lots. Of the other 60, 13 % are for routes, 22 % for what feeds stores, the rest is for stores.
ROUTES, FEEDING = 0.13 * 60, 0.22 * 60
STORES = 60 - ROUTES - FEEDING


def test_every_place_has_its_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    times = taken(monkeypatch)
    assert times == pytest.approx(
        {"V": STORES / 2, "W": STORES / 2, "XY": ROUTES, "D": FEEDING}, abs=4 * TICK
    )


def test_what_a_place_leaves_is_for_those_that_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    times = taken(monkeypatch, V=5.0, XY=1.0)
    expected = {"V": 5.0, "W": STORES - 5.0, "XY": 1.0, "D": FEEDING + ROUTES - 1.0}
    assert times == pytest.approx(expected, abs=4 * TICK)
