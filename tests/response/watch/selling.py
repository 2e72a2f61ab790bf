"""A store with sales of 60 days and a plan that was made from them: 10 units a day of each of three items."""

from pathlib import Path

import numpy as np

from planner.response.approval.published import open_registry
from planner.tables.write import write
from planner.verbs.solve import Request, solve
from tests.audit.world import World, day
from tests.response.exceptions.shop import store

ITEMS = ("A", "B", "C")
HISTORY = 60  # days
HORIZON = 6  # days


def selling(first: int = 0, days: int = 7, **factor: float) -> World:
    """The tables of day `first`; in the last `days` days items (by name) sold so many times what they did before."""
    rate = {"holding_rate_per_year": 1.0}
    world = store(HORIZON, lane={"cost_per_kg": 0.1}, start_date=day(first), defaults=rate)
    world.tables["demand"] = []
    for item in ITEMS[1:]:
        world.item(item, unit_price=15.0)
    for item in ITEMS:
        world.stock("X", 30, item).stock("D", 1000, item)
    random = np.random.default_rng(2)
    for number in range(-HISTORY, first):
        for item in ITEMS:
            usual = 10 + random.integers(-2, 3)
            by = factor.get(item, 1.0) if number >= first - days else 1.0
            world.row(
                "sales", item_id=item, location_id="X", date=day(number), units=float(round(by * usual))
            )
    return world.policy(min_projected_fill_rate=0.95)


def without_stock() -> World:
    """The tables of the plan, on a day on which the shelf of A is found empty."""
    world = selling()
    shelf = {"item_id": "A", "location_id": "X"}
    for row in world.tables["inventory"]:
        if shelf.items() <= row.items():
            row["on_hand"] = 0.0
    return world


def tell(folder: Path, world: World) -> None:
    """Write the tables into the folder, over those that are there."""
    for path in (*folder.glob("*.csv"), *folder.glob("planner.toml")):
        path.unlink()
    write(world.data(), folder)


def solved(folder: Path) -> None:
    """Quiet tables in `data`, and their plan in `runs`."""
    tell(folder / "data", selling())
    solve(Request(folder / "data"), open_registry(folder / "runs"))
