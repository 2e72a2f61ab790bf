"""The problem after a change of tables that name no item: tariffs, closed lanes, fewer vehicles, capacities.

Stock points and shipments stay those that they are. Where a change might add to them or take from them there is no patch.
"""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from planner.compile.index import index_of
from planner.compile.limits import limits_of
from planner.compile.network import Network, network_of
from planner.compile.shipments import within_limits
from planner.compile.stock import first_arrivals
from planner.tables.dataset import DataSet
from planner_models.problem import Problem

LANES = ("lanes", "weight_breaks")
CAPACITIES = ("capacities",)
RATES = ("cost_per_kg", "cost_per_m3", "min_charge", "stop_cost", "co2_per_kg", "breaks")  # of lane-modes
VEHICLE_RATES = ("cost_per_vehicle", "co2_per_vehicle")
GIVEN = ("given_kg", "given_m3")  # of orders, of which a network knows nothing


def with_lanes(problem: Problem, before: DataSet, after: DataSet) -> Problem | None:
    """The problem with the lanes of `after`; None unless only rates differ, or days are closed, or vehicles are fewer."""
    old, new = (network_of(data, index_of(data)) for data in (before, after))
    if not _alike(old, new):
        return None
    ship = problem.shipments
    is_open = ship.open & new.lanes.open[ship.lane]
    if (ship.open.any(axis=1) & ~is_open.any(axis=1)).any():  # there would be no such shipment
        return None
    lanes = replace(new.lanes, **{name: getattr(problem.lanes, name) for name in GIVEN})
    arrives = first_arrivals(lanes, len(problem.locations.names), problem.days)
    changed = problem.replace(
        lanes=lanes,
        loads=new.loads,
        shipments=replace(ship, open=is_open),
        stock=replace(problem.stock, min_from=arrives[problem.stock.location]),
    )
    return changed.replace(shipments=within_limits(changed))


def with_capacities(problem: Problem, after: DataSet) -> Problem:
    """The problem with the capacities of `after`."""
    limit, overtime, cost = limits_of(after, index_of(after))
    limits = replace(problem.capacities, limit=limit, overtime_limit=overtime, overtime_cost=cost)
    return problem.replace(capacities=limits)


def _alike(old: Network, new: Network) -> bool:
    """Whether shipments are the same ones, and none has more days or larger lots."""
    follows = ("transit", "window", "main_source", "dependants")
    lanes, loads = (*RATES, *GIVEN, "open"), (*VEHICLE_RATES, "max_vehicles")
    return bool(
        old.keys.equals(new.keys)
        and all(np.array_equal(getattr(old, name), getattr(new, name)) for name in follows)
        and _same_but(old.lanes, new.lanes, lanes)
        and _same_but(old.loads, new.loads, loads)
        and [[start for start, _ in bands] for bands in old.lanes.breaks]
        == [[start for start, _ in bands] for bands in new.lanes.breaks]
        and (new.lanes.open <= old.lanes.open).all()
        and (new.loads.max_vehicles <= old.loads.max_vehicles).all()
    )


def _same_but(one: Any, other: Any, names: tuple[str, ...]) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(one)
        if field.name not in names
    )
