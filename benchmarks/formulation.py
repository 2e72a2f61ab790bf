"""Build time and time to a 1 % gap with and without strengthening, at three sizes.

`python benchmarks/formulation.py [seconds]`: parts of data/retail with so many stores and items; `seconds` is the limit of each
solve. Without strengthening, bounds of shipments are a big M (all that all customers could want) and HiGHS gets the joint model as
it stands, whatever its size. With it, bounds are what the stock point itself can use, and large problems are searched near the
relaxation while rounding cuts raise the bound of their places.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

import planner_models.exact as engine
from planner import load
from planner.compile import compile_problem
from planner.tables.dataset import DataSet
from planner_models.incumbent import Effort, Report, gap_of
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves
from planner_models.matrix import to_matrix
from planner_models.problem import Problem

RETAIL = Path(__file__).parent.parent / "data" / "retail"
SIZES = ((1, 2, 3), (1, 3, 1), (12, 60, 1))  # stores, items, seeds: at small sizes times depend on luck
GAP = 0.01
PLACES = ("location_id", "origin", "destination", "supplier")


@dataclass(frozen=True)
class Outcome:
    """One solve: when 1 % was reached (inf = not within the limit), all seconds, and what was known then."""

    reached: float
    seconds: float
    gap: float
    cost: float
    bound: float


def part(data: DataSet, stores: int, items: int) -> DataSet:
    """The data set with the first stores and items from all over the assortment only."""
    locations, names = data["locations"], data["items"]["item_id"]
    gone = set(locations.loc[locations["kind"] == "store", "location_id"].iloc[stores:])
    kept = set(names.iloc[np.linspace(0, len(names) - 1, items).astype(int)])
    return data.replace(**{name: _of(rows, gone, kept) for name, rows in data.tables.items()})


def _of(rows: pd.DataFrame, gone: set[str], kept: set[str]) -> pd.DataFrame:
    for column in PLACES:
        if column in rows:
            rows = rows[~rows[column].isin(gone)]
    return rows[rows["item_id"].isin(kept | {""}) | rows["item_id"].isna()] if "item_id" in rows else rows


def loosened(problem: Problem) -> Problem:
    """The problem with a big M in place of tight bounds."""
    ship, stock = problem.shipments, problem.stock
    everything = float(stock.mean.sum() + stock.terminal_mean.sum() + stock.on_hand.sum())
    lot = ship.lot_cases * problem.items.case_size[ship.item]
    most = np.where(ship.max_lots > 0, np.maximum(ship.max_lots, np.ceil(everything / lot)), 0.0)
    return problem.replace(shipments=replace(ship, max_lots=most))


def building(problem: Problem) -> tuple[float, float, int, int]:
    """Seconds for the model and for its matrix; rows and columns."""
    curves = Curves.of(problem)
    began = time.perf_counter()
    model = build(problem, curves.first_sales_lines(), curves.first_terminal_lines())
    built = time.perf_counter()
    matrix = to_matrix(model)
    return built - began, time.perf_counter() - built, matrix.rows.count, len(matrix.cost)


def solving(problem: Problem, large: int, limit: float, seed: int) -> Outcome:
    """Solve to 1 % with the switch between small and large problems set to `large`."""
    reached: list[float] = []
    usual, engine.LARGE = engine.LARGE, large
    began = time.perf_counter()

    def listen(report: Report) -> None:
        if report.cost is not None and gap_of(report.cost, report.bound) <= GAP:
            reached.append(time.perf_counter() - began)

    try:
        effort = Effort(gap=GAP, time_limit=limit, threads=2, seed=seed)
        found = engine.solve(problem, effort, report=listen)
    finally:
        engine.LARGE = usual
    seconds = time.perf_counter() - began
    return Outcome(min(reached, default=np.inf), seconds, found.gap, found.cost, found.bound)


def main(limit: float) -> None:
    """Print a line per size and variant, and their ratio."""
    data = load(RETAIL)
    variants: tuple[tuple[str, Callable[[Problem], Problem], int], ...] = (
        ("without", loosened, sys.maxsize),
        ("with", lambda problem: problem, engine.LARGE),
    )
    for stores, items, seeds in SIZES:
        problem = compile_problem(part(data, stores, items))
        print(f"{stores} stores, {items} items:")
        times = {}
        for name, change, large in variants:
            changed = change(problem)
            model, matrix, rows, columns = building(changed)
            found = [solving(changed, large, limit, seed) for seed in range(seeds)]
            times[name] = np.array([outcome.reached for outcome in found])
            print(
                f"  {name:>7}: {rows:,} rows, {columns:,} columns; model {model:.2f} s, matrix {matrix:.2f} s; "
                f"{'; '.join(map(_shown, found))}",
                flush=True,
            )
        if np.isfinite([times["with"], times["without"]]).all():
            ratio = np.exp(np.mean(np.log(times["with"] / times["without"])))
            print(f"  time to 1 %, with ÷ without, geometric mean: {ratio:.2f}", flush=True)


def _shown(found: Outcome) -> str:
    if found.reached < np.inf:
        return f"1 % after {found.reached:.1f} s"
    if found.cost == np.inf:
        return f"no plan in {found.seconds:.0f} s (bound {found.bound:,.2f})"
    return f"{found.gap:.2%} after {found.seconds:.0f} s (cost {found.cost:,.2f}, bound {found.bound:,.2f})"


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
