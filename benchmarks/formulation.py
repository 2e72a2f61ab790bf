"""Build time and time to a 1 % gap with and without strengthening, at three sizes.

`python benchmarks/formulation.py [seconds]`: parts of data/retail with 1, 3 and 12 stores; `seconds` is the
limit of each solve. With strengthening: a plan searched near the relaxation, then rounding cuts for destinations
that plan apart; without it HiGHS gets the joint model as it stands.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import planner_models.solve as engine
from planner import load
from planner.compile import compile_problem
from planner.tables.dataset import DataSet
from planner_models.joint.formulation import build
from planner_models.joint.touching import Curves
from planner_models.matrix import to_matrix
from planner_models.problem import Problem

RETAIL = Path(__file__).parent.parent / "data" / "retail"
STORES = (1, 3, 12)
GAP = 0.01
PLACES = ("location_id", "origin", "destination", "supplier")
NEVER, ALWAYS = sys.maxsize, 0  # shipments above which a problem is large, and strengthened


@dataclass(frozen=True)
class Outcome:
    """One solve: when the gap was reached (else the limit) [s], and what was known then."""

    seconds: float
    gap: float
    cost: float
    bound: float


def part(data: DataSet, stores: int) -> DataSet:
    """The data set with the first stores only."""
    locations = data["locations"]
    gone = set(locations.loc[locations["kind"] == "store", "location_id"].iloc[stores:])
    return data.replace(**{name: _without(rows, gone) for name, rows in data.tables.items()})


def _without(rows: pd.DataFrame, places: set[str]) -> pd.DataFrame:
    for column in PLACES:
        if column in rows:
            rows = rows[~rows[column].isin(places)]
    return rows


def building(problem: Problem) -> tuple[float, float, int, int]:
    """Seconds for the model and for its matrix; rows and columns."""
    curves = Curves.of(problem)
    began = time.perf_counter()
    model = build(problem, curves.first_sales_lines(), curves.first_terminal_lines())
    built = time.perf_counter()
    matrix = to_matrix(model)
    return built - began, time.perf_counter() - built, matrix.rows.count, len(matrix.cost)


def solving(problem: Problem, large: int, limit: float) -> Outcome:
    """Solve to 1 % with the switch between small and large problems set to `large`."""
    usual, engine.LARGE = engine.LARGE, large
    began = time.perf_counter()
    try:
        found = engine.solve(problem, engine.Effort(gap=GAP, time_limit=limit, threads=2))
    finally:
        engine.LARGE = usual
    return Outcome(time.perf_counter() - began, found.gap, found.cost, found.bound)


def main(limit: float) -> None:
    """Print a line per size and variant, and their ratio."""
    data = load(RETAIL)
    for stores in STORES:
        problem = compile_problem(part(data, stores))
        model, matrix, rows, columns = building(problem)
        print(
            f"{stores} stores: {rows:,} rows, {columns:,} columns; model {model:.2f} s, matrix {matrix:.2f} s"
        )
        plain, strong = (solving(problem, large, limit) for large in (NEVER, ALWAYS))
        for name, found in (("without", plain), ("with", strong)):
            print(
                f"  {name:>7} strengthening: {found.seconds:6.1f} s, gap {found.gap:7.2%}, "
                f"cost {found.cost:,.2f}, bound {found.bound:,.2f}"
            )
        bounds = f", bound {strong.bound / plain.bound:.3f}" if plain.bound > 0 else ""
        print(f"  with ÷ without: time {strong.seconds / plain.seconds:.2f}{bounds}", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
