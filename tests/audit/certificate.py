"""Prices of the engine as the frame of prices.parquet, and random references and rounding windows."""

import numpy as np
import pandas as pd

from planner.tables.dataset import DataSet
from planner_models.decomposed.ascent import Ascent
from planner_models.decomposed.dual import Dual, Evaluation
from planner_models.decomposed.prices import Prices
from planner_models.problem import RESOURCES, Problem

COLUMNS = (
    "kind", "origin", "destination", "mode", "route", "item_id", "location_id", "resource", "date", "price",
)  # fmt: skip


def first_ascent(problem: Problem, steps: int = 8) -> Evaluation:
    """The best of a few steps of the engine's search for prices."""
    return Ascent.of(Dual.of(problem)).run(steps)


def price_frame(data: DataSet, problem: Problem, prices: Prices) -> pd.DataFrame:
    """One row per price that is not zero."""
    items, places = np.array(problem.items.names), np.array(problem.locations.names)
    lanes, loads, stock, supply = problem.lanes, problem.loads, problem.stock, problem.supply
    mode, route = np.array(lanes.mode), np.array(loads.route)
    first = np.unique(lanes.load, return_index=True)[1]
    parts = []

    def rows(kind: str, values: np.ndarray, **names: np.ndarray) -> None:
        at = np.nonzero(values)
        part = pd.DataFrame({"kind": kind, "price": values[at], "day": at[-1]})
        for name, of_row in names.items():
            part[name] = of_row[at[:-1]]
        parts.append(part)

    way = {"origin": places[lanes.origin], "destination": places[lanes.destination], "mode": mode}
    rows("kg", prices.kg, **way)
    rows("m3", prices.m3, **way)
    to = np.where(route == "", places[lanes.destination[first]], "")
    rows(
        "vehicle", prices.vehicles, origin=way["origin"][first], destination=to, mode=mode[first], route=route
    )
    rows("stock", prices.stock, item_id=items[stock.item], location_id=places[stock.location])
    shape = (len(RESOURCES), len(places))
    resource = np.broadcast_to(np.array(RESOURCES)[:, None], shape)
    rows("use", prices.use, resource=resource, location_id=np.broadcast_to(places, shape))
    rows("supply", prices.supply, item_id=items[supply.item], location_id=places[supply.location])
    frame = pd.concat(parts, ignore_index=True)
    frame["date"] = pd.Timestamp(data.settings.start_date) + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame.reindex(columns=list(COLUMNS)).fillna(dict.fromkeys(COLUMNS[1:8], ""))


def random_reference(data: DataSet, problem: Problem, random: np.random.Generator) -> pd.DataFrame:
    """Any stocks and dispatches: windows hold whatever plan one compares with."""
    stock, days = problem.stock, problem.days
    point, day = (part.ravel() for part in np.indices((len(stock.item), days)))
    scale = 1.0 + stock.mean.sum(axis=1)[point]
    return pd.DataFrame(
        {
            "item_id": np.array(problem.items.names)[stock.item[point]],
            "location_id": np.array(problem.locations.names)[stock.location[point]],
            "date": pd.Timestamp(data.settings.start_date) + pd.to_timedelta(day, unit="D"),
            "closing": scale * random.exponential(0.6, len(point)) * (random.random(len(point)) < 0.8),
            "dispatched": scale * random.exponential(0.3, len(point)) * (random.random(len(point)) < 0.6),
        }
    )


def random_windows(data: DataSet, problem: Problem, random: np.random.Generator, count: int) -> pd.DataFrame:
    """Windows at any place with any divisor, and multipliers up to what a vehicle costs per kg."""
    lanes, loads, days = problem.lanes, problem.loads, problem.days
    places = np.unique(problem.stock.location)
    place = places[random.integers(len(places), size=count)]
    ends = np.sort(random.integers(days, size=(count, 2)), axis=1)
    measure = np.where(random.random(count) < 0.7, "kg", "m3")
    divisor, times = np.zeros(count), np.zeros(count)
    start = pd.Timestamp(data.settings.start_date)
    for row in range(count):
        room = loads.vehicle_kg if measure[row] == "kg" else loads.vehicle_m3
        here = np.unique(lanes.load[lanes.destination == place[row]])
        finite = room[here][np.isfinite(room[here])]
        size = float(random.choice(finite)) if len(finite) else 10.0
        divisor[row] = size * random.choice([1.0, 0.5, 0.7, 1.3])
        cost = float(loads.cost_per_vehicle[here].mean()) if len(here) else 1.0
        times[row] = random.uniform(0.0, 1.5) * (0.1 + cost) / size
    return pd.DataFrame(
        {
            "location_id": np.array(problem.locations.names)[place],
            "first": start + pd.to_timedelta(ends[:, 0], unit="D"),
            "last": start + pd.to_timedelta(ends[:, 1], unit="D"),
            "measure": measure,
            "divisor": divisor,
            "multiplier": times,
        }
    )
