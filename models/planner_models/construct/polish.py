"""Small changes to order lines: a lot more, a lot less, another day, another lane."""

from collections.abc import Callable

import numpy as np

from planner_models.construct.ledger import Change, Ledger


def polish(ledger: Ledger, random: np.random.Generator, over: Callable[[], bool], rounds: int = 3) -> bool:
    """Try small changes of every order line until nothing helps; True if something did."""
    shipments: dict[int, list[int]] = {}
    for k, n in enumerate(ledger.target):
        shipments.setdefault(n, []).append(k)
    helped = False
    for _ in range(rounds):
        before = ledger.cost
        points = random.permutation(len(ledger.location)).tolist()
        for n in points:
            if over():
                return helped
            _point(ledger, shipments.get(n, []))
        if ledger.cost > before - 1e-3 * abs(before) * 0.1:
            return helped or ledger.cost < before
        helped = True
    return helped


def _point(ledger: Ledger, shipments: list[int]) -> None:
    """All small changes of the orders to one stock point."""
    lines = [(k, t) for k in shipments for t in range(ledger.days) if ledger.lots[k][t]]
    slots = [
        (k, t)
        for k in shipments
        for t in range(ledger.days)
        if ledger.open[k][t] and (ledger.lots[k][t] or ledger.load[ledger.lane[k]][t][2] > 0.5)
    ]
    for k, t in slots:
        ledger.take([(k, t, 1)])
    for k, t in lines:
        lots = ledger.lots[k][t]
        if lots and (ledger.take([(k, t, -1)]) or ledger.take([(k, t, -lots)])):
            continue
        for j, u in slots:
            lots = ledger.lots[k][t]
            if not lots or (j, u) == (k, t):
                continue
            if not ledger.take(_swap(ledger, k, t, j, u, lots)) and lots > 1:
                ledger.take(_swap(ledger, k, t, j, u, 1))


def _swap(ledger: Ledger, k: int, t: int, j: int, u: int, lots: int) -> list[Change]:
    """Move lots to another day or lane; sizes of lots may differ."""
    return [(k, t, -lots), (j, u, max(1, round(lots * ledger.lot_units[k] / ledger.lot_units[j])))]
