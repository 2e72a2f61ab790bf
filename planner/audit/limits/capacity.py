"""Limits of vehicles and of the resources of locations."""

import numpy as np
import pandas as pd

from planner.audit.capacities import UNITS, capacities
from planner.audit.findings import above, number, violated
from planner.audit.projection import Projection
from planner.tables.schema import RESOURCES


def vehicles_per_day(p: Projection) -> pd.DataFrame:
    """A load takes at most the vehicles that the days of its period offer."""
    loads, most = p.loads, p.loads.most
    at = np.flatnonzero(above(loads.vehicles, most))
    rows = loads.frame.iloc[at]
    lane = [
        f"{o} > {d} ({m})" for o, d, m in zip(rows["origin"], rows["destination"], rows["mode"], strict=True)
    ]
    words = zip(lane, rows["dispatch_date"], loads.vehicles[at], most[at], strict=True)
    return violated(
        "vehicles_per_day",
        [
            f"{where} needs {number(vehicles)} vehicles on {date.date()}, there are {number(limit)}"
            for where, date, vehicles, limit in words
        ],
        location=rows["origin"].to_numpy(),
        date=rows["dispatch_date"].to_numpy(),
        lane=lane,
        amount=loads.vehicles[at],
        allowed=most[at],
    )


def capacity(p: Projection) -> pd.DataFrame:
    """The use of a resource is at most its limit and overtime."""
    all_of_it = capacities(p)
    most = all_of_it.limit + all_of_it.overtime_limit
    row, day = np.nonzero(above(all_of_it.use, most))
    location = p.network.locations[all_of_it.location[row]]
    resource = [RESOURCES[number] for number in all_of_it.resource[row]]
    amount, allowed = all_of_it.use[row, day], most[row, day]
    words = zip(location, map(p.network.horizon.text, day.tolist()), resource, amount, allowed, strict=True)
    return violated(
        "capacity",
        [
            f"{place} on {date}: {name} is {number(use)}, "
            f"at most {number(limit)} {UNITS.get(name, _unit(name))} are possible with overtime"
            for place, date, name, use, limit in words
        ],
        location=location,
        date=p.network.horizon.date(day),
        amount=amount,
        allowed=allowed,
    )


def _unit(resource: str) -> str:
    return resource.rsplit("_", 1)[1]
