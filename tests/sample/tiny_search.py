"""Every sensible plan of the tiny sample, costed with plain arithmetic: no engine, no evaluator, no
pandas.

Left out are only plans that can't be best: more units of an item to a store than it can still sell
(they would be held and handled, never sold), and dispatches that arrive after the last day (nothing
after it counts). What is left of the DC's 70 rice and 3 lamps is enough for both stores whatever the
other one gets, so each store can be searched alone.
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations_with_replacement, product
from math import ceil
from typing import NamedTuple

DAYS = 5
VAN_DAYS = range(4)  # arrives on the next day
SLOTS = [("van", day) for day in VAN_DAYS] + [("express", day) for day in range(DAYS)]
Cases = tuple[tuple[str, int], ...]  # the slot of each case

CASE = {"rice": 10, "soap": 5, "lamp": 1}
KG = {"rice": 1, "soap": 2, "lamp": 4}
MARGIN = {"rice": 3 - 2, "soap": 9 - 4, "lamp": 50 - 30}
HOLD_STORE = {"rice": 0.15, "soap": 0.15, "lamp": 0.60}
HOLD_DC = {"rice": 0.05, "soap": 0.05, "lamp": 0.20}
DEMAND = {
    "NEAR": {"rice": [10, 10, 10, 10, 10], "lamp": [0, 0, 0, 0, 1]},
    "FAR": {"rice": [10, 10, 10, 10, 10], "soap": [0, 0, 0, 5, 5], "lamp": [0, 1, 0, 0, 0]},
}
OPENING = {"NEAR": {"rice": 10}, "FAR": {"rice": 25}}
DC_OPENING = {"rice": 70, "lamp": 3}
VAN_COST = {"NEAR": 3, "FAR": 30}
LINE, PER_CASE = 0.2, 0.1  # at the DC, for what it dispatches and what it receives
TRUCK = 20


class Plan(NamedTuple):
    """Cost of one store's plan, and for each item the slot of every case that is sent."""

    cost: float
    sent: dict[str, Cases]
    parts: dict[str, float]


def useful_cases(store: str, item: str) -> int:
    """Cases of which at least one unit can still be sold."""
    return max(0, ceil((sum(DEMAND[store][item]) - OPENING[store].get(item, 0)) / CASE[item]))


def choices(store: str, item: str) -> list[Cases]:
    """All ways to send at most the useful cases."""
    most = useful_cases(store, item)
    return [cases for count in range(most + 1) for cases in combinations_with_replacement(SLOTS, count)]


def item_costs(store: str, item: str, sent: Cases) -> dict[str, float]:
    """Holding at store and DC, lost margin and handling of one item; freight is shared and comes later."""
    stock, holding, lost = float(OPENING[store].get(item, 0)), 0.0, 0.0
    for day in range(DAYS):
        stock += sum(CASE[item] for mode, left in sent if left + (mode == "van") == day)
        sold = min(stock, DEMAND[store][item][day])
        lost += MARGIN[item] * (DEMAND[store][item][day] - sold)
        stock -= sold
        holding += HOLD_STORE[item] * stock
    if item in DC_OPENING:  # units that leave the DC are no longer held there
        holding -= sum(HOLD_DC[item] * CASE[item] * (DAYS - left) for _, left in sent)
    return {"holding": holding, "lost_sales": lost, "handling": LINE * len(set(sent)) + PER_CASE * len(sent)}


def inbound_costs(sent: Cases) -> Iterator[tuple[tuple[int, ...], dict[str, float]]]:
    """All ways to buy the soap that is sent: dispatch days at the mill, two days before the DC has it."""
    for bought in combinations_with_replacement(range(DAYS - 2), len(sent)):
        stock, holding = 0, 0.0
        for day in range(DAYS):
            stock += sum(CASE["soap"] for left in bought if left + 2 == day)
            stock -= sum(CASE["soap"] for _, left in sent if left == day)
            if stock < 0:
                break
            holding += HOLD_DC["soap"] * stock
        else:
            handling = LINE * len(set(bought)) + PER_CASE * len(bought)
            yield bought, {"freight": TRUCK * len(set(bought)), "holding": holding, "handling": handling}


def freight(store: str, sent: dict[str, Cases]) -> float:
    """Vans by weight, express by weight with its minimum charge."""
    cost = 0.0
    for slot in SLOTS:
        kg = sum(KG[item] * CASE[item] * cases.count(slot) for item, cases in sent.items())
        if kg and slot[0] == "van":
            cost += VAN_COST[store] * ceil(kg / 100)
        elif kg:
            cost += max(10, 2 * kg)
    return cost


@cache
def plans(store: str) -> tuple[Plan, ...]:
    """Every sensible plan of a store. What the DC would hold if nothing left it is not in it."""
    return tuple(_plans(store))


def _plans(store: str) -> Iterator[Plan]:
    items = list(DEMAND[store])
    options = [[(sent, item_costs(store, item, sent)) for sent in choices(store, item)] for item in items]
    inbound = (
        {cases: list(inbound_costs(cases)) for cases, _ in options[items.index("soap")]}
        if "soap" in items
        else {}
    )
    for chosen in product(*options):
        sent = {item: cases for item, (cases, _) in zip(items, chosen, strict=True)}
        load = freight(store, sent)
        for bought, extra in inbound.get(sent.get("soap", ()), [((), {})]):
            parts = {"freight": load + extra.get("freight", 0.0)}
            for cause in ("holding", "lost_sales", "handling"):
                parts[cause] = sum(costs[cause] for _, costs in chosen) + extra.get(cause, 0.0)
            yield Plan(sum(parts.values()), sent | {"bought": tuple(("truck", day) for day in bought)}, parts)


def held_at_dc() -> float:
    """Holding cost of the DC's opening stock if nothing left it."""
    return sum(HOLD_DC[item] * units * DAYS for item, units in DC_OPENING.items())
