"""Small changes to order lines: some lots more, a lot less, another day, another lane, through all stages of supply."""

from collections.abc import Callable
from math import ceil

import numpy as np

from planner_models.construct.ledger import Change, Ledger

WIDE = 4000  # shipment-days up to which loads that don't exist yet are tried too
STEPS = (1, 2, 4, 8)  # lots that are tried at once


class Polish:
    """The moves of one search; keeps what doesn't change."""

    def __init__(self, ledger: Ledger, random: np.random.Generator, over: Callable[[], bool]) -> None:
        self.ledger, self.random, self.over = ledger, random, over
        self.wide = len(ledger.lane) * ledger.days <= WIDE
        self.incoming: dict[int, list[int]] = {}
        for k, n in enumerate(ledger.target):
            self.incoming.setdefault(n, []).append(k)

    def run(self, rounds: int) -> None:
        """Try small changes of the orders to every stock point until little helps."""
        for _ in range(rounds):
            before = self.ledger.cost
            for n in self.random.permutation(len(self.ledger.location)).tolist():
                if self.over():
                    return
                self.point(n)
            if self.ledger.cost > before - 1e-4 * abs(before):
                return

    def slots(self, n: int) -> list[tuple[int, int]]:
        """Where an order line to a stock point could be."""
        led = self.ledger
        return [
            (k, t)
            for k in self.incoming.get(n, [])
            for t in range(led.days)
            if led.open[k][t] and (self.wide or led.lots[k][t] or led.load[led.lane[k]][t][2] > 0.5)
        ]

    def point(self, n: int) -> None:
        """All small changes of the orders to one stock point."""
        led, slots = self.ledger, self.slots(n)
        for k, t in slots:
            for step in STEPS if self.wide else (1,):
                if led.take([(k, t, step)]) or self.chain(k, t, step):
                    break
        for k, t in slots:
            lots = led.lots[k][t]
            if not lots or led.take([(k, t, -1)]) or led.take([(k, t, -lots)]):
                continue
            for j, u in slots:
                lots = led.lots[k][t]
                if lots and (j, u) != (k, t) and not led.take(self.swap(k, t, j, u, lots)) and lots > 1:
                    led.take(self.swap(k, t, j, u, 1))

    def chain(self, k: int, t: int, lots: int) -> bool:
        """Lots more, and as much more for the place that they come from."""
        led = self.ledger
        source, units = led.source[k], lots * led.lot_units[k]
        if source < 0:
            return False
        early = [(j, u) for j, u in self.slots(source) if led.arrival[led.lane[j]][u] <= t]
        for j, u in early[::-1] if self.wide else early[-2:]:
            if led.take([(k, t, lots), (j, u, ceil(units / led.lot_units[j] - 1e-9))]):
                return True
        return False

    def swap(self, k: int, t: int, j: int, u: int, lots: int) -> list[Change]:
        """Move lots to another day or lane; sizes of lots may differ."""
        led = self.ledger
        return [(k, t, -lots), (j, u, max(1, round(lots * led.lot_units[k] / led.lot_units[j])))]


def polish(ledger: Ledger, random: np.random.Generator, over: Callable[[], bool], rounds: int = 3) -> None:
    """Try small changes of every order line until little helps."""
    Polish(ledger, random, over).run(rounds)
